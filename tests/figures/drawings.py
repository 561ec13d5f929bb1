"""What is in a drawing, in the picture's own coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from visualizer.figures.drawing import Box, Drawing, Group, Line, Mark, Text, placed
from visualizer.figures.style import SHORTCUTS, width_in

SOLID = (
    "box", "badge", "projection-box", "pad-box", "different-badge", "added-badge", "absent-badge",
)  # fmt: skip
"""Boxes that hide what is under them."""
IN_BOXES = ("row", "small", "number", "count", "on-projection", "on-pad", "on-light", "on-badge", "on-different")


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


def assert_clear(drawing: Drawing) -> None:
    """No two boxes overlap; a text is in one box whole or outside all of them; nothing leaves the picture."""
    page = Rectangle(0, 0, drawing.width, drawing.height)
    solid, words = boxes(drawing), texts(drawing)
    frames = boxes(drawing, ("box", "badge", "projection-box", "pad-box"))
    sheets = boxes(drawing, ("open",))
    assert all(page.holds(box) for box in solid)
    assert not [pair for pair in combinations(frames, 2) if pair[0].overlaps(pair[1])]
    assert not [sheet for sheet in sheets for box in frames if sheet.overlaps(box) and not sheet.holds(box)]
    assert not [pair for pair in combinations(sheets, 2) if pair[0].overlaps(pair[1])]
    for text, room in words:
        assert page.holds(room), text
        if text.style in IN_BOXES:
            assert any(box.holds(room) for box in solid), text
        else:
            assert not any(box.overlaps(room) for box in frames), text
            assert all(sheet.holds(room) for sheet in sheets if sheet.overlaps(room)), text
    assert not [pair for pair in combinations(words, 2) if pair[0][1].overlaps(pair[1][1])]
