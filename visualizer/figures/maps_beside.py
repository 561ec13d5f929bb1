"""Maps of several networks side by side: of each place the strongest channels as a small grid, on common scales."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import NamedTuple

from visualizer.figures.block_maps import CELL, LARGEST, BlockMaps
from visualizer.figures.colour import Scale, own_scales, scale_to
from visualizer.figures.maps import Grid, grid
from visualizer.figures.palettes import Theme
from visualizer.figures.resizing import reduced

COLUMNS, MOST = 4, 16
"""Of a grid: so many maps in a row, and in all."""
FAINT = 0.05
"""A grid whose largest magnitude is below this part of its scale's end shows hardly any colour."""


class Spot(NamedTuple):
    """The values at one place of one block."""

    maps: BlockMaps
    place: str

    @property
    def largest(self) -> float:
        """The largest magnitude among all channels; 0 where no value is finite."""
        found = self.maps.statistics[self.place]
        ends = [abs(value) for value in (found.min, found.max) if isfinite(value)]
        return max(ends, default=0.0)


def scale_over(spots: Iterable[Spot]) -> Scale:
    """One scale, with a sign, up to the largest magnitude of all these."""
    return scale_to(max((spot.largest for spot in spots), default=0.0), signed=True)


def is_faint(spot: Spot, scale: Scale) -> bool:
    """Whether on this scale hardly anything is to be seen of values that are not zero."""
    return 0 < spot.largest < FAINT * scale.high


def strongest_grid(spot: Spot, scale: Scale | None, theme: Theme = "light") -> Grid:
    """The first channels in the block's order, the strongest; None gives each map a scale of its own."""
    channels = spot.maps.orders[spot.place][:MOST]
    values = spot.maps.values[spot.place][channels]
    scales = scale or own_scales(values, signed=True)
    columns = min(COLUMNS, len(channels))
    drawn = grid(reduced(values, LARGEST), range(len(channels)), scales, columns, CELL, theme=theme)
    return drawn.renamed(channels)
