"""The similarity of two networks, every block of the one with every block of the other, as a heat map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from visualizer.figures.depth_charts import CLEAR, plain
from visualizer.figures.palettes import TOP, Theme, palette
from visualizer.figures.style import TOKENS

Values = NDArray[np.float64]
HEIGHT = 560
"""Pixels."""
MOST_CELLS = 6000
"""Up to so many cells each has a point of its own, which can be clicked on: 76 × 76 blocks."""
_NAMED_STEM = 24
"""Places along an axis up to which there is room for the stem's name."""


class Axis(NamedTuple):
    """The places of one network in order: what the network is called, "stem" and the paths of its blocks."""

    name: str
    paths: tuple[str, ...]


def similarity_map(
    found: Values, rows: Axis, columns: Axis, theme: Theme, selected: tuple[str, str] = ("", ""), points: bool = True
) -> go.Figure:
    """Values from 0 to 1 as colours, the first blocks at the lower left, lines between stages.

    found: rows × columns; values below 0 have the colour of 0, NaN none. selected: the paths of the blocks that are
    marked, of rows and of columns. points: whether each cell, up to `MOST_CELLS`, has a point that can be clicked on.
    """
    traces: list[Any] = [_colours(found, rows, columns, theme)]
    if points and found.size <= MOST_CELLS:
        traces.append(_points(found, rows, columns))
    return go.Figure(traces, _layout(rows, columns, theme, selected))


def _colours(found: Values, rows: Axis, columns: Axis, theme: Theme) -> go.Heatmap:
    colours = palette(False, theme)[: TOP + 1 : TOP // 12]
    scale = [[place / (len(colours) - 1), f"rgb({r},{g},{b})"] for place, (r, g, b) in enumerate(colours.tolist())]
    return go.Heatmap(
        z=np.round(found, 4).astype(np.float32), x=list(columns.paths), y=list(rows.paths), zmin=0, zmax=1,
        colorscale=scale, hoverongaps=False, xgap=0, ygap=0,
        hovertemplate=_words(rows, columns, "%{z:.3f}"),
        colorbar={
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1.01, "yanchor": "bottom", "len": 0.7, "thickness": 10,
            "tickvals": [0, 0.25, 0.5, 0.75, 1], "title": {"text": "CKA\N{NO-BREAK SPACE}", "side": "right"},
            "outlinewidth": 0, "ypad": 4,
        },
    )  # fmt: skip


def _points(found: Values, rows: Axis, columns: Axis) -> go.Scatter:
    """An unseen point in each cell that has a value: a heat map itself cannot be clicked on in Streamlit."""
    unseen = {"marker": {"opacity": 0}}
    values = found.ravel()
    return go.Scatter(
        x=list(columns.paths) * len(rows.paths), y=np.repeat(rows.paths, len(columns.paths)).tolist(),
        customdata=[round(value, 4) if np.isfinite(value) else None for value in values.tolist()],
        mode="markers", marker={"opacity": 0, "size": 8, "symbol": "square"}, selected=unseen, unselected=unseen,
        showlegend=False, hovertemplate=_words(rows, columns, "%{customdata:.3f}"),
    )  # fmt: skip


def _words(rows: Axis, columns: Axis, value: str) -> str:
    """What stands beside the pointer."""
    return f"CKA {value}<br>%{{y}} of {plain(rows.name)}<br>%{{x}} of {plain(columns.name)}<extra></extra>"


def _layout(rows: Axis, columns: Axis, theme: Theme, selected: tuple[str, str]) -> dict[str, Any]:
    return {
        "height": HEIGHT,
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "dragmode": False, "hovermode": "closest", "hoverdistance": 20, "showlegend": False,
        "xaxis": _axis(columns), "yaxis": _axis(rows),
        "shapes": [
            *(line for place in _borders(columns) for line in _line(place, "x")),
            *(line for place in _borders(rows) for line in _line(place, "y")),
            *_frames(rows, columns, theme, selected),
        ],
    }  # fmt: skip


def _axis(axis: Axis) -> dict[str, Any]:
    """Blocks in a row, named by their stages' numbers."""
    ticks = {paths[len(paths) // 2]: _tick(stage, len(axis.paths)) for stage, paths in _stages(axis)}
    return {
        "type": "category", "categoryorder": "array", "categoryarray": list(axis.paths), "showgrid": False,
        "range": [-0.5, len(axis.paths) - 0.5], "tickvals": list(ticks), "ticktext": list(ticks.values()),
        "tickangle": 0, "automargin": True, "zeroline": False, "ticks": "", "fixedrange": True,
        "title": {"text": f"{plain(axis.name)}, by stage", "standoff": 6},
    }  # fmt: skip


def _stages(axis: Axis) -> Iterator[tuple[str, list[str]]]:
    """The stem and each stage ("layer1"), with their places."""
    for stage, paths in groupby(axis.paths, lambda path: path.partition(".")[0]):
        yield stage, list(paths)


def _tick(stage: str, places: int) -> str:
    number = stage.removeprefix("layer")
    return number if number != stage or places <= _NAMED_STEM else ""


def _borders(axis: Axis) -> Iterator[float]:
    """Where one stage ends and the next begins."""
    place = 0
    for _, paths in list(_stages(axis))[:-1]:
        place += len(paths)
        yield place - 0.5


def _line(place: float, along: str) -> Iterator[dict[str, Any]]:
    """A line between two stages, over the whole map: dark with light in it, to be seen on any colour."""
    across = "y" if along == "x" else "x"
    for colour, width in (("#000000", 2.4), ("#ffffff", 1)):
        yield {
            "type": "line", f"{along}0": place, f"{along}1": place, f"{along}ref": along, f"{across}0": 0,
            f"{across}1": 1, f"{across}ref": f"{across} domain", "line": {"color": colour, "width": width},
        }  # fmt: skip


def _frames(rows: Axis, columns: Axis, theme: Theme, selected: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A frame around the row and around the column of what is selected."""
    look = {"type": "rect", "line": {"color": TOKENS[theme]["focus"], "width": 2}, "fillcolor": CLEAR}
    for axis, path, along, across in ((rows, selected[0], "y", "x"), (columns, selected[1], "x", "y")):
        if path in axis.paths:
            place = axis.paths.index(path)
            yield {
                **look, f"{along}0": place - 0.5, f"{along}1": place + 0.5, f"{along}ref": along, f"{across}0": 0,
                f"{across}1": 1, f"{across}ref": f"{across} domain",
            }  # fmt: skip
