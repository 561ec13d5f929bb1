"""The filters that make a channel, and how strongly channels feed one another, read from a model's weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from visualizer.network.model import ResNet
from visualizer.network.program import UnknownAddress
from visualizer.resnet import Layer
from visualizer.resnet.errors import brief


class Kernels(NamedTuple):
    """What one output channel of a convolution adds up: a k×k filter for each of the input channels that it reads.

    first: the number of the first of these input channels; in a convolution without groups it is 0. weights: n×k×k
    float32 in memory of its own, as they are stored, before batch norm; of a classifier n×1×1. bias: 0 without one.
    """

    first: int
    weights: NDArray[np.float32]
    bias: float


def kernels(model: ResNet, layer: Layer, channel: int) -> Kernels:
    """The filters of one channel. Raises UnknownAddress: the layer is no convolution or has no such channel."""
    if layer.kind not in ("conv", "linear") or not 0 <= channel < layer.output[0]:
        raise UnknownAddress(f"There are no filters of channel {channel} of {brief(layer.path)}.")
    module = model.get_submodule(layer.path)
    weight, bias = module.weight, module.bias
    assert isinstance(weight, torch.Tensor)
    group = channel // (layer.output[0] // layer.groups)
    found = weight[channel].detach().numpy().copy()
    added = float(bias[channel].detach()) if isinstance(bias, torch.Tensor) else 0.0
    first = group * (layer.input[0] // layer.groups)
    return Kernels(first, found.reshape(len(found), *found.shape[1:] or (1, 1)), added)


def feeding(model: ResNet, layers: Sequence[Layer], channel: int) -> NDArray[np.float64]:
    """How strongly the weights lead from each input channel of the first layer (C) to a channel of the last one.

    layers: in a row, such as the branch of a block. Along each way from an input channel through the convolutions, the
    Frobenius norms ‖w‖ of the k×k filters are multiplied with each other and with the factors |γ|/√(σ² + ε) of the
    batch norms, and the ways are added. ReLUs count as open, and the gates of an attention as 1. Of one convolution
    alone this is ‖w‖ itself.
    """
    strength = np.zeros(layers[-1].output[0])
    strength[channel] = 1.0
    for layer in reversed(layers):
        beside = ".se." in layer.path and len(layers) > 1
        if layer.kind in ("conv", "linear") and not beside:
            strength = _through(model, layer, strength)
        elif layer.kind == "bn":
            strength = strength * _gains(model, layer)
    return strength


def _through(model: ResNet, layer: Layer, strength: NDArray[np.float64]) -> NDArray[np.float64]:
    weight = model.get_submodule(layer.path).weight
    assert isinstance(weight, torch.Tensor)
    norms = np.sqrt(np.square(weight.detach().numpy(), dtype=np.float64).reshape(*weight.shape[:2], -1).sum(axis=2))
    by_group = norms.reshape(layer.groups, -1, norms.shape[1])
    found: NDArray[np.float64] = np.einsum("go,goi->gi", strength.reshape(layer.groups, -1), by_group).ravel()
    return found


def _gains(model: ResNet, layer: Layer) -> NDArray[np.float64]:
    module = model.get_submodule(layer.path)
    assert isinstance(module, torch.nn.BatchNorm2d)
    assert module.running_var is not None
    scale = module.weight.detach().numpy().astype(np.float64)
    variance = module.running_var.numpy().astype(np.float64)
    found: NDArray[np.float64] = np.abs(scale) / np.sqrt(variance + module.eps)
    return found
