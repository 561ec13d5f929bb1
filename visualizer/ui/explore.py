"""The parts of the Explore page that are there from the start: name, figures, map, stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from visualizer.analysis import costs, stage_rows
from visualizer.analysis.naming import network_name
from visualizer.figures.captions import counts_text
from visualizer.figures.detail import MOST_OWN, own_text
from visualizer.figures.ladder import ladder
from visualizer.resnet import Plan
from visualizer.resnet.presets import published_specs
from visualizer.ui.figure import COLOURED, figure_of
from visualizer.ui.heat import Lit, at_once, complaint, heat_controls, is_waiting, lit
from visualizer.ui.links import MAX_PARAM
from visualizer.ui.map_component import network_map_view
from visualizer.ui.map_controls import map_controls
from visualizer.ui.report_pages import explore_report
from visualizer.ui.state import change, refuse, remember, view
from visualizer.ui.store import FIGURES
from visualizer.ui.tables import figures_html, picture_html, stages_html
from visualizer.ui.take_along import keep_window, take_along, watching
from visualizer.ui.theme import theme
from visualizer.ui.views import VIEWS, View, still_there

MAP_HEIGHT = 716
"""Pixels: ResNet-50 is seen whole beside the sidebar of a page 1440 wide."""
BUSY = "The picture is on its way through the network …"
COUNTED_IN = ("Costs", "Count the layers")
"""The view and its section in which the weighted layers are counted."""
LADDER_WIDTHS = (960.0, 340.0)
"""User units: of the ladder on a wide page, and on a phone."""


def title(state: View) -> None:
    """The network's name, its source, and its headline figures."""
    row = published_specs().get(state.spec)
    st.title(network_name(state.spec), anchor=False)
    source = row.source if row else f"your own, {state.spec}"
    depths = "-".join(map(str, state.spec.depths))
    counts = _kept("counts", state, lambda: counts_text(costs(state.plan).total))
    st.caption(f"{counts} · {state.spec.block} {depths} · {state.resolution} × {state.resolution} pixels · {source}")
    # Not st.markdown: HTML in it makes the browser load another 190 KB before the first screen.
    st.html(_kept("figures", state, lambda: figures_html(state.plan)))
    st.caption(
        "Computed from the plan, for one picture. A MAC is one multiply-accumulate of a convolution or linear layer."
    )


def select(path: str) -> None:
    """Select this block, if the network has it; else none."""
    change(select=still_there(view().spec, path))


def open_view() -> None:
    """Go on with the view whose tab was opened."""
    opened = st.session_state["tab"]
    if opened in VIEWS:  # a browser can send anything
        change(view=opened)


def fold(way: str, path: str) -> None:
    """Show the stage, block or layer with this path in more detail ("open") or in less ("close"), if it can be."""
    detail, plan = view().detail, view().plan
    moved = detail.opened(plan, path) if way == "open" else detail.closed(plan, path)
    if len(moved.own) > MOST_OWN or len(own_text(moved)) > MAX_PARAM:
        refuse("No more parts can be open by themselves; choose a level for all of the network instead.")
    else:
        change(folds=own_text(moved))


def map_view(state: View) -> tuple[Lit, DeltaGenerator]:
    """What is drawn of the network; a click selects a node, and opens and closes parts.

    Returns what lights it, and a place below it.
    """
    coloured, waits = state.figure in COLOURED, is_waiting(state)
    found = Lit() if not coloured else at_once(state) if waits else lit(state)
    network_map_view(
        figure_of(state, found), state.select, "map", select, height=MAP_HEIGHT, on_fold=fold,
        on_window=keep_window if watching() else None, busy=BUSY if coloured and waits else "",
    )  # fmt: skip
    place = st.empty()
    with place:
        complaint(found)
    return found, place


def map_choices(state: View, found: Lit) -> None:
    """How the map is drawn and coloured, and the map and the page to take along."""
    map_controls(state)
    if state.figure in COLOURED:
        heat_controls(state, lambda: _along(state, found))
    else:
        with st.container(horizontal=True):
            _along(state, found)
    numbers = state.numbers == "shown" and state.figure == "map"
    if numbers and (state.view, state.section) != COUNTED_IN:
        numbers_toggle(state)


def _along(state: View, found: Lit) -> None:
    """The map as a file, and the page as one."""
    take_along(state, found)
    explore_report(state, found)


def light_up(state: View, place: DeltaGenerator, said: Iterable[str] = ()) -> None:
    """Once the page stands: send the picture through the network if its map waits for that, and draw the map again.

    What could not be shown is said in `place`; what this run has `said` is said again by the run that follows.
    """
    if state.figure not in COLOURED or not is_waiting(state):
        return
    remember()  # the rerun ends this run before its end
    found = lit(state)
    if not is_waiting(state):
        for sentence in said:
            refuse(sentence)
        st.rerun()
    with place:
        complaint(found)


def numbers_toggle(state: View) -> None:
    """A switch for the numbers on the map; it stands where they are explained, and below the map while they are on."""
    shown = state.numbers == "shown"
    st.session_state["numbers"] = shown
    st.toggle(
        "Number the weighted layers in the map", key="numbers",
        on_change=lambda: change(numbers="shown" if st.session_state["numbers"] is True else "hidden"),
    )  # fmt: skip


def stages_view(state: View) -> None:
    """The ladder of output sizes, and the paper's Table 1 form, one row a stage."""
    st.html(_kept("ladder", state, lambda: _ladder(state.plan)))
    st.html(_kept("stages", state, lambda: stages_html(stage_rows(state.plan), theme())))
    st.caption(
        "Brackets hold one block's convolutions, as in table 1 of He et al. 2015; the number after them says how often "
        "the block is stacked. Parameters and MACs include projections and batch norm."
    )


def _ladder(plan: Plan) -> str:
    wide, narrow = (ladder(plan, width=width) for width in LADDER_WIDTHS)
    return picture_html(wide, narrow, theme())


def _kept(name: str, state: View, html: Callable[[], str]) -> str:
    """A text that depends on the network, the resolution and the theme alone, written once for all who look at it."""
    return FIGURES.value((name, state.spec, state.resolution, theme()), html, len)
