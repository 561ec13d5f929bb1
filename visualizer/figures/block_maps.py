"""The values of one block on one picture: what is said about them, and each place as a grid of channels.

`values` are the maps by place as they come from a network: x, branch, shortcut, sum, out, each C×H×W; a plain block
has no shortcut and no sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visualizer.figures.colour import Scale, own_scales, shared_scale
from visualizer.figures.maps import Grid, MapStatistics, channel_order, grid, page, page_count, statistics
from visualizer.figures.palettes import Theme
from visualizer.figures.resizing import reduced

Order = NDArray[np.intp]
Maps = NDArray[Any]
CELL, LARGEST = 56, 64
"""Pixels of a map in a grid: a smaller one than `CELL` is enlarged, one above `LARGEST` averaged down to it or less."""


@dataclass(frozen=True, eq=False)
class BlockMaps:
    """The values of a block by place, their statistics, their channels strongest first, and one scale for all.

    The places that have as many channels as the output are in the output's order, so that a channel stands at the
    same spot in each of them; x has an order of its own where its number of channels differs.
    """

    values: Mapping[str, Maps]
    orders: Mapping[str, Order]
    statistics: Mapping[str, MapStatistics]
    scale: Scale

    @property
    def nbytes(self) -> int:
        return sum(maps.nbytes for maps in self.values.values())

    @property
    def pages(self) -> int:
        """How many pages of 64 channels the output fills."""
        return page_count(len(self.orders["out"]))

    def strongest(self, place: str) -> int:
        """The channel that is first at a place."""
        return int(self.orders[place][0])

    def page_of(self, place: str, channel: int) -> int:
        """The page on which a channel is, counted from 1."""
        return int(np.flatnonzero(self.orders[place] == channel)[0]) // 64 + 1


def block_maps(values: Mapping[str, Maps]) -> BlockMaps:
    """The values of a block with all that is said about them. ValueError: values that are no maps."""
    order = channel_order(values["out"])
    orders = {place: order if len(maps) == len(order) else channel_order(maps) for place, maps in values.items()}
    counts = {place: statistics(maps) for place, maps in values.items()}
    return BlockMaps(values, orders, counts, shared_scale(*values.values(), signed=True))


def place_grid(maps: BlockMaps, place: str, number: int, shared: bool, theme: Theme = "light") -> Grid:
    """A page of the channels at a place, all on the block's one scale, or each on its own; always with a sign.

    A place with fewer pages shows its last one.
    """
    order = maps.orders[place]
    channels = page(order, min(number, page_count(len(order))))
    shown = reduced(maps.values[place][channels], LARGEST)
    scales = maps.scale if shared else own_scales(maps.values[place][channels], signed=True)
    return grid(shown, range(len(channels)), scales, cell=CELL, theme=theme).renamed(channels)
