"""What one change of a network would cost: a block more in a stage, another shortcut, stem, block, stride, order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from visualizer.analysis.costs import Cost, costs
from visualizer.analysis.format import relative
from visualizer.resnet import Plan, ResNetSpec, SpecError, plan
from visualizer.resnet.spec import ATTENTIONS, BLOCKS, ORDERS, SHORTCUTS, STEMS, STRIDE_BLOCKS, STRIDES_ON


class Step(NamedTuple):
    """A network one change away.

    field: what changes, and value: to what; for one more block that is `depths` and the number of the stage, from 1.
    fields: all the fields to set. difference, weighted_layers: the counts of `spec` minus those of the first network,
    which are `base`.
    """

    field: str
    value: str | int
    fields: dict[str, Any]
    spec: ResNetSpec
    difference: Cost
    weighted_layers: int
    base: Cost

    @property
    def params(self) -> str:
        """Parameters in percent of what they were: "+0.28 %"."""
        return relative(self.difference.params, self.base.params)

    @property
    def macs(self) -> str:
        """MACs, and so FLOPs, in percent of what they were."""
        return relative(self.difference.macs, self.base.macs)


CHOICES = {
    "shortcut": SHORTCUTS,
    "stem": STEMS,
    "block": BLOCKS,
    "stride_on": STRIDES_ON,
    "stride_block": STRIDE_BLOCKS,
    "order": ORDERS,
    "attention": ATTENTIONS,
}
"""The fields that are changed, one at a time, and what each can be."""


def steps(network: Plan) -> tuple[Step, ...]:
    """Every network that is one change away from this one, at the same resolution, with what the change costs."""
    base, layers = costs(network).total, network.weighted_layers
    found = []
    for field, value, fields in _changes(network.spec):
        try:
            spec = replace(network.spec, **fields)
        except SpecError:  # not every change goes with every network: wide groups, a stem width that 3 does not divide
            continue
        after, weighted = totals(spec, network.resolution)
        difference = Cost(*(now - was for now, was in zip(after, base, strict=True)))
        found.append(Step(field, value, fields, spec, difference, weighted - layers, base))
    return tuple(found)


def totals(spec: ResNetSpec, resolution: int) -> tuple[Cost, int]:
    """Costs and weighted layers of a network, in a time that does not grow with its depth.

    Between a stage's first block and its last all are equal, so a plan with one of them says what the others add.
    """
    short = plan(replace(spec, depths=tuple(min(depth, 3) for depth in spec.depths)), resolution)
    table, layers = costs(short), short.weighted_layers
    counts = list(table.total)
    for depth, stage in zip(spec.depths, short.stages, strict=True):
        more = depth - len(stage.blocks)
        if more:
            block = stage.blocks[1]
            counts = [count + more * one for count, one in zip(counts, table.block(block), strict=True)]
            layers += more * sum(layer.weighted for layer in block.layers)
    return Cost(*counts), layers


def _changes(spec: ResNetSpec) -> Iterator[tuple[str, str | int, dict[str, Any]]]:
    """A field, its new value, and all the fields that make the change."""
    for index, depth in enumerate(spec.depths):
        yield "depths", index + 1, {"depths": (*spec.depths[:index], depth + 1, *spec.depths[index + 1 :])}
    for field, choices in CHOICES.items():
        if field == "stride_on" and spec.block == "basic":  # a basic block has no 1×1 to stride on
            continue
        others = (choice for choice in choices if choice != getattr(spec, field))
        yield from ((field, choice, {field: choice, **_along(choice)}) for choice in others)


def _along(choice: str) -> dict[str, Any]:
    """What has to change with a choice: a basic block has no groups and no inner width."""
    return {"groups": 1, "width_per_group": 64} if choice == "basic" else {}
