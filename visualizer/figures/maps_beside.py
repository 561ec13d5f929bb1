"""Maps of several networks side by side: of each place the strongest channels as a small grid, on common scales."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import NamedTuple

from visualizer.figures.block_maps import CELL, LARGEST, BlockMaps
from visualizer.figures.colour import Scale, own_scales, scale_to
from visualizer.figures.maps import Grid, MapStatistics, grid
from visualizer.figures.palettes import Theme
from visualizer.figures.resizing import reduced

COLUMNS, MOST = 4, 16
"""Of a grid: so many maps in a row, and in all."""
PALE = 0.25
"""A grid whose largest magnitude is below this part of its scale's end shows a quarter of the colours or less."""


class Values(NamedTuple):
    """The values at one place of one block."""

    maps: BlockMaps
    place: str

    @property
    def statistics(self) -> MapStatistics:
        """The numbers of all channels at the place."""
        return self.maps.statistics[self.place]

    @property
    def largest(self) -> float:
        """The largest magnitude among all channels; 0 where no value is finite."""
        found = self.statistics
        ends = [abs(value) for value in (found.min, found.max) if isfinite(value)]
        return max(ends, default=0.0)


def scale_over(several: Iterable[Values]) -> Scale:
    """One scale, with a sign, up to the largest magnitude of all these."""
    return scale_to(max((values.largest for values in several), default=0.0), signed=True)


def is_pale(values: Values, scale: Scale) -> bool:
    """Whether the scale leaves most of its colours unused by values that are not all zero."""
    return 0 < values.largest < PALE * scale.high


def strongest_grid(values: Values, scale: Scale | None, theme: Theme = "light") -> Grid:
    """The first channels in the block's order, the strongest; None gives each map a scale of its own."""
    channels = values.maps.orders[values.place][:MOST]
    maps = values.maps.values[values.place][channels]
    scales = scale or own_scales(maps, signed=True)
    columns = min(COLUMNS, len(channels))
    drawn = grid(reduced(maps, LARGEST), range(len(channels)), scales, columns, CELL, theme=theme)
    return drawn.renamed(channels)


def png_width(png: bytes) -> int:
    """Pixels from left to right, as the header says (PNG specification, section 11.2.2)."""
    return int.from_bytes(png[16:20], "big")
