"""The values of one block or layer on one picture: what is said about them, and each place as a grid of channels.

`values` are the maps by place as they come from a network: x, branch, shortcut, sum, out, each C×H×W; a plain block
has no shortcut and no sum, a layer x and out (an addition branch, shortcut and out, a scaling x, gate and out).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from visualizer.figures.colour import Scale, own_scales, shared_scale
from visualizer.figures.maps import Grid, MapStatistics, grid, statistics
from visualizer.figures.ordering import channel_order, page, page_count, similarity_order
from visualizer.figures.palettes import Theme
from visualizer.figures.resizing import reduced

Order = NDArray[np.intp]
Sort = Literal["strength", "variance", "sparsity", "similarity"]
Scaling = Literal["shared", "per layer", "per map", "global"]
"""How far a scale reaches: over all the grids shown, one grid, one map, or the whole network."""
Maps = NDArray[Any]
CELL, LARGEST = 56, 64
"""Pixels of a map in a grid: a smaller one than `CELL` is enlarged, one above `LARGEST` averaged down to it or less."""


@dataclass(frozen=True, eq=False)
class BlockMaps:
    """The values by place, their statistics, the order of their channels, and one scale for all.

    The places that have as many channels as the output are in the output's order, so that a channel stands at the
    same spot in each of them; another place has an order of its own.
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
        """The channel that is first at a place: the strongest, in that order."""
        return int(self.orders[place][0])

    def sorted(self, by: Sort, place: str = "out", channel: int = 0) -> BlockMaps:
        """The same values with their channels in another order; by similarity: to this channel at this place.

        Where the place has another number of channels than the output, similarity orders that place alone, and the
        rest is by strength. ValueError: an order or a channel that does not exist.
        """
        if by not in get_args(Sort):
            raise ValueError(f"Channels can be ordered by {', '.join(get_args(Sort))}, not by {by!r}.")
        if by == "strength":
            return self
        if by != "similarity":
            return replace(self, orders=_orders(self.values, lambda maps: channel_order(maps, by)))
        order, count = similarity_order(self.values[place], channel), len(self.values[place])
        orders = {at: order if len(maps) == count else self.orders[at] for at, maps in self.values.items()}
        return replace(self, orders=orders)

    def ordered(self, orders: Mapping[str, Order]) -> BlockMaps:
        """The same values with these orders."""
        return replace(self, orders=orders)

    def page_of(self, place: str, channel: int) -> int:
        """The page on which a channel is, counted from 1."""
        return int(np.flatnonzero(self.orders[place] == channel)[0]) // 64 + 1


def block_maps(values: Mapping[str, Maps]) -> BlockMaps:
    """The values with all that is said about them, strongest channels first. ValueError: values that are no maps."""
    orders = _orders(values, channel_order)
    counts = {place: statistics(maps) for place, maps in values.items()}
    return BlockMaps(values, orders, counts, shared_scale(*values.values(), signed=True))


def _orders(values: Mapping[str, Maps], ordered: Callable[[Maps], Order]) -> dict[str, Order]:
    """The output's order for each place that has its number of channels."""
    order = ordered(values["out"])
    return {place: order if len(maps) == len(order) else ordered(maps) for place, maps in values.items()}


def scale_at(maps: BlockMaps, place: str, scaling: Scaling, whole: Scale | None = None) -> Scale | None:
    """The scale of a place's grid, with a sign; None: each map has its own. whole: that of the whole network."""
    if scaling == "per layer":
        return shared_scale(maps.values[place], signed=True)
    return {"shared": maps.scale, "per map": None, "global": whole or maps.scale}[scaling]


def place_grid(maps: BlockMaps, place: str, number: int, scale: Scale | None, theme: Theme = "light") -> Grid:
    """A page of the channels at a place, all on one scale, or each on its own; always with a sign.

    A place with fewer pages shows its last one.
    """
    order = maps.orders[place]
    channels = page(order, min(number, page_count(len(order))))
    shown = reduced(maps.values[place][channels], LARGEST)
    scales = scale or own_scales(maps.values[place][channels], signed=True)
    return grid(shown, range(len(channels)), scales, cell=CELL, theme=theme).renamed(channels)
