"""The text of the attention class: SE or ECA."""

from __future__ import annotations

from visualizer.source.layout import own_name
from visualizer.source.outline import Outline

CLASSES = {"se": "SqueezeExcitation", "eca": "EfficientChannelAttention"}

_SE = '''\
class SqueezeExcitation(nn.Module):
    """Scale each channel by a gate that sees the mean of every channel (Hu et al. 2018, fig. 3)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
{squeezed}
        # On maps of 1×1 these convolutions are linear layers.
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        means = F.adaptive_avg_pool2d(x, 1)
        gates = torch.sigmoid(self.fc2(F.relu(self.fc1(means))))
        return x * gates'''

_ECA = '''\
class EfficientChannelAttention(nn.Module):
    """Scale each channel by a gate that sees the means of its neighbours (Wang et al. 2020)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        # Neighbours grow with the logarithm of the channels; odd, at least 3 (eq. 12).
        kernel = max(3, int((math.log2(channels) + 1) / 2) | 1)
        self.conv = nn.Conv1d(1, 1, kernel, padding=kernel // 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        means = F.adaptive_avg_pool2d(x, 1)
        rows = means.flatten(1).unsqueeze(1)  # N×C×1×1 to N×1×C
        gates = torch.sigmoid(self.conv(rows)).reshape(means.shape)
        return x * gates'''


def attention_class(outline: Outline) -> str:
    """The class of the attention that the blocks of this network use."""
    if outline.spec.attention == "eca":
        return _ECA
    return _SE.format(squeezed="\n".join(f"        {line}" for line in _squeezed(outline)))


def _squeezed(outline: Outline) -> list[str]:
    """The lines that set SE's inner width: by division where that is exact in every block, else by timm's rounding."""
    ratio, divisor = outline.spec.attention_ratio, outline.spec.attention_divisor
    first = [layer for block in outline.forms for layer in block.branch if layer.path.endswith(".se.fc1")]
    if all(layer.output[0] * ratio == layer.input[0] for layer in first):
        return [f"squeezed = channels // {ratio}" if ratio > 1 else "squeezed = channels"]
    rounded = f"int(channels / {ratio} + {divisor / 2:g})"
    if divisor > 1:
        rounded += f" // {divisor} * {divisor}"
    multiple = f"to the nearest multiple of {divisor}, as timm does it" if divisor > 1 else "rounded, and at least 1"
    return [f"# channels / {ratio}, {multiple}", f"squeezed = max({divisor}, {rounded})"]


def attention_line(outline: Outline) -> list[str]:
    """The line in which a block makes its attention, or none."""
    if not outline.attention:
        return []
    return [f"self.{own_name(outline.attention[0])} = {CLASSES[outline.spec.attention]}(out_channels)"]
