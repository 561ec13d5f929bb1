"""Costs of a plan, by arithmetic: a table from a layer's kind to its formulas.

What is counted (docs/conventions.md): a MAC is one multiply-accumulate in a convolution or linear layer, and FLOPs
are twice the MACs. Element-wise work (BN, ReLU, pooling, addition) is counted in operations of its own and never
mixed in. Parameters are learned numbers; BN's running mean and variance are buffers. Activations are the output
elements of convolution and linear layers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import NamedTuple, Protocol

from visualizer.resnet import Block, Layer, Plan
from visualizer.resnet.sequential import windows


class Cost(NamedTuple):
    """Counts for one picture: learned parameters, buffers, MACs, element-wise operations, output elements."""

    params: int = 0
    buffers: int = 0
    macs: int = 0
    elementwise: int = 0
    activations: int = 0

    @property
    def flops(self) -> int:
        """Floating-point operations, counted as 2 per MAC."""
        return 2 * self.macs


def _conv(layer: Layer) -> Cost:
    """k·k·C_in/g·C_out weights, each used once per output position."""
    channels, height, width = layer.output
    weights = layer.kernel * layer.kernel * (layer.input[0] // layer.groups) * channels
    area = height * width
    return Cost(weights + (channels if layer.bias else 0), 0, weights * area, 0, channels * area)


def _conv1d(layer: Layer) -> Cost:
    """ECA's convolution across channels: k weights, each used once per channel."""
    return Cost(layer.kernel, 0, layer.kernel * layer.output[0], 0, layer.output[0])


def _linear(layer: Layer) -> Cost:
    (inputs,), (outputs,) = layer.input, layer.output
    return Cost(inputs * outputs + (outputs if layer.bias else 0), 0, inputs * outputs, 0, outputs)


def _bn(layer: Layer) -> Cost:
    """Scale and shift are learned; mean and variance are buffers. Two operations an element: one scale, one shift."""
    channels = layer.output[0]
    return Cost(2 * channels, 2 * channels, 0, 2 * prod(layer.output), 0)


def _once(layer: Layer) -> Cost:
    """One operation an output element: ReLU, sigmoid, addition, scaling."""
    return Cost(elementwise=prod(layer.output))


def _window(layer: Layer) -> Cost:
    """One operation for each element of each window."""
    return Cost(elementwise=layer.kernel * layer.kernel * prod(layer.output))


def _adaptive_pool(layer: Layer) -> Cost:
    """One operation for each element of each window, whose sizes differ."""
    channels, height, width = layer.output
    rows, columns = sum(windows(layer.input[1], height)), sum(windows(layer.input[2], width))
    return Cost(elementwise=channels * rows * columns)


def _nothing(layer: Layer) -> Cost:
    """Elements are moved, not computed."""
    return Cost()


FORMULAS: dict[str, Callable[[Layer], Cost]] = {
    "conv": _conv,
    "conv1d": _conv1d,
    "linear": _linear,
    "bn": _bn,
    "relu": _once,
    "sigmoid": _once,
    "add": _once,
    "scale": _once,
    "maxpool": _window,
    "avgpool": _window,
    "global_pool": _window,
    "adaptive_pool": _adaptive_pool,
    "pad": _nothing,
    "flatten": _nothing,
}


def layer_cost(layer: Layer) -> Cost:
    """Cost of one layer; KeyError for a kind that has no formula, so that nothing is silently counted as zero."""
    return FORMULAS[layer.kind](layer)


def total(parts: Iterable[Cost]) -> Cost:
    """The sum, count by count."""
    return Cost(*map(sum, zip(Cost(), *parts, strict=True)))


class Layered(Protocol):
    """Whatever has layers: a plan, a stage, a block, a sequential network, a section of one."""

    @property
    def layers(self) -> tuple[Layer, ...]: ...


def cost_of(part: Layered) -> Cost:
    """Cost of all layers of a part; KeyError for a kind that has no formula. A whole plan is quicker by `costs`."""
    return total(map(layer_cost, part.layers))


@dataclass(frozen=True)
class CostTable:
    """Costs of every layer of a plan, and their sums by block, stage and network."""

    plan: Plan
    layers: tuple[Cost, ...]

    @cached_property
    def by_path(self) -> dict[str, Cost]:
        """Cost of each layer by its path."""
        return {layer.path: cost for layer, cost in zip(self.plan.layers, self.layers, strict=True)}

    def of(self, layers: Iterable[Layer]) -> Cost:
        """Cost of some layers of the plan together."""
        by_path = self.by_path
        return total(by_path[layer.path] for layer in layers)

    @cached_property
    def _forms(self) -> dict[int, Cost]:
        examples = {block.form: block for block in self.plan.blocks}
        return {form: self.of(block.layers) for form, block in examples.items()}

    def block(self, block: Block) -> Cost:
        """Cost of one block: branch, shortcut, and what follows the addition."""
        return self._forms[block.form]

    @cached_property
    def stages(self) -> tuple[Cost, ...]:
        """Cost of each stage, in order."""
        return tuple(total(self.block(block) for block in stage.blocks) for stage in self.plan.stages)

    @cached_property
    def stem(self) -> Cost:
        return self.of(self.plan.stem)

    @cached_property
    def head(self) -> Cost:
        return self.of(self.plan.head)

    @cached_property
    def total(self) -> Cost:
        """Cost of the whole network."""
        return total((self.stem, *self.stages, self.head))


def costs(plan: Plan) -> CostTable:
    """The cost table of a plan. Layers of equal blocks are computed once."""
    by_form: dict[int, tuple[Cost, ...]] = {}
    rows = [layer_cost(layer) for layer in plan.stem]
    for block in plan.blocks:
        cost = by_form.get(block.form)
        if cost is None:
            cost = by_form[block.form] = tuple(layer_cost(layer) for layer in block.layers)
        rows.extend(cost)
    rows.extend(layer_cost(layer) for layer in plan.head)
    return CostTable(plan, tuple(rows))
