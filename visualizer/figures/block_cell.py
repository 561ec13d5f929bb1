"""One block of the network map: its box, its shortcut over it, the addition, and what follows.

The origin is where the box's left side meets the trunk, the line on which the blocks stand like beads. The shortcut
leaves the trunk at a junction before the box, passes over the box and comes back down into the addition.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from visualizer.analysis.format import dimensions
from visualizer.figures.captions import layer_rows, padding_note, short_shape, sum_text
from visualizer.figures.drawing import Box, Group, Item, Line, Mark, Point, Text
from visualizer.figures.style import width_in
from visualizer.resnet import Block, Layer

LEAD = 16.0
"""From the junction to the box."""
ADD = 18.0
"""From the box to the centre of the addition."""
RELU = 37.0
"""From the box to the centre of the ReLU after the addition."""
EXIT = RELU + 7
"""From the box to where a block ends at most."""
EARLY = LEAD + 14
"""From the box back to a ReLU before the junction."""
RADIUS = 8.0
ROW, SMALL_ROW, PADDING = 16.0, 13.0, 7.0
GLYPH = 12.0
LIFT = 18.0
"""From the box up to the shortcut."""


class Cell(NamedTuple):
    """One place in a band: what stands there, how far it reaches above and below the trunk, and where it ends on it."""

    group: Group
    above: float
    below: float
    end: float
    start: float = -LEAD
    """Where the line from the cell before arrives."""
    leaves_clean: bool = False
    """Whether what leaves it is the sum itself."""
    arrives_clean: bool = False
    """Whether what arrives is handed on by its shortcut as it is."""
    lower: float = 0
    """How far below the trunk it is left; its `end` is where the line is back on the trunk."""

    def way_out(self, x: float, y: float) -> tuple[Point, ...]:
        """From where the line leaves this cell, at (x, y), to its end."""
        if not self.lower:
            return ((x + self.end, y),)
        edge, turn = x + self.end - ADD - RADIUS, x + self.end - RADIUS
        return ((edge, y + self.lower), (turn, y + self.lower), (turn, y), (x + self.end, y))


class Content(NamedTuple):
    """The rows of a box and, by its row, the ReLUs between them: 0 is above the first row.

    counted: the rows at which a weighted layer begins. gutter: room to the left of the rows for their numbers. foot:
    room below them (`foot.py`).
    """

    rows: tuple[tuple[str, str], ...]
    relus: tuple[int, ...] = ()
    padding: float = 6.0
    counted: tuple[int, ...] = ()
    gutter: float = 0.0
    foot: float = 0.0

    @property
    def height(self) -> float:
        return 2 * self.padding + self.foot + sum(_row_height(style) for _, style in self.rows)

    @property
    def width(self) -> float:
        """What the widest row needs, with room for a ReLU's mark to its right."""
        widest = max(width_in(style, text) for text, style in self.rows)
        return float(round(2 * PADDING + self.gutter + widest + (GLYPH if self.relus else 0)))

    @property
    def edges(self) -> list[float]:
        """Where each row begins, from the trunk down, and where the last one ends."""
        edges = [self.padding - self.height / 2]
        for _, style in self.rows:
            edges.append(edges[-1] + _row_height(style))
        return edges


def _row_height(style: str) -> float:
    return SMALL_ROW if style == "small" else ROW


def content(layers: Iterable[Layer], style: str = "row") -> Content:
    """What a box says about these layers: a row a convolution, the ReLUs in between, the gate of an attention layer."""
    rows: list[tuple[str, str]] = []
    relus, counted = [], []
    gate = [layer for layer in layers if ".se." in layer.path]
    for layer in layers:
        if layer in gate:
            continue
        if layer.kind == "relu":
            relus.append(len(rows))
        if layer.weighted:
            counted.append(len(rows))
        lines = layer_rows(layer)
        rows += [(line, style if number == 0 else "small") for number, line in enumerate(lines)]
    return Content((*rows, *_gate_rows(gate)), tuple(relus), counted=tuple(counted))


def _gate_rows(gate: list[Layer]) -> tuple[tuple[str, str], ...]:
    """Channel attention in one row: "SE, 16" with its inner width, "ECA, k=5" with its kernel."""
    squeezes = [layer for layer in gate if layer.kind == "conv"]
    across = [layer for layer in gate if layer.kind == "conv1d"]
    if squeezes:
        return ((f"SE, {squeezes[0].output[0]}", "row"),)
    return tuple((f"ECA, k={layer.kernel}", "row") for layer in across)


def activated_first(block: Block) -> bool:
    """Whether the shortcut reads the first activation and not x: then that ReLU stands before the junction."""
    return bool(block.shortcut) and bool(block.shortcut[0].reads)


def activated_last(block: Block) -> bool:
    """Whether a ReLU follows the addition, or in a plain network the branch."""
    return any(layer.kind == "relu" for layer in block.after)


def end(block: Block, width: float) -> float:
    """Where the block ends on the trunk."""
    if activated_last(block):
        return width + EXIT
    return width if block.shortcut_kind == "none" else width + ADD + RADIUS


def block_content(block: Block) -> Content:
    """What the block's box says; a ReLU that the shortcut reads too is drawn outside."""
    found = content(block.branch)
    return found._replace(relus=found.relus[1:]) if activated_first(block) else found


def block_items(
    block: Block, width: float, count: int = 1, differs: bool = False, gutter: float = 0,
    foot: float = 0,
) -> tuple[Item, ...]:
    """Everything of one block, or of `count` equal blocks drawn as a stack of cards."""
    inside = block_content(block)._replace(gutter=gutter, foot=foot)
    half = inside.height / 2
    items: list[Item] = [Line(((-LEAD, 0), (-1, 0)), "trunk", arrow=True)]
    if count > 1:
        items += cards(width, half)
    items += boxed(inside, width)
    if block.shortcut_kind == "none":
        items.append(Line(((width, 0), (end(block, width), 0)), "trunk"))
    else:
        items += _shortcut(block, width, half)
    if activated_first(block):
        items += _early_relu()
    if activated_last(block):
        items.append(Mark(width + RELU, 0, "relu"))
    if count > 1:
        items += badge(f"× {count}", width / 2, half + 13)
    if block.output != block.input:
        items.append(Text(end(block, width) + 3, half + 13, short_shape(block.output), "tiny", "end"))
    if differs:
        items += different(width, half)
    return tuple(items)


def _early_relu() -> list[Item]:
    return [Line(((-EARLY, 0), (-LEAD, 0)), "trunk"), Mark(-EARLY, 0, "relu")]


def boxed(inside: Content, width: float, style: str = "box") -> list[Item]:
    """A box with its rows, centred on the trunk."""
    edges, x = inside.edges, PADDING + 1 + inside.gutter
    items: list[Item] = [Box(0, -inside.height / 2, width, inside.height, style, 6)]
    for (text, style_of_row), edge in zip(inside.rows, edges[1:], strict=True):
        items.append(Text(x, baseline(edge, style_of_row), text, style_of_row))
    items += [Mark(width - PADDING - 4, edges[row], "relu-in-box") for row in inside.relus]
    return items


def baseline(edge: float, style: str) -> float:
    """Where a row's text stands that ends at this edge."""
    return edge - (3.5 if style == "small" else 4)


def shortcut_height(block: Block) -> float:
    """How far above the box the shortcut is, and what is on it."""
    if block.shortcut_kind == "projection":
        return 8 + on_shortcut(block).height
    return LIFT + (13 if block.shortcut_kind == "pad" else 2)


def on_shortcut(block: Block) -> Content:
    """What the box on a projection says."""
    return Content(content(block.shortcut, "on-projection").rows, (), 3)


def _shortcut(block: Block, width: float, half: float) -> list[Item]:
    """The shortcut from the junction over the box into the addition, and the short piece of trunk before it."""
    kind = block.shortcut_kind
    lift = 8 + on_shortcut(block).height / 2 if kind == "projection" else LIFT
    top, end = -half - lift, (width + ADD, -RADIUS - 1)
    items: list[Item] = [
        Line(((width, 0), (width + ADD - RADIUS, 0)), "trunk"),
        Line(((-LEAD, 0), (-LEAD, top), (width + ADD, top), end), kind, 10, arrow=True),
        Mark(-LEAD, 0, "junction"),
    ]
    if kind == "projection":
        inside = on_shortcut(block)
        box = boxed(inside, inside.width, "projection-box")
        items.append(Group(tuple(box), "", round((width - inside.width) / 2), top))
    if kind == "pad":
        items.append(Text(width / 2, top - 5, padding_note(block), "tiny", "middle"))
    if activated_last(block):
        items.append(Line(((width + ADD + RADIUS, 0), (width + RELU - 7, 0)), "trunk"))
    return [*items, Group((Mark(width + ADD, 0, "add"),), label=f"{sum_text(block)}: {dimensions(block.output)}")]


def cards(width: float, half: float) -> list[Item]:
    """Two more cards that look out from under the box."""
    return [Box(inset, -half + inset * 1.3, width - 2 * inset, 2 * half, "card", 6) for inset in (8.0, 4.0)]


def badge(text: str, x: float, y: float) -> list[Item]:
    """A short text in a box of its own around (x, y)."""
    width = width_in("on-badge", text) + 16
    return [Box(x - width / 2, y - 10, width, 20, "badge", 10), Text(x, y + 4.5, text, "on-badge", "middle")]


def different(width: float, half: float, y: float = 0) -> list[Item]:
    """A dashed frame around a box whose middle is at this height, and a sign: colour is not the only difference."""
    top = y - half
    frame = Box(-4, top - 4, width + 8, 2 * half + 8, "different", 8)
    badge = Box(-9, top - 9, 17, 17, "different-badge", 8.5)
    return [frame, badge, Text(-0.5, top + 4, "≠", "on-different", "middle")]


def block_cell(block: Block, width: float, items: tuple[Item, ...], count: int, foot: float = 0) -> Cell:
    """The block's place on the trunk: `items` as `block_items` gives them, and how far they reach."""
    half = (block_content(block).height + foot) / 2
    above = half + (shortcut_height(block) if block.shortcut_kind != "none" else 4)
    note = 16 if block.output != block.input else 2
    below = half + max(note, 25 if count > 1 else 0)
    leaves = [layer.kind for layer in block.after] == ["add"]
    arrives = block.shortcut_kind in ("identity", "pad")
    start = -EARLY if activated_first(block) else -LEAD
    return Cell(Group(items), above, below, end(block, width), start, leaves, arrives)
