"""Maps and pictures at the size in which they are drawn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualizer.figures.palettes import Pixels

SMALLEST, LARGEST = 224, 448


def reduced(maps: NDArray[Any], most: int) -> NDArray[Any]:
    """The maps (C×H×W) with each square of k×k values averaged, by the smallest k that leaves at most `most` a side."""
    factor = math.ceil(max(maps.shape[1:]) / most)
    if factor <= 1:
        return maps
    images = (Image.fromarray(np.ascontiguousarray(one, np.float32)) for one in maps)
    return np.stack([np.asarray(image.reduce(factor)) for image in images])


def resized(picture: Pixels) -> Pixels:
    """A square picture (N×N×3) for the screen: a small one enlarged, each pixel a square, a large one averaged."""
    side = picture.shape[0]
    factor = SMALLEST // side
    if factor > 1:
        return picture.repeat(factor, axis=0).repeat(factor, axis=1)
    if side <= LARGEST:
        return picture
    return np.asarray(Image.fromarray(picture).resize((LARGEST, LARGEST), Image.Resampling.BOX))
