"""A program with its convolutions fused: what follows one is done by oneDNN while the values are still in the cache.

A batch norm that alone reads a convolution is folded into its weights; a ReLU, or an addition with a value that is
already there and the ReLU after it, is applied as the convolution writes. Only where nobody asked to see what lies
between. The weights are copies in the type of number and the memory format that suit: the model is only read.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from visualizer.network.model import ResNet
from visualizer.network.program import Program, Progress, Step
from visualizer.resnet import Layer

Run = Callable[..., Tensor]


class Call(NamedTuple):
    """Make value number `writes` from the values `reads`, then let go of those in `drops`."""

    run: Run
    reads: tuple[int, ...]
    writes: int
    drops: tuple[int, ...]


class Fused:
    """A program's calls with weights of their own in `dtype`; `values` may be called by several threads at once.

    nbytes: of the weights. Raises RuntimeError where this torch or this processor cannot do it.
    """

    def __init__(self, model: ResNet, steps: Program, dtype: torch.dtype) -> None:
        self.dtype = dtype
        self.told = {address: number for step in steps for address, number in step.told}
        weights = _Weights(model, dtype)
        with torch.inference_mode():
            made = [(_run(weights, chain), chain) for chain in chains(steps)]
        self.nbytes = weights.nbytes
        self.calls = tuple(_calls([(run, *_ends(chain)) for run, chain in made], set(self.told.values())))

    def values(self, x: Tensor, progress: Progress | None = None) -> dict[str, Tensor]:
        """The values that the program tells, by address, for an input N×C×H×W."""
        held = {0: x.to(self.dtype, memory_format=torch.channels_last)}
        for done, call in enumerate(self.calls):
            if progress is not None:
                progress(done, len(self.calls))
            held[call.writes] = call.run(*[held[number] for number in call.reads])
            for number in call.drops:
                del held[number]
        return {address: held[number] for address, number in self.told.items()}


def chains(steps: Program) -> list[tuple[Step, ...]]:
    """The steps in groups that one call does: a convolution with what follows it, or a step alone."""
    readers = Counter(read for step in steps for read in step.reads)
    seen = {number for step in steps for _, number in step.told}
    next_of = {read: step for step in steps for read in step.reads}
    found: list[tuple[Step, ...]] = []
    taken: set[int] = set()
    there = {0}
    for step in steps:
        if step.writes in taken:
            continue
        chain = [step]
        while chain[-1].writes not in seen and readers[chain[-1].writes] == 1:
            following = next_of[chain[-1].writes]
            if not _goes_on(chain, following, there):
                break
            chain.append(following)
        taken.update(one.writes for one in chain)
        there.add(chain[-1].writes)
        found.append(tuple(chain))
    return found


def _goes_on(chain: list[Step], following: Step, there: set[int]) -> bool:
    """Whether a convolution and what it has taken up so far can take up this step too."""
    kinds = [step.layer.kind for step in chain]
    if kinds[0] != "conv" or kinds[-1] == "relu":
        return False
    if following.layer.kind == "bn":
        return kinds == ["conv"]
    if following.layer.kind == "add":
        others = [read for read in following.reads if read != chain[-1].writes]
        return "add" not in kinds and len(others) == 1 and others[0] in there
    return following.layer.kind == "relu"


def _ends(chain: tuple[Step, ...]) -> tuple[tuple[int, ...], int]:
    """What a chain reads from before it, and the value that it leaves."""
    inside = {step.writes for step in chain}
    return tuple(read for step in chain for read in step.reads if read not in inside), chain[-1].writes


def _calls(made: list[tuple[Run, tuple[int, ...], int]], kept: set[int]) -> list[Call]:
    """The calls, each with the values that it is the last to read or that nobody reads."""
    last = {number: place for place, (_, reads, writes) in enumerate(made) for number in (*reads, writes)}
    drops: list[list[int]] = [[] for _ in made]
    for number, place in last.items():
        if number not in kept:
            drops[place].append(number)
    return [Call(run, reads, writes, tuple(gone)) for (run, reads, writes), gone in zip(made, drops, strict=True)]


class _Weights:
    """Copies of a model's weights, in one type of number."""

    def __init__(self, model: ResNet, dtype: torch.dtype) -> None:
        self.model, self.dtype, self.nbytes = model, dtype, 0

    def module(self, step: Step) -> nn.Module | None:
        """A copy of a step's module; batch norm stays in float32, which torch takes beside shorter numbers."""
        if not step.module:
            return None
        found = copy.deepcopy(self.model.get_submodule(".".join(step.module)))
        self.nbytes += sum(tensor.nbytes for tensor in found.state_dict().values())
        return found if step.layer.kind == "bn" else found.to(self.dtype)

    def folded(self, conv: Step, norm: Step | None) -> tuple[Tensor, Tensor | None]:
        """Weights, in oneDNN's order for the plan's size, and bias of a convolution and the batch norm after it."""
        tensors = _doubles(self.model.get_submodule(".".join(conv.module)))
        weight, added = tensors["weight"], tensors.get("bias")
        if norm is not None:
            weight, added = _folded(weight, added, self.model.get_submodule(".".join(norm.module)))
        layer = conv.layer
        packed = torch.ops.mkldnn._reorder_convolution_weight(
            weight.to(self.dtype).contiguous(memory_format=torch.channels_last), *_geometry(layer), [1, *layer.input]
        )
        short = None if added is None else added.to(self.dtype)
        self.nbytes += weight.numel() * self.dtype.itemsize
        return packed, short


def _folded(weight: Tensor, bias: Tensor | None, norm: nn.Module) -> tuple[Tensor, Tensor]:
    """γ (w∗x + b − μ) / √(σ² + ε) + β as one convolution."""
    assert isinstance(norm, nn.BatchNorm2d)
    tensors = _doubles(norm)
    scale = tensors["weight"] / torch.sqrt(tensors["running_var"] + norm.eps)
    shift = tensors["bias"] - tensors["running_mean"] * scale
    return weight * scale[:, None, None, None], shift if bias is None else shift + bias * scale


def _doubles(module: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.double() for name, tensor in module.state_dict().items()}


def _geometry(layer: Layer) -> tuple[list[int], list[int], list[int], int]:
    """Padding, stride, dilation and groups, as oneDNN's operations want them."""
    return [layer.padding] * 2, [layer.stride] * 2, [1, 1], layer.groups


def _run(weights: _Weights, chain: tuple[Step, ...]) -> Run:
    """What does a chain."""
    first = chain[0]
    if first.layer.kind != "conv" or not first.module:
        module = weights.module(first)
        return lambda *inputs: first.apply(first.layer, module, *inputs)
    by_kind = {step.layer.kind: step for step in chain}
    weight, bias = weights.folded(first, by_kind.get("bn"))
    operation, geometry = torch.ops.mkldnn._convolution_pointwise, _geometry(first.layer)
    if "add" in by_kind:
        end = "relu" if "relu" in by_kind else None
        return lambda x, other: operation.binary(x, other, weight, bias, *geometry, "add", None, end, [], None)
    end = "relu" if "relu" in by_kind else "none"
    return lambda x: operation(x, weight, bias, *geometry, end, [], "")
