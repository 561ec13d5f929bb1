"""A window of a drawing as a drawing of its own: what is on screen, to take along."""

from __future__ import annotations

from math import inf, isfinite
from typing import NamedTuple

from visualizer.figures.drawing import Area, Box, Drawing, Group, Item, Line, Mark, Picture, Text
from visualizer.figures.outlines import HEAD, SYMBOLS
from visualizer.figures.style import STYLES, width_in

LEGEND = "legend"
"""The style of the group that is left out: it explains the whole drawing."""
STROKE = 2.0
"""What a line or a frame may reach beyond its points."""
GLYPH = 10.0
"""What a mark without a circle reaches at most."""
MARGIN = 6.0
"""Left around what is in the window where there is nothing else."""
Memo = dict[int, "Bounds"]


class Bounds(NamedTuple):
    """A rectangle; one that holds nothing ends before it begins."""

    left: float
    top: float
    right: float
    bottom: float

    def moved(self, x: float, y: float) -> Bounds:
        return Bounds(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def meets(self, other: Bounds) -> bool:
        """Whether the two have some area in common."""
        common = self.common(other)
        return common.left < common.right and common.top < common.bottom

    def common(self, other: Bounds) -> Bounds:
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Bounds(left, top, min(self.right, other.right), min(self.bottom, other.bottom))

    def within(self, other: Bounds) -> bool:
        return self == self.common(other)

    def with_(self, other: Bounds) -> Bounds:
        """The least rectangle that holds both."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        return Bounds(left, top, max(self.right, other.right), max(self.bottom, other.bottom))

    def wider(self, by: float) -> Bounds:
        return Bounds(self.left - by, self.top - by, self.right + by, self.bottom + by)


NOTHING = Bounds(inf, inf, -inf, -inf)


def cropped(drawing: Drawing, left: float, top: float, width: float, height: float) -> Drawing:
    """What of a drawing lies in this window, without its legend; what reaches beyond is cut where the page ends.

    The window ends where the drawing does, and where there is nothing in it but empty paper. ValueError: numbers that
    are not finite, or a window with nothing in it.
    """
    if not all(map(isfinite, (left, top, width, height))):
        raise ValueError("A window has finite sides.")
    window = Bounds(left, top, left + width, top + height).common(Bounds(0, 0, drawing.width, drawing.height))
    memo: Memo = {}
    items = _kept(drawing.items, window, memo)
    page = _bounds_of(items, memo).wider(MARGIN).common(window)
    if not items or not page.meets(window):
        raise ValueError("There is nothing in this window.")
    inside = Group(items, "", -page.left, -page.top)
    return drawing._replace(width=page.right - page.left, height=page.bottom - page.top, items=(inside,))


def _kept(items: tuple[Item, ...], window: Bounds, memo: Memo) -> tuple[Item, ...]:
    """The items that are in the window; what is in it whole stays the very thing that it was."""
    kept: list[Item] = []
    for item in items:
        bounds = _bounds(item, memo)
        if not bounds.meets(window) or (isinstance(item, Group) and item.style == LEGEND):
            continue
        if isinstance(item, Group) and not bounds.within(window):
            inner = _kept(item.items, window.moved(-item.x, -item.y), memo)
            kept += [item._replace(items=inner)] if inner else []
        else:
            kept.append(item)
    return tuple(kept)


def bounds_of(items: tuple[Item, ...]) -> Bounds:
    """The room that items take, a little more rather than less."""
    return _bounds_of(items, {})


def _bounds_of(items: tuple[Item, ...], memo: Memo) -> Bounds:
    """Of all the items; blocks of one form share them."""
    found = memo.get(id(items))
    if found is None:
        found = NOTHING
        for item in items:
            found = found.with_(_bounds(item, memo))
        memo[id(items)] = found
    return found


def _bounds(item: Item, memo: Memo) -> Bounds:
    """The room that an item takes, a little more rather than less."""
    match item:
        case Group():
            return _bounds_of(item.items, memo).moved(item.x, item.y)
        case Box() | Picture():
            return Bounds(item.x, item.y, item.x + item.width, item.y + item.height).wider(STROKE)
        case Line() | Area():
            xs, ys = [x for x, _ in item.points], [y for _, y in item.points]
            beyond = HEAD if isinstance(item, Line) and item.arrow else STROKE
            return Bounds(min(xs), min(ys), max(xs), max(ys)).wider(beyond)
        case Mark():
            return Bounds(item.x, item.y, item.x, item.y).wider(SYMBOLS[item.symbol].radius or GLYPH)
        case Text():
            return _text_bounds(item)


def _text_bounds(text: Text) -> Bounds:
    width, size = width_in(text.style, text.text), STYLES[text.style].size
    left = text.x - {"start": 0.0, "middle": width / 2, "end": width}[text.anchor]
    return Bounds(left, text.y - size, left + width, text.y + size / 3)
