"""One block, looked into: its anatomy, its numbers, and the way to its neighbours."""

from __future__ import annotations

import streamlit as st

from visualizer.analysis import costs
from visualizer.figures.captions import shortcut_name
from visualizer.resnet import Block, Plan
from visualizer.ui.explore import select
from visualizer.ui.state import View
from visualizer.ui.store import FIGURES
from visualizer.ui.tables import block_html
from visualizer.ui.theme import theme


def inspector(state: View) -> None:
    """The selected block, or an invitation to select one."""
    _choice(state)
    if not state.select:
        st.caption("Select a block in the map or here to see its layers, their shapes and their costs.")
        return
    plan, block = state.plan, state.plan.block(state.select)
    st.markdown(f"**{_name(block)}** (`{block.path}`): {block.kind}, {shortcut_name(block)}.")
    left, right = st.columns([3, 5], gap="medium")
    with left:
        _anatomy(block)
    right.html(FIGURES.value(("block", plan.spec, plan.resolution, block.form), lambda: _numbers(plan, block), len))


def _choice(state: View) -> None:
    """The blocks as a list, with the one before and the one after a click away."""
    blocks = state.plan.blocks
    names = {block.path: _name(block) for block in blocks}
    at = list(names).index(state.select) if state.select else -1
    before = blocks[at - 1].path if at > 0 else ""
    after = blocks[at + 1].path if at + 1 < len(blocks) else ""
    st.session_state["select"] = state.select or None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Block", list(names), format_func=lambda path: names.get(path, path), key="select", width=260,
            placeholder="Choose a block", on_change=_chosen,
        )  # fmt: skip
        st.button("Previous", icon=":material/arrow_back:", disabled=not before, on_click=select, args=(before,))
        st.button("Next", icon=":material/arrow_forward:", disabled=not after, on_click=select, args=(after,))


def _chosen() -> None:
    path = st.session_state["select"]
    select(path if isinstance(path, str) else "")


def _name(block: Block) -> str:
    return f"Stage {block.stage}, block {block.index + 1}"


def _anatomy(block: Block) -> None:
    from visualizer.figures.anatomy import anatomy, anatomy_height  # graphviz is loaded when a block is opened

    alt = f"Anatomy of {block.path}: {block.kind}, {shortcut_name(block)}"
    st.graphviz_chart(anatomy(block, theme()), height=anatomy_height(block), alt=alt)


def _numbers(plan: Plan, block: Block) -> str:
    return block_html(costs(plan), block)
