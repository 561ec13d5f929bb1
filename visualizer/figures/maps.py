"""Feature maps (channels × height × width) as pictures: which first, a page of them as one grid, one over the photo.

Only numpy arrays come in, from any network. A grid is one palette picture with its geometry, so that a click
on it finds its channel; it is encoded without loss in a few milliseconds. Everything that goes with it is
importable from here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visualizer.figures.colour import (
    EMPTY,
    GAP,
    MISSING,
    Scale,
    Theme,
    indices,
    is_signed,
    own_scales,
    palette,
    shared_scale,
)
from visualizer.figures.colour_bar import caption, colour_bar
from visualizer.figures.encode import data_uri, palette_png, png
from visualizer.figures.ordering import (
    Order,
    always_on,
    channel_order,
    checked,
    dead,
    page,
    page_count,
    similarity_order,
)
from visualizer.figures.overlay import overlay
from visualizer.figures.palettes import Pixels

__all__ = [
    "Grid",
    "MapStatistics",
    "Order",
    "always_on",
    "caption",
    "channel_order",
    "colour_bar",
    "data_uri",
    "dead",
    "grid",
    "overlay",
    "page",
    "page_count",
    "png",
    "similarity_order",
    "statistics",
]

Maps = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Grid:
    """Maps side by side as one picture of palette indices, in reading order.

    indices: H×W uint8; colours: 256×3 uint8, what the indices stand for.
    scales: one for all maps, or one for each of `channels`.
    cell: height and width of one map as drawn, in pixels: the map's own, `magnification` times.
    missing: how many of the values shown are NaN or infinite.
    """

    indices: Pixels
    colours: Pixels
    channels: tuple[int, ...]
    scales: tuple[Scale, ...]
    columns: int
    cell: tuple[int, int]
    magnification: int
    gutter: int
    missing: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.indices.shape
        return width, height

    def origin(self, channel: int) -> tuple[int, int]:
        """x and y of the first pixel of the channel's map. KeyError: the channel is not in this grid."""
        row, column = divmod(self._positions[channel], self.columns)
        return self.gutter + column * (self.cell[1] + self.gutter), self.gutter + row * (self.cell[0] + self.gutter)

    def cell_at(self, x: float, y: float) -> int | None:
        """The channel drawn at a pixel; None between the maps and outside."""
        column, across = divmod(math.floor(x) - self.gutter, self.cell[1] + self.gutter)
        row, down = divmod(math.floor(y) - self.gutter, self.cell[0] + self.gutter)
        position = row * self.columns + column
        inside = row >= 0 and 0 <= column < self.columns and position < len(self.channels)
        return self.channels[position] if inside and down < self.cell[0] and across < self.cell[1] else None

    def scale_of(self, channel: int) -> Scale:
        """The scale that the channel is drawn with. KeyError: the channel is not in this grid."""
        return self.scales[self._positions[channel] if len(self.scales) > 1 else 0]

    def renamed(self, channels: Sequence[int] | NDArray[np.intp]) -> Grid:
        """The same picture of maps that have other numbers. ValueError: not as many."""
        if len(channels) != len(self.channels):
            raise ValueError(f"This grid has {len(self.channels)} maps, and {len(channels)} numbers were given.")
        return replace(self, channels=tuple(int(channel) for channel in channels))

    def png(self) -> bytes:
        """The picture as a PNG with a palette, without loss."""
        return palette_png(self.indices, self.colours)

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {channel: position for position, channel in enumerate(self.channels)}


def grid(
    maps: Maps,
    order: Sequence[int] | NDArray[np.intp],
    scale: Scale | Sequence[Scale] | None = None,
    columns: int | None = None,
    cell: int = 56,
    gutter: int = 1,
    theme: Theme = "light",
) -> Grid:
    """The channels of the maps (C×H×W) named in `order`, as one picture.

    scale: one for all; a sequence of one per entry of `order`; None gives each map its own, over its full
    range.
    columns: None makes the grid about square. cell: a map smaller than this many pixels is enlarged by the
    largest whole factor that fits, each value a square; a larger one stays as it is. gutter: pixels around
    each map. ValueError: no channels, one that does not exist, or a number of scales that fits nothing.
    """
    maps, channels = checked(maps), tuple(int(channel) for channel in order)
    unknown = [channel for channel in channels if not 0 <= channel < len(maps)]
    if unknown or not channels:
        raise ValueError(f"There are channels 0 to {len(maps) - 1}, not {unknown[0] if unknown else 'an empty list'}.")
    shown = maps[list(channels)]
    scales = _scales(maps, shown, scale)
    levels = indices(shown, *scales)
    columns = columns or math.ceil(math.sqrt(len(channels)))
    magnification = max(1, cell // max(levels.shape[1:]))
    drawn = levels.repeat(magnification, axis=1).repeat(magnification, axis=2)
    return Grid(
        indices=_tiled(drawn, columns, gutter),
        colours=palette(is_signed(scales), theme),
        channels=channels,
        scales=scales,
        columns=columns,
        cell=(drawn.shape[1], drawn.shape[2]),
        magnification=magnification,
        gutter=gutter,
        missing=int(np.count_nonzero(levels == MISSING)),
    )


def _scales(maps: Maps, shown: Maps, scale: Scale | Sequence[Scale] | None) -> tuple[Scale, ...]:
    if isinstance(scale, Scale):
        return (scale,)
    if scale is None:  # the sign of all maps, so that every page has the same palette
        return own_scales(shown, signed=shared_scale(maps).signed)
    if len(scale) not in (1, len(shown)):
        raise ValueError(f"{len(shown)} maps need one scale or {len(shown)}, not {len(scale)}.")
    return tuple(scale)


def _tiled(drawn: Pixels, columns: int, gutter: int) -> Pixels:
    """The cells (N×h×w) row by row on one picture, `GAP` between them and `EMPTY` where the last row has none."""
    count, height, width = drawn.shape
    rows = math.ceil(count / columns)
    cells = np.full((rows * columns, height, width), EMPTY, np.uint8)
    cells[:count] = drawn
    spaced = np.full((rows, height + gutter, columns, width + gutter), GAP, np.uint8)
    spaced[:, :height, :, :width] = cells.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
    picture = spaced.reshape(rows * (height + gutter), columns * (width + gutter))
    return np.pad(picture, ((gutter, 0), (gutter, 0)), constant_values=GAP)


class MapStatistics(NamedTuple):
    """Plain numbers about maps (C×H×W) over their finite values; NaN where there is no finite value.

    std is that of the whole (divided by n), zeros is the share of values that are 0 in percent, dead and
    always_on count channels, missing counts NaN and infinite values.
    """

    shape: tuple[int, ...]
    mean: float
    std: float
    min: float
    max: float
    zeros: float
    dead: int
    always_on: int
    missing: int


def statistics(maps: Maps) -> MapStatistics:
    """The numbers beside a grid, in double precision. ValueError: no maps."""
    maps = checked(maps)
    finite = maps[np.isfinite(maps)].astype(np.float64)
    numbers = (math.nan,) * 5
    if finite.size:
        zeros = 100 * float(np.count_nonzero(finite == 0)) / finite.size
        numbers = (float(finite.mean()), float(finite.std()), float(finite.min()), float(finite.max()), zeros)
    counts = int(dead(maps).sum()), int(always_on(maps).sum()), maps.size - finite.size
    return MapStatistics(maps.shape, *numbers, *counts)
