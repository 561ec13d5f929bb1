"""Which networks are compared: two to four, of which the sidebar edits one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import streamlit as st

from visualizer.analysis.naming import network_name
from visualizer.resnet import Preset, ResNetSpec, presets, text
from visualizer.ui.compare_actions import add, edit, put, remove, show, swap
from visualizer.ui.compare_columns import heading
from visualizer.ui.comparisons import comparisons
from visualizer.ui.sentences import literal
from visualizer.ui.state import change
from visualizer.ui.views import MOST_COMPARED, Network, View

OWN = "your own"
EDITED = """<style>
[class*=st-key-edited_]{border-color:#3b82f6!important;box-shadow:0 0 0 1px #3b82f6}
[class*=st-key-edited_] [class*=st-key-edit_] button{border-color:#3b82f6;font-weight:600}
</style>"""
"""The frame of the network that the sidebar edits."""


def comparison_choice(state: View) -> None:
    """Comparisons that teach something, a click each, and what there is to see in the one that is shown."""
    found = comparisons()
    rows = found.values()
    shown = next((row for row in rows if (row.specs, row.resolution) == (state.compared, state.resolution)), None)
    st.session_state["comparison"] = shown.name if shown else None
    st.pills("Comparisons to start from", list(found), key="comparison", on_change=_open_comparison)
    if shown:
        st.caption(shown.lesson)


def _open_comparison() -> None:
    row = comparisons().get(st.session_state["comparison"])
    if row:
        show([Network(spec) for spec in row.specs], 0, resolution=row.resolution)


def cards(state: View) -> None:
    """A card a network: what it is, another to choose, and its place."""
    specs = state.compared
    for place, column in enumerate(st.columns(len(specs))):
        key = f"{'edited' if place == state.slot else 'beside'}_{place}"
        with column, st.container(border=True, key=key, height="stretch"):
            _card(place, specs[place], place == state.slot)
            _place(place, len(specs))
            st.caption(_source(specs[place]))
    st.html(EDITED)


def _card(place: int, spec: ResNetSpec, edited: bool) -> None:
    """A network's name, the published ones to choose instead, and whether the sidebar edits it."""
    st.markdown(f"**{heading(place, spec)}**")
    name = _name(spec)
    key = f"compared_{place}"
    st.session_state[key] = name
    st.selectbox(
        f"Network {place + 1}", [*([OWN] if name == OWN else []), *presets()], key=key,
        format_func=lambda name: name if name == OWN else presets()[name].title, label_visibility="collapsed",
        on_change=_choose(place, key),
    )  # fmt: skip
    label = "✓ Edited in the sidebar" if edited else "Edit in the sidebar"
    st.button(label, key=f"edit_{place}", on_click=partial(edit, place), width="stretch")


@cache
def _published() -> dict[ResNetSpec, Preset]:
    """The published networks by their specs; of those with one spec the first."""
    return {row.spec: row for row in reversed(presets().values())}


def _name(spec: ResNetSpec) -> str:
    return _published()[spec].name if spec in _published() else OWN


def _source(spec: ResNetSpec) -> str:
    name = _name(spec)
    return literal(text(spec)) + ("" if name == OWN else f" · {presets()[name].source}")


def _place(place: int, count: int) -> None:
    """Buttons that move a network and take it out."""
    number = place + 1
    with st.container(horizontal=True, gap="small"):
        _button("←", f"Move network {number} to the left", f"left_{place}", place == 0, partial(swap, place - 1))
        _button("→", f"Move network {number} to the right", f"right_{place}", number == count, partial(swap, place))
        _button("Remove", f"Remove network {number}", f"remove_{place}", count == 2, partial(remove, place))


def _button(label: str, words: str, key: str, disabled: bool, act: Callable[[], None]) -> None:
    st.button(label, key=key, help=words, disabled=disabled, on_click=act)


def _choose(place: int, key: str) -> Callable[[], None]:
    def chosen() -> None:
        name = st.session_state[key]
        if name in presets():
            put(place, Network(presets()[name].spec))

    return chosen


def addition(state: View) -> None:
    """One more network: a copy of the one that is edited, or a published one."""
    if len(state.compared) == MOST_COMPARED:
        st.caption(f"These are {MOST_COMPARED} networks, the most that stand side by side.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            f"Add a copy of {network_name(state.spec)}", key="add_copy",
            on_click=partial(add, state.networks[state.slot]),
            help="The same network once more; the sidebar then edits the copy.",
        )  # fmt: skip
        st.session_state["add"] = None
        st.selectbox(
            "Add a published network", list(presets()), key="add", format_func=lambda name: presets()[name].title,
            index=None, placeholder="Add a published network", label_visibility="collapsed", width=320,
            on_change=_add_published,
        )  # fmt: skip


def _add_published() -> None:
    name = st.session_state["add"]
    if name in presets():
        add(Network(presets()[name].spec))


def usual_size(state: View) -> None:
    """Where all networks are made for pictures of another size: that, and a button to take it."""
    usual = _published()
    sizes = {usual[spec].resolution if spec in usual else state.resolution for spec in state.compared}
    if state.resolution in sizes or len(sizes) > 1:
        st.caption(f"All at {state.resolution} × {state.resolution} pixels; the sidebar sets the resolution.")
        return
    size = sizes.pop()
    st.caption(f"All at {state.resolution} × {state.resolution} pixels; they are made for {size} × {size}.")
    st.button(f"Use {size} × {size} pixels", key="usual", on_click=partial(change, resolution=size))
