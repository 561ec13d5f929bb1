"""Which pixels of the input one position of a map can see, and which it does see: squares on the picture.

Boxes are in pixels of the input and may reach beyond it, as receptive fields do: what lies there is padding.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visualizer.analysis.receptive_field import Field


class Box(NamedTuple):
    """Columns left to right − 1 and rows top to bottom − 1."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def within(self, size: int) -> Box:
        """The part that lies in a picture of size × size pixels; it is empty where nothing does."""
        left, top = max(0, min(self.left, size)), max(0, min(self.top, size))
        return Box(left, top, max(left, min(self.right, size)), max(top, min(self.bottom, size)))

    def outside(self, size: int) -> float:
        """The share of the box that lies beyond a picture of size × size pixels, from 0 to 1."""
        inside = self.within(size)
        return 1 - inside.width * inside.height / (self.width * self.height)

    def grown(self, pixels: int) -> Box:
        """With so many more pixels on every side; a negative number makes it smaller."""
        return Box(self.left - pixels, self.top - pixels, self.right + pixels, self.bottom + pixels)


def seen_box(field: Field, row: int, column: int) -> Box:
    """What the position (row, column) of a map with this field can see; its sides are `field.size`."""
    left, top = (round(field.start + at * field.jump - (field.size - 1) / 2) for at in (column, row))
    return Box(left, top, left + field.size, top + field.size)


def centre(field: Field, position: int, size: int) -> int:
    """The pixel of a picture, 0 to size − 1 along one axis, that is nearest to the middle of a position's field."""
    return min(max(round(field.start + position * field.jump), 0), size - 1)


def position(field: Field, pixel: int, count: int) -> int:
    """The position, 0 to count − 1 along one axis, whose field's middle is nearest to a pixel."""
    return min(max(round((pixel - field.start) / field.jump), 0), count - 1)


def support(weights: NDArray[Any]) -> Box | None:
    """The smallest box with every pixel (H×W) that is not zero; None if all are."""
    rows, columns = np.flatnonzero(weights.any(axis=1)), np.flatnonzero(weights.any(axis=0))
    if not rows.size:
        return None
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def energy_box(weights: NDArray[Any], around: Box, share: float = 0.95) -> Box:
    """The smallest square with the middle of the square `around` that has this share of the energy, Σ weights² (H×W).

    It may reach beyond the picture, and beyond `around` where so much lies outside that. ValueError: all are zero.
    """
    sums = np.pad(np.square(weights, dtype=np.float64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    if not sums[-1, -1] > 0:
        raise ValueError("Weights that are zero everywhere, or not finite, have no energy to draw a box around.")

    def enough(box: Box) -> bool:
        at = box.within(weights.shape[0])
        held = sums[at.bottom, at.right] - sums[at.top, at.right] - sums[at.bottom, at.left] + sums[at.top, at.left]
        return bool(held >= share * sums[-1, -1] * (1 - 1e-12))

    small, large = -((around.width - 1) // 2), max(weights.shape) + max(map(abs, around))
    while small < large:  # the first by which `around` must grow, all larger ones being enough
        middle = (small + large) // 2
        small, large = (small, middle) if enough(around.grown(middle)) else (middle + 1, large)
    return around.grown(small)
