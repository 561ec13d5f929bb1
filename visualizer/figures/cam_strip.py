"""Class maps over the picture: a frame for each block, and the one of the selected block large.

A frame shows what speaks for the class, max(0, map), on a scale of its own from zero to its largest value; the picture
stays clear where nothing does.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualizer.figures.colour import Scale, palette, shared_scale
from visualizer.figures.encode import data_uri, png
from visualizer.figures.maps import grid
from visualizer.figures.overlay import overlay
from visualizer.figures.palettes import Pixels, Theme
from visualizer.figures.resizing import LARGEST, reduced, resized

FRAME = 128
"""Pixels a side of a frame, at which a strip of ResNet-50 takes 0.1 MB."""
MOST_FRAMES = 200
ALPHA = 0.8


class Large(NamedTuple):
    """A class map over the picture and alone, as data URIs; its scale and colours (256×3); and where it is largest.

    peak: row and column of the largest value in the map, None where nothing speaks for the class.
    """

    over: str
    alone: str
    scale: Scale
    colours: Pixels
    peak: tuple[int, int] | None


def speaking_for(one_map: NDArray[Any]) -> NDArray[Any]:
    """The last ReLU of both papers: max(0, map)."""
    cut: NDArray[Any] = np.maximum(one_map, 0)
    return cut


def frames(
    picture: Pixels, maps: Mapping[str, NDArray[Any]], theme: Theme = "light", size: int = FRAME
) -> dict[str, str]:
    """Each of the maps (h×w, by name) over the picture (H×W×3 uint8), `size` pixels a side, as data URIs by name.

    JPEG, since a photograph under a map takes six times as much without loss.
    """
    small = _small(picture, size)
    shown = {name: speaking_for(one) for name, one in maps.items()}
    return {name: _jpeg(_over(small, one, shared_scale(one, signed=False), theme)) for name, one in shown.items()}


def large(picture: Pixels, one_map: NDArray[Any], theme: Theme = "light", percentile: float = 100.0) -> Large:
    """One map over the picture and alone, without loss; the scale ends at this percentile of what is not zero."""
    shown = speaking_for(one_map)
    scale = shared_scale(shown, percentile=percentile, signed=False)
    alone = grid(reduced(shown[None], LARGEST), [0], scale, cell=LARGEST, gutter=0, theme=theme)
    row, column = np.unravel_index(int(shown.argmax()), shown.shape)
    over = data_uri(png(_over(resized(picture), shown, scale, theme)))
    peak = (int(row), int(column)) if scale.high > 0 else None
    return Large(over, data_uri(alone.png()), scale, palette(False, theme), peak)


def thinned(paths: list[str], selected: str, most: int = MOST_FRAMES) -> list[str]:
    """At most so many of the blocks and the selected one, at even distances, the last among them."""
    step = -(-len(paths) // most)
    return [path for at, path in enumerate(paths) if (len(paths) - 1 - at) % step == 0 or path == selected]


def beside(pictures: Sequence[bytes], gap: int = 8) -> bytes:
    """Frames of one height from left to right as one PNG, for a report on white paper."""
    shown = [Image.open(BytesIO(one)).convert("RGB") for one in pictures]
    width = sum(one.width for one in shown) + gap * (len(shown) - 1)
    joined, left = Image.new("RGB", (width, shown[0].height), "white"), 0
    for one in shown:
        joined.paste(one, (left, 0))
        left += one.width + gap
    buffer = BytesIO()
    joined.save(buffer, "PNG")
    return buffer.getvalue()


def _over(picture: Pixels, shown: NDArray[Any], scale: Scale, theme: Theme) -> Pixels:
    return overlay(picture, shown, scale, alpha=ALPHA, fade=True, theme=theme)


def _small(picture: Pixels, size: int) -> Pixels:
    how = Image.Resampling.NEAREST if picture.shape[0] < size else Image.Resampling.BOX
    return np.asarray(Image.fromarray(picture).resize((size, size), how))


def _jpeg(pixels: Pixels) -> str:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=88, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
