"""A block of the network map that goes down the page: the trunk from top to bottom, the shortcut beside the box.

Either the trunk runs through the boxes and the shortcut around them (He et al. 2015, fig. 2), or, where nothing follows
the addition, the shortcut is the straight line and the branch stands beside it (He et al. 2016, fig. 1): what runs on
from block to block is then the sum itself. The origin is the middle of the box's left side, as in `block_cell`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from visualizer.analysis.format import dimensions
from visualizer.figures.block_cell import (
    Content,
    activated_first,
    activated_last,
    badge,
    block_content,
    boxed,
    cards,
    different,
    on_shortcut,
)
from visualizer.figures.captions import padding_note, short_shape, sum_text
from visualizer.figures.drawing import Group, Item, Line, Mark, Point, Text
from visualizer.figures.extent import extent
from visualizer.figures.style import width_in
from visualizer.resnet import Block, Plan, Shape

LEAD = 16.0
"""From the junction, or from where the trunk arrives, down to the box."""
EARLY = 22.0
"""From the centre of a ReLU before the junction down to the junction."""
ADD = 18.0
"""From the box down to the centre of the addition."""
RELU = 18.0
"""From the box, or from the centre of the addition, down to the centre of the ReLU."""
ADDITION, ACTIVATION = 8.0, 7.0
"""The radius of an addition and of a ReLU."""
LANE = 20.0
"""From the box to the line that passes it."""
CARDS = 11.0
"""How far cards look out from under a box."""
WRITTEN = 17.0
"""Room below a box for a shape."""
Found = list[Item]


class Tile(NamedTuple):
    """One place in the column: what stands there, and how it meets the trunk.

    trunk: where the trunk is, from the group's origin. start, end: where it arrives and leaves, from the origin down.
    below: how far down the tile reaches. left, right: how far it reaches beside the trunk.
    """

    group: Group
    trunk: float
    start: float
    end: float
    below: float
    left: float
    right: float
    leaves_clean: bool = False
    """Whether what leaves it is the sum itself."""
    arrives_clean: bool = False
    """Whether what arrives is handed on by its shortcut as it is."""


class Lanes(NamedTuple):
    """Where things run in this network, from the left side of a block's box: boxes are `width` wide.

    trunk: in the middle of the box, or to the left of all boxes of branches.
    """

    width: float
    trunk: float

    @property
    def straight(self) -> bool:
        """Whether it is the shortcut that runs straight."""
        return self.trunk < 0

    @property
    def branch(self) -> float:
        """Where the branch runs."""
        return self.width / 2

    def shortcut(self, room: float) -> float:
        """Where a shortcut runs whose things need `room` on either side."""
        return self.trunk if self.straight else self.width + max(LANE, room + 10)


def lanes(plan: Plan, width: float, room: float) -> Lanes:
    """The lanes of a plan whose boxes are `width` wide; things on its shortcuts need at most `room` on either side."""
    forms = {block.form: block for block in plan.blocks}.values()
    return Lanes(width, -max(LANE, room + 10) if all(map(hands_on_the_sum, forms)) else width / 2)


def hands_on_the_sum(block: Block) -> bool:
    """Whether what leaves the block is the sum itself."""
    return [layer.kind for layer in block.after] == ["add"]


def shortcut_room(plan: Plan) -> float:
    """Half the width of the widest box on a shortcut, 0 if there is none."""
    forms = {block.form: block for block in plan.blocks}.values()
    return max((on_shortcut(block).width / 2 for block in forms if block.shortcut_kind == "projection"), default=0)


class Heights(NamedTuple):
    """Where the parts of a block are: its junction, its box, its addition (or where its branch ends), its end."""

    start: float
    junction: float
    top: float
    bottom: float
    add: float
    end: float


def _heights(block: Block, half: float, folded: bool) -> Heights:
    junction, bottom = -half - LEAD, half + (CARDS if folded else 0)
    add = end = bottom
    if block.shortcut_kind != "none":
        add, end = bottom + ADD, bottom + ADD + ADDITION
    if activated_last(block):
        end = add + RELU + ACTIVATION
    start = junction - (EARLY + ACTIVATION if activated_first(block) else 0)
    return Heights(start, junction, -half, bottom, add, end)


def block_tile(
    block: Block, at: Lanes, count: int = 1, differs: bool = False, gutter: float = 0, foot: float = 0
) -> Tile:  # fmt: skip
    """A block, or `count` equal blocks drawn as a stack of cards; its group has no path yet."""
    inside = block_content(block)._replace(gutter=gutter, foot=foot)
    half = inside.height / 2
    heights = _heights(block, half, count > 1)
    items: Found = [*_trunk(block, heights, at)]
    items += [*(cards(at.width, half) if count > 1 else ()), *boxed(inside, at.width)]
    items += _shortcut(block, heights, at) if block.shortcut_kind != "none" else ()
    items += _nodes(block, heights, at.trunk)
    items += _repeated(count, at, heights.bottom) if count > 1 else ()
    items += different(at.width, half) if differs else ()
    below = max(heights.end, heights.bottom + (24 if count > 1 else 0))
    if block.output != block.input:
        note = shape_of(block, at.trunk, heights.add, heights.end)
        items, below = [*items, note], max(below, note.y + 4)
    arrives = block.shortcut_kind in ("identity", "pad")
    return tile(items, at.trunk, (heights.start, heights.end, below), hands_on_the_sum(block), arrives)


def tile(
    items: Iterable[Item], trunk: float, heights: tuple[float, float, float], leaves: bool = False,
    arrives: bool = False,
) -> Tile:  # fmt: skip
    """These things as a tile as wide as they are; heights: where the trunk arrives and leaves, how far it reaches."""
    items = tuple(items)
    left, right = extent(items)
    return Tile(Group(items), trunk, *heights, trunk - left, right - trunk, leaves, arrives)


def _trunk(block: Block, at: Heights, lanes: Lanes) -> Iterator[Line]:
    """The line to the junction, into the box, and out of it to the addition and to what follows."""
    x, trunk = lanes.branch, lanes.trunk
    if activated_first(block):
        yield Line(((trunk, at.start + 2 * ACTIVATION), (trunk, at.junction)), "trunk")
    yield Line((*around(trunk, x, at.junction), (x, at.top - 1)), "trunk", 10, arrow=True)
    if block.shortcut_kind != "none":
        out = trunk + ADDITION + 1, at.add
        way = ((x, at.bottom), (x, at.add), out) if lanes.straight else ((x, at.bottom), (x, at.add - ADDITION))
        yield Line(way, "trunk", 10, arrow=lanes.straight)
    if activated_last(block):
        start = at.add + (0 if block.shortcut_kind == "none" else ADDITION)
        yield Line(((trunk, start), (trunk, at.end - 2 * ACTIVATION)), "trunk")


def around(x: float, other: float, y: float) -> tuple[Point, ...]:
    """From one line to another at this height; one point if they are the same."""
    return ((x, y),) if x == other else ((x, y), (other, y))


def _shortcut(block: Block, at: Heights, lanes: Lanes) -> Iterator[Item]:
    """The shortcut from the junction into the addition, around the box or straight down, and what is on it."""
    kind, middle = block.shortcut_kind, (at.junction + at.add) / 2
    inside = on_shortcut(block) if kind == "projection" else None
    x, trunk = lanes.shortcut(inside.width / 2 if inside else 0), lanes.trunk
    end = ((x, at.add - ADDITION - 1),) if lanes.straight else ((x, at.add), (trunk + ADDITION + 1, at.add))
    yield Line((*around(trunk, x, at.junction), *end), kind, 10, arrow=True)
    if inside:
        yield Group(tuple(boxed(inside, inside.width, "projection-box")), "", round(x - inside.width / 2), middle)
    if kind == "pad":
        note = padding_note(block)
        yield Text(x - 8, middle + 4, note, "tiny", "end") if lanes.straight else Text(x + 8, middle + 4, note, "tiny")


def _nodes(block: Block, at: Heights, x: float) -> Iterator[Item]:
    """The ReLU before the block, the junction, the addition and the ReLU after it, as far as there are any."""
    if activated_first(block):
        yield Mark(x, at.start + ACTIVATION, "relu")
    if block.shortcut_kind != "none":
        yield Mark(x, at.junction, "junction")
        yield Group((Mark(x, at.add, "add"),), label=f"{sum_text(block)}: {dimensions(block.output)}")
    if activated_last(block):
        yield Mark(x, at.end - ACTIVATION, "relu")


def _repeated(count: int, at: Lanes, bottom: float) -> Found:
    """How many blocks there are, beside the line out of the box and away from the addition."""
    text = f"× {count}"
    away = width_in("on-badge", text) / 2 + 8 + 12
    return badge(text, at.branch + (away if at.straight else -away), bottom + 13)


def shape_of(block: Block, x: float, add: float, end: float) -> Text:
    """The shape of what leaves a block, to the left of where it does: beside the addition, or what is there without."""
    if block.shortcut_kind == "none" and not activated_last(block):
        return shape_below(block.output, x, add)
    middle = end - ACTIVATION if block.shortcut_kind == "none" else add
    return Text(x - 13, middle + 4, short_shape(block.output), "tiny", "end")


def shape_below(shape: Shape, x: float, bottom: float) -> Text:
    """A shape below a box, to the left of the trunk."""
    return Text(x - 8, bottom + 13, short_shape(shape), "tiny", "end")


def layer_tile(
    box: Group, half: float, width: float, output: Shape, relu: Group | None = None, before: bool = False
) -> Tile:  # fmt: skip
    """A layer of stem or head: its `box`, twice `half` high, its output, and the group of a ReLU after or before it."""
    x, start, end = width / 2, -half - LEAD, half
    items: Found = [Line(((x, start), (x, -half - 1)), "trunk", arrow=True)]
    note = shape_below(output, x, half)
    if relu and before:
        start -= 2 * ACTIVATION
        items += [box, relu._replace(items=(Mark(x, start + ACTIVATION, "relu"),))]
        items.reverse()  # as the network goes: the ReLU, then the box
    elif relu:
        end = half + RELU + ACTIVATION
        items += [Line(((x, half), (x, end - 2 * ACTIVATION)), "trunk"), box]
        items.append(relu._replace(items=(Mark(x, half + RELU, "relu"),)))
        note = note._replace(x=x - 13, y=half + RELU + 4)
    else:
        items.append(box)
    return tile([*items, note], x, (start, end, max(end, half + WRITTEN)))


def source_tile(inside: Content, width: float, output: Shape) -> Tile:
    """Where the network begins: a box that reads nothing, and what it hands on."""
    half = inside.height / 2
    items = (*boxed(inside, width, "badge"), shape_below(output, width / 2, half))
    return tile(items, width / 2, (-half, half, half + WRITTEN))
