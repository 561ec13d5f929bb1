"""Charts on paper stand where their numbers are; what cannot be drawn is refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Path, PolyLine, Rect, String

from visualizer.figures.chart_axes import axis, brief
from visualizer.figures.chart_texts import plain
from visualizer.figures.static_chart import opened, static_chart

amounts = st.lists(st.floats(0.001, 1e9), min_size=1, max_size=6)


def _shapes(drawing: Drawing | Group, kind: type) -> Iterator[Any]:
    for item in drawing.contents:
        if isinstance(item, kind):
            yield item
        elif isinstance(item, Group):
            yield from _shapes(item, kind)


def _texts(drawing: Drawing) -> list[str]:
    return [text.text for text in _shapes(drawing, String)]


def _proportional(sizes: list[float], values: list[float]) -> bool:
    return bool(np.allclose(np.array(sizes) * max(values), np.array(values) * max(sizes), atol=1e-4 * max(values)))


def _upright(x: float, ref: str) -> dict[str, Any]:
    return {"type": "line", "x0": x, "x1": x, "xref": ref, "y0": 0, "y1": 1, "yref": "paper"}


@given(amounts, st.sampled_from(["v", "h"]))
def test_bars_are_as_long_as_their_numbers(values: list[float], orientation: str) -> None:
    names = [f"stage {number}" for number in range(len(values))]
    x, y = (names, values) if orientation == "v" else (values, names)
    drawing = static_chart(go.Figure([go.Bar(x=x, y=y, orientation=orientation)]))
    bars = list(_shapes(drawing, Rect))
    assert _proportional([bar.height if orientation == "v" else bar.width for bar in bars], values)
    assert all(name in _texts(drawing) for name in names)


@settings(max_examples=20)
@given(amounts, amounts)
def test_stacked_bars_lie_on_each_other_and_grouped_ones_beside(one: list[float], other: list[float]) -> None:
    length = min(len(one), len(other))
    traces = [go.Bar(x=list(range(length)), y=values[:length]) for values in (one, other)]
    for mode in ("stack", "group"):
        bars = list(_shapes(static_chart(go.Figure(traces, {"barmode": mode, "showlegend": False})), Rect))
        for below, above in zip(bars[:length], bars[length:], strict=True):
            if mode == "stack":
                assert above.y == pytest.approx(below.y + below.height)
                assert above.x == pytest.approx(below.x)
            else:
                assert above.y == pytest.approx(below.y)
                assert above.x == pytest.approx(below.x + below.width)


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=2, max_size=12))
def test_points_stand_at_their_numbers_and_lines_break_at_gaps(values: list[float | None]) -> None:
    layout = {"yaxis": {"range": [-1e6, 1e6]}, "xaxis": {"range": [0, len(values)]}}
    drawing = static_chart(go.Figure([go.Scatter(x=list(range(len(values))), y=values)], layout))
    points = list(_shapes(drawing, Circle))
    known = [value for value in values if value is not None]
    assert len(points) == len(known)
    bottom, top = (axis(layout, "y", [], 0, 100).place(end) for end in (-1e6, 1e6))
    assert (bottom, top) == (0, 100)
    heights = [point.cy for point in points]
    for (one, other), (first, second) in zip(pairwise(heights), pairwise(known), strict=True):
        assert (other - one) * (second - first) >= -1e-6
    assert len(list(_shapes(drawing, PolyLine))) == sum(None not in pair for pair in pairwise(values))


def test_a_logarithmic_axis_has_equal_steps_for_equal_ratios() -> None:
    figure = go.Figure([go.Scatter(x=[1e6, 1e7, 1e8], y=[1, 1, 1], mode="markers")], {"xaxis": {"type": "log"}})
    drawing = static_chart(figure)
    first, second, third = (point.cx for point in _shapes(drawing, Circle))
    assert third - second == pytest.approx(second - first)
    assert {"1 M", "10 M", "100 M"} <= set(_texts(drawing))


def test_cells_of_a_heat_map_have_the_colours_of_their_values_and_gaps_stay_empty() -> None:
    cells = np.array([[0.0, 0.5], [1.0, np.nan]])
    scale = [[0, "#000000"], [1, "#ffffff"]]
    heat = go.Heatmap(z=cells, colorscale=scale, zmin=0, zmax=1, showscale=False)
    rectangles = list(_shapes(static_chart(go.Figure([heat])), Rect))
    assert [round(one.fillColor.red, 2) for one in rectangles] == [0.0, 0.5, 1.0]
    assert rectangles[2].y > rectangles[0].y
    turned = list(_shapes(static_chart(go.Figure([heat], {"yaxis": {"autorange": "reversed"}})), Rect))
    assert turned[2].y < turned[0].y


def test_legend_titles_and_marks_are_written_without_markup() -> None:
    bars = [go.Bar(x=["stage 1"], y=[3], name=name) for name in ("<b>1 · ResNet-50</b>", "2 · a &lt; b")]
    layout = {"title": {"text": "Parameters<br>by stage"}, "xaxis": {"title": {"text": "Stage"}}}
    texts = _texts(static_chart(go.Figure(bars, layout)))
    assert {"1 · ResNet-50", "2 · a < b", "Parameters by stage", "Stage"} <= set(texts)
    assert plain("a<sup>2</sup> &amp; b") == "a2 & b"


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (go.Figure([go.Pie(values=[1, 2])]), "'pie'"),
        (go.Figure([go.Scatter(x=[1], y=[1], mode="markers", marker={"symbol": "hash"})]), "symbol 'hash'"),
        (go.Figure([go.Scatter(x=[1], y=[1])], {"shapes": [_upright(1, "x3")]}), "axis 'x3'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(figure: go.Figure, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        static_chart(figure)


@pytest.mark.parametrize("ref", ["x", "x2"])
def test_shapes_and_notes_stand_on_the_axes_that_they_name(ref: str) -> None:
    """Two panels side by side whose axes have different ranges."""
    traces = [go.Scatter(x=[0, 10], y=[0, 1]), go.Scatter(x=[0, 40], y=[0, 5], xaxis="x2", yaxis="y2")]
    layout = {
        "xaxis": {"domain": [0, 0.4], "range": [0, 10]}, "xaxis2": {"domain": [0.6, 1], "range": [0, 40]},
        "yaxis": {"range": [0, 1]}, "yaxis2": {"range": [0, 5]},
        "shapes": [_upright(5, ref)],
        "annotations": [{"text": "here", "x": 5, "y": 1, "xref": ref, "yref": ref.replace("x", "y")}],
    }  # fmt: skip
    drawing = static_chart(go.Figure(traces, layout), 480)
    (line,) = (one for one in _shapes(drawing, Line) if one.x1 == one.x2)
    left, right = 62, 480 - 14
    share = 0.4 * 5 / 10 if ref == "x" else 0.6 + 0.4 * 5 / 40
    assert line.x1 == pytest.approx(left + share * (right - left))
    (text,) = (one for one in _shapes(drawing, String) if one.text == "here")
    assert text.x == pytest.approx(line.x1)
    heights = sorted((line.y1, line.y2))
    assert text.y == pytest.approx(heights[1] if ref == "x" else heights[0] + (heights[1] - heights[0]) / 5)


@pytest.mark.parametrize("mode", ["group", "stack"])
@pytest.mark.parametrize("orientation", ["v", "h"])
def test_bars_have_their_own_hatching_that_ends_at_their_edges(mode: str, orientation: str) -> None:
    shapes, values, names = ["", "/", "x", "."], [3.0, 20.0, 50.0], ["a", "b", "c"]
    traces = [
        go.Bar(
            x=names if orientation == "v" else values, y=values if orientation == "v" else names, name=f"bars {shape}",
            orientation=orientation, marker={"pattern": {"shape": shape, "size": 6, "fillmode": "overlay"}},
        )
        for shape in shapes
    ]  # fmt: skip
    drawing = static_chart(go.Figure(traces, {"barmode": mode}))
    items = [one for one in drawing.contents if isinstance(one, Rect | Path)]
    bars = [place for place, one in enumerate(items) if isinstance(one, Rect)]
    assert len(bars) == len(shapes) * (len(values) + 1)  # a sample of each in the legend
    for number, (place, after) in enumerate(pairwise([*bars, len(items)])):
        hatched = items[place + 1 : after]
        shape = shapes[number // len(values) if number < len(shapes) * len(values) else number % len(shapes)]
        assert len(hatched) == bool(shape), shape
        for path in hatched:
            bar = items[place]
            x, y = path.points[::2], path.points[1::2]
            assert bar.x - 1e-6 <= min(x) <= max(x) <= bar.x + bar.width + 1e-6
            assert bar.y - 1e-6 <= min(y) <= max(y) <= bar.y + bar.height + 1e-6
            assert path.fillColor != bar.fillColor


def test_packed_arrays_are_opened() -> None:
    packed = go.Figure([go.Heatmap(z=np.arange(6.0).reshape(2, 3))]).to_plotly_json()
    assert opened(packed)["data"][0]["z"] == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("value", "text"), [(25e6, "25 M"), (0.5, "0.5"), (-3, "−3"), (0, "0"), (4.089e9, "4.089 G"), (1500, "1.5 k")]
)
def test_numbers_at_axes_are_short(value: float, text: str) -> None:
    assert brief(value, 0.1) == text
