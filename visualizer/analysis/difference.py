"""What differs between two networks: block by block, row by row of Table 1, and in total.

Blocks are aligned by stage and by their number in the stage, which is what their paths say: "layer3.5" of one network
is compared with "layer3.5" of the other. Differences of counts are second − first, and what a network lacks counts 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import NamedTuple

from visualizer.analysis.costs import Cost, costs
from visualizer.analysis.format import dimensions
from visualizer.analysis.table import StageRow, layer_line, stage_rows
from visualizer.resnet import Block, Layer, Plan, Stage


class Change(NamedTuple):
    """One thing that differs, and how it is in the one and in the other, in words."""

    aspect: str
    first: str
    second: str


class BlockPair(NamedTuple):
    """A block of each network with the same path; None where a network has none."""

    path: str
    first: Block | None
    second: Block | None
    changes: tuple[Change, ...]

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
    named = [(name, {block.path for block in other.blocks}) for name, other in others]
    found = {}
    for block in first.blocks:
        missing = [name for name, paths in named if block.path not in paths]
        if missing:
            found[block.path] = "Not in " + ", ".join(missing)
    return found


def _block_pairs(first: Plan, second: Plan) -> Iterator[BlockPair]:
    known: dict[tuple[int, int], tuple[Change, ...]] = {}
    for one, other in zip_longest(first.stages, second.stages):
        for a, b in zip_longest(_blocks(one), _blocks(other)):
            if a is None or b is None:
                yield BlockPair((a or b).path, a, b, ())
                continue
            # Blocks of one form are equal but for their place, and so is what differs between two of them.
            if (a.form, b.form) not in known:
                known[a.form, b.form] = block_changes(a, b)
            yield BlockPair(a.path, a, b, known[a.form, b.form])


def _blocks(stage: Stage | None) -> tuple[Block, ...]:
    return stage.blocks if stage else ()


def block_changes(first: Block, second: Block) -> tuple[Change, ...]:
    """What differs between two blocks, whatever their places; empty if and only if they are the same in structure."""
    found = [Change(name, aspect(first), aspect(second)) for name, aspect in ASPECTS.items()]
    changed = [change for change in found if change.first != change.second]
    names = {change.aspect for change in changed}
    # That another output comes from another input goes without saying, and without BN its ε does not exist.
    return tuple(
        change for change in changed
        if not (change.aspect == "input" and "output" in names) and change.first and change.second
    )  # fmt: skip


def _branch(block: Block) -> str:
    """The layers of F(x) that Table 1 prints, with their strides."""
    return "[" + "; ".join(_line(layer) for layer in block.branch if layer_line(layer)) + "]"


def _line(layer: Layer) -> str:
    return layer_line(layer) + (f", stride {layer.stride}" if layer.stride > 1 else "")


def _shortcut(block: Block) -> str:
    if block.shortcut_kind == "projection":
        return "projection after an average pool" if _averages(block) else "projection"
    if block.shortcut_kind == "pad":
        more = block.output[0] - block.input[0]
        return "padded with zeros" if more > 0 else "cropped" if more else "subsampled"
    return block.shortcut_kind


def _averages(block: Block) -> bool:
    return any(layer.kind == "avgpool" for layer in block.shortcut)


def _order(block: Block) -> str:
    """What stands before, between and after the convolutions and after the sum: "conv → BN → ReLU → … → sum"."""
    kinds = [layer.kind for layer in block.branch if ".se." not in layer.path]
    first = kinds.index("conv")
    second = kinds.index("conv", first + 1)
    last = len(kinds) - kinds[::-1].index("conv")
    after = [layer.kind for layer in block.after if layer.kind != "add"]
    parts = [*kinds[:second], "…", "conv", *kinds[last:], "sum", *after]
    return " → ".join(_KIND_WORDS.get(part, part) for part in parts)


_KIND_WORDS = {"bn": "BN", "relu": "ReLU"}


def _biases(block: Block) -> str:
    convs = [layer for layer in block.branch + block.shortcut if layer.kind == "conv" and ".se." not in layer.path]
    having = [layer.path.removeprefix(block.path + ".") for layer in convs if layer.bias]
    if len(having) == len(convs):
        return "every convolution"
    return ", ".join("projection" if name.startswith("downsample") else name for name in having) or "none"


def _epsilon(block: Block) -> str:
    return next((f"{layer.eps:g}" for layer in block.layers if layer.kind == "bn"), "")


ASPECTS: dict[str, Callable[[Block], str]] = {
    "branch": _branch,
    "shortcut": _shortcut,
    "order": _order,
    "biases": _biases,
    "ε of BN": _epsilon,
    "input": lambda block: dimensions(block.input),
    "output": lambda block: dimensions(block.output),
}
"""What there is to say about a block; two blocks with all of it in common are the same."""
