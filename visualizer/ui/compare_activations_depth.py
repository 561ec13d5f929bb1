"""Along depth: what every block of each compared network does to the picture, in one chart a quantity."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from visualizer.figures.report import Chart as ChartItem
from visualizer.figures.report import Item, Words
from visualizer.ui.answers import REFUSALS
from visualizer.ui.compare_actions import select
from visualizer.ui.compare_activations_passes import Lane, is_cheap, named, stoppable, stopped, work_key
from visualizer.ui.computing import responses_key, responses_of
from visualizer.ui.depth import MEANINGS, Side, charts, gain, untrained_words
from visualizer.ui.plotly_view import plotly_view
from visualizer.ui.sentences import literal
from visualizer.ui.state import changes
from visualizer.ui.store import MAPS
from visualizer.ui.theme import theme
from visualizer.ui.views import RANDOM, View

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from visualizer.figures.depth_charts import Chart
    from visualizer.figures.palettes import Theme

Curved = list[tuple[Lane, Side]]
"""The networks that have responses, with them."""


def depth_view(state: View, found: list[Lane]) -> None:
    """Four charts; a click on a point selects its block in all networks."""
    key = work_key("depth", found)
    if stopped(key):
        return
    with stoppable(key, _missing(found)):
        curved, refused = _curved(found)
    for sentence in refused:
        st.warning(literal(sentence))
    if not curved:
        return
    st.markdown("**Block by block, stages in line (measured on the picture)**")
    shown = list(charts([side for _, side in curved], {}))
    for start in range(0, len(shown), 2):
        for chart, column in zip(shown[start : start + 2], st.columns(2), strict=False):
            with column:
                _chart(curved, chart, f"compare_depth_{shown.index(chart)}")
    _selected(state, curved)
    for sentence in _captions(curved, shown):
        st.caption(sentence)


def _missing(found: Sequence[Lane]) -> list[Lane]:
    return [lane for lane in found if not MAPS.holds(responses_key(lane.state))]


def _curved(found: Sequence[Lane]) -> tuple[Curved, list[str]]:
    """The networks with their responses, and a sentence for each that has none."""
    curved: Curved = []
    refused = []
    for lane in found:
        try:
            with named(lane, responses_key(lane.state)):
                curved.append((lane, Side(lane.state, lane.title, responses_of(lane.state))))
        except REFUSALS as error:
            refused.append(f"{lane.name}: {error}")
    return curved, refused


def _figure(curved: Curved, chart: Chart, colours: Theme) -> Figure:
    from visualizer.figures.depth_beside import depth_beside  # plotly is loaded when opened

    lanes = [lane for lane, _ in curved]
    places = [lane.place for lane in lanes]
    plans, blocks = [lane.state.plan for lane in lanes], [lane.state.block for lane in lanes]
    return depth_beside(plans, chart, colours, blocks, places)


def _chart(curved: Curved, chart: Chart, key: str) -> None:
    """A chart in which a click on a point selects its block."""
    paths = [(lane.place, list(curve.values)) for (lane, _), curve in zip(curved, chart.curves, strict=True)]
    alt = f"{chart.title} of {', '.join(lane.name for lane, _ in curved)}, stage by stage"
    plotly_view(_figure(curved, chart, theme()), key, alt, clicked(key, paths))


def clicked(key: str, paths: list[tuple[int, list[str]]]) -> Callable[[], None]:
    def act() -> None:
        points = st.session_state[key].selection.points
        point = points[0] if points and isinstance(points[0], dict) else {}
        curve, index = point.get("curve_number"), point.get("point_index")
        if isinstance(curve, int) and 0 <= curve < len(paths):  # a browser can send anything
            place, row = paths[curve]
            if isinstance(index, int) and 0 <= index < len(row):
                select(place, ".".join(row[index].split(".")[:2]))

    return act


def _selected(state: View, curved: Curved) -> None:
    """The selected block's numbers in each network, and the way to its maps."""
    if not state.block:
        st.caption("Click a point to select its block in all networks.")
        return
    st.caption("; ".join(_numbers(lane, side) for lane, side in curved) + ".")
    st.button("Show this block's maps", key="compare_to_maps", on_click=changes(laid="Maps"))


def _numbers(lane: Lane, side: Side) -> str:
    """The selected block's numbers in a few words."""
    path = lane.state.block
    if path not in side.found:
        return f"{literal(lane.name)} has no block beside it"
    one = side.found[path]
    parts = [("‖F(x)‖ / ‖x‖", f"{gain(one):.3g}", gain(one)), ("zeros", f"{one.zeros:.1%}", one.zeros)]
    parts += [("cosine", f"{one.cosine:.3f}".replace("-", "−"), one.cosine)]
    told = [f"{title} {text}" for title, text, value in parts if math.isfinite(value)]
    return f"**{literal(lane.name)}**, {path}: {', '.join(told)}"


def _captions(curved: Curved, shown: Sequence[Chart]) -> list[str]:
    untrained = [lane for lane, _ in curved if lane.state.weights == RANDOM]
    names = literal(", ".join(lane.name for lane in untrained))
    said = [f"{names}: {untrained_words(untrained[0].state.spec)}"] if untrained else []
    gone = [
        f"{literal(lane.name)}: from {path} on, values have grown beyond what 32-bit numbers hold."
        for lane, side in curved
        if (path := next((path for path, one in side.found.items() if not math.isfinite(one.mean)), ""))
    ]
    axis = "Each stage is equally wide, and a network's blocks stand in it at even distances."
    meanings = [
        f"**{title}:** {meaning}"
        for title, meaning in MEANINGS.items()
        if any(chart.title.startswith(title) for chart in shown)
    ]
    return [*said, *gone, axis, *meanings]


def depth_report(state: View, found: list[Lane]) -> list[Item]:
    """The charts as they are on the page."""
    if not is_cheap(_missing(found)):
        return [Words("These curves are not computed yet: open the view, and make the report again.")]
    curved, refused = _curved(found)
    shown = list(charts([side for _, side in curved], {})) if curved else []
    items: list[Item] = [Words(sentence) for sentence in refused]
    items += [ChartItem(_figure(curved, chart, "light"), chart.title) for chart in shown]
    return [*items, Words("Each stage is equally wide, and a network's blocks stand in it at even distances.")]
