"""The text of the block class: one class for every block of one network, with nothing that no block needs."""

from __future__ import annotations

from visualizer.resnet import Layer
from visualizer.resnet.blocks import PRE_ORDERS
from visualizer.source.attention import attention_line
from visualizer.source.layout import applied, batch_norm, comment, convolution, indented, own_name
from visualizer.source.outline import Outline
from visualizer.source.shortcut import joined, shortcut_modules

ORDERS = {
    "post": "Original order (He et al. 2016, fig. 4a)",
    "bn_after_add": "BN after addition (He et al. 2016, fig. 4b)",
    "relu_before_add": "ReLU before addition (He et al. 2016, fig. 4c)",
    "relu_only_pre": "ReLU-only pre-activation (He et al. 2016, fig. 4d)",
    "pre": "Full pre-activation (He et al. 2016, fig. 4e)",
}
ATTENTIONS = {"none": (), "se": ("SE",), "eca": ("ECA",)}


def block_class(outline: Outline) -> str:
    """`class BasicBlock` or `class Bottleneck`."""
    lines = [
        f"class {outline.block_class}(nn.Module):",
        *indented(_docstring(outline)),
        "",
        *indented(_signature(outline)),
        *indented(["super().__init__()", *_modules(outline)], 2),
        "",
        "    def forward(self, x: Tensor) -> Tensor:",
        *indented(_forward(outline), 2),
    ]
    return "\n".join(lines)


def _docstring(outline: Outline) -> list[str]:
    """The architecture on the first line, then where it is from."""
    after = [_word(layer) for layer in outline.typical.after if layer.kind != "add"]
    branch = [_word(layer) for layer in outline.typical.branch if own_name(layer) != "se"]
    branch += ATTENTIONS[outline.spec.attention]
    words = ", ".join(branch) + (" + shortcut" if outline.adds else "") + "".join(f", {word}" for word in after)
    plain = "A block of a plain net, without a shortcut (He et al. 2015, sec. 3.3)"
    figure = "He et al. 2015, fig. 5" if outline.adds else plain
    return [f'"""{words}.', "", f"{figure}.", f"{ORDERS[outline.spec.order]}.", '"""']


def _word(layer: Layer) -> str:
    return f"{layer.kernel}×{layer.kernel}" if layer.kind == "conv" else {"bn": "BN", "relu": "ReLU"}[layer.kind]


def _signature(outline: Outline) -> list[str]:
    parameters = [f"{name}: int" for name in outline.parameters]
    if outline.strided:
        parameters.append("stride: int = 1")
    return [f"def __init__(self, {', '.join(parameters)}) -> None:"]


def _modules(outline: Outline) -> list[str]:
    """The lines that make a block's modules, in the order of its parameters: branch, shortcut, what follows."""
    names = ["out_channels", "out_channels"] if outline.spec.block == "basic" else ["width", "width", "out_channels"]
    lines = []
    here = "in_channels"
    for layer in outline.typical.branch:
        name = own_name(layer)
        if layer.kind == "bn":
            lines.append(f"self.{name} = {batch_norm(layer, here)}")
        elif layer.kind == "conv" and name != "se":
            before, here = here, names.pop(0)
            stride = "stride" if _carries_stride(outline, name) else 1
            lines += [*_remarks(outline, layer, stride), f"self.{name} = {convolution(layer, before, here, stride)}"]
    lines += attention_line(outline)
    lines += shortcut_modules(outline)
    after = [layer for layer in outline.typical.after if layer.kind == "bn"]
    return lines + [f"self.{own_name(layer)} = {batch_norm(layer, here)}" for layer in after]


def _carries_stride(outline: Outline, name: str) -> bool:
    """Whether the convolution of this name has the block's stride."""
    branch = outline.strided.branch if outline.strided else ()
    return any(own_name(layer) == name and layer.kind == "conv" and layer.stride > 1 for layer in branch)


def _remarks(outline: Outline, layer: Layer, stride: object) -> list[str]:
    """Comments on what a convolution has that not every ResNet's has."""
    remarks = []
    if stride != 1 and outline.spec.block == "bottleneck":
        remarks.append(
            "The 3×3 has the stride (v1.5: Goyal et al. 2017), not the first 1×1 as in He et al. 2015."
            if layer.kernel == 3
            else "The first 1×1 has the stride (v1: He et al. 2015), not the 3×3 as in v1.5."
        )
    if layer.groups > 1:
        remarks.append(f"Cardinality {layer.groups} (ResNeXt: Xie et al. 2017, fig. 3c).")
    return [line for remark in remarks for line in comment(remark, 2)]


def _forward(outline: Outline) -> list[str]:
    """The statements of `forward`: a line for each convolution with the BN and ReLU that go with it."""
    pre = outline.spec.order in PRE_ORDERS
    shared = any(layer.reads for block in outline.projecting for layer in block.shortcut[:1])
    lines: list[str] = []
    value, previous = "x", ""
    for layer in [*_outside_attention(outline), *outline.attention[:1]]:
        attends = own_name(layer) == "se"
        new_line = previous == "conv" if pre else layer.kind == "conv"
        if (new_line or attends) and not value.isidentifier():
            lines.append(f"out = {value}")
            value = "out"
        value = "self.se(" + value + ")" if attends else applied(layer, value)
        if shared and own_name(layer) == "relu1":
            lines.append(f"activated = {value}")
            value = "activated"
        previous = layer.kind
    return lines + joined(outline, value, "activated" if shared else "x")


def _outside_attention(outline: Outline) -> list[Layer]:
    return [layer for layer in outline.typical.branch if own_name(layer) != "se"]
