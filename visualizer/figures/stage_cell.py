"""A whole stage as one box, in the form of the paper's table 1, with the shortcuts of its blocks above it.

"[1×1, 256; 3×3, 256; 1×1, 1024] × 6" is the block that most of the stage consists of; beside it stands how the others
differ. Equal blocks that follow each other share one shortcut, with how many there are. The origin is as in
`block_cell`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from visualizer.figures.block_cell import (
    LEAD,
    LIFT,
    PADDING,
    ROW,
    Cell,
    Content,
    block_content,
    boxed,
    different,
    on_shortcut,
)
from visualizer.figures.captions import padding_note, short_shape, shortcut_name
from visualizer.figures.drawing import Box, Group, Item, Line, Mark, Text
from visualizer.figures.style import width_in
from visualizer.resnet import Block, Stage

BRACKET, SERIF = 5.0, 5.0
"""From a bracket to what is in it, and the length of its ends."""
APART = 14.0
"""Between what stands beside each other in the box."""
ARC = 46.0
"""The least width of a shortcut above the box, and of the gap to the next one."""
ARC_GAP = 22.0
TEXT = 12.0
"""From a shortcut up to the top of what is written over it."""


class Equal(NamedTuple):
    """Blocks of one form that follow each other: the first of them, and how many."""

    block: Block
    repeats: int


def stage_runs(stage: Stage) -> tuple[Equal, ...]:
    """The stage as blocks that are equal and follow each other: at most a first one, the rest, and a last one."""
    runs = (tuple(equal) for _, equal in groupby(stage.blocks, lambda block: block.form))
    return tuple(Equal(blocks[0], len(blocks)) for blocks in runs)


def usual_block(runs: Iterable[Equal]) -> Block:
    """The block that most of a stage consists of; of as many, one that does not stride, and the later one."""
    return max(reversed(tuple(runs)), key=lambda run: (run.repeats, -run.block.stride)).block


def exceptions(runs: tuple[Equal, ...]) -> list[str]:
    """How the other blocks differ: "first: /2, projection"."""
    usual = usual_block(runs)
    found = []
    for run in runs:
        if run.block.form != usual.form:
            where = "first" if run is runs[0] else "last" if run is runs[-1] else f"block {run.block.index + 1}"
            found.append(f"{where}: {', '.join(_differences(run.block, usual))}")
    return found


def _differences(block: Block, usual: Block) -> Iterator[str]:
    if block.stride != usual.stride:
        yield f"/{block.stride}"
    if block.shortcut_kind != usual.shortcut_kind:
        yield shortcut_name(block).removesuffix(" shortcut")
    elif block.stride == usual.stride:
        yield f"{block.input[0]} channels in"


def stage_content(stage: Stage, counted: str = "") -> tuple[Content, str, list[str]]:
    """The rows in brackets, how many blocks there are, and notes: how some differ, and which layers are `counted`."""
    runs = stage_runs(stage)
    notes = [*exceptions(runs), *([counted] if counted else [])]
    return block_content(usual_block(runs))._replace(relus=()), f"× {len(stage.blocks)}", notes


def stage_width(stage: Stage, counted: str = "") -> float:
    """The width that the box needs for what stands in it and for the shortcuts above it."""
    inside, count, notes = stage_content(stage, counted)
    beside = max((width_in("small", note) for note in notes), default=-APART) + APART
    words = table_width(inside) + APART / 2 + width_in("count", count) + beside + 2 * PADDING
    arcs = sum(_arc_width(run) + ARC_GAP for run in stage_runs(stage))
    return float(round(max(words, arcs)))


def table_width(inside: Content) -> float:
    return max(width_in(style, text) for text, style in inside.rows) + 2 * BRACKET


def _arc_width(run: Equal) -> float:
    """What a run's shortcut needs, with what is on and over it."""
    note = width_in("tiny", note_of(run))
    box = on_shortcut(run.block).width + 26 if run.block.shortcut_kind == "projection" else 0
    return max(ARC, note, box)


def note_of(run: Equal) -> str:
    """What is written over a shortcut: what is padded, and how many there are."""
    parts = [padding_note(run.block)] if run.block.shortcut_kind == "pad" else []
    return ", ".join([*parts, *([f"× {run.repeats}"] if run.repeats > 1 else [])])


def stage_cell(stage: Stage, width: float, differs: bool = False, foot: float = 0, counted: str = "") -> Cell:
    """The stage as one box of this width, with room for a `foot`; its group has no path yet."""
    runs, (inside, count, notes) = stage_runs(stage), stage_content(stage, counted)
    half = (max(inside.height, 2 * ROW + 12) + foot) / 2
    leaves = [layer.kind for layer in stage.blocks[-1].after] == ["add"]
    kinds = [run.block.shortcut_kind for run in runs]
    into = into_style(stage, leaves, kinds[0])
    items: list[Item] = [Line(((-LEAD, 0), (-1, 0)), into, arrow=True), Box(0, -half, width, 2 * half, "box", 6)]
    items += [*(different(width, half) if differs else ()), Group(tuple(table(inside, count, notes)), y=-foot / 2)]
    plain = kinds[0] == "none"
    arcs, above = ([], half + 4) if plain else _arcs(runs, width, half)
    items += arcs
    if stage.output != stage.blocks[0].input:
        items.append(Text(width, half + (17 if differs else 13), short_shape(stage.output), "tiny", "end"))
    return Cell(Group(tuple(items)), above, half + 20, width, -LEAD, leaves, kinds[0] in ("identity", "pad"))


def into_style(stage: Stage, hands_on_the_sum: bool, first: str) -> str:
    """The line into the box: as thick as the one that arrives from the stage before, a sum that is handed on."""
    return "clean" if stage.number > 1 and hands_on_the_sum and first in ("identity", "pad") else "trunk"


def table(inside: Content, count: str, notes: list[str]) -> Iterator[Item]:
    """The block's rows in brackets, the count behind them, and the notes behind that."""
    edges, left = inside.edges, PADDING + BRACKET + 1
    right = left + table_width(inside) - BRACKET
    for (text, style), edge in zip(inside.rows, edges[1:], strict=True):
        yield Text(left, edge - (3.5 if style == "small" else 4), text, style)
    top, bottom = edges[0] - 1, edges[-1] + 1
    for x, end in ((left - BRACKET, SERIF), (right, -SERIF)):
        yield Line(((x + end, top), (x, top), (x, bottom), (x + end, bottom)), "in-box")
    x = right + APART / 2
    yield Text(x, 5, count, "count")
    x += width_in("count", count) + APART
    for number, note in enumerate(notes):
        yield Text(x, 4 + 14 * (number - (len(notes) - 1) / 2), note, "small")


def _arcs(runs: tuple[Equal, ...], width: float, half: float) -> tuple[list[Item], float]:
    """The shortcuts side by side over the box, from its upper edge into additions on it; how high they reach."""
    projections = [on_shortcut(run.block) for run in runs if run.block.shortcut_kind == "projection"]
    tallest = max((inside.height / 2 for inside in projections), default=0)
    top = -half - max(LIFT, tallest + 12)
    spare = (width - sum(_arc_width(run) + ARC_GAP for run in runs)) / len(runs)
    items: list[Item] = []
    x = 0.0
    for run in runs:
        left, right = x + ARC_GAP / 2, x + ARC_GAP / 2 + _arc_width(run) + spare
        items += _arc(run, round(left), round(right), top, half)
        x = right + ARC_GAP / 2
    written = max(_written(run, tallest) for run in runs)
    return items, -top + max(tallest, written) + 3


def _written(run: Equal, tallest: float) -> float:
    """How far what is written reaches over a run's shortcut."""
    return TEXT + (tallest if run.block.shortcut_kind == "projection" else 0) if note_of(run) else 0


def _arc(run: Equal, left: float, right: float, top: float, half: float) -> Iterator[Item]:
    kind, middle = run.block.shortcut_kind, (left + right) / 2
    yield Line(((left, -half), (left, top), (right, top), (right, -half - 9)), kind, 10, arrow=True)
    yield Mark(left, -half, "junction")
    yield Mark(right, -half, "add")
    inside = on_shortcut(run.block) if kind == "projection" else None
    if inside:
        yield Group(tuple(boxed(inside, inside.width, "projection-box")), "", round(middle - inside.width / 2), top)
    if note_of(run):
        yield Text(middle, top - (inside.height / 2 if inside else 0) - 5, note_of(run), "tiny", "middle")
