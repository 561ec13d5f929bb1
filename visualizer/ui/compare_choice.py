"""Which networks are compared: two to four, of which the sidebar edits one."""

from __future__ import annotations

from functools import partial

import streamlit as st

from visualizer.analysis.naming import network_name
from visualizer.resnet import presets
from visualizer.resnet.presets import published_specs
from visualizer.ui.compare_actions import add, show
from visualizer.ui.compare_card import card
from visualizer.ui.compare_own import own
from visualizer.ui.compare_variants import same_but
from visualizer.ui.comparisons import comparisons
from visualizer.ui.handout import locked
from visualizer.ui.state import change
from visualizer.ui.views import MOST_COMPARED, Network, View

CARDS = """<style>
[class*=st-key-edited_]{border-color:#3b82f6!important;box-shadow:0 0 0 1px #3b82f6}
[class*=st-key-edited_] [class*=st-key-edit_] button{border-color:#3b82f6;font-weight:600}
[class*=st-key-edited_],[class*=st-key-beside_]{gap:.6rem}
:is([class*=st-key-acts_],[class*=st-key-moves_]) button{padding:.15rem .45rem;min-height:2rem}
:is([class*=st-key-acts_],[class*=st-key-moves_]) button p{font-size:.875rem}
</style>"""
"""The frame of the network that the sidebar edits, and small buttons."""


def comparison_choice(state: View) -> None:
    """Comparisons that teach something, a click each, and what there is to see in the one that is shown."""
    found = comparisons()
    rows = found.values()
    shown = next((row for row in rows if (row.specs, row.resolution) == (state.compared, state.resolution)), None)
    st.session_state["comparison"] = shown.name if shown else None
    st.pills(
        "Comparisons to start from", list(found), key="comparison", on_change=_open_comparison,
        disabled=locked("comparisons"),
    )  # fmt: skip
    if shown:
        st.caption(f"{shown.lesson} ({shown.source})")


def _open_comparison() -> None:
    row = comparisons().get(st.session_state["comparison"])
    if row:
        show([Network(spec) for spec in row.specs], 0, resolution=row.resolution)


def cards(state: View) -> None:
    """A card a network."""
    st.html(CARDS)
    for place, column in enumerate(st.columns(len(state.networks))):
        key = f"{'edited' if place == state.slot else 'beside'}_{place}"
        with column, st.container(border=True, key=key, height="stretch"):
            card(state, place)


def addition(state: View) -> None:
    """One more network: a published one, the last with one thing changed, or one's own."""
    count = len(state.compared)
    if count == MOST_COMPARED:
        st.caption(f"These are {MOST_COMPARED} networks, the most that stand side by side.")
        return
    published, same, other = st.columns(3)
    with published:
        st.session_state["add"] = None
        st.selectbox(
            "Add a published network", list(presets()), key="add", format_func=lambda name: presets()[name].title,
            index=None, placeholder="Add a published network", label_visibility="collapsed", on_change=_add_published,
        )  # fmt: skip
    with same:
        same_but(count, state.compared[-1], f"Add {network_name(state.compared[-1])}, but", "stretch")
    with other:
        own(state, count, "Add your own", "stretch")


def _add_published() -> None:
    name = st.session_state["add"]
    if name in presets():
        add(Network(presets()[name].spec))


def usual_size(state: View) -> None:
    """Where all networks are made for pictures of another size: that, and a button to take it."""
    usual = published_specs()
    sizes = {usual[spec].resolution if spec in usual else state.resolution for spec in state.compared}
    if state.resolution in sizes or len(sizes) > 1:
        st.caption(f"All at {state.resolution} × {state.resolution} pixels; the sidebar sets the resolution.")
        return
    size = sizes.pop()
    st.caption(f"All at {state.resolution} × {state.resolution} pixels; they are made for {size} × {size}.")
    st.button(f"Use {size} × {size} pixels", key="usual", on_click=partial(change, resolution=size))
