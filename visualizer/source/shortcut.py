"""The text of a block's shortcut: what a block makes for it, and how F(x) and shortcut come together."""

from __future__ import annotations

from visualizer.resnet import Layer
from visualizer.source.layout import applied, batch_norm, comment, convolution, indented, sequential
from visualizer.source.outline import Outline

AVERAGE = "nn.AvgPool2d(stride, ceil_mode=True, count_include_pad=False)"
"""As timm has it: at an odd edge over what is there."""


def shortcut_modules(outline: Outline) -> list[str]:
    """The lines in a block's `__init__` that its shortcut needs."""
    kept = ["self.stride = stride"] if any(block.stride > 1 for block in outline.padded) else []
    if not outline.projecting:
        return kept
    option, projection = comment(_option(outline), 2), _projection(outline)
    if outline.always_projects:
        return [*option, *projection, *kept]
    changes = "in_channels != out_channels"
    if outline.strided and not outline.padded:
        changes = f"stride > 1 or {changes}"
    return [*option, "self.downsample = None", f"if {changes}:", *indented(projection), *kept]


def _option(outline: Outline) -> str:
    """Which shortcut this is, in the words of He et al. 2015."""
    if outline.spec.shortcut == "C":
        return "Option C (He et al. 2015, sec. 3.3): every shortcut is a 1×1 projection."
    if outline.padded:
        return "Option B (He et al. 2015, sec. 3.3): a 1×1 projection where channels change."
    return "Option B (He et al. 2015, sec. 3.3): a 1×1 projection where the shape changes."


def _projection(outline: Outline) -> list[str]:
    """`self.downsample = ...`: a 1×1 convolution with its BN; ResNet-D averages before it."""
    typical = outline.projecting[0].shortcut
    conv = next(layer for layer in typical if layer.kind == "conv")
    strided = any(layer.kind == "conv" and layer.stride > 1 for block in outline.projecting for layer in block.shortcut)
    modules = [convolution(conv, "in_channels", "out_channels", "stride" if strided else 1)]
    modules += [batch_norm(layer, "out_channels") for layer in typical if layer.kind == "bn"]
    if not outline.spec.avg_down:
        return sequential("downsample", modules)
    strides = {block.stride for block in outline.projecting}
    if strides == {1}:
        return [
            *comment("ResNet-D (He et al. 2019, fig. 2c) averages where a projection has a stride; none here has.", 3),
            *sequential("downsample", ["nn.Identity()", *modules]),
        ]
    first = "average if stride > 1 else nn.Identity()" if 1 in strides else "average"
    return [
        *comment("ResNet-D (He et al. 2019, fig. 2c): averaging has the stride, so no pixel is lost.", 3),
        f"average = {AVERAGE}",
        *sequential("downsample", [first, *modules]),
    ]


def joined(outline: Outline, branch: str, activated: str) -> list[str]:
    """The end of `forward`: F(x), the expression `branch`, and the shortcut are added, and what follows.

    activated: the value that a projection reads.
    """
    if not outline.adds:
        return [f"return {_followed(outline.typical.after, branch)}"]
    lines = [] if branch == "out" else [f"out = {branch}"]
    shortcut = _shortcut(outline, activated)
    lines += shortcut
    return [*lines, f"return {_followed(outline.typical.after, 'out + shortcut' if shortcut else 'out + x')}"]


def _followed(after: tuple[Layer, ...], value: str) -> str:
    for layer in after:
        value = value if layer.kind == "add" else applied(layer, value)
    return value


def _shortcut(outline: Outline, activated: str) -> list[str]:
    """The lines that set `shortcut`; none where it is x in every block."""
    projected = f"self.downsample({activated})"
    if outline.always_projects:
        return [f"shortcut = {projected}"]
    if outline.projecting and outline.padded:
        return [
            *comment("x itself where the stride is 1, else every second row and column (Keras V2).", 2),
            "shortcut = x[:, :, :: self.stride, :: self.stride]",
            "if self.downsample is not None:",
            f"    shortcut = {projected}",
        ]
    if outline.projecting:
        return [f"shortcut = x if self.downsample is None else {projected}"]
    if not outline.padded:
        return []
    if outline.always_pads:
        return _padding(outline)
    return ["shortcut = x", "if x.shape != out.shape:", *indented(_padding(outline))]


def _padding(outline: Outline) -> list[str]:
    """Option A's lines: only what some block needs of subsampling, dropping channels, and appending zeros."""
    subsamples = any(block.stride > 1 for block in outline.padded)
    drops = any(block.output[0] < block.input[0] for block in outline.padded)
    widens = any(block.output[0] > block.input[0] for block in outline.padded)
    words = {
        "every second row and column": subsamples,
        "surplus channels dropped": drops,
        "zeros for new channels": widens,
    }
    what = ", ".join(word for word, used in words.items() if used)
    option = "Option A (He et al. 2015, sec. 3.3)" if outline.spec.shortcut == "A" else "As in Keras V2"
    lines = comment(f"{option}: {what}.", 3)
    value = "x"
    if subsamples or drops:
        channels = ": out.shape[1]" if drops else ":"
        pixels = ", :: self.stride, :: self.stride" if subsamples else ""
        lines.append(f"shortcut = x[:, {channels}{pixels}]")
        value = "shortcut"
    if widens:
        lines.append(f"shortcut = F.pad({value}, (0, 0, 0, 0, 0, out.shape[1] - {value}.shape[1]))")
    return lines
