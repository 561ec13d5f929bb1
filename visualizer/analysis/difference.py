"""What differs between two networks: block by block, row by row of Table 1, and in total.

Blocks are compared with those that stand beside them (`alignment`). Differences of counts are second − first, and what
a network lacks counts 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from visualizer.analysis.alignment import Alignment
from visualizer.analysis.aspects import Change, block_changes
from visualizer.analysis.costs import Cost, costs
from visualizer.analysis.table import StageRow, stage_rows
from visualizer.resnet import Block, Plan


class BlockPair(NamedTuple):
    """Blocks of two networks that stand side by side; None where a network has none."""

    first: Block | None
    second: Block | None
    changes: tuple[Change, ...]

    @property
    def path(self) -> str:
        """The second network's path of the block, or the first's of one that the second lacks."""
        block = self.second or self.first
        return block.path if block else ""

    @property
    def differs(self) -> bool:
        return self.first is None or self.second is None or bool(self.changes)


class RowPair(NamedTuple):
    """A row of Table 1 ("stem", "pool", "stage 1", …, "head") of each network; None where a network has none."""

    name: str
    first: StageRow | None
    second: StageRow | None

    @property
    def params(self) -> int:
        """Parameters, second − first."""
        return (self.second.params if self.second else 0) - (self.first.params if self.first else 0)

    @property
    def macs(self) -> int:
        """MACs, second − first."""
        return (self.second.macs if self.second else 0) - (self.first.macs if self.first else 0)


@dataclass(frozen=True)
class Difference:
    """Two networks side by side; every block and every row of either is in exactly one pair."""

    first: Plan
    second: Plan

    @cached_property
    def blocks(self) -> tuple[BlockPair, ...]:
        """Every pair of blocks, in the order of the networks."""
        return tuple(_block_pairs(self.first, self.second))

    @cached_property
    def rows(self) -> tuple[RowPair, ...]:
        """Every pair of rows, from stem to head."""
        return tuple(RowPair(name, first, second) for name, (first, second) in aligned_rows((self.first, self.second)))

    @cached_property
    def total(self) -> Cost:
        """Counts of the whole networks, second − first."""
        pairs = zip(costs(self.first).total, costs(self.second).total, strict=True)
        return Cost(*(second - first for first, second in pairs))


def aligned_rows(plans: Sequence[Plan]) -> list[tuple[str, tuple[StageRow | None, ...]]]:
    """The rows of Table 1 of several networks by name, from stem to head, one a network; None for what one lacks."""
    tables = [{row.name: row for row in stage_rows(plan)} for plan in plans]
    stages = max((plan.stages for plan in plans), key=len)
    names = ("stem", "pool", *(stage.name for stage in stages), "head")
    found = [(name, tuple(table.get(name) for table in tables)) for name in names]
    return [(name, rows) for name, rows in found if any(rows)]


def marks(first: Plan, second: Plan, name: str) -> dict[str, str]:
    """By path, how each block of the second network differs from the first's, whose name is given, in words."""
    found = {}
    for pair in Difference(first, second).blocks:
        if pair.second is not None and pair.differs:
            found[pair.path] = f"Not in {name}" if pair.first is None else words(pair.changes, name)
    return found


def words(changes: Iterable[Change], name: str) -> str:
    """Changes in words for the second network: "Shortcut: identity in ResNet-34, projection here"."""
    found = "; ".join(f"{change.aspect}: {change.first} in {name}, {change.second} here" for change in changes)
    return found[:1].upper() + found[1:]


def lacking(first: Plan, others: Iterable[tuple[str, Plan]]) -> dict[str, str]:
    """By path, the blocks of the first network that others lack, in words: "Not in ResNet-18"."""
    named = list(others)
    found = {}
    for block, *beside in Alignment((first, *(other for _, other in named))).columns:
        missing = [name for (name, _), there in zip(named, beside, strict=True) if there is None]
        if block and missing:
            found[block.path] = "Not in " + ", ".join(missing)
    return found


def _block_pairs(first: Plan, second: Plan) -> Iterator[BlockPair]:
    known: dict[tuple[int, int], tuple[Change, ...]] = {}
    for a, b in Alignment((first, second)).columns:
        if a is None or b is None:
            yield BlockPair(a, b, ())
            continue
        # Blocks of one form are equal but for their place, and so is what differs between two of them.
        if (a.form, b.form) not in known:
            known[a.form, b.form] = block_changes(a, b)
        yield BlockPair(a, b, known[a.form, b.form])
