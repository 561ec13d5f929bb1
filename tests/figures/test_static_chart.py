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
from reportlab.graphics.shapes import Circle, Drawing, Group, PolyLine, Rect, String

from visualizer.figures.chart_axes import axis, brief
from visualizer.figures.static_chart import opened, plain, static_chart

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


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="pie"):
        static_chart(go.Figure([go.Pie(values=[1, 2])]))


def test_packed_arrays_are_opened() -> None:
    packed = go.Figure([go.Heatmap(z=np.arange(6.0).reshape(2, 3))]).to_plotly_json()
    assert opened(packed)["data"][0]["z"] == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("value", "text"), [(25e6, "25 M"), (0.5, "0.5"), (-3, "−3"), (0, "0"), (4.089e9, "4.089 G"), (1500, "1.5 k")]
)
def test_numbers_at_axes_are_short(value: float, text: str) -> None:
    assert brief(value, 0.1) == text
