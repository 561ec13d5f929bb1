"""How torch does each kind of layer: a table from a plan's kind to a module, its tensors and its forward function."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from visualizer.resnet import Layer, Shape


class Operation(NamedTuple):
    """One kind of layer.

    `apply(layer, module, *inputs)` computes its value; `module` is None for a kind without tensors. `in_place` does
    the same into the memory of the first input. `writable` says that a later operation may do so to this one's
    output: it is memory of its own, and no gradient is computed from it (as ReLU's and the sigmoid's are).
    """

    apply: Callable[..., Tensor]
    module: Callable[[Layer], nn.Module] | None = None
    tensors: Callable[[Layer], dict[str, Shape]] = lambda layer: {}
    in_place: Callable[..., Tensor] | None = None
    writable: bool = False


def _through_module(layer: Layer, module: nn.Module, x: Tensor) -> Tensor:
    return module(x)  # type: ignore[no-any-return]


def _conv(layer: Layer) -> nn.Module:
    return nn.Conv2d(
        layer.input[0], layer.output[0], layer.kernel, stride=layer.stride, padding=layer.padding,
        groups=layer.groups, bias=layer.bias, device="meta",
    )  # fmt: skip


def _conv_tensors(layer: Layer) -> dict[str, Shape]:
    weight = (layer.output[0], layer.input[0] // layer.groups, layer.kernel, layer.kernel)
    return {"weight": weight, "bias": weight[:1]} if layer.bias else {"weight": weight}


def _conv1d(layer: Layer) -> nn.Module:
    return nn.Conv1d(1, 1, layer.kernel, padding=layer.padding, bias=False, device="meta")


def _across_channels(layer: Layer, module: nn.Module, x: Tensor) -> Tensor:
    """ECA's convolution: N×C×1×1 as N rows of C numbers, and back (Wang et al. 2020, fig. 2c)."""
    return module(x.flatten(1).unsqueeze(1)).reshape(x.shape)  # type: ignore[no-any-return]


def _bn(layer: Layer) -> nn.Module:
    return nn.BatchNorm2d(layer.output[0], eps=layer.eps, device="meta")


def _bn_tensors(layer: Layer) -> dict[str, Shape]:
    names = ("weight", "bias", "running_mean", "running_var")
    return {**dict.fromkeys(names, layer.output[:1]), "num_batches_tracked": ()}


def _linear(layer: Layer) -> nn.Module:
    return nn.Linear(layer.input[0], layer.output[0], bias=layer.bias, device="meta")


def _linear_tensors(layer: Layer) -> dict[str, Shape]:
    tensors: dict[str, Shape] = {"weight": (layer.output[0], layer.input[0])}
    return {**tensors, "bias": layer.output} if layer.bias else tensors


def _relu(layer: Layer, module: None, x: Tensor) -> Tensor:
    return torch.relu(x)


def _relu_in_place(layer: Layer, module: None, x: Tensor) -> Tensor:
    return torch.relu_(x)


def _sigmoid(layer: Layer, module: None, x: Tensor) -> Tensor:
    return torch.sigmoid(x)


def _maxpool(layer: Layer, module: None, x: Tensor) -> Tensor:
    if layer.zero_border:
        return functional.max_pool2d(functional.pad(x, [layer.padding] * 4), layer.kernel, layer.stride)
    return functional.max_pool2d(x, layer.kernel, layer.stride, layer.padding)


def _avgpool(layer: Layer, module: None, x: Tensor) -> Tensor:
    """ResNet-D's average before a projection, as timm has it: an odd edge is averaged over what is there."""
    return functional.avg_pool2d(x, layer.kernel, layer.stride, ceil_mode=True, count_include_pad=False)


def _global_pool(layer: Layer, module: None, x: Tensor) -> Tensor:
    return functional.adaptive_avg_pool2d(x, 1)


def _pad(layer: Layer, module: None, x: Tensor) -> Tensor:
    """Option A: subsample, then append zero channels, or drop surplus ones (He et al. 2015, sec. 3.3)."""
    channels, stride = layer.output[0], layer.stride
    return functional.pad(x[:, :channels, ::stride, ::stride], (0, 0, 0, 0, 0, max(0, channels - layer.input[0])))


def _add(layer: Layer, module: None, x: Tensor, y: Tensor) -> Tensor:
    return x + y


def _add_in_place(layer: Layer, module: None, x: Tensor, y: Tensor) -> Tensor:
    return x.add_(y)


def _scale(layer: Layer, module: None, x: Tensor, gate: Tensor) -> Tensor:
    return x * gate


def _flatten(layer: Layer, module: None, x: Tensor) -> Tensor:
    return torch.flatten(x, 1)


def zeros(layer: Layer, module: None, like: Tensor) -> Tensor:
    """What a block's branch adds when it is left out; in no plan."""
    return torch.zeros_like(like)


OPERATIONS: dict[str, Operation] = {
    "conv": Operation(_through_module, _conv, _conv_tensors, writable=True),
    "conv1d": Operation(_across_channels, _conv1d, lambda layer: {"weight": (1, 1, layer.kernel)}),
    "bn": Operation(_through_module, _bn, _bn_tensors, writable=True),
    "linear": Operation(_through_module, _linear, _linear_tensors, writable=True),
    "relu": Operation(_relu, in_place=_relu_in_place),
    "sigmoid": Operation(_sigmoid),
    "maxpool": Operation(_maxpool),
    "avgpool": Operation(_avgpool),
    "global_pool": Operation(_global_pool),
    "pad": Operation(_pad),
    "add": Operation(_add, in_place=_add_in_place, writable=True),
    "scale": Operation(_scale, writable=True),
    "flatten": Operation(_flatten),
}
"""Every kind of `visualizer.resnet`; a kind without a row raises KeyError."""
