"""The heading of a picture, in as many lines as its width asks for."""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.figures.drawing import Item, Text
from visualizer.figures.style import width_in

LINE = 24.0


def heading(title: str, width: float) -> tuple[list[Item], float]:
    """The lines of the heading from the top of a picture of this width, and where what follows begins."""
    lines = list(_lines(title.split(), width - 4))
    texts: list[Item] = [Text(2, 20 + LINE * number, line, "heading") for number, line in enumerate(lines)]
    return texts, 14 + LINE * len(lines) if lines else 1


def _lines(words: list[str], width: float) -> Iterator[str]:
    """The words in lines of at most this width; a longer word has its own."""
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and width_in("heading", longer) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line
