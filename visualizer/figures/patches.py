"""Where in the picture a channel is strongest: its largest values, and what each of them can see."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visualizer.analysis.receptive_field import Field

MOST = 9


class Patch(NamedTuple):
    """A position of a map (row, column), its value, and its receptive field in the picture, in pixels.

    left, top, width, height: of the field's part within the picture. x, y: its centre, which may lie at a pixel's edge.
    cut: whether a part of the field lies outside the picture.
    """

    row: int
    column: int
    value: float
    left: float
    top: float
    width: float
    height: float
    x: float
    y: float
    cut: bool


def apart(field: Field, side: int) -> float:
    """How far centres are apart at least, in pixels: as wide as a field, but at most a quarter of the picture."""
    return min(float(field.size), side / 4)


def strongest_patches(one_map: NDArray[Any], field: Field, side: int, most: int = MOST) -> list[Patch]:
    """The positions of a map (h×w) with the largest values above zero, on a picture of side×side pixels, best first.

    Taken one after another, the larger value first (of equal ones the one that is read first); a position whose centre
    is nearer than `apart` to that of one already taken, across and down, is left out.
    """
    distance = apart(field, side)
    taken: list[Patch] = []
    for place in np.argsort(-one_map, axis=None, kind="stable"):
        row, column = divmod(int(place), one_map.shape[1])
        value = float(one_map[row, column])
        if not value > 0 or len(taken) == most:
            break
        found = _patch(row, column, value, field, side)
        if all(max(abs(found.x - other.x), abs(found.y - other.y)) >= distance for other in taken):
            taken.append(found)
    return taken


def _patch(row: int, column: int, value: float, field: Field, side: int) -> Patch:
    x, y = (field.start + field.jump * at + 0.5 for at in (column, row))  # pixel 0 is from 0 to 1
    half = field.size / 2
    left, top, right, bottom = max(x - half, 0), max(y - half, 0), min(x + half, side), min(y + half, side)
    cut = min(x, y) - half < 0 or max(x, y) + half > side
    return Patch(row, column, value, left, top, right - left, bottom - top, x, y, cut)
