"""One channel, large: over the picture that the network saw, and alone."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

from visualizer.figures.colour import Scale, palette, shared_scale
from visualizer.figures.encode import data_uri, png
from visualizer.figures.maps import grid, overlay
from visualizer.figures.palettes import Pixels, Theme
from visualizer.figures.resizing import LARGEST, reduced, resized


class ChannelPictures(NamedTuple):
    """A channel over the picture and alone, as data URIs, and the scale and colours (256×3) of both."""

    over: str
    alone: str
    scale: Scale
    colours: Pixels


def channel_pictures(picture: Pixels, one_map: NDArray[Any], theme: Theme = "light") -> ChannelPictures:
    """The map (h×w) over the picture (H×W×3 uint8) and alone, on a scale of its own with zero in the middle.

    The picture stays clear where the channel is silent. Both are enlarged or averaged down to about `LARGEST`.
    """
    scale = shared_scale(one_map, signed=True)
    over = overlay(resized(picture), one_map, scale, alpha=0.8, fade=True, theme=theme)
    alone = grid(reduced(one_map[None], LARGEST), [0], scale, cell=LARGEST, gutter=0, theme=theme)
    return ChannelPictures(data_uri(png(over)), data_uri(alone.png()), scale, palette(True, theme))
