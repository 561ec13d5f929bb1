"""Compare's view Activations: the same picture through all networks; maps, curves and class maps aligned by stage."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from visualizer.figures.report import Heading, Item, Words
from visualizer.ui.compare_activations_cams import cams_report, cams_view
from visualizer.ui.compare_activations_depth import depth_report, depth_view
from visualizer.ui.compare_activations_inputs import inputs, picture_shot, settled
from visualizer.ui.compare_activations_maps import maps_view
from visualizer.ui.compare_activations_passes import Lane, lanes
from visualizer.ui.compare_activations_shots import maps_report
from visualizer.ui.control import control
from visualizer.ui.pictures import titles
from visualizer.ui.sentences import literal
from visualizer.ui.state import change, refusals, view
from visualizer.ui.views import LAID_BESIDE, View
from visualizer.ui.weight_sources import weights_words

SHOW: dict[str, Callable[[View, list[Lane]], None]] = {
    "Maps": maps_view, "Depth": depth_view, "Class maps": cams_view,
}  # fmt: skip
REPORTS: dict[str, Callable[[View, list[Lane]], list[Item]]] = {
    "Maps": maps_report, "Depth": depth_report, "Class maps": cams_report,
}  # fmt: skip
WHOLE = "The networks are whole here: what is switched off on the page Activations is on."


def activations_view(state: View) -> None:
    """The picture, whose weights, and what is laid side by side."""
    settled()
    for sentence in refusals():
        st.warning(literal(sentence))
    state = view()
    found = lanes(state)
    inputs(state, found)
    if state.off:
        st.caption(WHOLE)
    control(
        st.segmented_control, "Side by side", LAID_BESIDE, key="laid", value=state.laid, required=True,
        act=lambda chosen: change(laid=chosen) if chosen in LAID_BESIDE else None, width="content",
    )  # fmt: skip
    SHOW[state.laid](state, found)


def report(state: View) -> list[Item]:
    """What the view shows, of what is computed already or in about a second; else a sentence that says so."""
    found = lanes(state)
    weights = "; ".join(f"{lane.name}: {weights_words(lane.state)}" for lane in found)
    picture = titles().get(state.picture, "an uploaded picture")
    size = state.resolution
    return [
        Heading(f"Activations: {state.laid.lower()}"),
        Words(f"The picture: {picture}, {size} × {size} pixels. Weights: {weights}."),
        *picture_shot(state),
        *REPORTS[state.laid](state, found),
    ]
