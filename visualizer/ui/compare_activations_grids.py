"""The values behind Compare's maps, the scales that they have in common, and the grids that are drawn of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from visualizer.figures.block_maps import BlockMaps
from visualizer.figures.colour import Scale, scale_to
from visualizer.figures.encode import data_uri
from visualizer.figures.maps_beside import Values, scale_over, strongest_grid
from visualizer.figures.palettes import Theme
from visualizer.resnet import Block
from visualizer.ui.answers import REFUSALS
from visualizer.ui.compare_activations_passes import Lane, fill_maps
from visualizer.ui.compare_activations_places import Band, Spot, blocks_of, opened_block
from visualizer.ui.computing import largest_of, maps_key, maps_of
from visualizer.ui.store import FIGURES, MAPS
from visualizer.ui.views import View

All = Mapping[int, Mapping[str, BlockMaps | str]]
"""By a network's place and a block's path: its values, or the sentence that says why there are none."""


def missing_maps(found: Sequence[Lane], bands: Sequence[Band]) -> list[Lane]:
    """The networks of which a block that is shown is not in the store."""
    return [
        lane for lane in found
        if not all(MAPS.holds(maps_key(lane.state, block)) for block in blocks_of(lane, bands))
    ]  # fmt: skip


def values_of(found: Sequence[Lane], bands: Sequence[Band]) -> All:
    """The values of all blocks that are shown, network after network."""
    return {lane.place: _of_lane(lane, blocks_of(lane, bands)) for lane in found}


def _of_lane(lane: Lane, blocks: Sequence[Block]) -> dict[str, BlockMaps | str]:
    try:
        fill_maps(lane, blocks)
    except REFUSALS as error:
        return {block.path: str(error) for block in blocks}
    return {block.path: _of_block(lane, block) for block in blocks}


def _of_block(lane: Lane, block: Block) -> BlockMaps | str:
    try:
        return maps_of(lane.state, block)
    except REFUSALS as error:  # values beyond 32 bits, of this block and not of those before it
        return str(error)


def values_at(spot: Spot, values: All) -> Values | str:
    """The values at a place, or why there are none."""
    if spot.block is None:
        return spot.why
    maps = values[spot.lane.place][spot.block.path]
    return maps if isinstance(maps, str) else Values(maps, spot.term.place)


def whole(state: View, found: Sequence[Lane]) -> Scale | None:
    """The scale of all networks from the picture to the logits, if it is asked for."""
    return scale_to(max(map(_largest, found)), signed=True) if state.scale == "global" else None


def _largest(lane: Lane) -> float:
    """0 for a network without values, of which is said elsewhere why it has none."""
    try:
        return largest_of(lane.state)
    except REFUSALS:
        return 0.0


def scales_of(state: View, bands: Sequence[Band], values: All, ends: Scale | None) -> list[Scale | None]:
    """The scale that the grids of each row have in common; None: each has its own."""
    if state.scale in ("per layer", "per map"):
        return [None] * len(bands)
    if ends is not None:
        return [ends] * len(bands)
    rows = [[maps for spot in band.spots if isinstance(maps := values_at(spot, values), Values)] for band in bands]
    together = [scale_over(maps for row in rows for maps in row)] * len(bands)
    return list(together if opened_block(state) else map(scale_over, rows))


def grid_source(state: View, spot: Spot, maps: Values, scale: Scale | None, colours: Theme) -> str:
    """The grid of a place as a PNG's data URI; without a common scale the grid, or each map, has its own."""
    used = scale_over([maps]) if state.scale == "per layer" else scale
    assert spot.block is not None
    key = ("beside", *maps_key(spot.lane.state, spot.block), maps.place, used, colours)
    return FIGURES.value(key, lambda: data_uri(strongest_grid(maps, used, colours).png()), len)
