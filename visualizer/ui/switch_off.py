"""Switch off: blocks without their branch, equal blocks swapped, what the network then says, and each block in turn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from visualizer.resnet import Stage
from visualizer.resnet.lesion import removable, twins
from visualizer.ui.activations import selected_block
from visualizer.ui.answers import answers
from visualizer.ui.computing import change_of
from visualizer.ui.control import control
from visualizer.ui.handout import locked, shown
from visualizer.ui.lesions import change_lesion, swap_texts
from visualizer.ui.state import view
from visualizer.ui.sweeping import sweep_view
from visualizer.ui.views import View

MOST_PILLS = 48
"""Blocks of a stage that stand side by side; more are chosen from a list."""
SHORTCUT_ALONE = (
    "A block that is off is its shortcut alone: its branch adds nothing, and what follows the addition stays. The maps "
    "and the curves of this page then show the network without it, and a line above them says so."
)
NOTHING_LEFT = (
    "A plain network has no shortcuts: without its branch nothing would be left of a block, and most would no longer "
    "fit the next one, so its blocks stay on."
)


def switch_off_view() -> None:
    """What is off, the answer with and without it, and the effect of each block."""
    state = view()
    plain = not all(map(removable, state.plan.blocks))
    st.caption(NOTHING_LEFT if plain else SHORTCUT_ALONE)
    for stage in () if plain else state.plan.stages:
        _switches(state, stage)
    _swap(state)
    answers(state)
    if not plain:
        sweep_view(state)


def _switches(state: View, stage: Stage) -> None:
    """The blocks of a stage, of which any may be off."""
    paths = [block.path for block in stage.blocks]
    off = [path for path in paths if path in change_of(state).off]
    label, key = f"Off in {stage.name}", f"off_{stage.number}"
    act = partial(_chosen, paths)
    if len(paths) > MOST_PILLS:
        control(st.multiselect, label, paths, key=key, value=off, act=act, placeholder="All blocks are on")
    else:
        control(st.pills, label, paths, key=key, value=off, act=act, selection_mode="multi")


def _chosen(paths: Sequence[str], chosen: object) -> None:
    """Let these of the blocks `paths` be off, and leave all others as they are. A browser can send anything."""
    found = change_of(view())
    if isinstance(chosen, list):
        kept = [path for path in found.off if path not in paths]
        change_lesion(",".join([*kept, *(path for path in paths if path in chosen), *swap_texts(found)]))


def _swap(state: View) -> None:
    """Two blocks of one form change places, or change back."""
    if not shown("off"):
        return
    known = {block.path: twins(state.plan, block.path) for block in state.plan.blocks}
    several = [path for path, others in known.items() if others]
    if not several:
        st.caption("No two blocks of this network are equal in every shape, so none can be swapped.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        here, fixed = selected_block(state).path, locked("off")
        first = several.index(here) if here in several else 0
        one = st.selectbox("Swap", several, index=first, key=f"swap_{several[first]}", width=150, disabled=fixed)
        others = known.get(one) or known[several[first]]
        other = st.selectbox("with an equal block", others, key=f"swap_with_{one}", width=150, disabled=fixed)
        text = ",".join(filter(None, [state.off, f"{one}~{other}"]))
        st.button("Swap", on_click=partial(change_lesion, text), icon=":material/swap_horiz:", disabled=fixed)


