"""Two models with the same weights on the same pictures: outputs, running statistics, gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

Tensors = dict[str, Tensor]


class Pass(NamedTuple):
    """What one model makes of pictures, by the names that ours has for the statistics."""

    evaluated: Tensor
    trained: Tensor
    gradient: Tensor
    statistics: Tensors


def weights(like: Mapping[str, Tensor], dtype: torch.dtype = torch.float32) -> Tensors:
    """Random numbers for every tensor of a state dict, such that every one of them matters to the output."""
    generator = torch.Generator().manual_seed(0)
    found: Tensors = {}
    for name, tensor in like.items():
        shape, kind = tensor.shape, name.rsplit(".", 1)[-1]
        if kind == "num_batches_tracked":
            found[name] = torch.zeros(shape, dtype=torch.long)
        elif tensor.dim() > 1:
            scale = math.sqrt(2 / math.prod(shape[1:]))
            found[name] = torch.randn(shape, generator=generator, dtype=dtype) * scale
        elif kind in ("running_var", "weight"):
            found[name] = torch.rand(shape, generator=generator, dtype=dtype) + 0.5
        else:
            found[name] = torch.randn(shape, generator=generator, dtype=dtype) / 10
    return found


def pictures(number: int, side: int, channels: int = 3, dtype: torch.dtype = torch.float32) -> Tensor:
    """Random pictures, N×C×H×W."""
    generator = torch.Generator().manual_seed(1)
    return torch.randn(number, channels, side, side, generator=generator, dtype=dtype)


def loss(logits: Tensor) -> Tensor:
    """A loss that no symmetry makes vanish."""
    return (logits.softmax(1) * torch.linspace(-1, 1, logits.shape[1]).to(logits)).sum() + logits.square().mean()


def passed(model: nn.Module, x: Tensor, name: Callable[[str], str] = lambda own: own) -> Pass:
    """One picture in evaluation mode, then all in training mode; `name` is ours for one of the model's tensors."""
    model.eval()
    with torch.no_grad():
        evaluated = model(x[:1])
    model.train()
    first = next(parameter for parameter in model.parameters() if parameter.dim() == 4)
    trained = model(x)
    (gradient,) = torch.autograd.grad(loss(trained), first)
    buffers = {name(own): buffer.clone() for own, buffer in model.named_buffers()}
    return Pass(evaluated, trained.detach(), gradient, buffers)


def assert_same(ours: Pass, theirs: Pass, within: float = 0.0) -> None:
    """Every number equal, and none of them trivially so.

    Running statistics are equal to the last bit; outputs and gradient too, unless they may differ by `within`, as a
    share of the largest.
    """
    assert not torch.equal(ours.evaluated, ours.trained[:1])
    assert ours.gradient.isfinite().all()
    assert ours.gradient.any()
    for name in ("evaluated", "trained", "gradient"):
        one, other = getattr(ours, name), getattr(theirs, name)
        assert torch.equal(one, other) if not within else distance(one, other) <= within, (name, distance(one, other))
    assert set(ours.statistics) == set(theirs.statistics)
    for name, value in theirs.statistics.items():
        assert torch.equal(ours.statistics[name], value), name
        assert not name.endswith("num_batches_tracked") or value == 1, name


def distance(one: Tensor, other: Tensor) -> float:
    """The largest difference as a share of the largest value."""
    return float(((one - other).abs().max() / other.abs().max()).detach())
