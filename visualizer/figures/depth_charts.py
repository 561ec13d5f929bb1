"""Numbers of every block as small charts below each other, on one axis of blocks from the first to the last.

Blocks stand at 0, 1, 2 and so on, the layers of a block around its number: what is clicked on is the nearest block.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from visualizer.figures.colour import STAGE_COLOURS, Swatch, Theme
from visualizer.figures.style import TOKENS
from visualizer.resnet import Plan

_ROW, _GAP, _TOP, _BOTTOM, _LEGEND = 104, 34, 30, 28, 36
"""Pixels: a chart's height, the room for the title above each but the first, above and below all, for the legend."""
_STEEP = 100.0
"""From this ratio of the largest value to the smallest on, a chart of positive numbers is logarithmic."""
CLEAR = "rgba(0,0,0,0)"
STILL = {"unselected": {"marker": {"opacity": 1}}, "selected": {"marker": {"opacity": 1}}}


class Curve(NamedTuple):
    """Values by the paths of blocks or of layers in them, in order; one that is not finite leaves a gap."""

    name: str
    values: Mapping[str, float]


class Chart(NamedTuple):
    """One chart: a curve, or two, of which the second is dashed and hollow; or the bars of one.

    Beside each other (`depth_beside`) it has a curve a network.

    form: of a number beside the pointer, as d3 writes it (".3g"). ends: of its axis; None is what the values need.
    """

    title: str
    curves: tuple[Curve, ...]
    form: str = ".3g"
    ends: tuple[float, float] | None = None
    bars: bool = False


def depth_charts(plan: Plan, charts: Sequence[Chart], theme: Theme, selected: str = "") -> go.Figure:
    """The charts, points in the colours of their stages, the block `selected` (its path) emphasised in each."""
    traces: list[go.Scatter | go.Bar] = []
    names = next(([curve.name for curve in chart.curves] for chart in charts if len(chart.curves) > 1), [])
    inside, bottom = len(charts) * (_ROW + _GAP) - _GAP, _BOTTOM + _LEGEND * bool(names)
    layout = _frame(plan, theme, selected, inside + _TOP + bottom, bottom)
    for row, chart in enumerate(charts, start=1):
        top = 1 - (row - 1) * (_ROW + _GAP) / inside
        axis = value_axis(chart)
        layout[f"yaxis{row}"] = {**axis, "domain": [max(0.0, top - _ROW / inside), top]}
        title = chart.title + (" (logarithmic)" if axis.get("type") else "")
        layout["annotations"].append(_title(title, top, theme))
        for number, curve in enumerate(chart.curves):
            trace = _bars if chart.bars else _curve
            traces.append(trace(plan, chart, curve, number, theme, selected).update(yaxis=f"y{row}", showlegend=False))
    layout["xaxis"]["anchor"] = f"y{len(charts)}"
    traces += [_sample(name, number, theme) for number, name in enumerate(names)]
    layout["showlegend"] = bool(names)
    return go.Figure(traces, layout)


def block_at(plan: Plan, x: float) -> str:
    """The path of the block that stands nearest to a place on the axis; the first or the last beyond its ends."""
    last = len(plan.blocks) - 1
    return plan.blocks[min(max(round(min(max(x, 0.0), last)), 0), last)].path


def is_steep(values: Sequence[float]) -> bool:
    """Whether a chart of these values is logarithmic: none is negative, and they span two decades or more."""
    finite = [value for value in values if math.isfinite(value)]
    positive = [value for value in finite if value > 0]
    return bool(positive) and min(finite) >= 0 and max(positive) >= _STEEP * min(positive)


def places(plan: Plan, paths: Sequence[str]) -> list[float]:
    """Where blocks and layers stand on the axis: several of one block side by side, evenly within its unit."""
    index = {block.path: number for number, block in enumerate(plan.blocks)}
    blocks = [block_of(path) for path in paths]
    count, seen = Counter(blocks), Counter[str]()
    found = []
    for block in blocks:
        found.append(index[block] + (seen[block] + 0.5) / count[block] - 0.5)
        seen[block] += 1
    return found


def block_of(path: str) -> str:
    """The path of the block that a block or a layer of it is."""
    return ".".join(path.split(".", 2)[:2])


def _curve(plan: Plan, chart: Chart, curve: Curve, number: int, theme: Theme, selected: str) -> go.Scatter:
    paths, second = list(curve.values), number > 0
    swatches = _swatches(plan, paths, theme)
    size = 6 if len(paths) <= 60 else 4
    chosen = [block_of(path) == selected for path in paths]
    colours = [TOKENS[theme]["ink"] if own else swatch.line for own, swatch in zip(chosen, swatches, strict=True)]
    fills = [swatch.fill for swatch in swatches]
    return go.Scatter(
        x=places(plan, paths), y=gaps(curve.values.values()), text=paths, name=curve.name, **STILL,
        mode="lines+markers", connectgaps=False,
        line={"color": TOKENS[theme]["quiet"], "width": 1, "dash": "dot" if second else "solid"},
        marker={
            "size": [size + (4 if own else 0) for own in chosen], "opacity": 1,
            "color": [CLEAR] * len(paths) if second else fills,
            "symbol": "diamond" if second else "circle",
            "line": {"color": colours, "width": [2 if own or second else 1 for own in chosen]},
        },
        hovertemplate=f"%{{text}}: %{{y:{chart.form}}}<extra>{plain(curve.name)}</extra>",
    )  # fmt: skip


def _bars(plan: Plan, chart: Chart, curve: Curve, number: int, theme: Theme, selected: str) -> go.Bar:
    paths = list(curve.values)
    outline = {"color": TOKENS[theme]["ink"], "width": [2 if path == selected else 0 for path in paths]}
    return go.Bar(
        x=places(plan, paths), y=gaps(curve.values.values()), text=paths, textposition="none", name=curve.name,
        **STILL, marker={"color": [swatch.fill for swatch in _swatches(plan, paths, theme)], "line": outline},
        hovertemplate=f"%{{text}}: %{{y:{chart.form}}}<extra></extra>",
    )  # fmt: skip


def _swatches(plan: Plan, paths: Sequence[str], theme: Theme) -> list[Swatch]:
    names = {stage.path: stage.name for stage in plan.stages}
    return [STAGE_COLOURS[theme][names[path.partition(".")[0]]] for path in paths]


def gaps(values: Iterable[float]) -> list[float | None]:
    """The values, None for each that is not finite, where a curve has a gap."""
    return [value if math.isfinite(value) else None for value in values]


def plain(name: str) -> str:
    """A name in which plotly sees no markup and no value to put in."""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), ("%{", "% {")):
        name = name.replace(sign, written)
    return name


def _sample(name: str, number: int, theme: Theme) -> go.Scatter:
    """What stands in the legend for a curve whose points have many colours."""
    ink = TOKENS[theme]["ink"]
    return go.Scatter(
        x=[None], y=[None], name=plain(name), mode="lines+markers",
        line={"color": ink, "width": 1, "dash": "dot" if number else "solid"},
        marker={
            "size": 7, "color": CLEAR if number else ink, "symbol": "diamond" if number else "circle",
            "line": {"color": ink, "width": 2},
        },
    )  # fmt: skip


def value_axis(chart: Chart) -> dict[str, Any]:
    """The axis of a chart's values, as plotly's settings."""
    values = [value for curve in chart.curves for value in curve.values.values()]
    if chart.ends is None and not chart.bars and is_steep(values):
        return {"type": "log", "nticks": 4, "tickformat": "~g"}
    axis: dict[str, Any] = {"nticks": 5, "tickformat": ".0%" if "%" in chart.form else "~g", "zeroline": True}
    return {**axis, "range": list(chart.ends)} if chart.ends else {**axis, "rangemode": "tozero"}


def _title(text: str, top: float, theme: Theme) -> dict[str, Any]:
    """A chart's title, at the left above it: beside the axis it would not fit."""
    return {
        "text": plain(text), "x": 0, "y": top, "xref": "paper", "yref": "paper", "xanchor": "left",
        "yanchor": "bottom", "yshift": 3, "showarrow": False, "align": "left",
        "font": {"size": 13, "color": TOKENS[theme]["ink"]},
    }  # fmt: skip


def _frame(plan: Plan, theme: Theme, selected: str, height: int, bottom: int) -> dict[str, Any]:
    """What all charts have in common: the axis of blocks, a line between stages, a band through the selected block."""
    ticks = [(_middle(plan, stage.path), stage.name) for stage in plan.stages]
    return {
        "height": height,
        "margin": {"l": 46, "r": 10, "t": _TOP, "b": bottom},
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "traceorder": "normal"},
        "dragmode": False, "hovermode": "closest", "hoverdistance": 30, "annotations": [], "bargap": 0.25,
        "xaxis": {
            "tickvals": [place for place, _ in ticks], "ticktext": [name for _, name in ticks], "showgrid": False,
            "zeroline": False, "range": [-0.7, len(plan.blocks) - 0.3],
        },
        "shapes": [*_borders(plan, theme), *_band(plan, theme, selected)],
    }  # fmt: skip


def _middle(plan: Plan, stage: str) -> float:
    numbers = [number for number, block in enumerate(plan.blocks) if block.path.partition(".")[0] == stage]
    return (numbers[0] + numbers[-1]) / 2


def _borders(plan: Plan, theme: Theme) -> Iterator[dict[str, Any]]:
    number = 0
    for stage in plan.stages[:-1]:
        number += len(stage.blocks)
        line = {"color": TOKENS[theme]["quiet"], "width": 1, "dash": "dot"}
        yield _upright(number - 0.5, number - 0.5, type="line", line=line, opacity=0.6)


def _band(plan: Plan, theme: Theme, selected: str) -> Iterator[dict[str, Any]]:
    for number, block in enumerate(plan.blocks):
        if block.path == selected:
            fill = TOKENS[theme]["focus"]
            yield _upright(number - 0.5, number + 0.5, type="rect", fillcolor=fill, line={"width": 0}, opacity=0.14)


def _upright(left: float, right: float, **look: Any) -> dict[str, Any]:
    """A shape from the foot of the lowest chart to the top of the highest."""
    return {"x0": left, "x1": right, "y0": 0, "y1": 1, "xref": "x", "yref": "paper", "layer": "below", **look}
