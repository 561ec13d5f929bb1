"""A picture is a value: boxes, lines, texts, marks and pixels in groups, in user units (one pixel at natural size).

What a thing looks like is not here: its `style` is a name that `style.STYLES` explains. Nor is what a picture becomes:
`svg.svg` renders it. x runs to the right, y down.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle, with rounded corners if it has a radius."""

    x: float
    y: float
    width: float
    height: float
    style: str
    radius: float = 0


class Line(NamedTuple):
    """Straight pieces from point to point, corners rounded by `radius`, with an arrowhead at the end if `arrow`."""

    points: tuple[Point, ...]
    style: str
    radius: float = 0
    arrow: bool = False


class Area(NamedTuple):
    """A filled polygon."""

    points: tuple[Point, ...]
    style: str


class Text(NamedTuple):
    """One line of text; `y` is the baseline, `anchor` says which part of the text is at x: start, middle or end."""

    x: float
    y: float
    text: str
    style: str
    anchor: str = "start"


class Mark(NamedTuple):
    """A small symbol (`outlines.SYMBOLS`) with its centre here: the addition, the ReLU."""

    x: float
    y: float
    symbol: str


class Picture(NamedTuple):
    """A picture of pixels (PNG) in this rectangle, each pixel a square of one colour."""

    x: float
    y: float
    width: float
    height: float
    png: bytes


class Group(NamedTuple):
    """Things that belong together, moved by (x, y).

    With a `path` it stands for that block of the network, and `last` is the path of the last of the equal blocks that
    it stands for. `label` says in words what it is.
    """

    items: tuple[Item, ...]
    style: str = ""
    x: float = 0
    y: float = 0
    path: str = ""
    last: str = ""
    label: str = ""


Item = Box | Line | Area | Text | Mark | Picture | Group


class Drawing(NamedTuple):
    """A whole picture. `title` and `description` are what is read aloud instead of it."""

    width: float
    height: float
    items: tuple[Item, ...]
    title: str
    description: str = ""


def placed(items: tuple[Item, ...], x: float = 0, y: float = 0) -> Iterator[tuple[Item, float, float]]:
    """Every item with the offset that its groups give it, groups before what is in them."""
    for item in items:
        yield item, x, y
        if isinstance(item, Group):
            yield from placed(item.items, x + item.x, y + item.y)


# Advance widths in em of DejaVu Sans, the widest of the usual sans serifs: what fits with these fits in the others.
_ADVANCES = {character: width for characters, width in (
    ("iljI.,:;|'!  ·", 0.35), ("/ftr()-[]", 0.42), ("0123456789", 0.637), ("mwMW@%—→", 1.0), ("×÷−+=√≠", 0.84),
    ("abcdeghknopqsuvxyzJLFTPE?", 0.635), ("ABCDGHKNOQRSUVXYZ&", 0.79),
) for character in characters}  # fmt: skip


@lru_cache(4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width in user units that a text needs at most; characters that are not known count as a full square."""
    return size * (1.12 if bold else 1.0) * sum(_ADVANCES.get(character, 1.05) for character in text)
