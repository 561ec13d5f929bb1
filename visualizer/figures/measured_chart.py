"""What was measured as a chart: time per picture with its spread, and peak memory, a row a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from visualizer.analysis.measured import Timing, pictures
from visualizer.figures.colour import Theme
from visualizer.figures.depth_charts import plain
from visualizer.figures.style import TOKENS

MEBI = 2**20
_ROW, _TOP, _BOTTOM, _GAP = 52, 30, 76, 64
"""Pixels: of a network in a panel, above and below all, and between the two panels."""
_APART, _BELOW = 0.13, 0.18
"""Of a row, from one batch's marks to the middle of both, and from the middle of the row to that: above is the name."""


class Measured(NamedTuple):
    """A network's name and its timings by batch, with what memory is predicted for each, in bytes."""

    name: str
    timings: tuple[Timing, ...]
    predicted: tuple[int, ...]


def measured_chart(networks: Sequence[Measured], theme: Theme) -> go.Figure:
    """Dots at the medians with lines from quartile to quartile; below, peak memory, and small crosses as predicted."""
    batches = list(dict.fromkeys(one.batch for network in networks for one in network.timings))
    traces: list[go.Scatter] = []
    for draw in (_times, _peaks):
        for number, batch in enumerate(batches):
            traces += draw(networks, batch, _place(number, len(batches)), _look(number, theme))
    return go.Figure(traces, _layout(networks, theme))


def _place(number: int, count: int) -> float:
    """How far above the middle of its row a batch stands; the axis goes down."""
    return _BELOW + _APART * (2 * number - count + 1)


def _look(number: int, theme: Theme) -> dict[str, Any]:
    """A batch is told by colour and form."""
    colour = TOKENS[theme]["focus" if number else "ink"]
    return {"color": colour, "symbol": "diamond" if number else "circle", "size": 10}


def _at(networks: Sequence[Measured], batch: int) -> list[tuple[int, Measured, Timing, int]]:
    """The networks that have a timing at this batch: row, network, timing, predicted bytes."""
    return [
        (row, network, one, size)
        for row, network in enumerate(networks)
        for one, size in zip(network.timings, network.predicted, strict=True) if one.batch == batch
    ]  # fmt: skip


def _times(networks: Sequence[Measured], batch: int, apart: float, look: dict[str, Any]) -> list[go.Scatter]:
    found = _at(networks, batch)
    lines: list[tuple[float | None, float | None]] = []
    for row, _, one, _ in found:
        low, high = (1000 * edge / batch for edge in one.quartiles)
        lines += [(low, row + apart), (high, row + apart), (None, None)]
    said = [
        f"{plain(network.name)}, {pictures(batch)} at a time: {1000 * one.median / batch:.3g} ms a picture, "
        f"half between {1000 * one.quartiles[0] / batch:.3g} and {1000 * one.quartiles[1] / batch:.3g} ms"
        for _, network, one, _ in found
    ]
    spread = go.Scatter(
        x=[x for x, _ in lines], y=[y for _, y in lines], mode="lines", line={"color": look["color"], "width": 3},
        opacity=0.55, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    dots = go.Scatter(
        x=[1000 * one.median / batch for _, _, one, _ in found], y=[row + apart for row, _, _, _ in found],
        mode="markers", marker=look, name=f"{pictures(batch)} at a time", hovertext=said, hoverinfo="text",
    )  # fmt: skip
    return [spread, dots]


def _peaks(networks: Sequence[Measured], batch: int, apart: float, look: dict[str, Any]) -> list[go.Scatter]:
    found = [one for one in _at(networks, batch) if one[2].peak is not None]
    common: dict[str, Any] = {"y": [row + apart for row, _, _, _ in found], "xaxis": "x2", "yaxis": "y2"}
    peaks = [(one.peak or 0) / MEBI for _, _, one, _ in found]
    guesses = [size / MEBI for _, _, _, size in found]
    said = [
        f"{plain(network.name)}, {pictures(batch)} at a time: {peak:.3g} MiB measured, {guess:.3g} MiB predicted"
        for (_, network, _, _), peak, guess in zip(found, peaks, guesses, strict=True)
    ]
    cross = {**look, "symbol": "x-thin", "size": 8, "line": {"color": look["color"], "width": 2}}
    return [
        go.Scatter(
            x=guesses, mode="markers", marker=cross, name="predicted", legendgroup="predicted",
            showlegend=look["symbol"] == "circle", hovertext=said, hoverinfo="text", **common,
        ),
        go.Scatter(x=peaks, mode="markers", marker=look, showlegend=False, hovertext=said, hoverinfo="text", **common),
    ]  # fmt: skip


def _layout(networks: Sequence[Measured], theme: Theme) -> dict[str, Any]:
    inside = 2 * _ROW * len(networks) + _GAP
    middle = _ROW * len(networks) / inside
    rows = {
        "range": [len(networks) - 0.5, -0.5], "tickvals": [], "zeroline": False, "showgrid": False,
    }  # fmt: skip
    axis = {"rangemode": "tozero", "tickformat": "~g", "zeroline": True, "nticks": 6}
    names = [
        _words(plain(one.name), top - (row + 0.36) * middle / len(networks), theme, "muted", 12)
        for top in (1, middle) for row, one in enumerate(networks)
    ]  # fmt: skip
    return {
        "height": inside + _TOP + _BOTTOM,
        "margin": {"l": 24, "r": 24, "t": _TOP, "b": _BOTTOM},
        "yaxis": {**rows, "domain": [1 - middle, 1], "anchor": "x"},
        "xaxis": {**axis, "anchor": "y", "ticksuffix": " ms"},
        "yaxis2": {**rows, "domain": [0, middle], "anchor": "x2"},
        "xaxis2": {**axis, "anchor": "y2", "ticksuffix": " MiB"},
        "annotations": [
            _words("Time per picture in ms: median and quartiles", 1, theme),
            _words("Peak memory in MiB", middle, theme), *names,
        ],
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "traceorder": "normal"},
        "dragmode": False, "hovermode": "closest",
    }  # fmt: skip


def _words(text: str, height: float, theme: Theme, ink: str = "ink", size: int = 13) -> dict[str, Any]:
    """Words at the left edge whose foot stands at a part of the height: beside an axis a long name would not fit."""
    return {
        "text": text, "x": 0, "y": height, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom",
        "xshift": 4 if ink != "ink" else 0, "yshift": 3 if ink == "ink" else 0, "showarrow": False, "align": "left",
        "font": {"size": size, "color": TOKENS[theme][ink]},
    }  # fmt: skip
