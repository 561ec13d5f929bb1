"""What all views of the Activations page share: the map on which a place is chosen, and the steps to its neighbours."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from visualizer.figures.captions import node_name
from visualizer.resnet import Block, Layer, Plan, Stage
from visualizer.ui.computing import Part
from visualizer.ui.explore import fold
from visualizer.ui.handout import locked, shown
from visualizer.ui.map_component import map_figure, network_map_view
from visualizer.ui.overruled import is_overruled, show_value
from visualizer.ui.presentation import wide
from visualizer.ui.state import change, changes, view
from visualizer.ui.views import LOOKS, View, still_there

MAP_HEIGHT = 330
"""Pixels: lower than on Explore, so that the map and the maps of what is clicked in it are on one screen."""


STEM, HEAD = "stem", "head"
WHOLE_BLOCK = "the block as a whole"


def block_choice() -> None:
    """The network map; a click selects the block or layer whose values are shown, and opens a block to its layers."""
    state = view()
    network_map_view(
        map_figure(state.plan, detail=state.detail), selected_part(state).path, "map", height=MAP_HEIGHT,
        on_select=select, on_fold=fold,
    )  # fmt: skip


def select(path: str) -> None:
    """Select this part, if the network has it; else none. It may be any text."""
    change(select=still_there(view().spec, path))


def block_steps() -> None:
    """The name of what is shown below, and the ways to another place without going back to the map."""
    state = view()
    plan, part = state.plan, selected_part(state)
    sections = {STEM: plan.stem, **{block.path: block.layers for block in plan.blocks}, HEAD: plan.head}
    at, names = _section(part), list(sections)
    with st.container(horizontal=True, vertical_alignment="center"):
        name = f"Stage {part.stage}, block {part.index + 1}" if isinstance(part, Block) else node_name(part)
        st.subheader(name[:1].upper() + name[1:] if isinstance(part, Block) else name, anchor=False)
        if not shown("part"):
            return
        number = names.index(at)
        _step("‹ Previous block", _first(plan, names[max(number - 1, 0)]), number == 0)
        _choice("Block", "block_shown", names, at, lambda chosen: _first(plan, chosen), 140)
        _choice("Layer", "layer_shown", *_layers(part, sections[at]), lambda chosen: _within(at, chosen), 210)
        _step("Next block ›", _first(plan, names[min(number + 1, len(names) - 1)]), number == len(names) - 1)


def _section(part: Part) -> str:
    """The block that a part is or is in; else stem or head."""
    if isinstance(part, Block):
        return part.path
    if part.stage is None:
        return HEAD
    return ".".join(part.path.split(".")[:2]) if part.stage else STEM


def _first(plan: Plan, section: str) -> str:
    """The path to select of a block, or of stem or head: their first layer."""
    ends = {STEM: plan.stem, HEAD: plan.head}
    return ends[section][0].path if section in ends else section


def _layers(part: Part, layers: tuple[Layer, ...]) -> tuple[list[str], str]:
    """The choices within a block, stem or head, and which of them is chosen."""
    if part.stage and not isinstance(part, Stage):
        names = [layer.path.split(".", 2)[2] for layer in layers]
        return [WHOLE_BLOCK, *names], WHOLE_BLOCK if isinstance(part, Block) else part.path.split(".", 2)[2]
    return [layer.path for layer in layers], part.path


def _within(section: str, chosen: str) -> str:
    if chosen == WHOLE_BLOCK or section in (STEM, HEAD):
        return section if chosen == WHOLE_BLOCK else chosen
    return f"{section}.{chosen}"


def _choice(label: str, key: str, names: list[str], value: str, path: Callable[[str], str], width: int) -> None:
    show_value(key, value)
    st.selectbox(
        label, names, key=key, label_visibility="collapsed", width=wide(width), disabled=locked("part"),
        on_change=lambda: None if is_overruled(key) else select(path(st.session_state[key] or "")),
    )  # fmt: skip


def _step(label: str, path: str, disabled: bool) -> None:
    st.button(label, on_click=changes(select=path), disabled=disabled or locked("part"))


def open_look() -> None:
    """Go on with the view whose tab was opened."""
    opened = st.session_state["look"]
    if opened in LOOKS:  # a browser can send anything
        change(look=opened)


def selected_block(state: View) -> Block:
    """The selected block, the one that the selected layer is in, or the first of the selected stage, else of all."""
    if state.block:
        return state.plan.block(state.block)
    node = state.node
    return node.blocks[0] if isinstance(node, Stage) else state.plan.blocks[0]


def selected_part(state: View) -> Part:
    """The selected block or layer; of a stage its first block, and the network's first block if nothing is selected."""
    node = state.node
    return node if isinstance(node, Layer) else selected_block(state)
