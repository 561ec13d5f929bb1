"""The filters of a convolution that make one channel, as tiles, strongest first; those over a picture in colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualizer.figures.colour import shared_scale
from visualizer.figures.maps import Grid, grid
from visualizer.figures.palettes import Pixels, Theme

TILE = 27
"""Pixels of a tile, about: nine a weight of a 3×3 filter."""
MOST = 64
MAGNIFIED = 84
"""Pixels of a filter in colour: twelve a weight of a 7×7 one."""


def norms(weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """The Frobenius norm ‖w‖ of each filter (n×k×k): √Σw²."""
    found: NDArray[np.float64] = np.sqrt(np.square(weights, dtype=np.float64).sum(axis=(1, 2)))
    return found


def filter_grid(weights: NDArray[np.float32], first: int = 0, theme: Theme = "light") -> Grid:
    """The filters (n×k×k) with the largest norms, at most `MOST`, on one signed scale; numbers begin at `first`."""
    order = np.argsort(-norms(weights), kind="stable")[:MOST]
    scale = shared_scale(weights, signed=True)
    columns = 16 if len(order) > 32 else min(len(order), 8)
    return grid(weights, order, scale, columns, TILE, theme=theme).renamed(order + first)


def colour_filter(weights: NDArray[np.float32]) -> Pixels:
    """A filter over red, green and blue (3×k×k) as one tile (k×k×3): grey is zero, and the largest |w| is full.

    ValueError: not three filters.
    """
    if len(weights) != 3:
        raise ValueError(f"A filter in colour has three parts, not {len(weights)}.")
    largest = float(np.abs(weights).max()) or 1.0
    tile: Pixels = np.rint(127.5 + 127.5 * weights.transpose(1, 2, 0) / largest).astype(np.uint8)
    factor = max(1, MAGNIFIED // len(tile))
    return tile.repeat(factor, 0).repeat(factor, 1)
