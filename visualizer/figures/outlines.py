"""A drawing as paths, texts and pictures in one coordinate system: what PDF and TikZ are made from.

Things come in the order in which they are painted, each with the part of the network whose colours it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from visualizer.figures.drawing import Area, Box, Drawing, Group, Item, Line, Mark, Picture, Point, Text
from visualizer.figures.style import PARTS

HEAD = 5.0
"""Length of an arrowhead."""
ROUND = 4 / 3 * (2**0.5 - 1)
"""Where a cubic curve has its control points, in radii, to look like a quarter of a circle (error below 0.03 %)."""
POINTS = 0.75
"""PostScript points a user unit: a CSS pixel is 1/96 inch."""
MOST_POINTS = 14_400
"""The longest side of a page that PDF readers and TeX take: 200 inches."""
_PARTS = {part.replace(" ", "-"): part for part in PARTS}


class Symbol(NamedTuple):
    """A mark around (0, 0): a circle of this radius, if it has one, and strokes from point to point."""

    style: str
    radius: float = 0
    strokes: tuple[tuple[Point, ...], ...] = ()


SYMBOLS = {
    "add": Symbol("mark", 8, (((-8, 0), (8, 0)), ((0, -8), (0, 8)))),
    "small-add": Symbol("mark", 5.5, (((-5.5, 0), (5.5, 0)), ((0, -5.5), (0, 5.5)))),
    "relu": Symbol("mark", 7, (((-4, 2.3), (0, 2.3), (3.4, -2.5)),)),
    "junction": Symbol("dot", 2.5),
    "relu-in-box": Symbol("in-box", 0, (((-4, 2.4), (0, 2.4), (3.6, -2.6)),)),
}
"""The marks by name. A ReLU is its own graph: zero, then rising."""


class Piece(NamedTuple):
    """A piece of a path: a move or a line to one point, a cubic curve (two control points, end), or the way back."""

    kind: Literal["move", "line", "curve", "close"]
    points: tuple[Point, ...] = ()


class Path(NamedTuple):
    """What one style paints at once."""

    pieces: tuple[Piece, ...]
    style: str


class Painted(NamedTuple):
    """A path, a text or a picture, with the name of the part of the network that it belongs to."""

    thing: Path | Text | Picture
    part: str


def points_a_unit(drawing: Drawing) -> float:
    """PostScript points a user unit: natural size, or what makes the longer side fit on a page."""
    return min(POINTS, MOST_POINTS / max(drawing.width, drawing.height))


def painted(drawing: Drawing) -> Iterator[Painted]:
    """All that the drawing paints, in that order. KeyError: a mark that does not exist."""
    yield from _painted(drawing.items, 0, 0, "head")


def _painted(items: tuple[Item, ...], x: float, y: float, part: str) -> Iterator[Painted]:
    for item in items:
        if isinstance(item, Group):
            owner = next((_PARTS[word] for word in item.style.split() if word in _PARTS), part)
            yield from _painted(item.items, x + item.x, y + item.y, owner)
        elif isinstance(item, Text | Picture):
            yield Painted(item._replace(x=x + item.x, y=y + item.y), part)
        else:
            yield from (Painted(_moved(path, x, y), part) for path in outlines(item))


def _moved(path: Path, x: float, y: float) -> Path:
    pieces = (Piece(kind, tuple((px + x, py + y) for px, py in points)) for kind, points in path.pieces)
    return Path(tuple(pieces), path.style)


@lru_cache(4096)
def outlines(item: Box | Line | Area | Mark) -> tuple[Path, ...]:
    """The paths of one thing where it stands in its group; a dotted line has an arrowhead that is not."""
    match item:
        case Box():
            return (Path(tuple(_rectangle(item)), item.style),)
        case Area():
            return (Path((*_strokes(item.points), Piece("close")), item.style),)
        case Mark():
            return (_moved(_symbol(item.symbol), item.x, item.y),)
    line = (Piece("move", item.points[:1]), *_corners(item), Piece("line", item.points[-1:]))
    head = _strokes(arrowhead(item.points)) if item.arrow else ()
    if head and item.style == "pad":  # a dotted arrowhead would be two dots
        return Path(line, "pad"), Path(head, "pad-end")
    return (Path((*line, *head), item.style),)


def _strokes(points: tuple[Point, ...]) -> tuple[Piece, ...]:
    return Piece("move", points[:1]), *(Piece("line", (point,)) for point in points[1:])


def _symbol(name: str) -> Path:
    style, radius, strokes = SYMBOLS[name]
    circle = _rectangle(Box(-radius, -radius, 2 * radius, 2 * radius, style, radius)) if radius else ()
    return Path((*circle, *(piece for stroke in strokes for piece in _strokes(stroke))), style)


def _rectangle(box: Box) -> Iterator[Piece]:
    """Clockwise from the left end of the upper edge, with a quarter of a circle at each corner."""
    x, y, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    r = min(box.radius, box.width / 2, box.height / 2)
    inner = r * (1 - ROUND)
    yield Piece("move", ((x + r, y),))
    yield Piece("line", ((right - r, y),))
    yield from _corner(r, (right - inner, y), (right, y + inner), (right, y + r))
    yield Piece("line", ((right, bottom - r),))
    yield from _corner(r, (right, bottom - inner), (right - inner, bottom), (right - r, bottom))
    yield Piece("line", ((x + r, bottom),))
    yield from _corner(r, (x + inner, bottom), (x, bottom - inner), (x, bottom - r))
    yield Piece("line", ((x, y + r),))
    yield from _corner(r, (x, y + inner), (x + inner, y), (x + r, y))
    yield Piece("close")


def _corner(radius: float, first: Point, second: Point, end: Point) -> Iterator[Piece]:
    if radius:
        yield Piece("curve", (first, second, end))


def _corners(line: Line) -> Iterator[Piece]:
    """The corners of a line: a quadratic curve around each as a cubic one, if it has a radius."""
    for before, corner, after in zip(line.points, line.points[1:], line.points[2:], strict=False):
        if not line.radius:
            yield Piece("line", (corner,))
            continue
        start, end = towards(corner, before, line.radius), towards(corner, after, line.radius)
        yield Piece("line", (start,))
        yield Piece("curve", (_between(start, corner), _between(end, corner), end))


def _between(end: Point, control: Point) -> Point:
    """Two thirds of the way from an end to the one control point: there the cubic curve equals the quadratic one."""
    return end[0] + (control[0] - end[0]) * 2 / 3, end[1] + (control[1] - end[1]) * 2 / 3


def towards(one: Point, other: Point, distance: float) -> Point:
    """The point at this distance from `one` on the way to `other`, at most half-way."""
    length = abs(other[0] - one[0]) + abs(other[1] - one[1]) or 1.0  # pieces are horizontal or vertical
    share = min(distance / length, 0.5)
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def arrowhead(points: tuple[Point, ...]) -> tuple[Point, Point, Point]:
    """Two strokes that meet at the end of the line."""
    (x0, y0), (x, y) = points[-2:]
    length = abs(x - x0) + abs(y - y0) or 1.0
    dx, dy = (x - x0) / length * HEAD, (y - y0) / length * HEAD
    return (x - dx - dy * 0.8, y - dy + dx * 0.8), (x, y), (x - dx + dy * 0.8, y - dy - dx * 0.8)
