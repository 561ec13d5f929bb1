"""One feature map over the picture that the network saw."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualizer.figures.colour import CENTRE, MISSING, TOP, Scale, Theme, indices, palette
from visualizer.figures.palettes import Pixels


def overlay(
    picture: Pixels,
    one_map: NDArray[Any],
    scale: Scale,
    alpha: float = 0.6,
    nearest: bool = False,
    fade: bool = False,
    theme: Theme = "light",
) -> Pixels:
    """The map (h×w) stretched over the picture (H×W×3 uint8) that the network saw, as a new picture.

    alpha: 0 leaves the picture, 1 shows the map alone. nearest: each value a block, else bilinear in between.
    fade: alpha grows with the value from nothing at zero, so that the picture stays clear where the channel
    is silent.
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"Alpha lies between 0 (only the picture) and 1 (only the map), not at {alpha}.")
    levels = _stretched(one_map, scale, (picture.shape[1], picture.shape[0]), nearest)
    over = palette(scale.signed, theme)[levels].astype(np.float32)
    weight = np.full(levels.shape, alpha, np.float32)
    if fade:
        strength = np.abs(levels - float(CENTRE)) / CENTRE if scale.signed else levels / TOP
        weight *= strength.clip(0, 1)  # what is missing has the highest index: it is always seen
    mixed = picture + weight[..., None] * (over - picture)
    blended: Pixels = np.rint(mixed).astype(np.uint8)
    return blended


def _stretched(one_map: NDArray[Any], scale: Scale, size: tuple[int, int], nearest: bool) -> Pixels:
    """Palette indices of the map at a size (width, height); a missing value stays a block, it is not smeared."""
    known = np.isfinite(one_map)
    how = Image.Resampling.NEAREST if nearest else Image.Resampling.BILINEAR
    values = Image.fromarray(np.where(known, one_map, 0).astype(np.float32)).resize(size, how)
    there = Image.fromarray(known.astype(np.uint8)).resize(size, Image.Resampling.NEAREST)
    return np.where(np.asarray(there), indices(np.asarray(values), scale), np.uint8(MISSING))
