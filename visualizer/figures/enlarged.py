"""A plotly figure for a projector: what is given in pixels grows, what is given in the units of an axis stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

HOVER = 13
"""Pixels of the letters beside the pointer, where a figure says nothing else; plotly's own."""
_LENGTHS = {
    "font": ("size",),
    "textfont": ("size",),
    "tickfont": ("size",),
    "marker": ("size",),
    "pattern": ("size",),
    "line": ("width",),
    "title": ("standoff",),
    "colorbar": ("thickness", "ypad"),
    "annotations": ("xshift", "yshift"),
}
"""Which numbers are pixels, by what they belong to."""


def enlarged(figure: go.Figure, letters: float, room: float) -> go.Figure:
    """The figure with letters and marks `letters` times as large, and margins `room` times as wide.

    Letters of which the figure says no size are the page's theme's, which follow the root's. `room` is how much those
    can have grown, so that they have a place in the margins.
    """
    whole: dict[str, Any] = figure.to_plotly_json()
    template = whole["layout"].pop("template", None)  # what is usual, and the page's theme replaces it
    layout = {**_grown(whole["layout"], "", letters), "template": template}
    margin = layout.get("margin", {})
    layout["margin"] = {side: room * wide for side, wide in margin.items()}
    if "height" in layout:
        aside = margin.get("t", 0) + margin.get("b", 0)
        layout["height"] = round(letters * (layout["height"] - aside) + room * aside)
    if "hoverlabel" not in layout or "font" not in layout["hoverlabel"]:
        layout["hoverlabel"] = {**layout.get("hoverlabel", {}), "font": {"size": letters * HOVER}}
    return go.Figure([_grown(trace, "", letters) for trace in whole["data"]], layout)


def _grown(value: Any, name: str, factor: float) -> Any:
    """A part of a figure, which is the value of `name`, with each of its lengths in pixels `factor` times as long."""
    if isinstance(value, Mapping):
        lengths = _LENGTHS.get(name, ())
        return {
            key: _times(part, factor) if key in lengths else _grown(part, key, factor) for key, part in value.items()
        }
    if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        return [_grown(part, name, factor) for part in value]
    return value


def _times(value: Any, factor: float) -> Any:
    """A number, or a number for each point."""
    if isinstance(value, list | tuple | np.ndarray):
        return [factor * one for one in value]
    return factor * value
