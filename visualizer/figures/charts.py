"""Charts of costs, as plotly figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go

from visualizer.analysis import Cost, CostTable

KIND_NAMES = {
    "conv": "convolution",
    "conv1d": "conv across channels",
    "bn": "batch norm",
    "linear": "linear",
}
COUNTS: Mapping[str, tuple[str, Callable[[Cost], int]]] = {
    "params": ("parameters", lambda cost: cost.params),
    "macs": ("MACs", lambda cost: cost.macs),
}


def by_stage(table: CostTable, count: str, colours: Sequence[str], selected_stage: int | None = None) -> go.Figure:
    """Bars of parameters or MACs: stem, each stage, head; the stage of the selected block has a thick outline.

    `colours` has one CSS colour a bar.
    """
    title, value = COUNTS[count]
    names = ["stem", *(stage.name for stage in table.plan.stages), "head"]
    values = [value(cost) for cost in (table.stem, *table.stages, table.head)]
    marked = [3 if number == selected_stage else 0 for number in range(len(names))]
    bars = go.Bar(
        x=names, y=values, marker={"color": list(colours), "line": {"width": marked, "color": "#d97706"}},
        hovertemplate="%{x}: %{y:,} " + title + "<extra></extra>",
    )  # fmt: skip
    return _figure(bars, f"{title} by stage (computed)", title)


def by_kind(table: CostTable, count: str, colour: str) -> go.Figure:
    """Bars of parameters or MACs by kind of layer; kinds without any are left out."""
    title, value = COUNTS[count]
    sums: dict[str, int] = defaultdict(int)
    for layer, cost in zip(table.plan.layers, table.layers, strict=True):
        sums[layer.kind] += value(cost)
    named = ((KIND_NAMES.get(kind, kind), amount) for kind, amount in sums.items() if amount)
    rows = sorted(named, key=lambda row: -row[1])
    bars = go.Bar(
        x=[name for name, _ in rows], y=[amount for _, amount in rows], marker={"color": colour},
        hovertemplate="%{x}: %{y:,} " + title + "<extra></extra>",
    )  # fmt: skip
    return _figure(bars, f"{title} by kind of layer (computed)", title)


def _figure(bars: go.Bar, title: str, unit: str) -> go.Figure:
    layout = {
        "title": {"text": title, "font": {"size": 15}},
        "height": 320,
        "margin": {"l": 10, "r": 10, "t": 48, "b": 10},
        "yaxis": {"title": {"text": unit}, "tickformat": "~s"},
        "showlegend": False,
        "dragmode": False,
    }
    return go.Figure(bars, layout)
