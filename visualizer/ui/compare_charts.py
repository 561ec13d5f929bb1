"""The charts of a comparison on the page: by stage, and against the accuracies that are published."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import streamlit as st

from visualizer.analysis import costs
from visualizer.analysis.accuracy import CLASSES, Published, accuracies_of, published_accuracies
from visualizer.analysis.compared import Named
from visualizer.analysis.format import abbreviated, grouped
from visualizer.figures.palettes import Theme
from visualizer.ui.compare_actions import select
from visualizer.ui.compare_columns import columns, selected_words
from visualizer.ui.control import control
from visualizer.ui.handout import locked, shown
from visualizer.ui.plotly_view import plotly_view
from visualizer.ui.sentences import literal
from visualizer.ui.state import change
from visualizer.ui.theme import theme
from visualizer.ui.views import AXES, QUANTITIES, View

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from visualizer.figures.report import Item

QUANTITY_NAMES = {"params": "Parameters", "macs": "MACs", "memory": "Memory", "field": "Receptive field"}
AXIS_NAMES = {"params": "Parameters", "macs": "MACs"}
CAPTIONS = {
    "params": "Learned parameters of all layers of a stage.",
    "macs": "Multiply-accumulates of convolutions and linear layers, for one picture.",
    "memory": "What autograd keeps of the values of a stage's layers for the way back, for one picture in float32.",
    "field": "Side in pixels of what one position at the end of the stage can see of the input, on the longest path.",
}
RECIPE_MATTERS = (
    "Each point is a figure that somebody published for one network and one recipe; the recipe is told by colour and "
    "symbol, and by its name at the point. A line connects the points of one network: how it was trained often matters "
    "more than which network it is. Ten crops and larger test pictures, which take more MACs, raise the figures too. "
    "Parameters and MACs are counted here. A compared network stands on the axis alone, since its accuracy is not "
    "known; what is published of exactly this network is larger and outlined."
)


def charts_view(state: View) -> None:
    """Bars by stage, and the published accuracies."""
    control(
        st.segmented_control, "By stage", QUANTITIES, key="compared_quantity", value=state.quantity, required=True,
        act=lambda name: change(quantity=name) if name in QUANTITIES else None, format_func=_quantity_name,
    )  # fmt: skip
    _stages(state)
    st.caption(
        f"{CAPTIONS[state.quantity]} The number above a bar and its pattern tell the network. Click a bar to select "
        f"its stage; the stem's bar selects its first layer, the head's the classifier.{_selected(state)}"
    )
    control(
        st.segmented_control, "Against published accuracy", AXES, key="compared_axis", value=state.axis, required=True,
        act=lambda name: change(axis=name) if name in AXES else None, format_func=_axis_name,
    )  # fmt: skip
    alt = f"Published top-1 accuracy on ImageNet by {AXIS_NAMES[state.axis]}, a symbol for each recipe"
    plotly_view(accuracy_figure(state, theme()), "compared_accuracy", alt)
    st.caption(RECIPE_MATTERS)
    for column in columns(state):
        st.markdown(f"**{literal(column.name)}:** {literal(known(column))}")
    if shown("take"):
        st.download_button(
            "Download the published accuracies (CSV)", accuracies_csv, "imagenet_accuracy.csv", "text/csv",
            on_click="ignore", icon=":material/download:", disabled=locked("take"),
        )  # fmt: skip


def _quantity_name(key: str) -> str:
    return QUANTITY_NAMES.get(key, key)


def _axis_name(key: str) -> str:
    return AXIS_NAMES.get(key, key)


def stage_figure(state: View, drawn: Theme, selected: str = "") -> Figure:
    """The bars by stage; those of what is selected stand out, and of the stage that it is in."""
    from visualizer.figures.compare_charts import beside, group_of  # plotly is loaded when opened

    group = group_of(state.node) if selected and state.node else ""
    return beside(columns(state), state.quantity, drawn, selected, group)


def accuracy_figure(state: View, drawn: Theme) -> Figure:
    """The published accuracies and the compared networks."""
    from visualizer.figures.accuracy_chart import against_accuracy

    return against_accuracy(columns(state), state.axis, drawn)


def _selected(state: View) -> str:
    """What is selected, in words, and that its bars are outlined, if the chart has them."""
    from visualizer.figures.compare_charts import group_of, names

    group = group_of(state.node) if state.node else ""
    if group not in names([column.plan for column in columns(state)], state.quantity):
        return ""
    return f" {selected_words(state, group)} Its bars are outlined."


def _stages(state: View) -> None:
    from visualizer.figures.compare_charts import names, places

    plans = [column.plan for column in columns(state)]
    groups, paths = names(plans, state.quantity), list(map(places, plans))

    def clicked() -> None:
        points = st.session_state["compared_stages"].selection.points
        point = points[0] if points and isinstance(points[0], dict) else {}
        place, bar = point.get("curve_number"), point.get("point_index")
        if isinstance(place, int) and isinstance(bar, int) and 0 <= place < len(paths) and 0 <= bar < len(groups):
            found = paths[place].get(groups[bar])
            if found:
                select(place, found.path)

    alt = f"{QUANTITY_NAMES[state.quantity]} by stage, a bar for each network"
    plotly_view(stage_figure(state, theme(), state.select), "compared_stages", alt, clicked)


def known(column: Named) -> str:
    """What is known of a compared network: its costs, and the accuracies that are published of exactly this one."""
    total, found = costs(column.plan).total, accuracies_of(column.plan.spec)
    counts = f"{grouped(total.params)} parameters, {abbreviated(total.macs, 'MACs')} at {column.plan.resolution} px"
    if column.plan.spec.classes != CLASSES:
        return f"{counts}. It tells {grouped(column.plan.spec.classes)} classes apart, not ImageNet's {CLASSES:,}."
    if not found:
        return f"{counts}. No accuracy of exactly this network is among the published ones."
    if len(found) == 1:
        return f"{counts}. Published: {_figure(found[0])}."
    return f"{counts}. {len(found)} published figures, from {_figure(found[0])} to {_figure(found[-1])}."


def _figure(row: Published) -> str:
    return f"{row.accuracy:g} % ({row.words})"


def report(state: View) -> list[Item]:
    """Both charts as on a light page, and what is published of the compared networks."""
    from visualizer.figures.report import Chart, Heading, Words

    return [
        Heading("Charts"), Chart(stage_figure(state, "light"), CAPTIONS[state.quantity]),
        Chart(accuracy_figure(state, "light"), RECIPE_MATTERS),
        *(Words(f"{column.name}: {known(column)}") for column in columns(state)),
    ]  # fmt: skip


def accuracies_csv() -> str:
    """Every published accuracy with its recipe, a row each."""
    from visualizer.figures.accuracy_chart import as_rows

    text = io.StringIO()
    titles, rows = as_rows(published_accuracies())
    csv.writer(text, lineterminator="\n").writerows([titles, *rows])
    return text.getvalue()
