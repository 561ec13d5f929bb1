"""Charts of costs on the page: what is selected stands out in each, and a click on a bar selects what it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from visualizer.analysis import costs
from visualizer.figures.colour import STAGE_COLOURS
from visualizer.ui.explore import select
from visualizer.ui.plotly_view import plotly_view
from visualizer.ui.theme import theme
from visualizer.ui.views import View

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

COUNT_NAMES = {"params": "Parameters", "macs": "MACs"}


def charts_view(state: View) -> None:
    """Costs block by block, by stage and by kind of layer, and how much of each is of what is selected."""
    from visualizer.figures.charts import along_depth, bar_paths, by_kind, by_stage  # plotly is loaded when opened

    table, shown, node = costs(state.plan), theme(), state.node
    blocks, stages = bar_paths(table, blocks=True), bar_paths(table, blocks=False)
    _chart(along_depth(table, shown, node), "depth", "Parameters, MACs and memory of each block", blocks)
    st.caption(
        "Click a bar to select its block or stage; the stem's bar selects its first layer, the head's the classifier, "
        "and bars by kind of layer select nothing. Memory is what autograd keeps of one picture's values, in float32."
    )
    left, right = st.columns(2)
    for count in ("params", "macs"):
        with left:
            _chart(by_stage(table, count, shown, node), f"stage_{count}", f"{COUNT_NAMES[count]} of each stage", stages)
        with right:
            kinds = by_kind(table, count, STAGE_COLOURS[shown]["stage 4"], shown, node)
            plotly_view(kinds, f"kind_{count}", f"{COUNT_NAMES[count]} of each kind of layer")
    if node is None:
        st.caption("Select a block in the map to see its share in each bar.")


def _chart(figure: Figure, key: str, alt: str, paths: list[str]) -> None:
    """A chart whose bars select what they stand for."""

    def clicked() -> None:
        points = st.session_state[f"chart_{key}"].selection.points
        bar = points[0].get("point_index") if points and isinstance(points[0], dict) else None
        if isinstance(bar, int) and 0 <= bar < len(paths):  # a browser can send anything
            select(paths[bar])

    plotly_view(figure, f"chart_{key}", alt, clicked)
