"""Similarity: linear CKA between two of the compared networks, block by block, on a set of pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

import streamlit as st

from visualizer.analysis.format import abbreviated
from visualizer.ui.album import album_choice, names_of, settle_album
from visualizer.ui.answers import REFUSALS
from visualizer.ui.compare_actions import select
from visualizer.ui.compare_columns import heading
from visualizer.ui.control import control
from visualizer.ui.more_choices import words
from visualizer.ui.pictures import NoPictureError
from visualizer.ui.plotly_view import plotly_view
from visualizer.ui.presentation import wide
from visualizer.ui.sentences import literal
from visualizer.ui.similarity_passes import (
    Similarity,
    Values,
    check_pair_cost,
    missing_macs,
    pair_of,
    place_of,
    similarity_of,
)
from visualizer.ui.similarity_words import CKA, HSIC, SOURCES, aligned, found_words, learned_words, method_words
from visualizer.ui.state import change
from visualizer.ui.theme import theme
from visualizer.ui.views import View

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from visualizer.figures.palettes import Theme
    from visualizer.figures.report import Item

PLACES = {"out": "Block outputs", "branch": "Branches F(x)"}
ESTIMATES = {"unbiased": "Unbiased", "biased": "Biased"}
AT_ONCE_MACS = 3 * 10**11
"""More is computed only where somebody asks for it: about ten seconds on two cores."""
_ASKED = "_similarity"


def similarity_view(state: View) -> None:
    """The pair, the pictures, the map of all blocks with all, the curve of blocks side by side, and the formula."""
    _choices(state)
    state = settle_album()
    album_choice(state)
    count = len(names_of(state.album))
    try:
        check_pair_cost(state, count)
        if _asked_for(state, count):
            _result(state)
    except REFUSALS as error:
        st.warning(literal(str(error)))
    _method(state, count)


def _choices(state: View) -> None:
    """Which two networks, what of their blocks, and how it is estimated."""
    pairs = _pairs(state)
    first, second = pair_of(state)
    pair = f"{first + 1},{second + 1}"
    if pair != state.pair:
        asked = state.pair.replace(",", " and ")
        st.warning(f"This asks for networks {asked}, and there are {len(state.compared)}: the first two are shown.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        control(
            st.selectbox, "Networks", list(pairs), key="pair", value=pair, format_func=words(pairs), width=wide(420),
            act=lambda chosen: change(pair=chosen) if chosen in pairs else None,
        )  # fmt: skip
        control(
            st.segmented_control, "What is compared", list(PLACES), key="similarity_place", value=place_of(state),
            format_func=words(PLACES), required=True,
            act=lambda chosen: change(place=chosen) if chosen in PLACES else None,
        )  # fmt: skip
        control(
            st.segmented_control, "Estimate", list(ESTIMATES), key="estimator", value=state.estimator,
            format_func=words(ESTIMATES), required=True,
            act=lambda chosen: change(estimator=chosen) if chosen in ESTIMATES else None,
        )  # fmt: skip


def _pairs(state: View) -> dict[str, str]:
    """Every two networks, and each with itself, as the choice calls them; two in the order of a link, if it has one."""
    names = [heading(place, spec) for place, spec in enumerate(state.compared)]
    several = [*combinations(range(len(names)), 2), pair_of(state)]
    named = {(one, other): f"{names[one]} with {names[other]}" for one, other in several}
    named |= {(place, place): f"{name} with itself" for place, name in enumerate(names)}
    return {f"{one + 1},{other + 1}": said for (one, other), said in named.items()}


def _asked_for(state: View, count: int) -> bool:
    """Whether the similarity is there, quickly computed, or asked for; else a button asks for it."""
    macs = missing_macs(state, count)
    key = _asked_key(state)
    stopped, wanted = ((word, key) == st.session_state.get(_ASKED) for word in ("stop", "go"))
    if macs and (stopped or (macs > AT_ONCE_MACS and not wanted)):
        st.caption(f"{count} pictures through both networks take {abbreviated(macs, 'MACs')}.")
        st.button("Compute the similarity", on_click=partial(_ask, "go", key), icon=":material/play_arrow:")
        return False
    return True


def _asked_key(state: View) -> tuple[object, ...]:
    return (state.pair, state.album, state.networks, state.seed, state.resolution, place_of(state))


def _ask(word: str, key: tuple[object, ...]) -> None:
    st.session_state[_ASKED] = word, key


def _result(state: View) -> None:
    """The map and the curve; while they are computed, a button that stops it."""
    stop = st.empty()
    if missing_macs(state, 1):
        key = _asked_key(state)
        stop.button("Stop here", on_click=partial(_ask, "stop", key), icon=":material/stop:")
    found = similarity_of(state)
    stop.empty()
    st.caption(learned_words(state))
    values = _values(state, found)
    left, right = st.columns([3, 2])
    with left:
        _map(state, found, values)
    with right:
        _curve(state, found)
        for sentence in found_words(state, found, values, aligned(state, found, values)):
            st.caption(literal(sentence))
        st.download_button(
            "Download these numbers (CSV)", lambda: _csv(found), "similarity.csv", "text/csv",
            on_click="ignore", icon=":material/download:", key="similarity_csv",
        )  # fmt: skip


def _values(state: View, found: Similarity) -> Values:
    return found.unbiased if state.estimator == "unbiased" else found.biased


def _map(state: View, found: Similarity, values: Values) -> None:
    """The heat map; a click on a cell selects the block of its row."""
    first, _ = pair_of(state)

    def clicked() -> None:
        point = _point("similarity_map")
        path = str(point.get("y", ""))
        if path in found.rows.paths:  # a browser can send anything
            select(first, path if "." in path else state.at(first).plan.stem[-1].path)

    st.markdown("**Every block with every block (measured on the pictures)**")
    alt = f"CKA of {found.rows.name} and {found.columns.name}, block by block"
    plotly_view(map_figure(state, found, values), "similarity_map", alt, clicked)
    st.caption("From the input at the lower left to the output; lines part the stages. A click selects a row's block.")


def map_figure(state: View, found: Similarity, values: Values) -> Figure:
    """The heat map of a view, with what is selected in either network framed."""
    from visualizer.figures.similarity_chart import similarity_map  # plotly is loaded when opened

    first, second = pair_of(state)
    return similarity_map(values, found.rows, found.columns, theme(), (state.at(first).block, state.at(second).block))


def _curve(state: View, found: Similarity) -> None:
    from visualizer.figures.depth_charts import block_at

    first, second = pair_of(state)
    plan = state.at(first).plan

    def clicked() -> None:
        x = _point("similarity_curve").get("x")
        if isinstance(x, int | float) and math.isfinite(x):
            select(first, block_at(plan, x))

    title = "Each block with the one before it" if first == second else "Blocks side by side, along the depth"
    st.markdown(f"**{title}**")
    plotly_view(curve_figure(state, found, theme()), "similarity_curve", f"{title}: CKA by both estimates", clicked)


def curve_figure(state: View, found: Similarity, drawn: Theme) -> Figure:
    """CKA of blocks side by side by both estimates, along the first network."""
    from visualizer.figures.depth_charts import Chart, Curve, depth_charts

    first, _ = pair_of(state)
    side = state.at(first)
    curves = [Curve(name, aligned(state, found, getattr(found, name))) for name in ("unbiased", "biased")]
    lowest = min((value for curve in curves for value in curve.values.values() if math.isfinite(value)), default=0.0)
    chart = Chart("CKA", tuple(curves), ".3f", (min(0.0, lowest), 1.05))
    return depth_charts(side.plan, [chart], drawn, side.block)


def _point(key: str) -> dict[str, Any]:
    """What was clicked on in a chart; {} if nothing was."""
    points = st.session_state[key].selection.points
    return points[0] if points and isinstance(points[0], dict) else {}


def _method(state: View, count: int) -> None:
    """The formula, what is in it, and where it comes from."""
    with st.expander("How this is computed", icon=":material/function:", expanded=True):
        st.latex(CKA)
        st.latex(HSIC[state.estimator])
        st.caption(method_words(state, count))
        st.caption(SOURCES)


def _csv(found: Similarity) -> str:
    from visualizer.network.similarity import similarity_csv

    rows, columns = found.rows, found.columns
    return similarity_csv((rows.name, columns.name), (rows.paths, columns.paths), found.unbiased, found.biased)


def report(state: View) -> list[Item]:
    """The map and the curve as on a light page, and how they were made, if they are computed already; else nothing."""
    return list(_report(state))


def _report(state: View) -> Iterator[Item]:
    from visualizer.figures.report import Chart, Words
    from visualizer.figures.similarity_chart import similarity_map

    try:
        count = len(names_of(state.album))
    except NoPictureError:
        return
    if missing_macs(state, count):
        return
    found = similarity_of(state)
    values = _values(state, found)
    yield Words(learned_words(state).replace("**", ""))
    figure = similarity_map(values, found.rows, found.columns, "light", points=False)
    yield Chart(figure, f"CKA ({state.estimator}) of every block with every block, from the input at the lower left")
    yield Chart(curve_figure(state, found, "light"), "CKA along the depth, by both estimates")
    yield from (Words(sentence) for sentence in found_words(state, found, values, aligned(state, found, values)))
    yield Words(method_words(state, count))
