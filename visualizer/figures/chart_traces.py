"""The traces of a plotly figure as shapes on paper: heat maps, bars with their hatching, lines and points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from plotly.colors import sample_colorscale
from reportlab.graphics.shapes import Circle, Line, Polygon, PolyLine, Rect
from reportlab.lib.colors import Color, linearlyInterpolatedColor, toColor, white

from visualizer.figures.chart_axes import Axis, Plain
from visualizer.figures.hatching import hatching

Draw = Callable[[Sequence[Plain], Axis, Axis, Plain], Iterator[Any]]
_DASHES: dict[str, list[float]] = {
    "dot": [1.5, 2.5], "dash": [5, 3], "dashdot": [5, 2.5, 1.5, 2.5], "longdash": [8, 3], "longdashdot": [8, 3, 2, 3],
}  # fmt: skip
_CORNERS = {
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    "triangle-up": ((-1.1, -0.9), (1.1, -0.9), (0, 1.2)),
    "triangle-down": ((-1.1, 0.9), (1.1, 0.9), (0, -1.2)),
    "triangle-right": ((-0.9, -1.1), (-0.9, 1.1), (1.2, 0)),
    "triangle-left": ((0.9, -1.1), (0.9, 1.1), (-1.2, 0)),
    "pentagon": ((0, 1.2), (1.15, 0.35), (0.7, -1), (-0.7, -1), (-1.15, 0.35)),
    "hexagon": ((0.6, 1.05), (1.2, 0), (0.6, -1.05), (-0.6, -1.05), (-1.2, 0), (-0.6, 1.05)),
    "star": (
        (0, 1.4), (0.35, 0.45), (1.35, 0.4), (0.55, -0.2), (0.8, -1.15), (0, -0.6), (-0.8, -1.15), (-0.55, -0.2),
        (-1.35, 0.4), (-0.35, 0.45),
    ),
}  # fmt: skip
_STROKES = {"cross": ((-1, 0, 1, 0), (0, -1, 0, 1)), "x": ((-1, -1, 1, 1), (-1, 1, 1, -1))}
"""Symbols of points in half their size: corners, and strokes."""
SCALE = 0.8
"""Points on paper for a pixel on the page, of marks and hatching."""
HATCHED = "#444444"
"""The colour of hatching that says none; plotly's own on light bars."""


def dashes(dash: str | None) -> list[float] | None:
    """A line's dashes in points, by plotly's name."""
    return _DASHES.get(dash or "")


def each(values: Any, index: int, usual: Any = None) -> Any:
    """What holds for one point: of a list its own, else what holds for all."""
    if values is None:
        return usual
    if isinstance(values, str | int | float):
        return values
    found = list(values)
    return found[index] if index < len(found) else usual


def _colour(value: Any, usual: str = "#777777") -> Color:
    return toColor(value if value is not None else usual)


def heat(traces: Sequence[Plain], x: Axis, y: Axis, layout: Plain) -> Iterator[Any]:
    """Cells in the colours of their values; a cell without a value stays empty."""
    for trace in traces:
        low, high, scale = heat_scale(trace)
        across, up = (list(trace[name]) if trace.get(name) is not None else None for name in ("x", "y"))
        for row, line in enumerate(trace["z"]):
            for column, value in enumerate(line):
                if not _known(value):
                    continue
                part = min(max((float(value) - low) / ((high - low) or 1), 0), 1)
                left = x.number(across[column] if across else column)
                bottom = y.number(up[row] if up else row)
                if left is not None and bottom is not None:
                    yield _cell(x, y, left, bottom, scale[round(part * 100)])


def heat_scale(trace: Plain) -> tuple[float, float, list[Color]]:
    """The value of the lowest colour, that of the highest, and 101 colours between them."""
    known = [float(value) for row in trace["z"] for value in row if _known(value)]
    low = float(trace["zmin"]) if trace.get("zmin") is not None else min(known, default=0.0)
    high = float(trace["zmax"]) if trace.get("zmax") is not None else max(known, default=1.0)
    shares = [step / 100 for step in range(101)]
    return low, high, [toColor(colour) for colour in sample_colorscale(trace.get("colorscale") or "Viridis", shares)]


def _known(value: Any) -> bool:
    return value is not None and value == value  # a value that is not a number is not itself


def _cell(x: Axis, y: Axis, column: float, row: float, fill: Color) -> Rect:
    left, right = sorted((x.place(column - 0.5), x.place(column + 0.5)))
    bottom, top = sorted((y.place(row - 0.5), y.place(row + 0.5)))
    return Rect(left, bottom, right - left, top - bottom, fillColor=fill, strokeColor=fill, strokeWidth=0.2)


def bars(traces: Sequence[Plain], x: Axis, y: Axis, layout: Plain) -> Iterator[Any]:
    """Bars, upright or lying, beside or on each other by the layout's `barmode`."""
    mode = layout.get("barmode", "group")
    drawn = [trace for trace in traces if any(value is not None for value in trace["y"])]
    width = (1 - float(layout.get("bargap", 0.25))) / (len(drawn) if mode == "group" and drawn else 1)
    sums: dict[float, float] = {}
    for number, trace in enumerate(drawn):
        lying = trace.get("orientation") == "h"
        along, values = (y, x) if lying else (x, y)
        ends = [trace["y"], trace["x"]] if lying else [trace["x"], trace["y"]]
        shift = (number - (len(drawn) - 1) / 2) * width if mode == "group" else 0.0
        for index, (at, size) in enumerate(zip(*ends, strict=True)):
            place, length = along.number(at), values.number(size)
            if place is None or length is None:
                continue
            piled = mode in ("stack", "relative")
            begin = sums.get(place, 0.0) if piled else values.low if values.logarithmic else 0.0
            sums[place] = end = begin + length if piled else length
            bar = _bar(trace, index, along, values, (place + shift, width), (begin, end), lying)
            yield from (bar, *_hatched(bar, trace, index))
            yield from _error(trace, index, along.place(place + shift), values, "x" if lying else "y", lying)


def _bar(
    trace: Plain, index: int, along: Axis, values: Axis, where: tuple[float, float], ends: tuple[float, float],
    lying: bool,
) -> Rect:  # fmt: skip
    low, high = sorted(values.place(min(max(end, values.low), values.high)) for end in ends)
    left, right = sorted((along.place(where[0] - where[1] / 2), along.place(where[0] + where[1] / 2)))
    marker = trace.get("marker", {})
    line = marker.get("line", {})
    thick = float(each(line.get("width"), index, 0) or 0)
    look = {
        "fillColor": _colour(each(marker.get("color"), index)), "strokeWidth": thick,
        "strokeColor": _colour(each(line.get("color"), index)) if thick else None,
    }  # fmt: skip
    if lying:
        return Rect(low, left, high - low, right - left, **look)
    return Rect(left, low, right - left, high - low, **look)


def _hatched(bar: Rect, trace: Plain, index: int) -> Iterator[Any]:
    """The pattern on a bar, if it has one, mixed with the bar's colour where it is half transparent."""
    pattern = trace.get("marker", {}).get("pattern", {})
    shape = each(pattern.get("shape"), index, "")
    if not shape:
        return
    ground = bar.fillColor if bar.fillColor is not None and bar.fillColor.alpha else white
    ink, share = _colour(each(pattern.get("fgcolor"), index), HATCHED), float(pattern.get("fgopacity", 0.5))
    colour = linearlyInterpolatedColor(ground, ink, 0, 1, share)
    size, solidity = (float(each(pattern.get(name), index, usual)) for name, usual in (("size", 8), ("solidity", 0.3)))
    yield from hatching(str(shape), bar, size * SCALE, solidity, colour)


def _error(trace: Plain, index: int, at: float, values: Axis, letter: str, lying: bool) -> Iterator[Any]:
    error = trace.get(f"error_{letter}")
    if not error or error.get("array") is None:
        return
    middle, more = float(trace[letter][index]), float(error["array"][index])
    less = float(error["arrayminus"][index]) if error.get("arrayminus") is not None else more
    numbers = values.number(middle - less), values.number(middle + more)
    if None in numbers:
        return
    low, high = (values.place(number) for number in numbers if number is not None)
    for line in ((low, at, high, at), (low, at - 3, low, at + 3), (high, at - 3, high, at + 3)):
        points = line if lying else (line[1], line[0], line[3], line[2])
        yield Line(*points, strokeColor=_colour(error.get("color"), "#333333"), strokeWidth=1)


def scatter(traces: Sequence[Plain], x: Axis, y: Axis, layout: Plain) -> Iterator[Any]:
    """Lines, broken at gaps, and points with their symbols."""
    for trace in traces:
        pairs = zip(trace["x"], trace["y"], strict=True)
        points = [(x.number(across), y.number(up)) for across, up in pairs]
        mode = trace.get("mode") or "lines+markers"
        if "lines" in mode:
            yield from _lines(trace, points, x, y)
        for index, (across, up) in enumerate(points):
            if across is None or up is None:
                continue
            yield from _error(trace, index, x.place(across), y, "y", lying=False)
            if "markers" in mode:
                yield from _point(trace.get("marker", {}), index, x.place(across), y.place(up))


def _lines(trace: Plain, points: Sequence[tuple[float | None, float | None]], x: Axis, y: Axis) -> Iterator[Any]:
    look = trace.get("line", {})
    usual = each(trace.get("marker", {}).get("color"), 0, "#777777")
    stroke = {
        "strokeColor": _colour(look.get("color"), usual if isinstance(usual, str) else "#777777"),
        "strokeWidth": float(look.get("width") or 1.5), "strokeDashArray": dashes(look.get("dash")),
    }  # fmt: skip
    for one, other in pairwise(points):
        ends = [*one, *other]
        if None not in ends:
            a, b, c, d = (float(end) for end in ends if end is not None)
            yield PolyLine([x.place(a), y.place(b), x.place(c), y.place(d)], **stroke)


def _point(marker: Plain, index: int, at: float, up: float) -> Iterator[Any]:
    half = 0.5 * float(each(marker.get("size"), index, 6)) * SCALE
    line = marker.get("line", {})
    symbol = str(each(marker.get("symbol"), index, "circle"))
    fill = _colour(each(marker.get("color"), index))
    edge = _colour(each(line.get("color"), index)) if line.get("color") is not None else None
    hollow = symbol.endswith("-open")
    name = symbol.removesuffix("-open").removesuffix("-thin")
    if name in _STROKES:
        for a, b, c, d in _STROKES[name]:
            yield Line(at + a * half, up + b * half, at + c * half, up + d * half, strokeColor=fill, strokeWidth=1.5)
        return
    look = {
        "fillColor": None if hollow or fill.alpha == 0 else fill, "strokeColor": fill if hollow else edge,
        "strokeWidth": 1.2 if hollow else float(each(line.get("width"), index, 0) or 0),
    }  # fmt: skip
    if name == "circle":
        yield Circle(at, up, half, **look)
    elif name in _CORNERS:
        yield Polygon([value for a, b in _CORNERS[name] for value in (at + a * half, up + b * half)], **look)
    else:
        raise ValueError(f"Points with the symbol {symbol!r} cannot be drawn without a browser.")


TRACES: dict[str, Draw] = {"heatmap": heat, "bar": bars, "scatter": scatter}
"""How each kind of trace is drawn; what is drawn later lies above."""


def sample(trace: Plain, x: float, y: float) -> Iterator[Any]:
    """What stands for a trace in the legend, 16 points wide, its middle at this height."""
    marker = trace.get("marker", {})
    if trace["type"] == "bar":
        line = marker.get("line", {})
        thick = float(each(line.get("width"), 0, 0) or 0)
        edge = _colour(each(line.get("color"), 0)) if thick else None
        fill = _colour(each(marker.get("color"), 0))
        bar = Rect(x, y - 4, 14, 8, fillColor=fill if fill.alpha else None, strokeColor=edge, strokeWidth=thick)
        yield from (bar, *_hatched(bar, trace, 0))
        return
    mode = trace.get("mode") or "lines+markers"
    if "lines" in mode:
        look = trace.get("line", {})
        yield Line(
            x, y, x + 16, y, strokeColor=_colour(look.get("color"), str(each(marker.get("color"), 0, "#777777"))),
            strokeWidth=float(look.get("width") or 1.5), strokeDashArray=dashes(look.get("dash")),
        )  # fmt: skip
    if "markers" in mode:
        yield from _point(marker, 0, x + 8, y)
