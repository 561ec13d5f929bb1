"""Maps of the compared networks in a report: a picture a row, with its scale."""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.figures.colour import Scale, palette, scale_to
from visualizer.figures.colour_bar import caption, colour_bar, number
from visualizer.figures.maps_beside import MOST, Values, png_width
from visualizer.figures.maps_picture import Panel, maps_picture
from visualizer.figures.report import Item, Shot, Words
from visualizer.ui.compare_activations_grids import (
    All,
    grid_source,
    missing_maps,
    scales_of,
    values_at,
    values_of,
    whole,
)  # fmt: skip
from visualizer.ui.compare_activations_maps import notes
from visualizer.ui.compare_activations_passes import Lane, is_cheap
from visualizer.ui.compare_activations_places import PLACE_WORDS, Band, Spot, bands_of, opened_block
from visualizer.ui.views import View

WIDEST = 900
"""Pixels of a picture in a report."""


def maps_report(state: View, found: list[Lane]) -> list[Item]:
    """A picture a row: the networks from left to right, or the places of a block that is opened."""
    bands = bands_of(state, found)
    if not is_cheap(missing_maps(found, bands)) or (state.scale == "global" and not is_cheap(found)):
        return [Words("These maps take longer than a report waits: open the view, and make the report again.")]
    values = values_of(found, bands)
    scales = scales_of(state, bands, values, whole(state, found))
    shots = [item for band, scale in zip(bands, scales, strict=True) for item in _shots(state, band, values, scale)]
    return [*map(Words, notes(state, bands, values, scales)), *shots]


def _shots(state: View, band: Band, values: All, scale: Scale | None) -> Iterator[Item]:
    panels = []
    for spot in band.spots:
        maps = values_at(spot, values)
        if isinstance(maps, str) or spot.block is None:
            yield Words(f"{band.title}, {spot.lane.name}: {maps}")
        else:
            panels.append(_panel(state, spot, maps, scale))
    if panels:
        shown = scale or scale_to(1.0, signed=True)
        bar = colour_bar(shown, palette(True, "light"), width=360, label="value")
        under = caption(shown) if scale else "Ends of the scales: the largest magnitude of each."
        alt = f"{band.title}: {', '.join(f'{panel.title}, {panel.note}' for panel in panels)}"
        png = maps_picture(band.title, (), panels, bar, under)
        yield Shot(png, alt, f"{band.title}: the {MOST} strongest channels.", min(WIDEST, png_width(png)))


def _panel(state: View, spot: Spot, maps: Values, scale: Scale | None) -> Panel:
    assert spot.block is not None
    shape = " × ".join(map(str, maps.statistics.shape))
    title = PLACE_WORDS[spot.place] if opened_block(state) else spot.lane.name
    note = f"{spot.block.path}, {spot.term.title}: {shape}; largest {number(maps.largest)}; {spot.lane.flag}"
    return Panel("", title, note, grid_source(state, spot, maps, scale, "light"))
