"""What is drawn of a network on Explore, how much of it, in which direction, and what colours it."""

from __future__ import annotations

import streamlit as st

from visualizer.figures.detail import DIRECTIONS, LEVELS, Detail
from visualizer.resnet import Plan
from visualizer.ui.control import control
from visualizer.ui.more_choices import words
from visualizer.ui.state import change, view
from visualizer.ui.views import FIGURE_KINDS, USUAL, View

FIGURE_WORDS = {"map": "Map", "paper": "Paper figure", "volume": "Volumes"}
LEVEL_WORDS = {"network": "Network", "stages": "Stages", "blocks": "Blocks", "layers": "Layers"}
DIRECTION_WORDS = {"rows": "Rows", "down": "Down", "across": "Across"}
LEVEL_HELP = (
    "How far the network is unfolded: a box a stage, equal blocks drawn once, every block, every layer. Any stage or "
    "block can also be opened by itself in the map."
)


def map_controls(state: View) -> None:
    """One row of choices above the map."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        control(
            st.segmented_control, "Drawn as", FIGURE_KINDS, key="figure", value=state.figure, required=True,
            act=lambda kind: change(figure=kind) if kind in FIGURE_KINDS else None, format_func=words(FIGURE_WORDS),
        )  # fmt: skip
        if state.figure != "paper":
            control(
                st.segmented_control, "Unfolded to", LEVELS, key="level", value=level_of(state),
                required=True, act=choose_level, format_func=words(LEVEL_WORDS), help=LEVEL_HELP,
            )  # fmt: skip
        if state.figure == "map":
            control(
                st.segmented_control, "Direction", DIRECTIONS, key="direction", value=state.direction, required=True,
                act=lambda way: change(direction=way) if way in DIRECTIONS else None,
                format_func=words(DIRECTION_WORDS),
            )  # fmt: skip


def level_of(state: View) -> str:
    """The level of all that is not shown otherwise."""
    return state.level if state.level != USUAL else _usual(state.plan)


def _usual(plan: Plan) -> str:
    """The level at which most of a network is shown unless one says otherwise."""
    return Detail().of_stage(max(plan.stages, key=lambda stage: len(stage.blocks)))


def choose_level(level: object) -> None:
    """Show all of the network at one level; what was shown otherwise follows."""
    if level in LEVELS:
        change(level=USUAL if level == _usual(view().plan) else level, folds="")
