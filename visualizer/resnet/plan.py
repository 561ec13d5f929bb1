"""The structure of a network, stated once: every other part of the project reads it from here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from visualizer.resnet.blocks import PRE_ORDERS, Position, block_form, placed
from visualizer.resnet.errors import SpecError
from visualizer.resnet.layers import Block, Layer, LayerList, Shape, Stage, window_output
from visualizer.resnet.spec import ResNetSpec

RESOLUTIONS = (1, 4096)


@dataclass(frozen=True)
class Plan:
    """A network at one input resolution: stem, stages of blocks, head, and in each of them the ordered layers.

    Spec and resolution say all the rest, so a plan is equal to another, and hashed, by these two.
    """

    spec: ResNetSpec
    resolution: int
    stem: tuple[Layer, ...] = field(compare=False, repr=False)
    stages: tuple[Stage, ...] = field(compare=False, repr=False)
    head: tuple[Layer, ...] = field(compare=False, repr=False)

    @property
    def input(self) -> Shape:
        """Shape of the network's input, C×H×W."""
        return (self.spec.channels, self.resolution, self.resolution)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every block, in order."""
        return tuple(block for stage in self.stages for block in stage.blocks)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Every layer: stem, then block by block (branch, shortcut, after), then head."""
        inner = (layer for block in self.blocks for part in block[8:11] for layer in part)
        return (*self.stem, *inner, *self.head)

    @cached_property
    def _blocks_by_path(self) -> dict[str, Block]:
        return {block.path: block for block in self.blocks}

    def block(self, path: str) -> Block:
        """The block with this path ("layer1.0"); KeyError if there is none."""
        return self._blocks_by_path[path]

    @property
    def features(self) -> Shape:
        """Shape of the last feature map, C×H×W: the output of the last stage."""
        return self.stages[-1].output

    @cached_property
    def weighted_layers(self) -> int:
        """The number in "ResNet-50": convolutions of stem and branches and the classifier; projections do not count."""
        return sum(layer.weighted for layer in self.layers)


def plan(spec: ResNetSpec, resolution: int = 224) -> Plan:
    """The plan of `spec` for square pictures of `resolution` pixels.

    Raises SpecError for a resolution outside 1 to 4096.
    """
    low, high = RESOLUTIONS
    if isinstance(resolution, bool) or not isinstance(resolution, int) or not low <= resolution <= high:
        whole = isinstance(resolution, int) and not isinstance(resolution, bool)
        nearest = min(max(resolution, low), high) if whole else 224
        raise SpecError("resolution", resolution, f"it must be a whole number of pixels from {low} to {high}", nearest)
    stem = _stem(spec, resolution)
    stages = _stages(spec, stem[-1].output)
    return Plan(spec, resolution, stem, stages, _head(spec, stages[-1].output))


def _stem(spec: ResNetSpec, resolution: int) -> tuple[Layer, ...]:
    layers = LayerList((spec.channels, resolution, resolution), "stem", 0, spec.conv_bias)
    width = spec.stem_channels
    # Batch normalisation after the last convolution is what `stem_norm` switches.
    normalised = spec.norm == "batch" and spec.stem_norm
    if spec.stem == "imagenet":
        layers.conv("conv1", width, 7, 2, normalised=normalised)
    elif spec.stem == "cifar":
        layers.conv("conv1", width, 3, 1, normalised=normalised)
    else:
        _deep_stem(layers, spec, width, normalised)
    if normalised:
        layers.same("bn1", "bn", eps=spec.bn_eps)
    if spec.stem_norm:
        layers.same("relu", "relu")
    if spec.stem != "cifar":
        channels, *size = layers.shape
        pooled = [window_output(n, 3, 2, 1) for n in size]
        zeros = spec.pool_border == "zero"
        layers.add("maxpool", "maxpool", (channels, *pooled), kernel=3, stride=2, padding=1, zero_border=zeros)
    return tuple(layers.layers)


def _deep_stem(layers: LayerList, spec: ResNetSpec, width: int, normalised: bool) -> None:
    """Three 3×3 convolutions: w, w, 2w (He et al. 2019, fig. 2b), or tiered as 3:4:8 (timm's 24-32-64)."""
    widths = (width, width, 2 * width) if spec.stem == "deep" else (width, width * 4 // 3, width * 8 // 3)
    inner_norm = spec.norm == "batch"
    for number, (channels, stride) in enumerate(zip(widths[:2], (2, 1), strict=True)):
        layers.conv(f"conv1.{3 * number}", channels, 3, stride, normalised=inner_norm)
        if inner_norm:
            layers.same(f"conv1.{3 * number + 1}", "bn", eps=spec.bn_eps)
        layers.same(f"conv1.{3 * number + 2}", "relu")
    layers.conv("conv1.6", widths[2], 3, normalised=normalised)


def _stages(spec: ResNetSpec, shape: Shape) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    forms: dict[tuple[int, Position], Block] = {}
    activated = spec.order in PRE_ORDERS and spec.stem_norm
    for number, (depth, width) in enumerate(zip(spec.depths, spec.widths, strict=True), start=1):
        blocks = []
        for index in range(depth):
            position = Position(shape, width, _stride(spec, number, index), activated and number == 1 and index == 0)
            form = forms.get((number, position))
            if form is None:
                form = forms[number, position] = block_form(spec, number, position, len(forms))
            blocks.append(placed(form, f"layer{number}.{index}", index))
            shape = form.output
        stages.append(Stage(f"stage {number}", number, tuple(blocks), shape))
    return tuple(stages)


def _stride(spec: ResNetSpec, stage: int, index: int) -> int:
    """Stride of a block: every stage but the first halves the map, in its first block (He 2015, table 1).

    With `stride_block=last` every stage but the last does, in its last block (tf-slim, Keras V2).
    """
    if spec.stride_block == "first":
        return 2 if stage > 1 and index == 0 else 1
    return 2 if stage < len(spec.depths) and index == spec.depths[stage - 1] - 1 else 1


def _head(spec: ResNetSpec, shape: Shape) -> tuple[Layer, ...]:
    """Global average pool and classifier; a pre-activation net first needs its last activation (He 2016, sec. 4.1)."""
    layers = LayerList(shape, "head")
    if spec.order == "pre" and spec.norm == "batch":
        layers.same("norm", "bn", eps=spec.bn_eps)
    if spec.order in PRE_ORDERS:
        layers.same("relu_last", "relu")
    channels, size, _ = layers.shape
    layers.add("avgpool", "global_pool", (channels, 1, 1), kernel=size)
    layers.add("flatten", "flatten", (channels,))
    layers.add("fc", "linear", (spec.classes,), bias=True)
    return tuple(layers.layers)
