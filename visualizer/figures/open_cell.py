"""A block of the network map layer by layer, and the layers of stem and head in the same manner.

The trunk enters at the first layer of a white sheet; the branch runs down it and comes up into the addition. The
shortcut runs over the sheet, through its own layers, and comes into the addition from above. Where it reads the block's
first activation, that part of the branch stands on the trunk, before the fork. The origin is as in `block_cell`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from visualizer.figures.block_cell import ADD, LEAD, RADIUS, Cell, activated_first, different
from visualizer.figures.captions import padding_note, sum_text
from visualizer.figures.drawing import Box, Group, Item, Line, Mark, Point
from visualizer.figures.layer_box import (
    GAP,
    SHAPE_GAP,
    Spot,
    Words,
    arrows,
    below_each_other,
    changes,
    face,
    node,
    past_gates,
    room,
    shape_at,
)
from visualizer.resnet import Block, Layer

INSET = 5.0
"""From the sheet's side to the boxes in it."""
MARGIN = 6.0
"""From the sheet's upper and lower side to the boxes in it."""
OVER = 10.0
"""From the sheet up to the shortcut, or to the layers on it."""


def sheet_width(layers: Iterable[Layer], gutter: float) -> float:
    """The width of a sheet that holds these layers."""
    return room(layers, gutter) + 2 * INSET


class Sheet(NamedTuple):
    """The branch on its sheet: what is painted first, its layers, the last of them, and the fork if it is on it."""

    back: list[Item]
    nodes: list[Item]
    top: float
    bottom: float
    last: Spot
    fork: float | None


class Way(NamedTuple):
    """A part of the way beside the sheet: its lines, the layers on it, and how far it reaches."""

    lines: list[Item]
    nodes: list[Item]
    reach: float


def open_cell(
    block: Block, width: float, gutter: float, words: Words, differs: bool = False, foot: float = 0
) -> Cell:  # fmt: skip
    """A block layer by layer; the paths in it are relative to the block, and labels are what `words` says.

    foot: room on the sheet below the layers (`foot.py`).
    """
    split = before_the_fork(block)
    sheet = _sheet(block.branch[:split], block.branch[split:], width, gutter, block.path, words, foot)
    over, after = _shortcut(block, sheet, width, words), _after(block, width, words)
    lines = [*sheet.back, _up(sheet.last, width, block.shortcut_kind != "none"), *over.lines, *after.lines]
    items: list[Item] = [Group(tuple(lines)), *sheet.nodes, *over.nodes, *after.nodes]
    items += different(width, (sheet.bottom - sheet.top) / 2, (sheet.top + sheet.bottom) / 2) if differs else []
    arrives, leaves = block.shortcut_kind in ("identity", "pad"), [layer.kind for layer in block.after] == ["add"]
    return Cell(Group(tuple(items)), -over.reach, sheet.bottom + 5, after.reach, -LEAD, leaves, arrives)


def chain_cell(layers: tuple[Layer, ...], width: float, gutter: float, words: Words) -> Cell:
    """Layers of stem or head that follow each other, each in a box of its own."""
    sheet = _sheet((), layers, width, gutter, "", words)
    out = Line(((sheet.last.right, sheet.last.middle), (width, sheet.last.middle)), "trunk")
    items = (Group((*sheet.back, out)), *sheet.nodes)
    return Cell(Group(items), 4 - sheet.top, sheet.bottom + 5, width + ADD + RADIUS, lower=sheet.last.middle)


def before_the_fork(block: Block) -> int:
    """How many layers of the branch come before the shortcut leaves it."""
    if not activated_first(block):
        return 0
    return [layer.path for layer in block.branch].index(block.shortcut[0].reads[0]) + 1


def _sheet(
    first: tuple[Layer, ...], chain: tuple[Layer, ...], width: float, gutter: float, base: str, words: Words,
    foot: float = 0,
) -> Sheet:  # fmt: skip
    """The layers before the fork side by side on the trunk, those after it down the sheet."""
    row = _side_by_side(first)
    half = face((first or chain)[0]).height / 2
    spots = below_each_other(chain, INSET, width - 2 * INSET, half + SHAPE_GAP if first else -half)
    top, bottom = -half - MARGIN, spots[-1].bottom + (SHAPE_GAP if changes(spots) else MARGIN)
    bottom += foot + MARGIN if foot else 0
    back: list[Item] = [Box(0, top, width, bottom - top, "open", 7)]
    back.append(Line(((-LEAD, 0), (INSET - 1, 0)), "trunk", arrow=True))
    back += [Line(((one.right, 0), (two.left - 1, 0)), "trunk", arrow=True) for one, two in pairwise(row)]
    fork = row[-1].right + GAP - 1 if row else None
    if fork is not None:
        way = ((row[-1].right, 0), (fork, 0), (fork, spots[0].top - 1))
        back += [Line(way, "trunk", arrow=True), Mark(fork, 0, "junction")]
    back += [*arrows(spots, "trunk"), *past_gates(spots), *([shape_at(spots[-1])] if changes(spots) else ())]
    return Sheet(back, [node(spot, base, words, gutter) for spot in (*row, *spots)], top, bottom, spots[-1], fork)


def _side_by_side(layers: tuple[Layer, ...]) -> list[Spot]:
    """Layers on the trunk, close together."""
    spots: list[Spot] = []
    x = INSET
    for layer in layers:
        shown = face(layer)
        spots.append(Spot(layer, shown, x, -shown.height / 2, round(shown.text_width) + 9))
        x = spots[-1].right + GAP
    return spots


def _up(last: Spot, width: float, adds: bool) -> Line:
    """From the last layer up into the addition; without one, on to what follows."""
    way: tuple[Point, ...] = ((last.right, last.middle), (width + ADD, last.middle))
    if adds:
        return Line((*way, (width + ADD, RADIUS + 1)), "trunk", 10, arrow=True)
    return Line((*way, (width + ADD, 0), (width + ADD + RADIUS, 0)), "trunk", 10)


def _shortcut(block: Block, sheet: Sheet, width: float, words: Words) -> Way:
    """The shortcut from the fork over the sheet into the addition, and the layers on it."""
    kind, end = block.shortcut_kind, ((width + ADD, -RADIUS - 1),)
    if kind == "none":
        return Way([], [], sheet.top - 4)
    fork = [Mark(-LEAD, 0, "junction")] if sheet.fork is None else []
    spots = _on_shortcut(block, sheet, width)
    if not spots:
        y = sheet.top - OVER
        return Way([Line(((-LEAD, 0), (-LEAD, y), (width + ADD, y), *end), kind, 10, arrow=True), *fork], [], y - 3)
    up, first, last = sheet.fork is not None, spots[0], spots[-1]
    way: tuple[Point, ...] = ((-LEAD, 0), (-LEAD, first.middle), (first.left - 1, first.middle))
    if sheet.fork is not None:
        way = ((sheet.fork, 0), (sheet.fork, first.bottom + 1))
    lines: list[Item] = [Line(way, kind, 10, arrow=True), *fork, *arrows(spots, kind, up)]
    lines.append(Line(((last.right, last.middle), (width + ADD, last.middle), *end), kind, 10, arrow=True))
    lines += [shape_at(last, up)] if _tells_its_shape(spots) else []
    top = last.top - (SHAPE_GAP if _tells_its_shape(spots) else 4) if up else first.top - 4
    return Way(lines, [node(spot, block.path, words) for spot in spots], top)


def _tells_its_shape(spots: list[Spot]) -> bool:
    """Whether the shape behind the shortcut's last layer is written: zeros are counted in their box."""
    return changes(spots) and spots[-1].layer.kind != "pad"


def _on_shortcut(block: Block, sheet: Sheet, width: float) -> list[Spot]:
    """The layers on the shortcut over the sheet, downwards; upwards where the shortcut comes out of the sheet."""
    if not block.shortcut:
        return []
    note = padding_note(block)
    wide = float(round(max(face(layer, note).width for layer in block.shortcut)))
    spots = below_each_other(block.shortcut, 0, wide, 0, note)
    if sheet.fork is None:
        lift = sheet.top - (SHAPE_GAP - 2 if _tells_its_shape(spots) else OVER) - spots[-1].bottom
        return [spot._replace(left=round((width - wide) / 2), top=spot.top + lift) for spot in spots]
    left, foot = round(min(sheet.fork - wide / 2, width - wide)), sheet.top - OVER
    return [spot._replace(left=left, top=foot - spot.bottom) for spot in spots]


def _after(block: Block, width: float, words: Words) -> Way:
    """The addition and what follows it on the trunk."""
    lines: list[Item] = []
    nodes: list[Item] = []
    x = width + ADD + RADIUS
    for layer in block.after:
        path = layer.path.removeprefix(block.path)
        if layer.kind == "add":
            label = f"{sum_text(block)}, {words(layer)}"
            nodes.append(Group((Mark(width + ADD, 0, "add"),), "layer", path=path, label=label))
        elif layer.kind == "relu":
            lines.append(Line(((x, 0), (x + 4, 0)), "trunk"))
            nodes.append(Group((Mark(x + 11, 0, "relu"),), "layer", path=path, label=words(layer)))
            x += 18
        else:
            shown = face(layer)
            spot = Spot(layer, shown, x + 8, -shown.height / 2, round(shown.text_width) + 9)
            lines.append(Line(((x, 0), (spot.left - 1, 0)), "trunk", arrow=True))
            nodes.append(node(spot, block.path, words))
            x = spot.right
    return Way(lines, nodes, x)
