"""Each block off in turn: asked for, stopped, or shown as bars along the blocks."""

from __future__ import annotations

from functools import partial

import streamlit as st

from visualizer.resnet.lesion import removable
from visualizer.ui.activations import selected_block
from visualizer.ui.answers import REFUSALS, percent
from visualizer.ui.block_passes import Effects, effects_key, effects_of
from visualizer.ui.computing import change_of
from visualizer.ui.depth import block_chart
from visualizer.ui.lesions import change_lesion, swap_texts
from visualizer.ui.sentences import literal
from visualizer.ui.store import MAPS
from visualizer.ui.theme import theme
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weight_sources import class_name


def sweep_view(state: View) -> None:
    """The effect of each block that is off alone: asked for, on its way, or there."""
    st.subheader("Each block in turn", anchor=False)
    key = effects_key(state)
    if not MAPS.holds(key) and st.session_state.get("_sweep") != key:
        st.caption("Switches each block off alone, and shows how far the answer of the whole network moves.")
        st.button("Switch off each block in turn", on_click=partial(_ask, key), icon=":material/play_arrow:")
        return
    stop = st.empty()
    if not MAPS.holds(key):
        stop.button("Stop here", on_click=partial(_ask, ()), icon=":material/stop:")
    try:
        found = effects_of(state)
    except REFUSALS as error:
        st.warning(literal(str(error)))
        return
    stop.empty()
    _bars(state, found)


def _ask(key: tuple[object, ...]) -> None:
    """Sweep the view with this key; the run that was on its way, another's, ends with the click."""
    st.session_state["_sweep"] = key


def _bars(state: View, found: Effects) -> None:
    from visualizer.figures.depth_charts import Chart, Curve, depth_charts  # plotly is loaded when it is needed

    moved = {path: effect.moved for path, effect in found.by_path.items()}
    gained = {path: effect.gained for path, effect in found.by_path.items()}
    name = class_name(state, found.top)
    shown = [
        Chart("Logits moved by ‖l′ − l‖ / ‖l‖", (Curve("", moved),), bars=True),
        Chart(f"Change in probability of {name}, in points", (Curve("", gained),), "+.1%", bars=True),
    ]
    figure = depth_charts(state.plan, shown, theme(), selected_block(state).path)
    block_chart(state, figure, "sweep_bars", "The effect of each block that is switched off alone")
    st.caption(_effect_words(state, found))
    _select_button(state)


def _effect_words(state: View, found: Effects) -> str:
    """What the bars are, and which block matters most."""
    most = max(found.by_path, key=lambda path: found.by_path[path].moved)
    turned = sum(effect.top != found.top for effect in found.by_path.values())
    return (
        f"l are the logits of the whole network, l′ those with one block off. The whole network finds "
        f"{literal(class_name(state, found.top))} the most probable ({percent(found.probability)}); with {turned} of "
        f"{len(found.by_path)} blocks another class leads. {most} moves the logits most. Veit et al. 2016 "
        "find that a trained residual network hardly notices the loss of one block, unless a stage begins with it. "
        f"{'These weights are untrained. ' if state.weights == RANDOM else ''}Click a bar to select its block."
    )


def _select_button(state: View) -> None:
    """Switch the selected block off, or on again."""
    path = selected_block(state).path
    found = change_of(state)
    if not removable(state.plan.block(path)):
        return
    others = [other for other in found.off if other != path]
    off = [*others, path] if path not in found.off else others
    text = ",".join([*off, *swap_texts(found)])
    word = "on again" if path in found.off else "off"
    st.button(f"Switch {path} {word}", on_click=partial(change_lesion, text), icon=":material/power_settings_new:")
