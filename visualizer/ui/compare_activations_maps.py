"""Maps of the compared networks: the last block of every stage side by side, or the selected block place by place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from visualizer.figures.colour import Scale
from visualizer.figures.colour_bar import number
from visualizer.figures.maps_beside import MOST, Values, is_pale
from visualizer.resnet import Block
from visualizer.ui.compare_actions import select
from visualizer.ui.compare_activations_grids import (
    All,
    grid_source,
    missing_maps,
    scales_of,
    values_at,
    values_of,
    whole,
)  # fmt: skip
from visualizer.ui.compare_activations_passes import Lane, stoppable, stopped, work_key
from visualizer.ui.compare_activations_places import PLACE_WORDS, Band, Spot, bands_of, opened_block, place_of
from visualizer.ui.compare_activations_table import Cell, Row, table_html
from visualizer.ui.control import control
from visualizer.ui.more_choices import words
from visualizer.ui.presentation import wide
from visualizer.ui.sentences import literal
from visualizer.ui.state import change
from visualizer.ui.theme import theme
from visualizer.ui.views import SCALES, View

SCALE_WORDS = {
    "shared": "all networks", "per layer": "each grid", "per map": "each map", "global": "whole networks",
}  # fmt: skip
SCALE_HELP = (
    "How far one scale of colours reaches. All networks: over what stands in a row, or over all grids of a selected "
    "block. Whole networks: up to the largest magnitude anywhere in any of them."
)
LAST_BLOCKS = "last of every stage"


def maps_view(state: View, found: list[Lane]) -> None:
    """The choices, and the grids."""
    _choices(state)
    bands, key = bands_of(state, found), work_key("maps", found)
    if stopped(key):
        return
    with stoppable(key, missing_maps(found, bands)):
        values, ends = values_of(found, bands), whole(state, found)
    scales = scales_of(state, bands, values, ends)
    for sentence in notes(state, bands, values, scales):
        st.caption(literal(sentence))
    st.html(_table(state, found, bands, values, scales))


def _choices(state: View) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _block_choice(state)
        if not opened_block(state):
            control(
                st.segmented_control, "Place in the block", list(PLACE_WORDS), key="place", value=place_of(state),
                act=lambda one: change(place=one) if one in PLACE_WORDS else None, format_func=words(PLACE_WORDS),
                required=True, width="content",
            )  # fmt: skip
        control(
            st.segmented_control, "One colour scale for", SCALES, key="scale", value=state.scale, required=True,
            act=lambda one: change(scale=one) if one in SCALES else None, format_func=words(SCALE_WORDS),
            help=SCALE_HELP, width="content",
        )  # fmt: skip


def _block_choice(state: View) -> None:
    """Which block is opened, among all that one of the networks has."""
    columns, opened = state.alignment.columns, opened_block(state)
    at = next((n for n, column in enumerate(columns) if opened and _path(column[state.slot]) == opened), -1)
    labels = {-1: LAST_BLOCKS, **{n: next(filter(None, map(_path, column))) for n, column in enumerate(columns)}}

    def act(chosen: int) -> None:
        if chosen == -1:
            select(state.slot, "")
        elif chosen in labels:  # a browser can send anything
            places = [state.slot, *range(len(columns[chosen]))]
            place = next(place for place in places if columns[chosen][place])
            select(place, _path(columns[chosen][place]))

    control(
        st.selectbox, "Block", list(labels), key="compare_block", value=at, act=act, width=wide(200),
        format_func=lambda n: labels.get(n, ""),
        help="Or select one in the view Maps. A block by itself shows its x, F(x), shortcut, sum and output.",
    )  # fmt: skip


def _path(block: Block | None) -> str:
    return block.path if block else ""


def _table(
    state: View, found: Sequence[Lane], bands: Sequence[Band], values: All, scales: Sequence[Scale | None]
) -> str:
    opened = opened_block(state)
    head = list(PLACE_WORDS.values()) if opened else [lane.name for lane in found]
    rows = [
        Row(band.title, tuple(_cell(state, spot, values, scale) for spot in band.spots), scale)
        for band, scale in zip(bands, scales, strict=True)
    ]
    said = "The selected block of each network" if opened else "The last block of every stage of each network"
    return table_html(f"{said}: its strongest channels", head, rows, theme())


def _cell(state: View, spot: Spot, values: All, scale: Scale | None) -> Cell:
    maps = values_at(spot, values)
    if isinstance(maps, str) or spot.block is None:
        return Cell(said=str(maps))
    counts, title = maps.statistics, spot.term.title
    shape = " × ".join(map(str, counts.shape))
    if spot.term.place == "shortcut":
        title = f"shortcut, {spot.term.note.removesuffix(': x as it is')}"
    lines = f"{spot.block.path}: {title}", shape, f"largest {number(maps.largest)}, {counts.zeros:.0f} % zeros"
    alt = f"{spot.lane.title}, {spot.block.path}, {PLACE_WORDS[spot.place]}: {shape}, its strongest channels"
    return Cell(grid_source(state, spot, maps, scale, theme()), alt, lines, spot.lane.flag)


def reach_words(state: View) -> str:
    """How far the scale reaches."""
    together = "One scale for all these grids" if opened_block(state) else "One scale for all networks in a row"
    return {
        "shared": f"{together}, up to the largest magnitude.",
        "global": "One scale for everything, up to the largest magnitude anywhere in any of the networks.",
        "per layer": "Each grid has a scale of its own, up to its largest magnitude: colours of two say nothing.",
        "per map": "Each map has a scale of its own: strong and weak channels look alike.",
    }[state.scale]


def notes(state: View, bands: Sequence[Band], values: All, scales: Sequence[Scale | None]) -> Iterator[str]:
    """What the colours mean, which channels are shown, and of which the scale hides most."""
    yield (
        f"{reach_words(state)} Blue is negative, orange is positive, zero is in the middle. Each grid has the {MOST} "
        "strongest channels by the mean magnitude of the block's output, in reading order. Channels of two networks "
        "that stand at one spot have nothing else in common."
    )
    pale = [f"{spot.lane.name} at {spot.block.path}" for spot in _pale(bands, values, scales) if spot.block]
    if pale:
        listed = ", ".join(dict.fromkeys(pale))
        yield f"Pale here, since another network's values are much larger: {listed}. A scale for each grid shows more."


def _pale(bands: Sequence[Band], values: All, scales: Sequence[Scale | None]) -> Iterator[Spot]:
    for band, scale in zip(bands, scales, strict=True):
        for spot in band.spots:
            maps = values_at(spot, values)
            if isinstance(maps, Values) and scale and is_pale(maps, scale):
                yield spot
