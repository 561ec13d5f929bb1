"""How far things reach to the left and to the right."""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.figures.drawing import Area, Box, Item, Line, Text, placed
from visualizer.figures.style import width_in

_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}


def extent(items: tuple[Item, ...]) -> tuple[float, float]:
    """The leftmost and the rightmost x of these things; marks do not count, since they stand on lines.

    ValueError: there is nothing.
    """
    sides = [side for item, x, _ in placed(items) for side in _sides(item, x)]
    return min(sides), max(sides)


def _sides(item: Item, x: float) -> Iterator[float]:
    if isinstance(item, Box):
        yield from (x + item.x, x + item.x + item.width)
    elif isinstance(item, Line | Area):
        yield from (x + point[0] for point in item.points)
    elif isinstance(item, Text):
        width = width_in(item.style, item.text)
        left = x + item.x - _BEFORE[item.anchor] * width
        yield from (left, left + width)
