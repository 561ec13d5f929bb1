"""Costs: every number with the arithmetic behind it, in sections of which only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from visualizer.analysis.receptive_field import reaches
from visualizer.ui.control import control
from visualizer.ui.counting import counting_html
from visualizer.ui.explore import numbers_toggle
from visualizer.ui.fields import fields_html
from visualizer.ui.formulas import formulas_html
from visualizer.ui.marginal import marginal_view
from visualizer.ui.memory import memory_view
from visualizer.ui.reconcile import reconcile_view
from visualizer.ui.second_opinion import torchinfo_view
from visualizer.ui.state import change
from visualizer.ui.store import FIGURES
from visualizer.ui.views import OPERATIONS, SECTIONS, SEEN, View


def costs_view(state: View) -> None:
    """A choice of sections, and the one that is open."""
    _choice("Section", "section", SECTIONS, state.section, label_visibility="collapsed")
    _SECTIONS[state.section](state)


def _choice(label: str, field: str, choices: Sequence[str], value: str, **more: str) -> None:
    """A switch for a field of the view that can be one of a few words."""

    def act(chosen: object) -> None:
        if chosen in choices:  # a browser can send anything
            change(**{field: chosen})

    control(st.segmented_control, label, choices, key=f"costs_{field}", value=value, act=act, required=True, **more)


def formulas_view(state: View) -> None:
    """Every layer, block and stage; each row opens to its formulas."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        _choice("Work of convolutions and linear layers, in", "operations", OPERATIONS, state.operations)
        st.session_state["costs_elementwise"] = state.elementwise == "shown"
        st.toggle(
            "Element-wise work in a column of its own", key="costs_elementwise", on_change=_elementwise,
            help="BN, ReLU, pooling, addition and scaling, an operation for each element and step.",
        )  # fmt: skip
    key = ("formulas", state.spec, state.resolution, state.operations, state.elementwise, state.select)
    st.html(FIGURES.value(key, lambda: formulas_html(state), len))


def _elementwise() -> None:
    change(elementwise=SEEN[st.session_state["costs_elementwise"] is True])


def counting_view(state: View) -> None:
    """The weighted layers with their numbers, and what has none."""
    numbers_toggle(state)
    st.html(FIGURES.value(("counting", state.spec, state.select), lambda: counting_html(state.plan, state.select), len))


def receptive_field_view(state: View) -> None:
    """Size, jump and start after every block, and after every layer of the selected one."""
    key = ("fields", state.spec, state.resolution, state.select)
    st.html(FIGURES.value(key, lambda: fields_html(state.plan, reaches(state.plan), state.select, state.block), len))


_SECTIONS: dict[str, Callable[[View], None]] = {
    "Formulas": formulas_view,
    "Count the layers": counting_view,
    "Receptive field": receptive_field_view,
    "One more block": marginal_view,
    "Reconcile": reconcile_view,
    "Memory": memory_view,
    "torchinfo": torchinfo_view,
}
