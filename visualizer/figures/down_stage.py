"""A whole stage as one box, on a map that goes down the page, with the shortcuts of its blocks at its right side.

As in `stage_cell` it is the block that most of the stage consists of, "[1×1, 256; 3×3, 256; 1×1, 1024] × 6", and below
it how the others differ. The origin is the middle of the box's left side.
"""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.figures.block_cell import PADDING, SMALL_ROW, Content, boxed, different, on_shortcut
from visualizer.figures.down_cell import ADDITION, LANE, LEAD, WRITTEN, Tile, hands_on_the_sum, shape_below, tile
from visualizer.figures.drawing import Box, Group, Item, Line, Mark, Text
from visualizer.figures.stage_cell import Equal, into_style, note_of, stage_content, stage_runs, table, table_width
from visualizer.figures.style import width_in
from visualizer.resnet import Stage

ARC, ARC_GAP = 40.0, 22.0
"""The height of a shortcut at the box's side, and of the gap to the next one."""
COUNT = 7.0
"""From the brackets to how many blocks there are."""


def down_width(stage: Stage, counted: str = "") -> float:
    """The width that the box needs for what stands in it."""
    inside, count, notes = stage_content(stage, counted)
    words = table_width(inside) + COUNT + width_in("count", count)
    free = 0 if stage.blocks[0].shortcut_kind == "none" else ADDITION
    return float(round(2 * (PADDING + 1) + free + max([words, *(width_in("small", note) for note in notes)])))


def stage_tile(stage: Stage, width: float, differs: bool = False, foot: float = 0, counted: str = "") -> Tile:
    """The stage as one box of this width, with room for a `foot`; its group has no path yet."""
    runs, (inside, count, notes) = stage_runs(stage), stage_content(stage, counted)
    plain = runs[0].block.shortcut_kind == "none"
    arcs = 0 if plain else (ARC + ARC_GAP) * len(runs) - ARC_GAP + 24
    half, x = max(inside.height + SMALL_ROW * len(notes) + 6 + foot, arcs) / 2, width / 2
    leaves = hands_on_the_sum(stage.blocks[-1])
    into = into_style(stage, leaves, runs[0].block.shortcut_kind)
    items: list[Item] = [Line(((x, -half - LEAD), (x, -half - 1)), into, arrow=True)]
    items += [Box(0, -half, width, 2 * half, "box", 6), *_words(inside, count, notes, foot)]
    items += [] if plain else _arcs(runs, width)
    below = 4.0
    if stage.output != stage.blocks[0].input:
        items.append(shape_below(stage.output, x, half))
        below = WRITTEN
    items += different(width, half) if differs else ()
    arrives = runs[0].block.shortcut_kind in ("identity", "pad")
    return tile(items, x, (-half - LEAD, half, half + below), leaves, arrives)


def _words(inside: Content, count: str, notes: list[str], foot: float) -> Iterator[Item]:
    """The rows in brackets with their count, and the notes below them, over the foot."""
    room = SMALL_ROW * len(notes) + foot
    yield Group(tuple(table(inside, count, [])), "", 0, -room / 2)
    y = (inside.height - room) / 2
    for number, note in enumerate(notes, start=1):
        yield Text(PADDING + 1, y + SMALL_ROW * number - 4, note, "small")


def _arcs(runs: tuple[Equal, ...], width: float) -> Iterator[Item]:
    """The shortcuts below each other, each out of the box's side and into an addition on it."""
    y = -((ARC + ARC_GAP) * len(runs) - ARC_GAP) / 2
    for run in runs:
        kind = run.block.shortcut_kind
        inside = on_shortcut(run.block) if kind == "projection" else None
        x = width + max(LANE + 6, inside.width / 2 + 10 if inside else 0)
        yield Line(((width, y), (x, y), (x, y + ARC), (width + 9, y + ARC)), kind, 10, arrow=True)
        yield Mark(width, y, "junction")
        yield Mark(width, y + ARC, "add")
        right = x
        if inside:
            box = tuple(boxed(inside, inside.width, "projection-box"))
            yield Group(box, "", round(x - inside.width / 2), y + ARC / 2)
            right = round(x - inside.width / 2) + inside.width
        if note_of(run):
            yield Text(right + 8, y + ARC / 2 + 4, note_of(run), "tiny")
        y += ARC + ARC_GAP
