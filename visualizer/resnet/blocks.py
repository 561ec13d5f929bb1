"""One block as data: the branch F(x), the shortcut, and what follows the addition.

Orders of a block's layers, after He et al. 2016, fig. 4, where W is a convolution (bottleneck has three, basic two):

    post              W BN ReLU W BN            add  ReLU
    bn_after_add      W BN ReLU W               add  BN ReLU
    relu_before_add   W BN ReLU W BN ReLU       add
    relu_only_pre     ReLU W BN ReLU W BN       add
    pre               BN ReLU W BN ReLU W       add
"""

from __future__ import annotations

from math import log2
from typing import NamedTuple

from visualizer.resnet.layers import Block, Layer, LayerList, Shape
from visualizer.resnet.spec import ResNetSpec

PRE_ORDERS = ("pre", "relu_only_pre")


class Position(NamedTuple):
    """Where a block stands: what is needed, besides the spec, to write it down."""

    input: Shape
    width: int
    stride: int
    activated: bool  # the stem's last ReLU is the first activation of this block (He 2016, sec. 4.1)


def block_form(spec: ResNetSpec, stage: int, position: Position, form: int) -> Block:
    """The block at `position`, with paths relative to the block (as ".conv1"); `placed` gives it its name."""
    branch, entry = _branch(spec, stage, position)
    output = branch.shape
    kind, shortcut = _shortcut(spec, stage, position, output, entry)
    after = _after(spec, stage, output, kind)
    before, stride = position.input, position.stride
    parts = tuple(branch.layers), tuple(shortcut.layers), tuple(after.layers)
    return Block("", stage, 0, spec.block, kind, stride, before, output, *parts, form)


def placed(form: Block, path: str, index: int) -> Block:
    """The block of this form with this path ("layer1.0") and this index in its stage."""
    branch, shortcut, after = (_placed(part, path, index) for part in (form.branch, form.shortcut, form.after))
    return form._replace(path=path, index=index, branch=branch, shortcut=shortcut, after=after)


def _placed(layers: tuple[Layer, ...], path: str, index: int) -> tuple[Layer, ...]:
    """The layers under the block's path and with its index; `tuple.__new__`, since most of a plan is made here."""
    made = []
    for layer in layers:
        reads = tuple([path + read for read in layer[13]]) if layer[13] else ()
        made.append(tuple.__new__(Layer, (path + layer[0], *layer[1:4], index, *layer[5:13], reads, *layer[14:])))
    return tuple(made)


def convolutions(spec: ResNetSpec, width: int, stride: int) -> tuple[tuple[int, int, int, int], ...]:
    """(channels, kernel, stride, groups) of each convolution of a branch (He 2015, fig. 5; Xie 2017, fig. 3c)."""
    if spec.block == "basic":
        return ((width, 3, stride, 1), (width, 3, 1, 1))
    inner = spec.inner_width(width)
    first, second = (stride, 1) if spec.stride_on == "1x1" else (1, stride)
    return ((inner, 1, first, 1), (inner, 3, second, spec.groups), (width * spec.expansion, 1, 1, 1))


def _branch(spec: ResNetSpec, stage: int, position: Position) -> tuple[LayerList, str]:
    """F(x), and the path of the value that a projection reads: "" for x, or the block's own first activation."""
    layers = LayerList(position.input, "branch", stage, spec.conv_bias)
    convs = convolutions(spec, position.width, position.stride)
    entry = ""
    for number, (channels, kernel, stride, groups) in enumerate(convs, start=1):
        last = number == len(convs)
        if spec.order in PRE_ORDERS and not (number == 1 and position.activated):
            if spec.order == "pre":
                _norm(layers, spec, f".bn{number}")
            layers.same(f".relu{number}", "relu")
            entry = ".relu1" if number == 1 else entry
        elif spec.order not in PRE_ORDERS and number > 1:
            layers.same(f".relu{number - 1}", "relu")
        normalised = _normalised(spec, last)
        layers.conv(f".conv{number}", channels, kernel, stride, groups, normalised)
        if normalised and spec.order != "pre":
            _norm(layers, spec, f".bn{number}")
    if spec.order == "relu_before_add":
        layers.same(f".relu{len(convs)}", "relu")
    _attention(layers, spec)
    return layers, entry


def _normalised(spec: ResNetSpec, last: bool) -> bool:
    """Whether a BN follows a convolution of the branch before anything else does."""
    return spec.norm == "batch" and not (last and spec.order in ("pre", "bn_after_add"))


def _norm(layers: LayerList, spec: ResNetSpec, path: str) -> None:
    if spec.norm == "batch":
        layers.same(path, "bn", eps=spec.bn_eps)


def _attention(layers: LayerList, spec: ResNetSpec) -> None:
    """Channel attention on F(x): squeeze, excite, scale (Hu et al. 2018, fig. 3; Wang et al. 2020, fig. 2c)."""
    if spec.attention == "none":
        return
    before, shape = layers.layers[-1].path, layers.shape
    channels, size = shape[0], shape[1]
    layers.add(".se.pool", "global_pool", (channels, 1, 1), kernel=size)
    if spec.attention == "se":
        layers.conv(".se.fc1", squeezed_width(channels, spec.attention_ratio, spec.attention_divisor), 1, bias=True)
        layers.same(".se.relu", "relu")
        layers.conv(".se.fc2", channels, 1, bias=True)
    else:
        kernel = eca_kernel(channels)
        layers.same(".se.conv", "conv1d", kernel=kernel, padding=(kernel - 1) // 2)
    layers.same(".se.sigmoid", "sigmoid")
    layers.shape = shape
    layers.same(".se.scale", "scale", reads=(before, ".se.sigmoid"))


def squeezed_width(channels: int, ratio: int, divisor: int) -> int:
    """SE's inner width: channels / ratio to the nearest multiple of `divisor`, and no less than it (timm's rule)."""
    return max(divisor, int(channels / ratio + divisor / 2) // divisor * divisor)


def eca_kernel(channels: int) -> int:
    """ECA's kernel: |log2(C)/2 + 1/2| made odd by rounding down, then up, and at least 3 (Wang et al. 2020, eq. 12)."""
    size = int(abs(log2(channels) + 1) / 2)
    return max(size if size % 2 else size + 1, 3)


def _shortcut(spec: ResNetSpec, stage: int, position: Position, output: Shape, entry: str) -> tuple[str, LayerList]:
    """Kind and layers of the shortcut: options A, B, C of He 2015, sec. 3.3."""
    layers = LayerList(position.input, "shortcut", stage, spec.conv_bias)
    if spec.shortcut == "none":
        return "none", layers
    # By the stride and not by the size: a map of 1×1 stays as it is, and the network must not depend on its input.
    wider, strides = position.input[0] != output[0], position.stride > 1
    # Keras V2 and tf-slim, which stride in a stage's last block, subsample there: only a change of channels projects.
    projects = wider or (strides and spec.stride_block == "first")
    if spec.shortcut == "C" or (spec.shortcut == "B" and projects):
        _projection(layers, spec, output[0], position.stride, entry)
        return "projection", layers
    if wider or strides:
        layers.add(".pad", "pad", output, stride=position.stride)
        return "pad", layers
    return "identity", layers


def _projection(layers: LayerList, spec: ResNetSpec, channels: int, stride: int, entry: str) -> None:
    """1×1 convolution, with a BN if the branch's last convolution has one; ResNet-D averages first."""
    first = 0
    if spec.avg_down:
        first = 1
        if stride > 1:
            size = [-(-n // stride) for n in layers.shape[1:]]
            layers.add(".downsample.0", "avgpool", (layers.shape[0], *size), kernel=stride, stride=stride)
            stride = 1
    normalised = _normalised(spec, last=True)
    layers.conv(f".downsample.{first}", channels, 1, stride, normalised=normalised)
    if normalised:
        _norm(layers, spec, f".downsample.{first + 1}")
    if entry:
        layers.layers[0] = layers.layers[0]._replace(reads=(entry,))


def _after(spec: ResNetSpec, stage: int, output: Shape, shortcut_kind: str) -> LayerList:
    """The addition and what follows it."""
    layers = LayerList(output, "after", stage)
    last = 2 if spec.block == "basic" else 3
    if shortcut_kind != "none":
        layers.same(".add", "add", reads=(".branch", ".shortcut"))
    if spec.order == "bn_after_add":
        _norm(layers, spec, f".bn{last}")
    if spec.order in ("post", "bn_after_add"):
        layers.same(f".relu{last}", "relu")
    if shortcut_kind == "none" and layers.layers:
        layers.layers[0] = layers.layers[0]._replace(reads=(".branch",))
    return layers
