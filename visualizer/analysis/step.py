"""A change of some of a network's fields: the plans before and after it, and where they differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from visualizer.analysis.aspects import described
from visualizer.analysis.places import places
from visualizer.resnet import Block, Plan, ResNetSpec, plan

TOLD = 3
"""Blocks of a stage that tell what all of them are: between the first and the last all are equal."""


@dataclass(frozen=True)
class Step:
    """A network and the same one after a change of some of its fields, at one resolution in pixels."""

    first: ResNetSpec
    second: ResNetSpec
    resolution: int

    @cached_property
    def before(self) -> Plan:
        """The first network with at most three blocks a stage."""
        return _short(self.first, self.resolution)

    @cached_property
    def after(self) -> Plan:
        """The second network with at most three blocks a stage."""
        return _short(self.second, self.resolution)

    @cached_property
    def pairs(self) -> tuple[tuple[Block, Block], ...]:
        """The blocks that both have that differ."""
        before = {(block.stage, block.index): block for block in self.before.blocks}
        both = ((before.get((block.stage, block.index)), block) for block in self.after.blocks)
        return tuple((one, other) for one, other in both if one is not None and described(one) != described(other))

    @property
    def acts(self) -> bool:
        """Whether the networks differ at all."""
        ends = (self.before.stem, self.before.head) != (self.after.stem, self.after.head)
        return ends or self.first.depths != self.second.depths or bool(self.pairs)

    def where(self, pairs: Iterable[tuple[Block, Block]]) -> str:
        """Some of the pairs in words."""
        counts = [len(stage.blocks) for stage in self.after.stages]
        return places({(block.stage, block.index) for _, block in pairs}, counts)


@lru_cache(maxsize=64)
def _short(spec: ResNetSpec, resolution: int) -> Plan:
    return plan(replace(spec, depths=tuple(min(depth, TOLD) for depth in spec.depths)), resolution)
