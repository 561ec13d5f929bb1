"""A plotly figure as a drawing that needs no browser: bars, lines, points and heat maps, for PDF and SVG files.

What the charts of this project use is drawn, but for hatching and texts at points; another kind of trace is refused
(ValueError).
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, NamedTuple

import numpy as np
from plotly.graph_objects import Figure
from reportlab.graphics.shapes import Drawing, Group, Line, Rect, String
from reportlab.lib.colors import Color, linearlyInterpolatedColor, toColor, white
from reportlab.pdfbase.pdfmetrics import stringWidth

from visualizer.figures.chart_axes import Axis, Plain, axis, brief
from visualizer.figures.chart_traces import TRACES, dashes, heat_scale, sample
from visualizer.figures.pdf import font_name, writable
from visualizer.figures.style import TOKENS

INK, MUTED = (toColor(TOKENS["light"][name]) for name in ("ink", "muted"))
GRID = toColor("#dfe3ea")
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Of traces that say none; Okabe and Ito's, which the colour-blind can tell apart."""
SIZE = 9
MOST_HIGH = 0.85
"""Of a chart's width: what is higher on the page is pressed, so that it has room on a sheet with its caption."""
LEFT, RIGHT, TOP, BOTTOM, LEGEND_ROW = 62, 14, 12, 22, 15
"""Points around the panels, and of a row of the legend."""
SCALE_ROOM = 52
"""Points at the right of a heat map, for its scale."""
_TAGS = re.compile(r"<br ?/?>|</?(?:b|i|sub|sup|span|a)\b[^>]*>")


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
    panels = list(_panels(layout, traces, box))
    shapes = layout.get("shapes", ())
    for shape in (one for one in shapes if one.get("layer") == "below"):
        _shape(drawing, shape, panels[0], box)
    for panel in panels:
        _frame(drawing, panel)
        for item in _drawn(panel, layout):
            drawing.add(item)
    for shape in (one for one in shapes if one.get("layer") != "below"):
        _shape(drawing, shape, panels[0], box)
    if title:
        _write(drawing, LEFT, drawing.height - TOP - 4, title, size=11, bold=True)
    for note in layout.get("annotations", ()):
        _note(drawing, note, panels[0], box)
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


def plain(text: str) -> str:
    """A text without plotly's markup."""
    return unescape(_TAGS.sub(lambda tag: " " if tag[0].startswith("<br") else "", text))


def _drawn(panel: Panel, layout: Plain) -> Iterator[Any]:
    """The shapes of a panel's traces: kinds in the order of `TRACES`, so that lines lie on bars."""
    for kind, draw in TRACES.items():
        of_kind = [trace for trace in panel.traces if trace["type"] == kind]
        if of_kind:
            yield from draw(of_kind, panel.x, panel.y, layout)


def _panels(layout: Plain, traces: Sequence[Plain], box: tuple[float, float, float, float]) -> Iterator[Panel]:
    pairs = dict.fromkeys((trace.get("xaxis") or "x", trace.get("yaxis") or "y") for trace in traces)
    pairs = pairs or {("x", "y"): None}
    for across, up in pairs:
        on_x = [trace for trace in traces if (trace.get("xaxis") or "x") == across]
        on_y = [trace for trace in traces if (trace.get("yaxis") or "y") == up]
        x = axis(layout, across, on_x, box[0], box[2])
        y = axis(layout, up, _stacked(on_y, layout), box[1], box[3])
        yield Panel(x, y, tuple(trace for trace in on_x if (trace.get("yaxis") or "y") == up))


def _stacked(traces: Sequence[Plain], layout: Plain) -> list[Plain]:
    """The traces, and the sums of bars that are stacked."""
    bars = [trace for trace in traces if trace["type"] == "bar"]
    if layout.get("barmode") not in ("stack", "relative") or not bars:
        return list(traces)
    sums: dict[Any, float] = {}
    for bar in bars:
        for x, y in zip(bar["x"], bar["y"], strict=True):
            sums[x] = sums.get(x, 0) + (y or 0)
    return [*traces, {"type": "bar", "x": list(sums), "y": list(sums.values())}]


def _frame(drawing: Drawing, panel: Panel) -> None:
    """Axes, their ticks with lines across, and titles."""
    x, y = panel.x, panel.y
    heat = any(trace["type"] == "heatmap" for trace in panel.traces)
    for number, text in y.ticks:
        at = y.place(number)
        if not heat:
            drawing.add(Line(x.start, at, x.end, at, strokeColor=GRID, strokeWidth=0.5))
        _write(drawing, x.start - 5, at - 3, text, anchor="end", most=LEFT - 18)
    drawing.add(Line(x.start, y.start, x.end, y.start, strokeColor=MUTED, strokeWidth=0.7))
    room = (x.end - x.start) / max(len(x.ticks), 1)
    for number, text in x.ticks:
        _write(drawing, x.place(number), y.start - 12, text, anchor="middle", most=room)
    for trace in panel.traces:
        if trace["type"] == "heatmap" and trace.get("showscale") is not False:
            _scale(drawing, panel, trace)
    if x.title:
        _write(drawing, (x.start + x.end) / 2, y.start - 25, plain(x.title), anchor="middle", colour=MUTED)
    if y.title:
        _sideways(drawing, 10, (y.start + y.end) / 2, plain(y.title))


def _scale(drawing: Drawing, panel: Panel, trace: Plain) -> None:
    """The colours of a heat map from its lowest value to its highest, at its right."""
    low, high, colours = heat_scale(trace)
    left, bottom = panel.x.end + 8, min(panel.y.start, panel.y.end)
    step = abs(panel.y.end - panel.y.start) / len(colours)
    for number, colour in enumerate(colours):
        drawing.add(Rect(left, bottom + number * step, 10, step + 0.3, fillColor=colour, strokeColor=None))
    for value, at in ((low, bottom), (high, bottom + step * len(colours) - 7)):
        _write(drawing, left + 13, at, brief(value), size=SIZE - 1)


def _write(
    drawing: Drawing, x: float, y: float, text: str, *, size: float = SIZE, anchor: str = "start", bold: bool = False,
    colour: Color = INK, most: float = 0,
) -> None:  # fmt: skip
    """A text, cut where there is only room for `most` points."""
    name, shown = font_name(bold), writable(text, bold)
    while most and len(shown) > 4 and stringWidth(shown, name, size) > most:
        shown = shown[:-2].rstrip() + "…"
    drawing.add(String(x, y, shown, fontName=name, fontSize=size, textAnchor=anchor, fillColor=colour))


def _sideways(drawing: Drawing, x: float, y: float, text: str) -> None:
    shown = String(
        0, 0, writable(text), fontName=font_name(False), fontSize=SIZE, textAnchor="middle", fillColor=MUTED
    )
    turned = Group(shown)
    turned.translate(x, y)
    turned.rotate(90)
    drawing.add(turned)


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
        _write(drawing, LEFT + at + 20, y, plain(trace["name"]), most=drawing.width - LEFT - at - 24)


def _title(layout: Plain, letter: str) -> str:
    titles = (value.get("title") or {} for name, value in layout.items() if name.startswith(f"{letter}axis"))
    return next((title["text"] for title in titles if title.get("text")), "")


def _room_above(layout: Plain) -> float:
    """For notes that stand above the highest panel."""
    notes = layout.get("annotations", ())
    return 14 if any(note.get("yref") == "paper" and note.get("y", 0) >= 1 for note in notes) else 0


def _ends(values: Sequence[Any], ref: str, of: Axis, low: float, high: float) -> list[float]:
    """Places in points of what a shape or note says of one direction."""
    if ref in ("paper", "x domain", "y domain"):
        return [low + (high - low) * float(value) for value in values]
    return [of.place(number) for number in map(of.number, values) if number is not None]


def _shape(drawing: Drawing, shape: Plain, panel: Panel, box: tuple[float, float, float, float]) -> None:
    across = _ends((shape["x0"], shape["x1"]), shape.get("xref") or "x", panel.x, box[0], box[2])
    up = _ends((shape["y0"], shape["y1"]), shape.get("yref") or "y", panel.y, box[1], box[3])
    if len(across) < 2 or len(up) < 2:
        return
    line, share = shape.get("line", {}), float(shape.get("opacity", 1))
    if shape["type"] == "line":
        drawing.add(Line(
            across[0], up[0], across[1], up[1], strokeColor=_thinned(line.get("color", INK), share),
            strokeWidth=line.get("width", 1), strokeDashArray=dashes(line.get("dash")),
        ))  # fmt: skip
    elif shape["type"] == "rect":
        fill = _thinned(shape["fillcolor"], share) if shape.get("fillcolor") else None
        drawing.add(Rect(
            min(across), min(up), abs(across[1] - across[0]), abs(up[1] - up[0]), fillColor=fill,
            strokeColor=toColor(line["color"]) if line.get("color") else None, strokeWidth=line.get("width", 0),
        ))  # fmt: skip


def _thinned(colour: Any, share: float) -> Color:
    """A colour so much of which covers white paper, since not every reader of SVG files knows opacity."""
    return linearlyInterpolatedColor(white, toColor(colour), 0, 1, share)


def _note(drawing: Drawing, note: Plain, panel: Panel, box: tuple[float, float, float, float]) -> None:
    across = _ends((note["x"],), note.get("xref") or "x", panel.x, box[0], box[2])
    up = _ends((note["y"],), note.get("yref") or "y", panel.y, box[1], box[3])
    if across and up and note.get("text"):
        anchor = {"left": "start", "right": "end"}.get(note.get("xanchor", ""), "middle")
        x, y = across[0] + float(note.get("xshift") or 0), up[0] + float(note.get("yshift") or 0)
        _write(drawing, x, y, plain(note["text"]), anchor=anchor, size=SIZE)
