"""One quantity of every block of several networks in one chart, aligned by stage.

Each stage is one unit wide, stage s around s; a network's blocks of the stage stand in it at even distances, and the
layers of a block within its part. So the ends of stages are in line, whatever the depths: the last block of a stage
stands at s + ½ − 1/(2n), where n is the network's number of blocks in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import plotly.graph_objects as go

from visualizer.figures.colour import STAGE_COLOURS, Theme
from visualizer.figures.depth_charts import CLEAR, STILL, Chart, Curve, block_of, gaps, plain, value_axis
from visualizer.figures.style import TOKENS
from visualizer.resnet import Plan

NETWORK_COLOURS = {
    "light": ("#146bd8", "#843101", "#1e9f73", "#420334"),
    "dark": ("#6eaaf6", "#d17e37", "#1afdb3", "#9e4595"),
}
"""Of networks by their places: blue, orange, green and purple, searched in lightness and chroma so that any two stay
apart for people without red or green cones too, with a contrast of 3 to the page. Dashes and symbols tell them too."""
DASHES = ("solid", "dash", "dot", "dashdot")
SYMBOLS = ("circle", "diamond", "square", "triangle-up")
HEIGHT, LEGEND_ROW = 250, 19
LONGEST = 46
"""Letters of a name in the legend: what a phone has room for."""
_CROWDED = 16
"""Points of a stage above which they are small."""


def depth_beside(
    plans: Sequence[Plan], chart: Chart, theme: Theme, selected: Sequence[str] = (), places: Sequence[int] = ()
) -> go.Figure:
    """The chart's curves, one for each of the plans.

    selected: the path of the block in each network that is emphasised, "" for none. places: the networks' places in
    the comparison, which give them their looks; 0, 1, 2 and so on if they are not said.
    """
    chosen = selected or [""] * len(plans)
    traces = [
        _curve(plan, chart, curve, number, theme, block)
        for plan, curve, number, block in zip(plans, chart.curves, places or range(len(plans)), chosen, strict=True)
    ]
    return go.Figure(traces, _layout(plans, chart, theme))


def stage_places(plan: Plan, paths: Sequence[str]) -> list[float]:
    """Where blocks, or layers of blocks, stand: stage s between s − ½ and s + ½."""
    left: dict[str, float] = {}
    width: dict[str, float] = {}
    for stage in plan.stages:
        for number, block in enumerate(stage.blocks):
            width[block.path] = 1 / len(stage.blocks)
            left[block.path] = stage.number - 0.5 + number * width[block.path]
    owners = [block_of(path) for path in paths]
    count, seen, found = Counter(owners), Counter[str](), []
    for owner in owners:
        found.append(left[owner] + (seen[owner] + 0.5) / count[owner] * width[owner])
        seen[owner] += 1
    return found


def _curve(plan: Plan, chart: Chart, curve: Curve, number: int, theme: Theme, selected: str) -> go.Scatter:
    colour, paths = NETWORK_COLOURS[theme][number], list(curve.values)
    size = 7 if max(Counter(path.partition(".")[0] for path in paths).values()) <= _CROWDED else 4
    chosen = [block_of(path) == selected for path in paths]
    ink, hollow = TOKENS[theme]["ink"], number % 2 == 1
    return go.Scatter(
        x=stage_places(plan, paths), y=gaps(curve.values.values()), text=paths, name=plain(short(curve.name)), **STILL,
        mode="lines+markers", connectgaps=False, line={"color": colour, "width": 1.5, "dash": DASHES[number]},
        marker={
            "size": [size + (5 if own else 0) for own in chosen], "opacity": 1, "symbol": SYMBOLS[number],
            "color": [CLEAR if hollow else colour] * len(paths),
            "line": {"color": [ink if own else colour for own in chosen], "width": [2 if own else 1 for own in chosen]},
        },
        hovertemplate=f"%{{text}}: %{{y:{chart.form}}}<extra>{plain(curve.name)}</extra>",
    )  # fmt: skip


def short(name: str) -> str:
    """A name that the legend has room for."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def _layout(plans: Sequence[Plan], chart: Chart, theme: Theme) -> dict[str, Any]:
    last = max(len(plan.stages) for plan in plans)
    axis = value_axis(chart)
    title = plain(chart.title) + (" (logarithmic)" if axis.get("type") else "")
    rows = len(chart.curves)
    return {
        "height": HEIGHT + LEGEND_ROW * rows,
        "margin": {"l": 46, "r": 10, "t": 30, "b": 28 + LEGEND_ROW * rows},
        "title": {"text": title, "x": 0, "xanchor": "left", "y": 0.99, "yanchor": "top", "font": {"size": 14}},
        "legend": {"orientation": "v", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        "showlegend": True, "dragmode": False, "hovermode": "closest", "hoverdistance": 30,
        "xaxis": {
            "tickvals": list(range(1, last + 1)), "ticktext": [f"stage {number}" for number in range(1, last + 1)],
            "range": [0.45, last + 0.55], "showgrid": False, "zeroline": False,
        },
        "yaxis": axis, "shapes": list(_bands(last, theme)),
    }  # fmt: skip


def _bands(last: int, theme: Theme) -> Iterator[dict[str, Any]]:
    """A pale band for each stage in its colour on the map."""
    for number in range(1, last + 1):
        fill = STAGE_COLOURS[theme][f"stage {number}"].fill
        yield {
            "type": "rect", "x0": number - 0.5, "x1": number + 0.5, "y0": 0, "y1": 1, "xref": "x", "yref": "paper",
            "layer": "below", "fillcolor": fill, "line": {"width": 0}, "opacity": 0.13,
        }  # fmt: skip
