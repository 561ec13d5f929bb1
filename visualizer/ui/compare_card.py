"""One network of a comparison on its card: what it is, what to set in its place, its weights, and its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from visualizer.resnet import ResNetSpec, presets, text
from visualizer.resnet.presets import published_specs
from visualizer.ui.compare_actions import choose, duplicate, edit, remove, swap
from visualizer.ui.compare_columns import heading
from visualizer.ui.compare_own import own
from visualizer.ui.compare_variants import same_but
from visualizer.ui.compare_weights import weights, what_is_needed
from visualizer.ui.handout import locked, shown
from visualizer.ui.overruled import is_overruled, show_value
from visualizer.ui.sentences import literal
from visualizer.ui.views import MOST_COMPARED, View

OWN = "your own"


def card(state: View, place: int) -> None:
    """The card of the network at `place`."""
    spec = state.compared[place]
    st.markdown(f"**{heading(place, spec)}**")
    _preset(place, spec)
    with st.container(horizontal=True, gap="xxsmall", key=f"acts_{place}"):
        label = "✓ Edited in the sidebar" if place == state.slot else "Edit in the sidebar"
        st.button(label, key=f"edit_{place}", on_click=partial(edit, place), disabled=locked("cards"))
        if not locked("cards"):
            own(state, place)
            if place:
                same_but(place, state.compared[place - 1], "As left, but")
        if shown("weights") and not locked("weights"):
            weights(state, place)
    with st.container(horizontal=True, gap="xxsmall", key=f"moves_{place}"):
        _place(place, len(state.compared))
    what_is_needed(state, place)
    st.caption(_source(spec))


def _preset(place: int, spec: ResNetSpec) -> None:
    """The published networks, to choose another."""
    key = f"compared_{place}"
    name = preset_of(spec)
    show_value(key, name)
    st.selectbox(
        f"Network {place + 1}", [*([OWN] if name == OWN else []), *presets()], key=key, disabled=locked("cards"),
        format_func=lambda name: name if name == OWN else presets()[name].title, label_visibility="collapsed",
        on_change=_chosen(place, key),
    )  # fmt: skip


def _chosen(place: int, key: str) -> Callable[[], None]:
    def act() -> None:
        name = st.session_state[key]
        if name in presets() and not is_overruled(key):
            choose(place, presets()[name].spec)

    return act


def preset_of(spec: ResNetSpec) -> str:
    """The name of the published network with this spec, or `OWN`."""
    return published_specs()[spec].name if spec in published_specs() else OWN


def _source(spec: ResNetSpec) -> str:
    name = preset_of(spec)
    return literal(text(spec)) + ("" if name == OWN else f" · {presets()[name].source}")


def _place(place: int, count: int) -> None:
    """Buttons that move a network, copy it and take it out."""
    number = place + 1
    _button("←", f"Move network {number} to the left", f"left_{place}", place == 0, partial(swap, place - 1))
    _button("→", f"Move network {number} to the right", f"right_{place}", number == count, partial(swap, place))
    _button("Copy", f"Set a copy of network {number} to its right, to change it there", f"copy_{place}",
            count == MOST_COMPARED, partial(duplicate, place))  # fmt: skip
    _button("Remove", f"Remove network {number}", f"remove_{place}", count == 2, partial(remove, place))


def _button(label: str, words: str, key: str, disabled: bool, act: Callable[[], None]) -> None:
    st.button(label, key=key, help=words, disabled=disabled or locked("cards"), on_click=act)
