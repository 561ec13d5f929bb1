"""A block layer by layer, on a map that goes down the page, and layers of stem and head in the same manner.

The branch is a white sheet with a box for each layer, the shortcut has its layers as boxes in its lane; the addition
and what follows it stand on the trunk, and so does the part of the branch that the shortcut reads too. Paths of layers
are relative to the block. The origin is the upper left corner of the sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from visualizer.figures.block_cell import different
from visualizer.figures.captions import padding_note, short_shape, sum_text
from visualizer.figures.down_cell import (
    ACTIVATION,
    ADD,
    ADDITION,
    LEAD,
    RELU,
    WRITTEN,
    Lanes,
    Tile,
    around,
    hands_on_the_sum,
    shape_below,
    shape_of,
    tile,
)
from visualizer.figures.drawing import Box, Group, Item, Line, Mark, Text
from visualizer.figures.layer_box import Spot, Words, arrows, below_each_other, changes, face, node, past_gates
from visualizer.figures.open_cell import before_the_fork
from visualizer.resnet import Block, Layer

MARGIN, INSET = 6.0, 5.0
"""From the sheet's upper and lower side, and from its other sides, to the boxes on it."""
GAP = 12.0
"""Between boxes on the trunk."""
SIDE = 6.0
"""From the sheet to a line that goes around it."""


class Way(NamedTuple):
    """Lines, and the layers on them; reach: where it ends on the trunk, or begins if it leads there."""

    lines: list[Item]
    nodes: list[Item]
    reach: float


def open_tile(
    block: Block, at: Lanes, gutter: float, words: Words, differs: bool = False, foot: float = 0
) -> Tile:  # fmt: skip
    """A block layer by layer; the paths in it are relative to the block, and labels are what `words` says.

    foot: room on the sheet below the layers (`foot.py`).
    """
    fork = before_the_fork(block)
    branch = below_each_other(block.branch[fork:], INSET, at.width - 2 * INSET, MARGIN)
    bottom = branch[-1].bottom + MARGIN + (foot + MARGIN if foot else 0)
    add = bottom + (ADD if foot or block.shortcut_kind != "none" else 0)
    before = _before(block, fork, at.trunk, words)
    shortcut, after = _shortcut(block, add, at, words), _after(block, add, at.trunk, words)
    into = Line((*around(at.trunk, at.branch, -LEAD), (at.branch, MARGIN - 1)), "trunk", 10, arrow=True)
    lines: list[Item] = [Box(0, 0, at.width, bottom, "open", 7), *before.lines, into, *_chain(branch)]
    out = _past(branch[-1], bottom, add, at, block) if foot else _out(branch[-1], add, at, block.shortcut_kind)
    lines += [out, *after.lines, *shortcut.lines]
    items: list[Item] = [Group(tuple(lines)), *before.nodes]
    items += [node(spot, block.path, words, gutter) for spot in branch]
    items += [*shortcut.nodes, *after.nodes, *(different(at.width, bottom / 2, bottom / 2) if differs else ())]
    if block.output != block.input:
        items.append(shape_of(block, at.trunk, add, after.reach))
    heights = (before.reach, after.reach, max(after.reach, bottom + 4))
    return tile(items, at.trunk, heights, hands_on_the_sum(block), block.shortcut_kind in ("identity", "pad"))


def chain_tile(layers: tuple[Layer, ...], width: float, gutter: float, words: Words) -> Tile:
    """Layers of stem or head that follow each other, each in a box of its own."""
    spots = below_each_other(layers, INSET, width - 2 * INSET, MARGIN)
    bottom, x = spots[-1].bottom + MARGIN, width / 2
    into = Line(((x, -LEAD), (x, MARGIN - 1)), "trunk", arrow=True)
    items: list[Item] = [Group((Box(0, 0, width, bottom, "open", 7), into, *_chain(spots)))]
    items += [node(spot, "", words, gutter) for spot in spots]
    items += [shape_below(spots[-1].layer.output, x, bottom)] if changes(spots) else []
    return tile(items, x, (-LEAD, bottom, bottom + (WRITTEN if changes(spots) else 4)))


def open_room(block: Block) -> float:
    """What the layers on the block's shortcut need on either side of it."""
    note = padding_note(block)
    return max((round(face(layer, note).width) / 2 for layer in block.shortcut), default=0)


def _on_trunk(layers: Sequence[Layer], x: float, top: float) -> list[Spot]:
    """Boxes around the trunk, from `top` down."""
    spots: list[Spot] = []
    for layer in layers:
        shown = face(layer)
        width = round(shown.width)
        spots.append(Spot(layer, shown, x - width / 2, top, width))
        top = spots[-1].bottom + GAP
    return spots


def _before(block: Block, fork: int, x: float, words: Words) -> Way:
    """What stands on the trunk before the junction."""
    if not fork:
        return Way([], [], -LEAD)
    height = sum(face(layer).height + GAP for layer in block.branch[:fork])
    spots = _on_trunk(block.branch[:fork], x, -LEAD - height)
    start = spots[0].top - GAP
    ways = [(start, spots[0].top - 1), *((one.bottom, two.top - 1) for one, two in pairwise(spots))]
    lines: list[Item] = [Line(((x, top), (x, bottom)), "trunk", arrow=True) for top, bottom in ways]
    lines.append(Line(((x, spots[-1].bottom), (x, -LEAD)), "trunk"))
    return Way(lines, [node(spot, block.path, words) for spot in spots], start)


def _chain(spots: Sequence[Spot]) -> list[Item]:
    return [*arrows(spots, "trunk"), *past_gates(spots)]


def _out(last: Spot, add: float, at: Lanes, kind: str) -> Line:
    """From the last layer of the branch to the addition, or where there is none to where the branch ends."""
    x = at.branch
    if kind == "none":
        return Line(((x, last.bottom), (x, add)), "trunk")
    if at.straight:
        return Line(((x, last.bottom), (x, add), (at.trunk + ADDITION + 1, add)), "trunk", 10, arrow=True)
    return Line(((x, last.bottom), (x, add - ADDITION)), "trunk")


def _past(last: Spot, bottom: float, add: float, at: Lanes, block: Block) -> Line:
    """As `_out`, but around the foot of the sheet: on the side where no shortcut is."""
    middle, trunk = (last.top + last.bottom) / 2, at.trunk
    if at.straight:
        side = at.width + SIDE
        return Line(
            ((last.left + last.width, middle), (side, middle), (side, add), (trunk + ADDITION + 1, add)),
            "trunk", SIDE, arrow=True,
        )  # fmt: skip
    low, end = bottom + SIDE, add if block.shortcut_kind == "none" else add - ADDITION
    return Line(((last.left, middle), (-SIDE, middle), (-SIDE, low), (trunk, low), (trunk, end)), "trunk", 5)


def _shortcut(block: Block, add: float, at: Lanes, words: Words) -> Way:
    """The shortcut from the junction to the addition, with the layers on it in the middle of its lane."""
    kind = block.shortcut_kind
    if kind == "none":
        return Way([], [], 0)
    width = 2 * open_room(block)
    x = at.shortcut(width / 2)
    spots = below_each_other(block.shortcut, x - width / 2, width, 0, padding_note(block))
    lift = (add - LEAD - (spots[-1].bottom if spots else 0)) / 2
    spots = [spot._replace(top=spot.top + lift) for spot in spots]
    end = ((x, add - ADDITION - 1),) if at.straight else ((x, add), (at.trunk + ADDITION + 1, add))
    begin = around(at.trunk, x, -LEAD)
    fork: list[Item] = [Mark(at.trunk, -LEAD, "junction")]
    if not spots:
        return Way([Line((*begin, *end), kind, 10, arrow=True), *fork], [], 0)
    lines: list[Item] = [Line((*begin, (x, spots[0].top - 1)), kind, 10, arrow=True), *fork]
    lines += _on_lane(spots, x, kind, at.straight)
    lines.append(Line(((x, spots[-1].bottom), *end), kind, 10, arrow=True))
    return Way(lines, [node(spot, block.path, words) for spot in spots], 0)


def _on_lane(spots: Sequence[Spot], x: float, kind: str, left: bool) -> Iterator[Item]:
    """From layer to layer on the shortcut, with the shape where it is another, away from the branch."""
    for number, (one, two) in enumerate(pairwise(spots), start=1):
        yield Line(((x, one.bottom), (x, two.top - 1)), kind, arrow=True)
        if changes(spots[:number]):
            shape, y = short_shape(one.layer.output), one.bottom + 13
            yield Text(x - 7, y, shape, "tiny", "end") if left else Text(x + 7, y, shape, "tiny")


def _after(block: Block, add: float, x: float, words: Words) -> Way:
    """The addition and what follows it on the trunk."""
    lines: list[Item] = []
    nodes: list[Item] = []
    y = add
    for layer in block.after:
        path = layer.path.removeprefix(block.path)
        if layer.kind == "add":
            label = f"{sum_text(block)}, {words(layer)}"
            nodes.append(Group((Mark(x, add, "add"),), "layer", path=path, label=label))
            y += ADDITION
        elif layer.kind == "relu":
            centre = y + RELU - ADDITION
            lines.append(Line(((x, y), (x, centre - ACTIVATION)), "trunk"))
            nodes.append(Group((Mark(x, centre, "relu"),), "layer", path=path, label=words(layer)))
            y = centre + ACTIVATION
        else:
            (spot,) = _on_trunk((layer,), x, y + GAP)
            lines.append(Line(((x, y), (x, spot.top - 1)), "trunk", arrow=True))
            nodes.append(node(spot, block.path, words))
            y = spot.bottom
    return Way(lines, nodes, y)
