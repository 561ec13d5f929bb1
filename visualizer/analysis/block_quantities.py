"""What a block is large in: parameters, MACs, memory for training, receptive field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import prod

from visualizer.analysis.costs import costs
from visualizer.analysis.dataflow import operations
from visualizer.analysis.lifetimes import kept
from visualizer.analysis.receptive_field import receptive_fields
from visualizer.resnet import Layer, Plan

Values = dict[str, float]
"""Numbers by path: of every block, and of the layers of stem and head that have any of this."""
FLOAT32 = 4


def params(plan: Plan) -> Values:
    """Learned parameters."""
    return _values(plan, {path: cost.params for path, cost in costs(plan).by_path.items()})


def macs(plan: Plan) -> Values:
    """Multiply-accumulates for one picture."""
    return _values(plan, {path: cost.macs for path, cost in costs(plan).by_path.items()})


def memory(plan: Plan) -> Values:
    """Bytes in float32 of the layer outputs that autograd keeps of one picture for the way back (`lifetimes.kept`).

    Each memory counts once, where it was first written: a ReLU in place has none of its own. Not in it are batch norm's
    statistics, the positions of maxima, and the picture itself.
    """
    steps = operations(plan)
    homes: dict[int, int] = {}  # by value, the value in whose memory it stands
    for step in steps:
        homes[step.writes] = step.writes if step.within is None else homes[step.within]
    held = {homes[value] for step in steps for value in kept(step) if value}
    sizes = {step.layer.path: FLOAT32 * prod(step.layer.output) for step in steps if step.writes in held}
    return _values(plan, sizes)


def field(plan: Plan) -> Values:
    """Side in pixels of the receptive field after it, along the longest path."""
    fields = receptive_fields(plan)
    found: Values = {layer.path: fields[layer.path].size for layer in _outer(plan)}
    return found | {block.path: fields[block.layers[-1].path].size for block in plan.blocks}


def _outer(plan: Plan) -> Iterator[Layer]:
    yield from plan.stem
    yield from plan.head


def _values(plan: Plan, of_layers: Mapping[str, float]) -> Values:
    """Sums by block; layers of stem and head that have nothing are left out."""
    found: Values = {
        block.path: sum(of_layers.get(layer.path, 0) for layer in block.layers) for block in plan.blocks
    }
    return {layer.path: of_layers[layer.path] for layer in _outer(plan) if of_layers.get(layer.path)} | found


QUANTITIES: Mapping[str, Callable[[Plan], Values]] = {"params": params, "macs": macs, "memory": memory, "field": field}
"""By the name that a view has for it."""
