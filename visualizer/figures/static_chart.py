"""A plotly figure as a drawing that needs no browser: bars, lines, points and heat maps, for PDF and SVG files.

What the charts of this project use is drawn, but for texts at points; another kind of trace, symbol or pattern is
refused (ValueError).
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from plotly.graph_objects import Figure
from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import toColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from visualizer.figures.chart_axes import Axis, Plain, axis, brief
from visualizer.figures.chart_overlays import Plane, note, shape
from visualizer.figures.chart_texts import MUTED, SIZE, plain, sideways, write
from visualizer.figures.chart_traces import TRACES, heat_scale, sample
from visualizer.figures.pdf import font_name, writable

GRID = toColor("#dfe3ea")
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Of traces that say none; Okabe and Ito's, which the colour-blind can tell apart."""
MOST_HIGH = 0.85
"""Of a chart's width: what is higher on the page is pressed, so that it has room on a sheet with its caption."""
LEFT, RIGHT, TOP, BOTTOM, LEGEND_ROW = 62, 14, 12, 22, 15
"""Points around the panels, and of a row of the legend."""
SCALE_ROOM = 52
"""Points at the right of a heat map, for its scale."""


class Panel(NamedTuple):
    """Two axes and what is drawn on them."""

    x: Axis
    y: Axis
    traces: tuple[Plain, ...]


def static_chart(figure: Figure, width: float = 480) -> Drawing:
    """The figure, `width` points wide and as high as it is on a page of that many pixels."""
    whole: dict[str, Any] = opened(figure.to_plotly_json())
    layout, traces = whole["layout"], [dict(trace) for trace in whole["data"]]
    for number, trace in enumerate(traces):
        trace.setdefault("type", "scatter")
        if trace["type"] != "heatmap":
            trace["marker"] = {"color": COLOURS[number % len(COLOURS)], **trace.get("marker", {})}
        if trace["type"] not in TRACES:
            raise ValueError(f"A chart of the kind {trace['type']!r} cannot be drawn without a browser.")
    named = _named(traces, layout)
    rows = _legend_rows(named, width - LEFT - RIGHT)
    title = plain(layout.get("title", {}).get("text", "") or "")
    below = BOTTOM + LEGEND_ROW * (len(rows) + bool(_title(layout, "x")))
    above = TOP + 16 * bool(title) + _room_above(layout)
    height = min(float(layout.get("height") or 320) * 0.8, MOST_HIGH * width)
    drawing = Drawing(width, height + LEGEND_ROW * len(rows))
    heat = any(trace["type"] == "heatmap" for trace in traces)
    box = LEFT, below, width - (SCALE_ROOM if heat else RIGHT), drawing.height - above
    plane = Plane(_axes(layout, traces, box), box)
    shapes = layout.get("shapes", ())
    for item in (item for one in shapes if one.get("layer") == "below" for item in shape(one, plane)):
        drawing.add(item)
    for panel in _panels(traces, plane.axes):
        _frame(drawing, panel)
        for item in _drawn(panel, layout):
            drawing.add(item)
    for item in (item for one in shapes if one.get("layer") != "below" for item in shape(one, plane)):
        drawing.add(item)
    if title:
        write(drawing, LEFT, drawing.height - TOP - 4, title, size=11, bold=True)
    for one in layout.get("annotations", ()):
        note(drawing, one, plane)
    for number, row in enumerate(rows):
        _legend(drawing, row, 8 + LEGEND_ROW * (len(rows) - 1 - number))
    return drawing


def opened(value: Any) -> Any:
    """What plotly writes out with the arrays that it packs (`bdata`) as lists again."""
    if isinstance(value, dict):
        if "bdata" in value:
            flat = np.frombuffer(b64decode(value["bdata"]), value["dtype"])
            shape = [int(size) for size in str(value.get("shape", flat.size)).split(",")]
            return flat.reshape(shape).tolist()
        return {name: opened(one) for name, one in value.items()}
    return [opened(one) for one in value] if isinstance(value, list | tuple) else value


def _drawn(panel: Panel, layout: Plain) -> Iterator[Any]:
    """The shapes of a panel's traces: kinds in the order of `TRACES`, so that lines lie on bars."""
    for kind, draw in TRACES.items():
        of_kind = [trace for trace in panel.traces if trace["type"] == kind]
        if of_kind:
            yield from draw(of_kind, panel.x, panel.y, layout)


def _axes(layout: Plain, traces: Sequence[Plain], box: tuple[float, float, float, float]) -> dict[str, Axis]:
    """Every axis that the layout or a trace names, by its name."""
    named = [name.replace("axis", "", 1) for name in layout if name[1:5] == "axis" and name[0] in "xy"]
    found = {}
    for name in dict.fromkeys(("x", "y", *(_on(trace, letter) for trace in traces for letter in "xy"), *named)):
        own = [trace for trace in traces if _on(trace, name[0]) == name]
        upright = name[0] == "y"
        found[name] = axis(layout, name, _stacked(own, layout, name[0]), box[upright], box[2 + upright])
    return found


def _on(trace: Plain, letter: str) -> str:
    """The name of a trace's axis of this letter."""
    return str(trace.get(f"{letter}axis") or letter)


def _panels(traces: Sequence[Plain], axes: Mapping[str, Axis]) -> Iterator[Panel]:
    """The panels of the traces, one of the first axes where there is none."""
    found: dict[tuple[str, str], list[Plain]] = {} if traces else {("x", "y"): []}
    for trace in traces:
        found.setdefault((_on(trace, "x"), _on(trace, "y")), []).append(trace)
    for (across, up), own in found.items():
        yield Panel(axes[across], axes[up], tuple(own))


def _stacked(traces: Sequence[Plain], layout: Plain, letter: str) -> list[Plain]:
    """The traces, and the sums of bars that are stacked along the axes of this letter."""
    orientation, across = ("v", "x") if letter == "y" else ("h", "y")
    bars = [one for one in traces if one["type"] == "bar" and one.get("orientation", "v") == orientation]
    if layout.get("barmode") not in ("stack", "relative") or not bars:
        return list(traces)
    sums: dict[Any, float] = {}
    for bar in bars:
        for at, length in zip(bar[across], bar[letter], strict=True):
            sums[at] = sums.get(at, 0) + (length or 0)
    return [*traces, {"type": "bar", "orientation": orientation, across: list(sums), letter: list(sums.values())}]


def _frame(drawing: Drawing, panel: Panel) -> None:
    """Axes, their ticks with lines across, and titles."""
    x, y = panel.x, panel.y
    heat = any(trace["type"] == "heatmap" for trace in panel.traces)
    for number, text in y.ticks:
        at = y.place(number)
        if not heat:
            drawing.add(Line(x.start, at, x.end, at, strokeColor=GRID, strokeWidth=0.5))
        write(drawing, x.start - 5, at - 3, text, anchor="end", most=LEFT - 18)
    drawing.add(Line(x.start, y.start, x.end, y.start, strokeColor=MUTED, strokeWidth=0.7))
    room = (x.end - x.start) / max(len(x.ticks), 1)
    for number, text in x.ticks:
        write(drawing, x.place(number), y.start - 12, text, anchor="middle", most=room)
    for trace in panel.traces:
        if trace["type"] == "heatmap" and trace.get("showscale") is not False:
            _scale(drawing, panel, trace)
    if x.title:
        write(drawing, (x.start + x.end) / 2, y.start - 25, plain(x.title), anchor="middle", colour=MUTED)
    if y.title:
        sideways(drawing, 10, (y.start + y.end) / 2, plain(y.title))


def _scale(drawing: Drawing, panel: Panel, trace: Plain) -> None:
    """The colours of a heat map from its lowest value to its highest, at its right."""
    low, high, colours = heat_scale(trace)
    left, bottom = panel.x.end + 8, min(panel.y.start, panel.y.end)
    step = abs(panel.y.end - panel.y.start) / len(colours)
    for number, colour in enumerate(colours):
        drawing.add(Rect(left, bottom + number * step, 10, step + 0.3, fillColor=colour, strokeColor=None))
    for value, at in ((low, bottom), (high, bottom + step * len(colours) - 7)):
        write(drawing, left + 13, at, brief(value), size=SIZE - 1)


def _named(traces: Sequence[Plain], layout: Plain) -> list[Plain]:
    """The traces that stand in the legend, one of a group."""
    if layout.get("showlegend") is False:
        return []
    found: dict[str, Plain] = {}
    for trace in traces:
        if trace.get("name") and trace.get("showlegend") is not False and trace["type"] != "heatmap":
            found.setdefault(str(trace.get("legendgroup") or trace["name"]), trace)
    return list(found.values()) if len(found) > 1 or layout.get("showlegend") else []


def _legend_rows(traces: Sequence[Plain], width: float) -> list[list[tuple[float, Plain]]]:
    """The legend in rows that fit the width: each trace with where it begins."""
    rows: list[list[tuple[float, Plain]]] = []
    at = width + 1.0
    for trace in traces:
        need = 30 + stringWidth(writable(plain(trace["name"])), font_name(False), SIZE)
        if at + need > width:
            rows.append([])
            at = 0
        rows[-1].append((at, trace))
        at += need
    return rows


def _legend(drawing: Drawing, row: Sequence[tuple[float, Plain]], y: float) -> None:
    for at, trace in row:
        for item in sample(trace, LEFT + at, y + 3):
            drawing.add(item)
        write(drawing, LEFT + at + 20, y, plain(trace["name"]), most=drawing.width - LEFT - at - 24)


def _title(layout: Plain, letter: str) -> str:
    titles = (value.get("title") or {} for name, value in layout.items() if name.startswith(f"{letter}axis"))
    return next((title["text"] for title in titles if title.get("text")), "")


def _room_above(layout: Plain) -> float:
    """For notes that stand above the highest panel."""
    notes = layout.get("annotations", ())
    return 14 if any(note.get("yref") == "paper" and note.get("y", 0) >= 1 for note in notes) else 0
