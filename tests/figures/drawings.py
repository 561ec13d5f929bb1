"""What is in a drawing, in the picture's own coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from visualizer.figures.drawing import Box, Drawing, Group, Line, Mark, Text, placed
from visualizer.figures.style import SHORTCUTS, width_in

SOLID = ("box", "badge", "projection-box", "pad-box", "different-badge")
"""Boxes that hide what is under them."""


class Rectangle(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Rectangle) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Rectangle) -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


def boxes(drawing: Drawing, styles: tuple[str, ...] = SOLID) -> list[Rectangle]:
    return [
        Rectangle(x + item.x, y + item.y, x + item.x + item.width, y + item.y + item.height)
        for item, x, y in placed(drawing.items)
        if isinstance(item, Box) and item.style in styles
    ]


def texts(drawing: Drawing) -> list[tuple[Text, Rectangle]]:
    """Every text with the room that it needs at most: its capitals rise 0.75 em above the baseline."""
    found = []
    for item, x, y in placed(drawing.items):
        if isinstance(item, Text):
            width = width_in(item.style, item.text)
            left = x + item.x - {"start": 0.0, "middle": width / 2, "end": width}[item.anchor]
            found.append((item, Rectangle(left, y + item.y - 8, left + width, y + item.y + 2)))
    return found


def blocks(drawing: Drawing) -> list[Group]:
    """The groups that stand for blocks, in order."""
    return [group for group in nodes(drawing) if "block" in group.style.split()]


def nodes(drawing: Drawing) -> list[Group]:
    """The groups that stand for a part of the network, in order."""
    return [item for item, _, _ in placed(drawing.items) if isinstance(item, Group) and item.path]


def shortcuts(block: Group) -> Iterator[Line]:
    """The lines of a shortcut that end in an addition: one a block, one for each run of blocks in a stage's box."""
    found = [(item, x, y) for item, x, y in placed(block.items)]
    additions = [(x + item.x, y + item.y) for item, x, y in found if isinstance(item, Mark) and "add" in item.symbol]
    for item, x, y in found:
        if isinstance(item, Line) and item.style in SHORTCUTS:
            end = x + item.points[-1][0], y + item.points[-1][1]
            if any(abs(end[0] - across) + abs(end[1] - down) < 10 for across, down in additions):
                yield item
