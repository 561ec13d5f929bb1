"""Parameters or MACs against published accuracies, as a plotly figure: every point is a figure that somebody printed.

Of a network of one's own the accuracy is not known: it stands as a line at its parameters or MACs, from a mark on the
axis upwards, and at no height.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from visualizer.analysis import costs
from visualizer.analysis.accuracy import RECIPES, Published, accuracies_of, published_accuracies
from visualizer.analysis.naming import network_name
from visualizer.figures.colour import Theme
from visualizer.figures.depth_beside import DASHES
from visualizer.figures.style import TOKENS
from visualizer.resnet import Plan


class Sign(NamedTuple):
    """How the points of a recipe look; "" is the colour of text."""

    symbol: str
    colour: str


SIGNS: Mapping[str, Sign] = {
    "he2015": Sign("diamond", ""),
    "papers": Sign("square", "#888888"),
    "tv1": Sign("circle-open", "#0072b2"),
    "tv2": Sign("circle", "#0072b2"),
    "gluon": Sign("pentagon", "#009e73"),
    "rsb": Sign("star", "#d55e00"),
    "timm": Sign("triangle-down", "#e69f00"),
    "more": Sign("cross", "#cc79a7"),
}
"""By recipe. The colours are Okabe and Ito's (Color Universal Design, 2008); no two recipes share a symbol."""
AXES: Mapping[str, str] = {"params": "parameters", "macs": "MACs"}
ONE_NETWORK = "one network, several recipes"


def against_accuracy(networks: Sequence[tuple[str, Plan]], axis: str, theme: Theme) -> go.Figure:
    """Every published accuracy by recipe, and where the compared networks (heading and plan) stand on the axis.

    axis: a key of `AXES`; MACs are those at the size of the test pictures. What is published of exactly a compared
    network is larger and outlined, and points of one network are connected.
    """
    rows = published_accuracies()
    own = {row for _, plan in networks for row in accuracies_of(plan.spec)}
    counts = [getattr(costs(plan).total, axis) for _, plan in networks]
    heights = [row.accuracy for row in rows]
    low, high = math.floor(min(heights)) - 1, math.ceil(max(heights)) + 2 + 0.5 * len(networks)
    marked = [
        _line(place, name, count, low, high, axis, theme)
        for place, ((name, _), count) in enumerate(zip(networks, counts, strict=True))
    ]  # fmt: skip
    points = [_points(recipe, [row for row in rows if row.recipe == recipe], own, axis, theme) for recipe in RECIPES]
    ends = [*(getattr(row, axis) for row in rows), *counts]
    return go.Figure([_connections(rows, axis, theme), *marked, *points], {
        "title": {"text": f"Published accuracy on ImageNet, by {AXES[axis]}", "font": {"size": 15}},
        "height": 680, "dragmode": False, "hovermode": "closest", "margin": {"l": 10, "r": 10, "t": 48, "b": 10},
        "xaxis": {
            "type": "log", "title": {"text": _axis_title(axis)}, "tickformat": "~s", "dtick": "D2",
            "range": _range(ends),
        },
        "yaxis": {"title": {"text": "top-1 accuracy, %"}, "range": [low, high]},
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "traceorder": "normal"},
        "hoverlabel": {"align": "left"}, "showlegend": True,
    })  # fmt: skip


def _axis_title(axis: str) -> str:
    return f"{AXES[axis]}{' at the size of the test pictures' if axis == 'macs' else ''} (logarithmic)"


def _range(counts: Sequence[int]) -> list[float]:
    """The ends of a logarithmic axis, as powers of ten, with some room around all that stands on it."""
    low, high = math.log10(min(counts)), math.log10(max(counts))
    room = 0.05 * (high - low)
    return [low - room, high + room]


def _connections(rows: Sequence[Published], axis: str, theme: Theme) -> go.Scatter:
    """A line through the points of each network, from the lowest accuracy to the highest; gaps between them."""
    by_net: dict[str, list[Published]] = defaultdict(list)
    for row in rows:
        by_net[row.net].append(row)
    x: list[int | None] = []
    y: list[float | None] = []
    for of_one in by_net.values():
        if len(of_one) > 1:
            ordered = sorted(of_one, key=lambda row: (getattr(row, axis), row.accuracy))
            x += [*(getattr(row, axis) for row in ordered), None]
            y += [*(row.accuracy for row in ordered), None]
    return go.Scatter(
        x=x, y=y, mode="lines", name=ONE_NETWORK, hoverinfo="skip", connectgaps=False,
        line={"color": TOKENS[theme]["quiet"], "width": 1},
    )  # fmt: skip


def _line(place: int, name: str, count: int, low: float, high: float, axis: str, theme: Theme) -> go.Scatter:
    """A compared network: a mark on the axis, and a line up from it with the network's number."""
    ink, top = TOKENS[theme]["ink"], high - 0.7 * (place + 1)
    return go.Scatter(
        x=[count, count], y=[low, top], mode="lines+markers+text", text=["", str(place + 1)], name=name,
        textposition="middle right", textfont={"size": 13, "color": ink}, cliponaxis=False,
        line={"color": ink, "width": 1.5, "dash": DASHES[place]},
        marker={"symbol": "triangle-up", "size": [14, 1], "color": ink},
        hovertemplate=f"{name}: {count:,} {AXES[axis]}<br>on this axis only<extra></extra>",
    )  # fmt: skip


def _points(recipe: str, rows: Sequence[Published], own: set[Published], axis: str, theme: Theme) -> go.Scatter:
    """The published accuracies of one recipe; those of a compared network are larger and outlined."""
    ink, sign = TOKENS[theme]["ink"], SIGNS[recipe]
    thin = 1.5 if sign.symbol.endswith("-open") else 0.5
    chosen = [row in own for row in rows]
    return go.Scatter(
        x=[getattr(row, axis) for row in rows], y=[row.accuracy for row in rows], mode="markers", name=RECIPES[recipe],
        text=[told(row) for row in rows], hovertemplate="%{text}<extra></extra>",
        marker={
            "symbol": sign.symbol, "color": sign.colour or ink, "size": [11 if one else 8 for one in chosen],
            "opacity": [1 if one else 0.75 for one in chosen],
            "line": {"color": ink, "width": [1.5 if one else thin for one in chosen]},
        },
    )  # fmt: skip


def told(row: Published) -> str:
    """A point in words: the network, the recipe, the figure as printed and what it was measured on, and its costs."""
    crops = "one crop" if row.crops == 1 else f"{row.crops} crops"
    return "<br>".join((
        f"<b>{network_name(row.spec)}</b>", row.words.replace(": ", ":<br>").replace(" (", "<br>("),
        f"{row.printed}, {row.at} px, {crops}", f"{row.params:,} parameters, {row.macs:,} MACs",
    ))  # fmt: skip


def as_rows(rows: Sequence[Published]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Titles and rows of all that the chart shows, for a table: accuracies as they are printed."""
    titles = (
        "network", "spec", "recipe", "source", "top-1 accuracy (%)", "printed", "test picture (px)", "crops",
        "parameters (count)", "MACs (count)",
    )  # fmt: skip
    return titles, [
        (network_name(row.spec), row.net, row.words, row.source, f"{row.accuracy:g}", row.printed, row.at, row.crops,
         row.params, row.macs)
        for row in rows
    ]  # fmt: skip
