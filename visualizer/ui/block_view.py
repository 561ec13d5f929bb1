"""A block as an equation of grids, or a layer with what it reads; their order, scale and page."""

from __future__ import annotations

from typing import cast

import streamlit as st

from visualizer.analysis.origins import after_relu, places
from visualizer.figures.block_maps import BlockMaps, Scaling, Sort
from visualizer.figures.colour import Scale, scale_to
from visualizer.figures.equation import term, terms
from visualizer.figures.maps import MapStatistics
from visualizer.figures.palettes import Theme
from visualizer.images import ImageError
from visualizer.ui import handout
from visualizer.ui.activations import selected_part
from visualizer.ui.ahead import keep_entries
from visualizer.ui.channel_view import GONE, channel_view
from visualizer.ui.computing import NotFiniteError, Part, TooLargeError, largest_of, maps_key, maps_of
from visualizer.ui.differences import differences_view
from visualizer.ui.inputs import whole_number
from visualizer.ui.maps_component import Drawing, Look, grids, grids_drawing
from visualizer.ui.more_choices import words
from visualizer.ui.pictures import NoPictureError
from visualizer.ui.sentences import literal
from visualizer.ui.state import change, correct, remember, view
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme
from visualizer.ui.views import PLACES, SCALES, SORTS, View
from visualizer.ui.weights import NoWeightsError, flag, use_random_weights

SCALE_WORDS = {"shared": "all grids", "per layer": "each grid", "per map": "each map", "global": "whole network"}
SCALE_HELP = (
    "How far one scale of colours reaches. Whole network: up to the largest magnitude of all values from the picture "
    "to the logits, so colours can be compared between blocks."
)
SORT_WORDS = {
    "strength": "strongest", "variance": "most varied", "sparsity": "fewest zeros", "similarity": "most similar",
}  # fmt: skip
SORT_HELP = (
    "By the values of the output. Strongest: mean of |value|. Most varied: variance over the map. Fewest zeros: share "
    "of zeros, smallest first. Most similar: cosine Σ a·b / (‖a‖ ‖b‖) with the map of the channel that is enlarged, at "
    "its place. Equal channels stand in the order of their numbers; dead ones have no cosine and come last."
)
ORDERS = {
    "strength": "strongest first, by mean magnitude",
    "variance": "most varied first, by variance over the map",
    "sparsity": "those with the fewest zeros first",
    "similarity": "most similar first",
}


@st.fragment
def block_view() -> None:
    """The values of the selected block or layer; what is chosen here redraws this part of the page alone.

    It takes no arguments: Streamlit would keep them for as long as the session lives.
    """
    if st.session_state.get(GONE) == "fragment":
        st.session_state[GONE] = "page"
        st.rerun()
    state = view()
    part = selected_part(state)
    found = _maps(state, part)
    if found is not None:
        maps, whole = found
        maps = _sorted(state, part, maps)
        if st.session_state.pop(GONE, ""):
            correct(page=maps.page_of(term(part, state.place).place, chosen_channel(state, part, maps)))
            state = view()
        _grids(state, part, maps, whole)
        _choices(state, maps)
        _place_and_channel(state, part, maps)
        channel_view(state, part, maps, term(part, state.place), chosen_channel(state, part, maps))
    remember()
    if found is not None:
        keep_entries(state)


def _maps(state: View, part: Part) -> tuple[BlockMaps, Scale | None] | None:
    """The part's values and, if it is asked for, the whole network's scale, or one sentence that says why not."""
    try:
        whole = _whole(state)
        return maps_of(state, part), whole
    except (TooLargeError, NotFiniteError, NoPictureError, ImageError) as error:
        st.warning(literal(str(error)))
    except NoWeightsError as error:
        st.warning(literal(str(error)))
        differences_view(error.differences)
        if st.button("Use random weights", on_click=use_random_weights):
            st.rerun()  # the whole page, since the choice of weights stands outside this fragment
    return None


def _sorted(state: View, part: Part, maps: BlockMaps) -> BlockMaps:
    """The values in the order of the view; kept, since every choice asks for it again."""
    if state.sort == "strength":
        return maps
    place, number = term(part, state.place).place, chosen_channel(state, part, maps)
    at = (place, number) if state.sort == "similarity" else ()
    key = ("sorted", *maps_key(state, part), state.sort, *at)
    orders = FIGURES.value(
        key, lambda: maps.sorted(cast(Sort, state.sort), place, number).orders,
        lambda found: sum(order.nbytes for order in found.values()),
    )  # fmt: skip
    return maps.ordered(orders)


def chosen_channel(state: View, part: Part, maps: BlockMaps) -> int:
    """The channel that is shown large: the one that the view asks for, or the strongest where there is none such."""
    place = term(part, state.place).place
    return state.channel if 0 <= state.channel < len(maps.orders[place]) else maps.strongest(place)


def _choices(state: View, maps: BlockMaps) -> None:
    """Scale, order and page."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    st.session_state["scale"], st.session_state["sort"] = state.scale, state.sort
    if handout.shown("scale"):
        row.segmented_control(
            "One colour scale for", SCALES, key="scale", required=True, format_func=words(SCALE_WORDS), help=SCALE_HELP,
            on_change=lambda: change(scale=_known(st.session_state["scale"], SCALES)), width="content",
            disabled=handout.locked("scale"),
        )  # fmt: skip
    if handout.shown("sort"):
        row.segmented_control(
            "Channels first", SORTS, key="sort", required=True, format_func=words(SORT_WORDS), help=SORT_HELP,
            on_change=lambda: change(sort=_known(st.session_state["sort"], SORTS), page=1), width="content",
            disabled=handout.locked("sort"),
        )  # fmt: skip
    if maps.pages > 1:
        with row:
            label, page = f"Page of 64 channels (1 to {maps.pages})", min(state.page, maps.pages)
            whole_number(label, "page", page, 1, maps.pages, lambda page: change(page=page), width=220)


def _known(chosen: object, choices: tuple[str, ...]) -> str:
    """A browser can send anything."""
    return str(chosen) if chosen in choices else choices[0]


def _grids(state: View, part: Part, maps: BlockMaps, whole: Scale | None) -> None:
    if state.page > maps.pages:
        st.caption(f"There is no page {state.page} of these channels; page {maps.pages} is the last.")
    grids(_drawing(state, part, maps, whole, theme()), flag(state), _choose)
    st.caption(_note(state, part, maps, _order(state, part, maps), _rectified(state, part)))


def grids_of(state: View, colours: Theme) -> Drawing:
    """What is shown of the selected part, for those who take it along; raises what `maps_of` does."""
    part = selected_part(state)
    return _drawing(state, part, _sorted(state, part, maps_of(state, part)), _whole(state), colours)


def _drawing(state: View, part: Part, maps: BlockMaps, whole: Scale | None, colours: Theme) -> Drawing:
    page, place, shown = min(state.page, maps.pages), term(part, state.place).place, chosen_channel(state, part, maps)
    at = (place, shown) if state.sort == "similarity" else ()
    look = Look(cast(Scaling, state.scale), whole, _rectified(state, part), _order(state, part, maps), colours)
    key = ("grids", *maps_key(state, part), page, state.scale, state.sort, *at, colours)
    return FIGURES.value(key, lambda: grids_drawing(maps, terms(part), page, look), _size)


def _whole(state: View) -> Scale | None:
    """The whole network's scale, if it is asked for."""
    return scale_to(largest_of(state), signed=True) if state.scale == "global" else None


def _order(state: View, part: Part, maps: BlockMaps) -> str:
    """The order of the channels in words."""
    words = ORDERS[state.sort]
    return f"{words} to channel {chosen_channel(state, part, maps)}" if state.sort == "similarity" else words


def _rectified(state: View, part: Part) -> list[str]:
    """The places that come after a ReLU."""
    return [place for place, address in places(state.plan, part).items() if after_relu(state.plan, address)]


def _choose(place: str, number: int) -> None:
    """Show a channel large; it comes from a browser, which may send any."""
    if place in PLACES and 0 <= number < 2**16:
        change(place=place, channel=number)


def _note(state: View, part: Part, maps: BlockMaps, order: str, rectified: list[str]) -> str:
    """How the channels stand, and how many of them say nothing or never cease."""
    counts = {place: len(found) for place, found in maps.orders.items()}
    note = f"Channels stand in the same order everywhere: {order}."
    if len(set(counts.values())) > 1:
        of_out, others = counts["out"], sorted({count for count in counts.values() if count != counts["out"]})
        note = (
            f"Places with {of_out} channels stand in one order: {order}. The one with "
            f"{' or '.join(map(str, others))} has an order of its own."
        )
    name, out = term(part, "out").title, maps.statistics["out"]
    said = _signs(name, out, "out" in rectified)
    return f"{note} {said} Click a map, or walk with the arrow keys and press Enter, to enlarge it."


def _signs(name: str, out: MapStatistics, after: bool) -> str:
    channels = out.shape[0]
    are = "is" if out.dead == 1 else "are"
    said = f"Of the {channels} channels {name}, {out.dead} {are} dead on this picture: zero everywhere, crossed out."
    if after and out.shape[1] * out.shape[2] > 1:
        are = "is" if out.always_on == 1 else "are"
        said += f" {out.always_on} {are} always on: above zero everywhere, with a green corner."
    return said


def _place_and_channel(state: View, part: Part, maps: BlockMaps) -> None:
    row = st.container(horizontal=True, vertical_alignment="bottom")
    titles = {one.place: one.title for one in terms(part)}
    place = st.session_state["place"] = term(part, state.place).place
    if handout.shown("place"):
        row.segmented_control(
            "Enlarged", list(titles), format_func=titles.__getitem__, key="place", required=True,
            on_change=lambda: change(place=_known(st.session_state["place"], tuple(titles))), width="content",
            disabled=handout.locked("place"),
        )  # fmt: skip
    last, channel = len(maps.orders[place]) - 1, chosen_channel(state, part, maps)
    with row:
        whole_number(
            f"Channel (0 to {last})", "channel", channel, 0, last,
            lambda number: change(channel=number, page=maps.page_of(place, number)),
            "Its number finds a channel: the grids turn to its page.", width=220,
        )  # fmt: skip
    if state.channel > last:
        st.caption(f"There is no channel {state.channel} here, only 0 to {last}; the strongest is shown.")


def _size(drawing: Drawing) -> int:
    """About how many bytes a drawing takes: its pictures are nearly all of it."""
    parts = [drawing, *drawing["panels"]]
    return sum(len(value) for part in parts for value in part.values() if isinstance(value, str))
