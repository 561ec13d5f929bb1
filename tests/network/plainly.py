"""Every value of a network, computed the plain way: layer after layer, nothing in place, nothing let go."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from visualizer.network import ResNet
from visualizer.resnet import Layer

Values = dict[str, Tensor]


def values(model: ResNet, x: Tensor, off: Collection[str] = ()) -> Values:
    """By address, in the order of a walk. Running statistics of BN are read and left as they are."""
    found: Values = {}

    def chain(layers: tuple[Layer, ...], x: Tensor) -> Tensor:
        for layer in layers:
            inputs = [found[address] for address in layer.reads] or [x]
            x = found[layer.path] = KINDS[layer.kind](layer, _module(model, layer), *inputs)
        return x

    x = chain(model.plan.stem, x)
    for block in model.plan.blocks:
        found[f"{block.path}.x"] = x
        branch = chain(block.branch, x)
        out = found[f"{block.path}.branch"] = torch.zeros_like(branch) if block.path in off else branch
        after = block.after
        if block.shortcut_kind != "none":
            found[f"{block.path}.shortcut"] = chain(block.shortcut, x)
            out = found[f"{block.path}.sum"] = chain(after[:1], out)
            after = after[1:]
        x = found[f"{block.path}.out"] = chain(after, out)
    chain(model.plan.head, x)
    return found


def _module(model: ResNet, layer: Layer) -> nn.Module | None:
    return model.get_submodule(layer.path) if layer.kind in ("conv", "conv1d", "bn", "linear") else None


def _bn(layer: Layer, module: Any, x: Tensor) -> Tensor:
    mean, variance = (None, None) if module.training else (module.running_mean, module.running_var)
    return functional.batch_norm(x, mean, variance, module.weight, module.bias, module.training, eps=layer.eps)


def _conv1d(layer: Layer, module: Any, x: Tensor) -> Tensor:
    rows = x.reshape(x.shape[0], 1, -1)
    return functional.conv1d(rows, module.weight, padding=layer.padding).reshape(x.shape)


def _pad(layer: Layer, module: Any, x: Tensor) -> Tensor:
    kept = x[:, : layer.output[0], :: layer.stride, :: layer.stride]
    missing = layer.output[0] - kept.shape[1]
    return torch.cat([kept, kept.new_zeros(len(x), missing, *kept.shape[2:])], dim=1)


def _bordered(layer: Layer, x: Tensor) -> Tensor:
    return functional.pad(x, (1, 1, 1, 1), value=0.0 if layer.zero_border else float("-inf"))


KINDS: dict[str, Callable[..., Tensor]] = {
    "conv": lambda layer, m, x: functional.conv2d(
        x, m.weight, m.bias, layer.stride, layer.padding, groups=layer.groups
    ),
    "conv1d": _conv1d,
    "bn": _bn,
    "linear": lambda layer, m, x: functional.linear(x, m.weight, m.bias),
    "relu": lambda layer, m, x: x.relu(),
    "sigmoid": lambda layer, m, x: x.sigmoid(),
    "maxpool": lambda layer, m, x: functional.max_pool2d(_bordered(layer, x), 3, 2),
    "avgpool": lambda layer, m, x: functional.avg_pool2d(x, 2, 2, ceil_mode=True, count_include_pad=False),
    "global_pool": lambda layer, m, x: functional.adaptive_avg_pool2d(x, 1),
    "pad": _pad,
    "add": lambda layer, m, branch, shortcut: branch + shortcut,
    "scale": lambda layer, m, x, gate: x * gate,
    "flatten": lambda layer, m, x: x.flatten(1),
}
