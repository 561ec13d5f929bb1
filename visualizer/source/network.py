"""The text of the whole network: how a stage is made, and the class with stem, stages and head."""

from __future__ import annotations

from visualizer.resnet import Layer, Shape, Stage
from visualizer.resnet.blocks import PRE_ORDERS
from visualizer.source.layout import LINE, applied, batch_norm, call, comment, convolution, indented, sequential
from visualizer.source.outline import Outline

STEMS = {
    "imagenet": "7×7 convolution and max pooling (He et al. 2015, table 1).",
    "deep": "Three 3×3 convolutions in place of the 7×7 (ResNet-C and D: He et al. 2019, fig. 2b).",
    "tiered": "Three 3×3 convolutions whose widths grow as 3:4:8 (timm's tiered stem).",
    "cifar": "One 3×3 convolution for small pictures (He et al. 2015, sec. 4.2).",
}
COUNTS = ("one", "two", "three", "four", "five")
BIASES = {
    "True": "Convolutions have biases, also before BN, as in keras.applications.",
    "stem": "The stem's convolutions have biases, as in the authors' Caffe file.",
    "unnormalised": "Convolutions have biases where no BN follows, as in Keras V2.",
}


def stage_function(outline: Outline) -> str:
    """`def stage(...)`: the blocks of one stage in a row."""
    parameters = [f"{name}: int" for name in outline.parameters] + ["blocks: int"]
    first = ", ".join(outline.parameters)
    again = ", ".join("out_channels" if name == "in_channels" else name for name in outline.parameters)
    if outline.strided:
        parameters.append("stride: int = 1")
    if outline.strides_last:
        return "\n".join(_strided_last(outline, parameters, again))
    if outline.strided:
        first += ", stride"
    changes = "channels and size" if outline.strided else "channels"
    return "\n".join([
        *_returning(call("def stage", parameters, 0)),
        f'    """Blocks in a row; only the first may change {changes} (He et al. 2015, table 1)."""',
        f"    first = {outline.block_class}({first})",
        f"    others = [{outline.block_class}({again}) for _ in range(blocks - 1)]",
        "    return nn.Sequential(first, *others)",
    ])


def _strided_last(outline: Outline, parameters: list[str], again: str) -> list[str]:
    """A stage whose last block has the stride, while its first one changes the number of channels."""
    names = ", ".join(outline.parameters)
    return [
        *_returning(call("def stage", parameters, 0)),
        '    """Blocks in a row: the first changes the channels, the last has the stride (as in Keras V2)."""',
        "    strides = [1] * (blocks - 1) + [stride]",
        f"    first = {outline.block_class}({names}, strides[0])",
        f"    others = [{outline.block_class}({again}, stride) for stride in strides[1:]]",
        "    return nn.Sequential(first, *others)",
    ]


def _returning(signature: list[str]) -> list[str]:
    """A signature with its return type, broken again if that makes it too long."""
    end = " -> nn.Sequential:"
    if len(signature) == 1 and len(signature[0] + end) > LINE:
        inner = signature[0].removeprefix("def stage(").removesuffix(")")
        signature = ["def stage(", f"    {inner}", ")"]
    return [*signature[:-1], signature[-1] + end]


def network_class(outline: Outline) -> str:
    """`class ResNet`: stem, stages and head with the numbers of this network, and one forward pass."""
    stages = outline.plan.stages
    count = f"{COUNTS[len(stages) - 1]} stage{'s' if len(stages) > 1 else ''}"
    start = "Stem" if outline.adds else "A plain net: stem"
    return "\n".join(
        [
            "class ResNet(nn.Module):",
            f'    """{start}, {count}, global average pooling and classifier.',
            "",
            *indented(_notes(outline)),
            '    """',
            "",
            "    def __init__(self) -> None:",
            "        super().__init__()",
            *indented([*_stem(outline), *_stages(outline), *_head(outline), *_initialisation(outline)], 2),
            "",
            "    def forward(self, x: Tensor) -> Tensor:",
            *indented(_forward(outline), 2),
        ]
    )


def _notes(outline: Outline) -> list[str]:
    """What holds for the whole network, a sentence a line."""
    size = outline.plan.resolution
    notes = [f"Comments give the output of each stage as channels × height × width, at {size} × {size} pixels."]
    if outline.spec.norm == "none":
        notes.append("Nothing is normalised.")
    elif outline.spec.conv_bias:
        notes.append(BIASES[str(outline.spec.conv_bias)])
    if outline.spec.block == "bottleneck" and outline.spec.groups == 1 and outline.spec.width_per_group > 64:
        notes.append("The 3×3 convolutions are wider than usual (Zagoruyko and Komodakis 2016; Wide ResNet).")
    return notes


def _stem(outline: Outline) -> list[str]:
    """The stem's modules; ReLU and pooling have none, but for those within the three convolutions of a deep stem."""
    lines = [f"# {STEMS[outline.spec.stem]}"]
    inner = [layer for layer in outline.plan.stem if layer.path.startswith("conv1.")]
    if inner:
        by_index = {int(layer.path.removeprefix("conv1.")): layer for layer in inner}
        modules = [_module(by_index[index]) if index in by_index else "nn.Identity()" for index in range(7)]
        if "nn.Identity()" in modules:
            lines.append("# The identities stand where BN would, so that parameters have their usual names.")
        lines += sequential("conv1", modules)
    for layer in outline.plan.stem:
        if layer.kind in ("conv", "bn") and layer not in inner:
            lines.append(f"self.{layer.path} = {_module(layer)}")
    if not outline.spec.stem_norm:
        lines.append(f"# {_bare_stem(outline)}")
    return lines


def _bare_stem(outline: Outline) -> str:
    """What is said where the stem's last convolution stands alone."""
    layers = "ReLU" if outline.spec.norm == "none" else "BN or ReLU"
    if outline.spec.order in PRE_ORDERS:
        return f"No {layers} here: the first block begins with its own."
    return f"No {layers} here."


def _module(layer: Layer) -> str:
    if layer.kind == "conv":
        return convolution(layer, layer.input[0], layer.output[0])
    return batch_norm(layer, layer.output[0]) if layer.kind == "bn" else "nn.ReLU()"


def _stages(outline: Outline) -> list[str]:
    lines = ["", f"# {', '.join(outline.parameters)}, ..."] if outline.loops else [""]
    return lines + [line for stage in outline.plan.stages for line in _stage(outline, stage)] + _first(outline)


def _stage(outline: Outline, stage: Stage) -> list[str]:
    arguments = outline.numbers(stage)
    stride = max(block.stride for block in stage.blocks)
    strided = [f"stride={stride}"] if stride > 1 else []
    if outline.loops:
        made = f"stage({', '.join([*arguments, f'blocks={len(stage.blocks)}', *strided])})"
    else:
        made = f"nn.Sequential({outline.block_class}({', '.join([*arguments, *strided])}))"
    return [f"self.layer{stage.number} = {made}  # {_shape(stage.output)}"]


def _shape(shape: Shape) -> str:
    return "×".join(map(str, shape))


def _first(outline: Outline) -> list[str]:
    """In a pre-activation net with BN in the stem, the first block has none of its own before its first convolution."""
    if not outline.first_lacks_norm:
        return []
    return [
        "# The stem's BN and ReLU are the first block's first activation (He et al. 2016, sec. 4.1).",
        "self.layer1[0].bn1 = nn.Identity()",
    ]


def _head(outline: Outline) -> list[str]:
    lines = [""]
    for layer in outline.plan.head:
        if layer.kind == "bn":
            lines.append("# The last block ends with its addition, so the network ends with BN and ReLU.")
            lines.append(f"self.norm = {batch_norm(layer, layer.output[0])}")
        elif layer.kind == "linear":
            lines.append(f"self.{layer.path} = nn.Linear({layer.input[0]}, {layer.output[0]})")
    return lines


def _initialisation(outline: Outline) -> list[str]:
    """He's initialisation by fan-out; torch's own for BN and the classifier."""
    some, every = outline.biased
    kinds = "nn.Conv1d | nn.Conv2d" if outline.spec.attention == "eca" else "nn.Conv2d"
    lines = [
        "",
        "# He et al. 2015b, by fan-out; BN and the classifier begin as torch makes them.",
        "for module in self.modules():",
        f"    if isinstance(module, {kinds}):",
        '        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")',
    ]
    if every:
        lines.append("        nn.init.zeros_(module.bias)")
    elif some:
        lines += ["        if module.bias is not None:", "            nn.init.zeros_(module.bias)"]
    return lines


def _forward(outline: Outline) -> list[str]:
    lines = [*_in_a_row(_stem_calls(outline), "x")]
    lines += [f"x = self.layer{stage.number}(x)" for stage in outline.plan.stages]
    activation = [layer for layer in outline.plan.head if layer.kind in ("bn", "relu")]
    lines += _in_a_row(activation, "x")
    return [*lines, "x = F.adaptive_avg_pool2d(x, 1).flatten(1)", "return self.fc(x)"]


def _stem_calls(outline: Outline) -> list[Layer]:
    """The stem's layers as `forward` calls them: a deep stem's three convolutions are one call."""
    outer = [layer for layer in outline.plan.stem if not layer.path.startswith("conv1.")]
    if len(outer) == len(outline.plan.stem):
        return outer
    return [outline.plan.stem[0]._replace(path="conv1"), *outer]


def _in_a_row(layers: list[Layer], value: str) -> list[str]:
    """Statements that apply layers to x one after another; pooling has a line of its own."""
    lines = []
    for layer in layers:
        if layer.kind == "maxpool":
            lines += [f"x = {value}"] if value != "x" else []
            lines += _pooling(layer)
            value = "x"
        else:
            value = applied(layer, value)
    return [*lines, f"x = {value}"] if value != "x" else lines


def _pooling(layer: Layer) -> list[str]:
    """The statement that max-pools x, with what stands beyond its edges."""
    if layer.zero_border:
        return [
            *comment("Keras pads with zeros, which may be the largest; torch's own padding never is.", 2),
            f"x = F.max_pool2d(F.pad(x, {(layer.padding,) * 4}), {layer.kernel}, stride={layer.stride})",
        ]
    return [f"x = F.max_pool2d(x, {layer.kernel}, stride={layer.stride}, padding={layer.padding})"]
