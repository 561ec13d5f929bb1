"""Hatching of bars on paper: plotly's patterns as polygons that end at the bar's edges.

As plotly draws them: strokes are `size` apart and cover the share `solidity` of the bar together, and all of a sheet's
patterns lie on one grid, so that they go on from bar to bar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, cos, floor, hypot, pi, sin, sqrt

from reportlab.graphics.shapes import FILL_NON_ZERO, Path, Rect
from reportlab.lib.colors import Color

Point = tuple[float, float]
Corners = Sequence[Point]
NORMALS: dict[str, tuple[Point, ...]] = {
    "/": ((1, -1),), "\\": ((1, 1),), "x": ((1, -1), (1, 1)), "-": ((0, 1),), "|": ((1, 0),), "+": ((0, 1), (1, 0)),
    ".": (),
}  # fmt: skip
"""Across which directions the strokes of each pattern lie; dots have none."""
_ROUND = 16
"""Corners of a dot."""


def hatching(shape: str, bar: Rect, size: float, solidity: float, colour: Color) -> Iterator[Path]:
    """The pattern on a bar, without its outline, as one path; ValueError: a pattern that is not known.

    size: points from a stroke, or dot, to the next. solidity: the share of the bar that is covered.
    """
    if shape not in NORMALS:
        raise ValueError(f"Bars with the pattern {shape!r} cannot be drawn without a browser.")
    edge = (bar.strokeWidth or 0) / 2 if bar.strokeColor else 0
    left, bottom = bar.x + edge, bar.y + edge
    right, top = bar.x + bar.width - edge, bar.y + bar.height - edge
    if left >= right or bottom >= top:
        return
    frame = ((left, bottom), (right, bottom), (right, top), (left, top))
    normals = NORMALS[shape]
    if normals:
        # Two families of strokes cross, and what lies twice is covered once.
        width = size * (solidity if len(normals) == 1 else 1 - sqrt(1 - solidity))
        parts = [part for normal in normals for part in _strokes(frame, normal, size, width)]
    else:
        parts = list(_dots(frame, size, size * sqrt(solidity / pi)))
    if parts:
        yield _path(parts, colour)


def _strokes(frame: Corners, normal: Point, size: float, width: float) -> Iterator[Corners]:
    """What lies in the frame of strokes across a direction."""
    length = hypot(*normal)
    x, y = normal[0] / length, normal[1] / length
    reached = [x * across + y * up for across, up in frame]
    for number in range(floor(min(reached) / size), ceil(max(reached) / size) + 1):
        low, high = number * size - width / 2, number * size + width / 2
        yield from _some(_cut(_cut(frame, (x, y), high), (-x, -y), -low))


def _dots(frame: Corners, size: float, radius: float) -> Iterator[Corners]:
    """What lies in the frame of dots on a square grid."""
    (left, bottom), _, (right, top), _ = frame
    turns = [2 * pi * number / _ROUND for number in range(_ROUND)]
    circle = [(radius * cos(turn), radius * sin(turn)) for turn in turns]
    edges = (((1, 0), right), ((-1, 0), -left), ((0, 1), top), ((0, -1), -bottom))
    for column in range(floor(left / size), ceil(right / size) + 1):
        for row in range(floor(bottom / size), ceil(top / size) + 1):
            x, y = column * size, row * size
            dot: Corners = [(x + across, y + up) for across, up in circle]
            for normal, most in edges:
                if normal[0] * x + normal[1] * y + radius > most:  # it reaches over this edge
                    dot = _cut(dot, normal, most)
            yield from _some(dot)


def _some(corners: Corners) -> Iterator[Corners]:
    if len(corners) > 2:
        yield corners


def _cut(corners: Corners, normal: Point, most: float) -> Corners:
    """The part of a convex polygon that reaches no farther than `most` in a direction."""
    found: list[Point] = []
    for number, (x, y) in enumerate(corners):
        before = corners[number - 1]
        beyond, beyond_before = (normal[0] * a + normal[1] * b - most for a, b in ((x, y), before))
        if (beyond > 0) != (beyond_before > 0):
            share = beyond_before / (beyond_before - beyond)
            found.append((before[0] + share * (x - before[0]), before[1] + share * (y - before[1])))
        if beyond <= 0:
            found.append((x, y))
    return found


def _path(parts: Sequence[Corners], colour: Color) -> Path:
    """All parts in one, filled wherever one of them is."""
    path = Path(fillColor=colour, strokeColor=None, fillMode=FILL_NON_ZERO)
    for first, *rest in parts:
        path.moveTo(*first)
        for corner in rest:
            path.lineTo(*corner)
        path.closePath()
    return path
