"""The maps on the Activations page: a block as an equation of grids, and one channel large."""

from __future__ import annotations

import streamlit as st

from visualizer.figures.block_maps import BlockMaps
from visualizer.figures.captions import shortcut_name
from visualizer.figures.channel import channel_pictures
from visualizer.figures.colour_bar import caption, colour_bar
from visualizer.figures.equation import Term, term, terms
from visualizer.figures.maps import statistics
from visualizer.images import ImageError
from visualizer.resnet import Block, Stage
from visualizer.ui.computing import NotFiniteError, TooLargeError, maps_key, maps_of
from visualizer.ui.differences import differences_view
from visualizer.ui.inputs import whole_number
from visualizer.ui.map_component import map_figure, network_map_view
from visualizer.ui.maps_component import Drawing, channel, facts, grids, grids_drawing
from visualizer.ui.pictures import NoPictureError, seen_of
from visualizer.ui.sentences import literal
from visualizer.ui.state import LOOKS, PLACES, SCALES, View, change, changes, remember, still_there, view
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme
from visualizer.ui.weights import NoWeightsError, flag, use_random_weights

MAP_HEIGHT = 470
"""Pixels: lower than on Explore, so that a click in the map and the maps that follow are on one screen."""


def block_choice() -> None:
    """The network map; a click selects the block whose values are shown."""
    state = view()
    network_map_view(
        map_figure(state.plan), selected_block(state).path, "map", height=MAP_HEIGHT,
        on_select=lambda path: change(select=still_there(view().spec, path)),
    )  # fmt: skip


def block_steps() -> None:
    """The name of the block whose values follow, and the ways to another one without going back to the map."""
    state = view()
    paths = [block.path for block in state.plan.blocks]
    block = selected_block(state)
    at = paths.index(block.path)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"Stage {block.stage}, block {block.index + 1}", anchor=False)
        _step("‹ Previous block", paths[max(at - 1, 0)], at == 0)
        st.session_state["block_shown"] = block.path
        st.selectbox(
            "Block", paths, key="block_shown", label_visibility="collapsed", width=140,
            on_change=lambda: change(select=still_there(view().spec, st.session_state["block_shown"] or "")),
        )  # fmt: skip
        _step("Next block ›", paths[min(at + 1, len(paths) - 1)], at == len(paths) - 1)
    st.caption(f"{block.path}, {block.kind}, {shortcut_name(block)}.")


def _step(label: str, path: str, disabled: bool) -> None:
    st.button(label, on_click=changes(select=path), disabled=disabled)


def open_look() -> None:
    """Go on with the view whose tab was opened."""
    opened = st.session_state["look"]
    if opened in LOOKS:  # a browser can send anything
        change(look=opened)


def selected_block(state: View) -> Block:
    """The selected block, the one that the selected layer is in, or the first of the selected stage, else of all."""
    if state.block:
        return state.plan.block(state.block)
    node = state.node
    return node.blocks[0] if isinstance(node, Stage) else state.plan.blocks[0]


@st.fragment
def maps_view() -> None:
    """The values of the selected block; what is chosen here redraws this part of the page alone.

    It takes no arguments: Streamlit would keep them for as long as the session lives.
    """
    state = view()
    block = selected_block(state)
    maps = _maps(state, block)
    if maps is not None:
        _scale_and_page(state, maps)
        _grids(state, block, maps)
        _place_and_channel(state, block, maps)
        _channel(state, block, maps)
    remember()


def _maps(state: View, block: Block) -> BlockMaps | None:
    """The block's values, or one sentence that says why there are none."""
    try:
        return maps_of(state, block)
    except (TooLargeError, NotFiniteError, NoPictureError, ImageError) as error:
        st.warning(literal(str(error)))
    except NoWeightsError as error:
        st.warning(literal(str(error)))
        differences_view(error.differences)
        if st.button("Use random weights", on_click=use_random_weights):
            st.rerun()  # the whole page, since the choice of weights stands outside this fragment
    return None


def _scale_and_page(state: View, maps: BlockMaps) -> None:
    scale, pages, _ = st.columns([1.2, 1, 2])
    st.session_state["scale"] = state.scale
    scale.segmented_control(
        "Colour scale", SCALES, key="scale", required=True, on_change=lambda: change(scale=st.session_state["scale"])
    )
    if maps.pages == 1:
        return
    with pages:
        label, shown = f"Page of 64 channels (1 to {maps.pages})", min(state.page, maps.pages)
        whole_number(label, "page", shown, 1, maps.pages, lambda page: change(page=page))


def _place_and_channel(state: View, block: Block, maps: BlockMaps) -> None:
    places, channels, _ = st.columns([2, 1, 1])
    titles = {one.place: one.title for one in terms(block)}
    place = st.session_state["place"] = term(block, state.place).place
    places.segmented_control(
        "Enlarged", list(titles), format_func=titles.__getitem__, key="place", required=True,
        on_change=lambda: change(place=st.session_state["place"]),
    )  # fmt: skip
    last, shown = len(maps.orders[place]) - 1, chosen_channel(state, block, maps)
    with channels:
        whole_number(f"Channel (0 to {last})", "channel", shown, 0, last, lambda number: change(channel=number))


def chosen_channel(state: View, block: Block, maps: BlockMaps) -> int:
    """The channel that is shown large: the one that the view asks for, or the strongest where there is none such."""
    place = term(block, state.place).place
    return state.channel if 0 <= state.channel < len(maps.orders[place]) else maps.strongest(place)


def _grids(state: View, block: Block, maps: BlockMaps) -> None:
    if state.page > maps.pages:
        st.caption(f"There is no page {state.page} of these channels; page {maps.pages} is the last.")
    page, shared, colours = min(state.page, maps.pages), state.scale == SCALES[0], theme()
    key = ("grids", *maps_key(state, block), page, shared, colours)
    drawing = FIGURES.value(key, lambda: grids_drawing(maps, terms(block), page, shared, colours), _size)
    grids(drawing, flag(state), _choose)
    st.caption(_order_note(maps))


def _choose(place: str, number: int) -> None:
    """Show a channel large; it comes from a browser, which may send any."""
    if place in PLACES and 0 <= number < 2**16:
        change(place=place, channel=number)


def _order_note(maps: BlockMaps) -> str:
    channels, entering = len(maps.orders["out"]), len(maps.orders["x"])
    note = "Channels stand in the same order everywhere: strongest first in the output, by mean magnitude."
    if entering != channels:
        note = (
            f"Strongest first by mean magnitude: x has {entering} channels in an order of its own, "
            f"the others have {channels} in that of the output."
        )
    return f"{note} Click a map, or walk with the arrow keys and press Enter, to enlarge it."


def _channel(state: View, block: Block, maps: BlockMaps) -> None:
    shown, number = term(block, state.place), chosen_channel(state, block, maps)
    if state.channel >= len(maps.orders[shown.place]):
        last = len(maps.orders[shown.place]) - 1
        st.caption(f"There is no channel {state.channel} here, only 0 to {last}; the strongest is shown.")
    key = ("channel", *maps_key(state, block), shown.place, number, theme())
    drawing = FIGURES.value(key, lambda: _channel_drawing(state, shown, number, maps), _size)
    channel(drawing, shown.place, number, flag(state))


def _channel_drawing(state: View, shown: Term, number: int, maps: BlockMaps) -> Drawing:
    """One channel with its pictures and numbers, as plain values."""
    one = maps.values[shown.place][number]
    drawn = channel_pictures(seen_of(state), one, theme())
    page = maps.page_of(shown.place, number)
    return {
        "title": f"Channel {number}, {shown.title}",
        "over": drawn.over,
        "alone": drawn.alone,
        "words": f"Alone, {one.shape[0]} × {one.shape[1]} values.",
        "facts": [*facts(statistics(one[None])), ["On page", f"{page} of the grids"]],
        "bar": colour_bar(drawn.scale, drawn.colours, width=300, label="value"),
        "caption": f"A scale of its own. {caption(drawn.scale)}",
    }


def _size(drawing: Drawing) -> int:
    """About how many bytes a drawing takes: its pictures are nearly all of it."""
    parts = [drawing, *drawing.get("panels", [])]
    return sum(len(value) for part in parts for value in part.values() if isinstance(value, str))
