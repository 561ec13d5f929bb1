"""A block's strongest channel as a small picture for the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from numpy.typing import NDArray

from visualizer.figures.colour import indices, palette, shared_scale
from visualizer.figures.palettes import Theme

SIDE = 44.0
"""User units of a thumbnail in a box."""
MOST_PIXELS = 28
"""A larger map is averaged down to this or less: a long network has many of them, and each travels to the browser."""


class Thumbnail(NamedTuple):
    """The number of a channel, and its map as PNG."""

    channel: int
    png: bytes


class Thumbnails(NamedTuple):
    """Thumbnails by their blocks' paths, and what holds for all of them, such as that the weights are untrained."""

    by_path: Mapping[str, Thumbnail]
    note: str = ""


def thumbnail(channel: int, one_map: NDArray[Any], theme: Theme) -> Thumbnail:
    """The map (h×w) of a channel on a scale of its own with zero in the middle, in the colours of Activations."""
    from visualizer.figures.encode import palette_png  # both need Pillow, which a map without thumbnails does without
    from visualizer.figures.resizing import reduced

    small = reduced(one_map[None], MOST_PIXELS)[0]
    levels = indices(small, shared_scale(small, signed=True))
    return Thumbnail(channel, palette_png(levels, palette(True, theme)))
