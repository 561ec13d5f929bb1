"""Charts along depth: every finite value is a point at its block, in its stage's colour; a click finds the block."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.figures.colour import STAGE_COLOURS, Theme
from visualizer.figures.depth_charts import Chart, Curve, block_at, depth_charts, is_steep, places
from visualizer.figures.style import TOKENS
from visualizer.resnet import ResNetSpec, parse, plan

RESNET20 = plan(parse("resnet20"), 32)
PATHS = [block.path for block in RESNET20.blocks]
NUMBERS = st.one_of(st.floats(-1e30, 1e30), st.sampled_from([math.nan, math.inf, 0.0]))


def _curve(name: str = "cat", factor: float = 1.0) -> Curve:
    return Curve(name, {path: factor * (1 + number) for number, path in enumerate(PATHS)})


def _figure(*charts: Chart, theme: Theme = "light", selected: str = "") -> Any:
    return depth_charts(RESNET20, charts, theme, selected)


@given(specs(most_stages=4), st.data(), st.booleans())
def test_every_finite_value_is_a_point_that_leads_to_its_block(
    spec: ResNetSpec, data: st.DataObject, bars: bool
) -> None:
    network = plan(spec, 32)
    paths = [layer.path for block in network.blocks for layer in block.branch if layer.weighted]
    if bars or data.draw(st.booleans()):
        paths = [block.path for block in network.blocks]
    values = {path: data.draw(NUMBERS) for path in paths}
    figure: Any = depth_charts(network, [Chart("numbers", (Curve("cat", values),), bars=bars)], "light")
    (trace,) = figure.data
    assert list(trace.y) == [value if math.isfinite(value) else None for value in values.values()]
    assert list(trace.x) == sorted(trace.x)
    assert len(set(trace.x)) == len(paths)
    for path, x in zip(paths, trace.x, strict=True):
        assert path.startswith(block_at(network, x))
        assert path.split(".")[:2] == block_at(network, x).split(".")


@given(st.floats(allow_nan=False))
def test_any_place_has_a_block(x: float) -> None:
    assert block_at(RESNET20, x) in PATHS


def test_layers_of_a_block_stand_evenly_around_its_number() -> None:
    assert places(RESNET20, ["layer1.1.conv1", "layer1.1.conv2", "layer3.2"]) == [0.75, 1.25, 8]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_points_have_their_stages_colours_and_the_selected_block_an_outline(theme: Theme) -> None:
    figure = _figure(Chart("numbers", (_curve(),)), theme=theme, selected="layer2.1")
    marker = figure.data[0].marker
    colours = STAGE_COLOURS[theme]
    assert list(marker.color) == [colours[f"stage {1 + number // 3}"].fill for number in range(9)]
    outlined = [path for path, line in zip(PATHS, marker.line.color, strict=True) if line == TOKENS[theme]["ink"]]
    assert outlined == ["layer2.1"]
    largest = max(marker.size)
    assert [path for path, size in zip(PATHS, marker.size, strict=True) if size == largest] == ["layer2.1"]
    bands = [(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"]
    assert bands == [(3.5, 4.5)]
    assert [shape.x0 for shape in figure.layout.shapes if shape.type == "line"] == [2.5, 5.5]


def test_charts_share_one_axis_and_do_not_overlap() -> None:
    figure = _figure(*(Chart(f"chart {number}", (_curve(),)) for number in range(6)))
    domains = [figure.layout[f"yaxis{row}"].domain for row in range(1, 7)]
    assert {trace.xaxis for trace in figure.data} == {None}
    assert [trace.yaxis for trace in figure.data] == ["y", *(f"y{row}" for row in range(2, 7))]
    assert domains[0][1] == 1
    assert domains[-1][0] == pytest.approx(0)
    for upper, lower in pairwise(domains):
        assert upper[0] - lower[1] > 0.02
    assert [note.text for note in figure.layout.annotations] == [f"chart {number}" for number in range(6)]
    assert list(figure.layout.xaxis.ticktext) == ["stage 1", "stage 2", "stage 3"]
    assert list(figure.layout.xaxis.tickvals) == [1, 4, 7]


def test_two_curves_have_a_legend_and_the_second_lets_the_first_be_seen() -> None:
    one, two = _curve("cat"), _curve("<b>dog</b> %{y}", 2)
    figure = _figure(Chart("a", (one, two)), Chart("b", (one,)))
    listed = [trace for trace in figure.data if trace.showlegend is not False]
    assert [trace.name for trace in listed] == ["cat", "&lt;b>dog&lt;/b> % {y}"]
    assert figure.layout.showlegend
    second = figure.data[1]
    assert set(second.marker.color) == {"rgba(0,0,0,0)"}
    assert second.line.dash != figure.data[0].line.dash
    assert "%{y}" not in second.hovertemplate.partition("<extra>")[2]
    assert not _figure(Chart("a", (one,))).layout.showlegend


@pytest.mark.parametrize(
    ("values", "steep"),
    [([1, 100], True), ([1, 99], False), ([0, 1, 100], True), ([-1, 1, 100], False), ([math.nan], False), ([0], False),
     ([math.inf, 1, 2], False)],
)  # fmt: skip
def test_a_chart_that_spans_two_decades_is_logarithmic_and_says_so(values: list[float], steep: bool) -> None:
    assert is_steep(values) == steep
    figure = _figure(Chart("numbers", (Curve("", dict(zip(PATHS, values, strict=False))),)))
    assert (figure.layout.yaxis1.type == "log") == steep
    assert ("logarithmic" in figure.layout.annotations[0].text) == steep


def test_ends_that_are_given_hold_even_where_values_are_steep() -> None:
    figure = _figure(Chart("zeros", (Curve("", {"layer1.0": 0.001, "layer1.1": 1.0}),), ".1%", (0, 1)))
    assert list(figure.layout.yaxis1.range) == [0, 1]
    assert figure.layout.yaxis1.type is None
    assert figure.layout.yaxis1.tickformat == ".0%"
