"""The maps of the compared networks, and the selected block of each."""

from __future__ import annotations

from functools import partial

import streamlit as st

from visualizer.analysis.difference import lacking, marks
from visualizer.ui.compare_actions import select
from visualizer.ui.compare_columns import Column, columns, kept
from visualizer.ui.compare_tables import block_html
from visualizer.ui.map_component import map_figure, network_map_view
from visualizer.ui.store import FIGURES
from visualizer.ui.views import View, still_there

MAP_HEIGHT = 720
"""In pixels, with the map's buttons and its hint."""


def maps_view(state: View) -> None:
    """The maps side by side, blocks that differ from the first network's marked; a click selects in all of them."""
    shown = columns(state)
    found = FIGURES.value(("compare", "marks", state.compared, state.resolution), lambda: _marks(shown), _marks_size)
    st.caption(
        "A dashed frame with ≠ marks a block that differs from the first network's block in the same place; in the "
        "first map it marks a block that another network lacks. Select a block to see it in all networks."
    )
    wide = 3 if len(shown) == 3 else 2
    for start in range(0, len(shown), wide):
        row = st.columns(wide)
        for place, column in enumerate(shown[start : start + wide], start):
            with row[place - start]:
                figure = map_figure(column.plan, marks=found[place], title=column.name)
                network_map_view(
                    figure, _selected(column, state), f"compare_map_{place}", partial(select, place), height=MAP_HEIGHT
                )
    block_view(state)


def _selected(column: Column, state: View) -> str:
    """What is selected, as far as this network has it: the block of a layer that it lacks."""
    spec, size = column.plan.spec, column.plan.resolution
    return still_there(spec, state.select, size) or still_there(spec, state.block, size)


def _marks(columns: list[Column]) -> list[dict[str, str]]:
    first, *others = columns
    return [
        lacking(first.plan, [(other.name, other.plan) for other in others]),
        *(marks(first.plan, other.plan, first.name) for other in others),
    ]


def _marks_size(found: list[dict[str, str]]) -> int:
    return sum(200 + 120 * len(of_one) for of_one in found)


def block_view(state: View) -> None:
    """The selected block of every network, or the one that the selected layer is in, side by side."""
    if not state.block:
        return
    stage, index = state.block.removeprefix("layer").split(".")
    st.subheader(f"Stage {stage}, block {int(index) + 1}", anchor=False)
    st.html(kept(state.block, state, lambda columns: block_html(columns, state.block)))
