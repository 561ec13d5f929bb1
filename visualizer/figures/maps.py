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
from typing import Any, Literal, NamedTuple, get_args

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
    "statistics",
]

Maps = NDArray[Any]
Order = Literal["strength", "variance", "sparsity", "index"]


def channel_order(maps: Maps, by: Order = "strength") -> NDArray[np.intp]:
    """All channels of the maps (C×H×W), the most active first; equal ones in the order of their numbers.

    strength: mean of |value|, largest first. variance: over the map, largest first. sparsity: share of zeros,
    smallest first, so that dead channels come last here too. index: as they are. Channels with NaN or
    infinite values come last. ValueError: no maps, or an order that does not exist.
    """
    maps = np.ascontiguousarray(_checked(maps))  # sums in another memory order round otherwise: near ties would flip
    if by == "index":
        return np.arange(len(maps))
    if by == "strength":
        activity = np.abs(maps).mean(axis=(1, 2), dtype=np.float64)
    elif by == "variance":
        with np.errstate(invalid="ignore"):
            activity = maps.var(axis=(1, 2), dtype=np.float64)
    elif by == "sparsity":
        activity = np.where(np.isfinite(maps).all(axis=(1, 2)), (maps != 0).mean(axis=(1, 2)), np.nan)
    else:
        raise ValueError(f"Channels can be ordered by {', '.join(get_args(Order))}, not by {by!r}.")
    return np.argsort(-np.where(np.isfinite(activity), activity, -np.inf), kind="stable")


def page_count(channels: int, size: int = 64) -> int:
    """How many pages the channels fill, at least one."""
    return max(1, math.ceil(channels / size))


def page(order: NDArray[np.intp], number: int, size: int = 64) -> NDArray[np.intp]:
    """The channels on a page; pages count from 1. ValueError: there is no such page."""
    last = page_count(len(order), size)
    if not 1 <= number <= last:
        raise ValueError(f"{len(order)} channels fill pages 1 to {last} of {size}; there is no page {number}.")
    return order[(number - 1) * size : number * size]


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
    maps, channels = _checked(maps), tuple(int(channel) for channel in order)
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
    maps = _checked(maps)
    finite = maps[np.isfinite(maps)].astype(np.float64)
    numbers = (math.nan,) * 5
    if finite.size:
        zeros = 100 * float(np.count_nonzero(finite == 0)) / finite.size
        numbers = (float(finite.mean()), float(finite.std()), float(finite.min()), float(finite.max()), zeros)
    counts = int(dead(maps).sum()), int(always_on(maps).sum()), maps.size - finite.size
    return MapStatistics(maps.shape, *numbers, *counts)


def dead(maps: Maps) -> NDArray[np.bool_]:
    """Which channels are zero everywhere (C)."""
    return np.asarray(~_checked(maps).any(axis=(1, 2)))


def always_on(maps: Maps) -> NDArray[np.bool_]:
    """Which channels are above zero everywhere (C)."""
    return np.asarray((_checked(maps) > 0).all(axis=(1, 2)))


def _checked(maps: Maps) -> Maps:
    if maps.ndim != 3 or not maps.size:
        raise ValueError(f"Feature maps are channels × height × width with at least one value, not {maps.shape}.")
    return maps
