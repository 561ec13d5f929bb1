"""Maps of the compared networks: the last block of every stage side by side, or the selected block place by place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import streamlit as st

from visualizer.figures.block_maps import BlockMaps
from visualizer.figures.captions import blocks_text
from visualizer.figures.colour import Scale, palette, scale_to
from visualizer.figures.colour_bar import caption, colour_bar, number
from visualizer.figures.equation import Term, terms
from visualizer.figures.maps import data_uri
from visualizer.figures.maps_beside import MOST, Spot, is_faint, scale_over, strongest_grid
from visualizer.figures.maps_picture import Panel, maps_picture
from visualizer.figures.palettes import Theme
from visualizer.figures.report import Heading, Item, Shot, Words
from visualizer.resnet import Block, Stage
from visualizer.ui.answers import REFUSALS
from visualizer.ui.compare_actions import select
from visualizer.ui.compare_activations_passes import (
    Lane,
    fill_maps,
    is_cheap,
    stoppable,
    stopped,
    work_key,
)  # fmt: skip
from visualizer.ui.compare_activations_table import Cell, Row, table_html
from visualizer.ui.computing import largest_of, maps_key, maps_of
from visualizer.ui.control import control
from visualizer.ui.more_choices import words
from visualizer.ui.sentences import literal
from visualizer.ui.state import change
from visualizer.ui.store import FIGURES, MAPS
from visualizer.ui.theme import theme
from visualizer.ui.views import SCALES, View

PLACE_WORDS = {"x": "x", "branch": "F(x)", "shortcut": "shortcut", "sum": "sum", "out": "output"}
SCALE_WORDS = {
    "shared": "networks in common", "per layer": "each grid", "per map": "each map", "global": "all networks, whole",
}  # fmt: skip
SCALE_HELP = (
    "How far one scale of colours reaches. In common: over what stands in one row, or over all grids of a block, so "
    "that colours of two networks can be compared. Whole: up to the largest magnitude anywhere in any of the networks."
)
REACH = {
    "shared": "One scale for all networks in a row.",
    "global": "One scale for everything, up to the largest magnitude anywhere in any of the networks.",
    "per layer": "Each grid has a scale of its own, whose end stands below it: colours of two cannot be compared.",
    "per map": "Each map has a scale of its own: strong and weak channels look alike.",
}
LAST_BLOCKS = "last block of every stage"
Maps = BlockMaps | str
"""The values of a block, or the sentence that says why there are none."""


class Place(NamedTuple):
    """A cell to be filled: a network, its block, or "" and why it has none there, and the place that is looked at."""

    lane: Lane
    block: Block | None
    place: str
    why: str = ""


class Band(NamedTuple):
    """A row of places under its title, with what stands above each."""

    title: str
    places: tuple[Place, ...]


def maps_view(state: View, found: list[Lane]) -> None:
    """The choices, and the grids."""
    _choices(state)
    bands = bands_of(state, found)
    key = work_key("maps", found)
    if stopped(key):
        return
    missing = [lane for lane in found if not all(MAPS.holds(k) for k in _keys(lane, bands))]
    with stoppable(key, missing):
        values = {lane.place: _values(lane, bands) for lane in found}
        whole = _whole(state, found)
    st.html(_table(state, found, bands, values, whole))
    for sentence in _notes(state, bands, values, whole):
        st.caption(sentence)


def _choices(state: View) -> None:
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        _block_choice(state)
        if not chosen_block(state):
            place = state.place if state.place in PLACE_WORDS else "out"
            control(
                st.segmented_control, "Place in the block", list(PLACE_WORDS), key="place", value=place, required=True,
                act=lambda one: change(place=one) if one in PLACE_WORDS else None, format_func=words(PLACE_WORDS),
                width="content",
            )  # fmt: skip
        control(
            st.segmented_control, "One colour scale for", SCALES, key="scale", value=state.scale, required=True,
            act=lambda one: change(scale=one) if one in SCALES else None, format_func=words(SCALE_WORDS),
            help=SCALE_HELP, width="content",
        )  # fmt: skip


def _block_choice(state: View) -> None:
    """Which block is opened, among all that one of the networks has."""
    columns = state.alignment.columns
    shown = chosen_block(state)
    at = next((n for n, column in enumerate(columns) if shown and _path(column[state.slot]) == shown), -1)
    labels = {-1: LAST_BLOCKS, **{n: next(filter(None, map(_path, column))) for n, column in enumerate(columns)}}

    def act(chosen: int) -> None:
        if chosen == -1:
            select(state.slot, "")
        elif chosen in labels:  # a browser can send anything
            places = [state.slot, *range(len(columns[chosen]))]
            place = next(place for place in places if columns[chosen][place])
            select(place, _path(columns[chosen][place]))

    control(
        st.selectbox, "Block", list(labels), key="compare_block", value=at, act=act, width=230,
        format_func=lambda n: labels.get(n, ""),
        help="Or select one in the maps, in the view Maps. Opened, a block shows x, F(x), shortcut, sum and output.",
    )  # fmt: skip


def _path(block: Block | None) -> str:
    return block.path if block else ""


def chosen_block(state: View) -> str:
    """The path of the edited network's block that is opened: the selected one, or the last of the selected stage."""
    node = state.node
    return node.blocks[-1].path if isinstance(node, Stage) else state.block


def bands_of(state: View, found: Sequence[Lane]) -> list[Band]:
    """What is shown: a row a stage with a column a network, or a row a network with a column a place."""
    opened = chosen_block(state)
    if opened:
        return [Band(lane.title, tuple(_opened(state, lane, opened))) for lane in found]
    place = state.place if state.place in PLACE_WORDS else "out"
    return [
        Band(f"Stage {stage.number}", tuple(_last(lane, stage.number, place) for lane in found))
        for stage in state.alignment.stages
    ]


def _last(lane: Lane, stage: int, place: str) -> Place:
    stages = lane.state.plan.stages
    if stage > len(stages):
        return Place(lane, None, place, f"This network has {len(stages)} stages.")
    block = stages[stage - 1].blocks[-1]
    return Place(lane, block, place, "" if _has(block, place) else "A plain block has no shortcut and no sum.")


def _has(block: Block, place: str) -> bool:
    return place not in ("shortcut", "sum") or block.shortcut_kind != "none"


def _opened(state: View, lane: Lane, opened: str) -> Iterator[Place]:
    path = state.alignment.counterpart(state.slot, opened, lane.place)
    if not path:
        yield Place(lane, None, "out", "This network has no block beside it.")
        return
    block = lane.state.plan.block(path)
    known = {term.place for term in terms(block)}
    for place in PLACE_WORDS:
        if place in known:
            yield Place(lane, block, place)
        elif place == "out":
            yield Place(lane, None, place, "The sum is the output: no ReLU follows.")
        else:
            yield Place(lane, None, place, "A plain block has none.")


def _blocks(lane: Lane, bands: Sequence[Band]) -> list[Block]:
    """The blocks of a network that are shown, in its order."""
    paths = {one.block.path for band in bands for one in band.places if one.lane == lane and one.block and not one.why}
    return [block for block in lane.state.plan.blocks if block.path in paths]


def _keys(lane: Lane, bands: Sequence[Band]) -> list[tuple[object, ...]]:
    return [maps_key(lane.state, block) for block in _blocks(lane, bands)]


def _values(lane: Lane, bands: Sequence[Band]) -> dict[str, Maps]:
    """The values of a network's blocks by path, each by itself a sentence where there are none."""
    blocks = _blocks(lane, bands)
    try:
        fill_maps(lane, blocks)
    except REFUSALS as error:
        return {block.path: str(error) for block in blocks}
    return {block.path: _value(lane, block) for block in blocks}


def _value(lane: Lane, block: Block) -> Maps:
    try:
        return maps_of(lane.state, block)
    except REFUSALS as error:
        return str(error)


def _whole(state: View, found: Sequence[Lane]) -> Scale | None:
    """The scale of all networks, if it is asked for; a network without values has no part in it."""
    if state.scale != "global":
        return None
    largest = 0.0
    for lane in found:
        try:
            largest = max(largest, largest_of(lane.state))
        except REFUSALS:  # said where its maps would be
            continue
    return scale_to(largest, signed=True)


Values = dict[int, dict[str, Maps]]


def _spot(one: Place, values: Values) -> Spot | str:
    """The values at a place, or why there are none."""
    if one.block is None or one.why:
        return one.why
    maps = values[one.lane.place][one.block.path]
    return maps if isinstance(maps, str) else Spot(maps, _term(one).place)


def _term(one: Place) -> Term:
    assert one.block is not None
    found = terms(one.block)
    return next((term for term in found if term.place == one.place), found[-1])


def scales_of(state: View, bands: Sequence[Band], values: Values, whole: Scale | None) -> list[Scale | None]:
    """The scale that the grids of each row have in common; None: each has its own."""
    if state.scale in ("per layer", "per map"):
        return [None] * len(bands)
    if whole is not None:
        return [whole] * len(bands)
    rows = [[spot for one in band.places if isinstance(spot := _spot(one, values), Spot)] for band in bands]
    if chosen_block(state):
        return [scale_over(spot for row in rows for spot in row)] * len(bands)
    return [scale_over(row) for row in rows]


def _source(state: View, one: Place, spot: Spot, scale: Scale | None, colours: Theme) -> tuple[str, Scale | None]:
    """The grid of a place as a PNG's data URI, and its own scale where it has one for the whole grid."""
    used = scale_over([spot]) if scale is None and state.scale == "per layer" else scale
    assert one.block is not None
    key = ("beside", *maps_key(one.lane.state, one.block), spot.place, used, colours)
    return FIGURES.value(key, lambda: data_uri(strongest_grid(spot, used, colours).png()), len), used


def _table(state: View, found: Sequence[Lane], bands: Sequence[Band], values: Values, whole: Scale | None) -> str:
    scales, opened = scales_of(state, bands, values, whole), chosen_block(state)
    head = [PLACE_WORDS[place] for place in PLACE_WORDS] if opened else [lane.name for lane in found]
    rows = [
        Row(band.title, tuple(_cell(state, one, values, scale) for one in band.places), scale)
        for band, scale in zip(bands, scales, strict=True)
    ]
    said = "The selected block of each network" if opened else "The last block of every stage of each network"
    return table_html(f"{said}: the strongest channels", head, rows, theme())


def _cell(state: View, one: Place, values: Values, scale: Scale | None) -> Cell:
    spot = _spot(one, values)
    if isinstance(spot, str) or one.block is None:
        return Cell(said=str(spot))
    source, used = _source(state, one, spot, scale, theme())
    term, counts = _term(one), spot.maps.statistics[spot.place]
    shape = " × ".join(map(str, counts.shape))
    lines = [f"{one.block.path}: {term.title}" + (f", {term.note}" if term.place == "shortcut" else ""), shape]
    ends = f"up to ±{number(spot.largest)}" if used is None or used.high != spot.largest else f"±{number(used.high)}"
    lines.append(f"{ends}, {counts.zeros:.0f} % zeros")
    alt = f"{one.lane.title}, {one.block.path}, {PLACE_WORDS[one.place]}: {shape}, the strongest channels"
    return Cell(source, alt, tuple(lines), one.lane.flag)


def _notes(state: View, bands: Sequence[Band], values: Values, whole: Scale | None) -> Iterator[str]:
    """What the colours mean, which channels are shown, and which grids the scale hides."""
    yield (
        f"{REACH[state.scale]} Blue is negative, orange is positive, zero is in the middle. Each grid has the {MOST} "
        "strongest channels by the mean magnitude of the block's output, from left to right; channels of two networks "
        "with one number have nothing to do with each other."
    )
    scales = scales_of(state, bands, values, whole)
    faint = [
        f"{one.lane.name}, {one.block.path}"
        for band, scale in zip(bands, scales, strict=True)
        for one in band.places
        if scale and one.block and isinstance(spot := _spot(one, values), Spot) and is_faint(spot, scale)
    ]
    if faint:
        listed = "; ".join(faint[:3]) + (f" and {len(faint) - 3} more" if len(faint) > 3 else "")
        yield f"So small that this scale hardly shows it: {literal(listed)}. A scale for each grid does."


def maps_report(state: View, found: list[Lane]) -> list[Item]:
    """A picture a row, the networks from left to right; a block that is opened: a row a network."""
    bands = bands_of(state, found)
    missing = [lane for lane in found if not all(MAPS.holds(key) for key in _keys(lane, bands))]
    if not is_cheap(missing):
        return [Words("These maps are not computed yet: open the view, and make the report again.")]
    values = {lane.place: _values(lane, bands) for lane in found}
    whole = None if state.scale == "global" and not is_cheap(found) else _whole(state, found)
    scales = scales_of(state, bands, values, whole)
    items: list[Item] = []
    for band, scale in zip(bands, scales, strict=True):
        items += _band_items(state, band, values, scale)
    return [*items, Words(next(_notes(state, bands, values, whole)))]


def _band_items(state: View, band: Band, values: Values, scale: Scale | None) -> Iterator[Item]:
    yield Heading(band.title, 2)
    panels = []
    for one in band.places:
        spot = _spot(one, values)
        if isinstance(spot, str) or one.block is None:
            yield Words(f"{one.lane.name}: {spot}")
            continue
        source, used = _source(state, one, spot, scale, "light")
        ends = f", scale ±{number(used.high)}" if scale is None and used else ""
        shape = " × ".join(map(str, spot.maps.statistics[spot.place].shape))
        note = f"{one.block.path}, {PLACE_WORDS[one.place]}: {shape}; {one.lane.flag}{ends}"
        panels.append(Panel("", PLACE_WORDS[one.place] if chosen_block(state) else one.lane.name, note, source))
    if panels:
        shown = scale or scale_to(1.0, signed=True)
        bar = colour_bar(shown, palette(True, "light"), width=360, label="value")
        under = caption(shown) if scale else REACH[state.scale]
        png = maps_picture(band.title, (), panels, bar, under)
        alt = f"{band.title}: the strongest channels of {blocks_text(len(panels))}"
        yield Shot(png, alt, f"The {MOST} strongest channels each.")
