"""Memory for inference and for a training step, by batch size, precision and optimiser, and for CKA.

Weights, buffers, gradients and the optimiser's state are counted from the plan; what is alive at the peak comes from
lifetimes.py. Left out, since they depend on library and device: the work memory of convolutions and batch norm, the
loss, the allocator's rounding and what it keeps for later. Gradients are counted as there all the time (they are from
the second step on, unless a training loop gives them back between the steps).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from visualizer.analysis.costs import costs
from visualizer.analysis.dataflow import operations
from visualizer.analysis.lifetimes import Lifetimes, kept
from visualizer.resnet import Layer, Plan

COUNTER = 8
"""Bytes of a batch norm's count of batches."""
COPIED = ("conv", "conv1d", "linear")
"""Kinds whose weights mixed precision copies to 16 bits."""


class Precision(NamedTuple):
    """Bytes of a weight (and of its gradient and its optimiser's numbers), of a value, and of a copied weight."""

    words: str
    weight: int
    value: int
    copy: int = 0


PRECISIONS: dict[str, Precision] = {
    "float32": Precision("weights and values in 4 bytes each", 4, 4),
    "float16": Precision("weights and values in 2 bytes each; bfloat16 is the same", 2, 2),
    "mixed": Precision("values in 2 bytes, weights in 4 with a copy in 2 for convolutions and classifier", 4, 2, 2),
}
OPTIMISERS: dict[str, int] = {"SGD": 0, "SGD with momentum": 1, "Adam": 2}
"""Numbers that an optimiser keeps for each parameter."""


class Memory(NamedTuple):
    """Bytes by part at the moment when most is alive: while `layer` is computed, on the way back if `backward`.

    `values` are layer outputs, their gradients and what autograd keeps; `kept` is what it keeps when the forward pass
    has ended (0 for inference).
    """

    weights: int
    copies: int
    gradients: int
    optimiser: int
    pictures: int
    values: int
    kept: int
    layer: Layer
    backward: bool

    @property
    def parts(self) -> dict[str, int]:
        """Each part in words, with its bytes; those that there are."""
        found = {
            "Weights and buffers": self.weights,
            "16-bit copies of weights": self.copies,
            "Gradients of weights": self.gradients,
            "State of the optimiser": self.optimiser,
            "Pictures": self.pictures,
            "Values alive at the peak": self.values,
        }
        return {words: size for words, size in found.items() if size}

    @property
    def total(self) -> int:
        return sum(self.parts.values())


class LayerMemory(NamedTuple):
    """A layer's output for one picture: its elements, whether it takes memory of its own, and whether it is kept.

    `own` is false where it stands in its input's memory; `kept` says that autograd keeps it for the way back.
    """

    layer: Layer
    elements: int
    own: bool
    kept: bool


def inference(plan: Plan, batch: int, precision: str) -> Memory:
    """A forward pass of `batch` pictures that keeps nothing."""
    sizes = PRECISIONS[precision]
    peak = Lifetimes(plan, batch, sizes.value, sizes.weight).inference()
    return Memory(
        _weights(plan, sizes), _copies(plan, sizes), 0, 0, _pictures(plan, batch, sizes), peak.bytes, 0,
        peak.layer, False,
    )  # fmt: skip


def training(plan: Plan, batch: int, precision: str, optimiser: str) -> Memory:
    """One training step of `batch` pictures: forward pass and the way back."""
    sizes, params = PRECISIONS[precision], costs(plan).total.params
    peak, saved = Lifetimes(plan, batch, sizes.value, sizes.weight + sizes.copy).training()
    return Memory(
        _weights(plan, sizes), _copies(plan, sizes),
        params * sizes.weight, params * sizes.weight * OPTIMISERS[optimiser],
        _pictures(plan, batch, sizes), peak.bytes, saved, peak.layer, peak.backward,
    )  # fmt: skip


def layers(plan: Plan) -> Iterator[LayerMemory]:
    """Every layer's output, in order."""
    steps = operations(plan)
    needed = {value for step in steps for value in kept(step)}
    for step in steps:
        yield LayerMemory(step.layer, prod(step.layer.output), step.within is None, step.writes in needed)


def similarity_values(plan: Plan, count: int, branch: bool) -> int:
    """Bytes in float32 of what CKA keeps at once: `count` pictures, and of each the values at the largest block.

    branch: F(x) is compared, and beside it waits what it is added to.
    """
    outputs = [plan.stem[-1].output, *(block.output for block in plan.blocks)]
    return 4 * count * (prod(plan.input) + (2 if branch else 1) * max(map(prod, outputs)))


def _weights(plan: Plan, sizes: Precision) -> int:
    total = costs(plan).total
    counters = sum(layer.kind == "bn" for layer in plan.layers)
    return (total.params + total.buffers) * sizes.weight + counters * COUNTER


def _copies(plan: Plan, sizes: Precision) -> int:
    table = costs(plan)
    return sizes.copy * table.of(layer for layer in plan.layers if layer.kind in COPIED).params


def _pictures(plan: Plan, batch: int, sizes: Precision) -> int:
    """The input; mixed precision has it in float32 and in 16 bits."""
    return prod(plan.input) * batch * (sizes.value + (4 if sizes.copy else 0))
