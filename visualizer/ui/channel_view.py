"""One channel opened: over the picture, its values, the filters that make it, where it is strongest, what feeds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from visualizer.analysis.making import making
from visualizer.analysis.origins import after_relu, places
from visualizer.figures.block_maps import BlockMaps
from visualizer.figures.channel import channel_pictures
from visualizer.figures.colour_bar import caption, colour_bar
from visualizer.figures.equation import Term
from visualizer.figures.histogram import counted, histogram
from visualizer.figures.maps import statistics
from visualizer.ui.channel_parts import feeds, filters, patches
from visualizer.ui.computing import Part, maps_key
from visualizer.ui.maps_component import Drawing, channel, facts
from visualizer.ui.pictures import seen_of
from visualizer.ui.state import change, view
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme
from visualizer.ui.views import PLACES, View, still_there
from visualizer.ui.weights import flag

GONE = "_gone"
"""In the session's state: another part was selected within a fragment ("fragment"), so the page around it has to
follow ("page"), and then the grids turn to the page of the channel."""


def channel_view(state: View, part: Part, maps: BlockMaps, shown: Term, chosen: int) -> None:
    """The channel that is enlarged, with all that is said about it."""
    key = ("channel", *maps_key(state, part), shown.place, chosen, state.sort, theme())
    drawing = FIGURES.value(key, lambda: _drawing(state, part, maps, shown, chosen), _size)
    channel(drawing, shown.place, chosen, flag(state), _go)


def _go(path: str, place: str, chosen: int) -> None:
    """Show another channel of another part; it comes from a browser, which may send any."""
    found = still_there(view().spec, path)
    if found and place in PLACES and 0 <= chosen < 2**16:
        change(select=found, place=place, channel=chosen)
        st.session_state[GONE] = "fragment"


def _drawing(state: View, part: Part, maps: BlockMaps, shown: Term, chosen: int) -> Drawing:
    one, plan = maps.values[shown.place][chosen], state.plan
    address, seen, colours = places(plan, part)[shown.place], seen_of(state), theme()
    drawn = channel_pictures(seen, one, colours)
    made, counts = making(plan, part, shown.place), statistics(one[None])
    rows = [*facts(counts), ["On page", f"{maps.page_of(shown.place, chosen)} of the grids"]]
    return {
        "title": f"Channel {chosen}, {shown.title}",
        "over": drawn.over,
        "alone": drawn.alone,
        "words": f"Alone, {one.shape[0]} × {one.shape[1]} values.",
        "facts": [*rows, *_sign(counts.dead, counts.always_on and after_relu(plan, address) and one.size > 1)],
        "bar": colour_bar(drawn.scale, drawn.colours, width=300, label="value"),
        "caption": f"A scale of its own. {caption(drawn.scale)}",
        "histogram": {"svg": histogram(one, drawn.scale, drawn.colours), "words": [_values_words(one)]},
        "filters": filters(state, made, chosen),
        "patches": patches(plan, address, one, seen),
        "feeds": feeds(state, maps, part, made, chosen),
    }


def _sign(dead: int, on: object) -> list[list[str]]:
    return [["This channel is", "dead"]] if dead else [["This channel is", "always on"]] if on else []


def _values_words(one: NDArray[Any]) -> str:
    found = counted(one)
    if not found.counts.any():
        return f"All {found.total} values are exactly zero."
    return (
        f"The bar on the left is the share of values that are exactly zero, {found.zeros} of {found.total}; it stands "
        f"apart, so that the others can be seen. These are counted in {len(found.counts)} bins of equal width."
    )


def _size(drawing: Drawing) -> int:
    """About how many bytes a drawing takes: its pictures are nearly all of it."""
    return sum(_size_of(value) for value in drawing.values())


def _size_of(value: object) -> int:
    if isinstance(value, dict):
        return _size(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return sum(map(_size_of, value))
    return len(value) if isinstance(value, str) else 8
