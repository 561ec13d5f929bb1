"""Networks side by side, stage by stage: which block of the one stands beside which block of the other.

Stages are aligned by number. Within a stage the network that has most blocks is the measure; a shorter one leaves one
gap, where most of its blocks then stand beside an equal one, and at the end of the stage if that makes no difference.
So blocks are paired by index, except where a stage's last block is special (`stride_block=last`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from visualizer.analysis.aspects import described
from visualizer.resnet import Block, Plan, Stage
from visualizer.resnet.nodes import find

Column = tuple[Block | None, ...]
"""Blocks that stand side by side, one a network; None where a network has none."""


class StageColumns(NamedTuple):
    """A stage by its number, from 1, and its columns in order; as many as the longest of the networks has blocks."""

    number: int
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Alignment:
    """Networks side by side; every block of each stands in exactly one column, and their order is kept."""

    plans: tuple[Plan, ...]

    @cached_property
    def stages(self) -> tuple[StageColumns, ...]:
        """Every stage that one of the networks has."""
        deepest = max(len(plan.stages) for plan in self.plans)
        return tuple(StageColumns(number, self._columns(number)) for number in range(1, deepest + 1))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of all stages."""
        return tuple(column for stage in self.stages for column in stage.columns)

    def counterpart(self, place: int, path: str, other: int) -> str:
        """What stands in the network at `other` beside the stage, block or layer of the network at `place`.

        The block of a layer that the other network lacks; "" if there is nothing beside it.
        """
        stage, *rest = path.split(".", 2)
        if rest and stage.removeprefix("layer").isdigit():
            beside = self._beside.get((place, f"{stage}.{rest[0]}"))
            block = beside[other] if beside else None
            if block is None:
                return ""
            within = find(self.plans[other], ".".join((block.path, *rest[1:])))
            return within.path if within else block.path
        found = find(self.plans[other], path)
        return found.path if found else ""

    @cached_property
    def _beside(self) -> dict[tuple[int, str], Column]:
        return {(place, block.path): column for column in self.columns for place, block in enumerate(column) if block}

    @cached_property
    def _described(self) -> list[dict[int, tuple[str, ...]]]:
        """Each network's forms of blocks in words; blocks of one form are equal but for their place."""
        return [
            {form: described(block) for form, block in {block.form: block for block in plan.blocks}.items()}
            for plan in self.plans
        ]

    def _columns(self, number: int) -> tuple[Column, ...]:
        blocks = [_stage(plan, number).blocks if len(plan.stages) >= number else () for plan in self.plans]
        words = [
            [known[block.form] for block in row] for known, row in zip(self._described, blocks, strict=True)
        ]  # fmt: skip
        longest = max(words, key=len)
        rows = [_spread(row, before(said, longest), len(longest)) for row, said in zip(blocks, words, strict=True)]
        return tuple(zip(*rows, strict=True))


def _stage(plan: Plan, number: int) -> Stage:
    return plan.stages[number - 1]


def _spread(blocks: Sequence[Block], before: int, length: int) -> tuple[Block | None, ...]:
    """A row of blocks with its gap after the first `before`."""
    return (*blocks[:before], *[None] * (length - len(blocks)), *blocks[before:])


def before(row: Sequence[object], longest: Sequence[object]) -> int:
    """After how many of a row's things its gap stands, so that most of them are beside an equal one of the longest."""
    missing = len(longest) - len(row)
    left = accumulate((one == other for one, other in zip(row, longest, strict=False)), initial=0)
    beside = [one == other for one, other in zip(row, longest[missing:], strict=True)]
    right = list(accumulate(reversed(beside), initial=0))[::-1]
    equal = [a + b for a, b in zip(left, right, strict=True)]
    return max(range(len(equal)), key=lambda number: (equal[number], number))
