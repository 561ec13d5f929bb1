"""Charts of several networks: bars are the costs, and every accuracy that is drawn is one that somebody published."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.accuracies import published_elsewhere
from tests.running import opened
from tests.strategies import specs
from visualizer.analysis import costs, headline
from visualizer.analysis.accuracy import RECIPES, accuracies_of, published_accuracies
from visualizer.analysis.compared import Named
from visualizer.analysis.memory import layers
from visualizer.figures.accuracy_chart import AXES, ONE_NETWORK, SIGNS, against_accuracy, told
from visualizer.figures.compare_charts import PATTERNS, TITLES, amounts, beside, group_of, names, places
from visualizer.figures.report import Chart, Heading, Words
from visualizer.figures.static_chart import static_chart
from visualizer.resnet import ResNetSpec, parse, plan
from visualizer.resnet.nodes import find
from visualizer.ui.compare_charts import CAPTIONS, QUANTITY_NAMES, accuracies_csv, known, report
from visualizer.ui.views import AXES as CHOICES
from visualizer.ui.views import MOST_COMPARED, QUANTITIES, View

NETS = ("resnet50", "resnet34", "resnet50?groups=2")
NAMED = [(f"{place} · {net}", plan(parse(net))) for place, net in enumerate(NETS, 1)]


@given(st.lists(specs(most_blocks=2), min_size=2, max_size=4), st.sampled_from(QUANTITIES))
@settings(max_examples=20)
def test_the_bars_of_a_network_are_its_costs_aligned_by_stage(networks: list[ResNetSpec], quantity: str) -> None:
    named = [(f"{place} · net", plan(one, 40)) for place, one in enumerate(networks, 1)]
    figure: Any = beside(named, quantity, "light")
    bars, samples = figure.data[: len(named)], figure.data[len(named) :]
    deepest = max(len(one.depths) for one in networks)
    groups = ["stem", *(f"stage {number}" for number in range(1, deepest + 1)), "head"]
    assert all(list(bar.x) == groups[: None if quantity != "field" else -1] for bar in bars)
    assert [sample.name for sample in samples] == [name for name, _ in named]
    for (_, one), bar in zip(named, bars, strict=True):
        values = dict(zip(bar.x, bar.y, strict=True))
        assert {name for name, value in values.items() if value is not None} <= set(places(one))
        there = [value for value in values.values() if value is not None]
        total = costs(one).total
        whole = {
            "params": total.params, "macs": total.macs,
            "memory": sum(4 * row.elements for row in layers(one) if row.kept),
        }  # fmt: skip
        if quantity == "field":
            assert max(there) == there[-1] == headline(one).receptive_field
        else:
            assert sum(there) == whole[quantity]
        for name, place in places(one).items():
            assert find(one, place.path) is not None, name
    labels = [note.text for note in figure.layout.annotations]
    drawn = sum(value is not None for bar in bars for value in bar.y)
    assert len(labels) == drawn
    assert set(labels) == {str(place + 1) for place in range(len(named))}


def test_networks_are_told_by_pattern_and_the_selected_stage_by_its_outline() -> None:
    figure: Any = beside(NAMED, "macs", "dark", "layer2")
    assert [bar.marker.pattern.shape for bar in figure.data] == [*PATTERNS[:3], *PATTERNS[:3]]
    assert len(set(PATTERNS)) == MOST_COMPARED
    for bar in figure.data[:3]:
        widths = dict(zip(bar.x, bar.marker.line.width, strict=True))
        assert [name for name, width in widths.items() if width > 1] == ["stage 2"]
    within: Any = beside(NAMED, "macs", "dark", "layer2.1", group_of(NAMED[0][1].block("layer2.1")))
    for bar, whole in zip(within.data[:3], figure.data[:3], strict=True):
        widths, most = (dict(zip(one.x, one.marker.line.width, strict=True)) for one in (bar, whole))
        assert [name for name, width in widths.items() if width > 1] == ["stage 2"]
        assert widths["stage 2"] < most["stage 2"]  # another figure, so that the browser lets go of its own selection
    assert "same beside 1" in figure.data[2].customdata[0]
    assert "+" in figure.data[2].customdata[2]


@pytest.mark.parametrize("axis", AXES)
def test_every_accuracy_that_is_drawn_is_published_and_stands_at_the_costs_of_its_network(axis: str) -> None:
    figure: Any = against_accuracy(NAMED, axis, "light")
    drawn = {trace.name: trace for trace in figure.data}
    heights = set()
    for recipe, words in RECIPES.items():
        rows, points = [row for row in published_accuracies() if row.recipe == recipe], drawn.pop(words)
        assert list(points.y) == [published_elsewhere(row) for row in rows]
        assert list(points.x) == [getattr(costs(plan(row.spec, row.at)).total, axis) for row in rows]
        for row, text in zip(rows, points.text, strict=True):
            assert row.printed in text
            assert row.words.split(": ")[0].split(" (")[0] in text
        heights |= set(points.y)
    assert set(drawn.pop(ONE_NETWORK).y) <= heights | {None}
    # What is left has no accuracy: lines from the axis up, all alike but for the room of their numbers.
    low, high = figure.layout.yaxis.range
    assert list(drawn) == [name for name, _ in NAMED]
    for place, (name, one) in enumerate(NAMED):
        line = drawn[name]
        assert set(line.x) == {getattr(costs(one).total, axis)}
        assert line.y[0] == low
        assert max(heights) < line.y[1] < high
        assert line.text[1] == str(place + 1)
        assert "%" not in line.hovertemplate.replace("%{", "")


def test_what_is_published_of_a_compared_network_is_set_off_and_nothing_else() -> None:
    figure: Any = against_accuracy(NAMED, "params", "light")
    larger = sorted(
        (x, y) for trace in figure.data if trace.name in RECIPES.values()
        for x, y, size in zip(trace.x, trace.y, trace.marker.size, strict=True) if size > 8
    )  # fmt: skip
    own = [row for _, one in NAMED for row in accuracies_of(one.spec)]
    assert larger == sorted((row.params, row.accuracy) for row in own)
    assert len(own) > 20


def test_recipes_are_told_by_symbol_and_by_words() -> None:
    assert len({sign.symbol for sign in SIGNS.values()}) == len(SIGNS) == len(RECIPES) == len(set(RECIPES.values()))
    rows = {row.name: told(row) for row in published_accuracies()}
    assert "torchvision 0.28.0, IMAGENET1K_V2" in rows["ResNet50_Weights.IMAGENET1K_V2"]
    assert "error 24.52 %" in rows["ResNet-34 B"]
    assert "10 crops" in rows["ResNet-34 B"]
    assert "a1_in1k" in rows["resnet50.a1_in1k"]


def test_a_choice_of_the_page_has_its_chart_and_its_words() -> None:
    assert set(QUANTITIES) == set(TITLES) == set(QUANTITY_NAMES) == set(CAPTIONS)
    assert set(CHOICES) == set(AXES)
    assert "head" not in names([NAMED[0][1]], "field")
    assert amounts(NAMED[0][1], "field")["stage 4"] == 427


@pytest.mark.parametrize(
    ("net", "sentence"),
    [("resnet50", "published figures, from 75.99 %"), ("resnet50?groups=2", "No accuracy of exactly this network"),
     ("resnet20", "10 classes apart, not ImageNet's 1,000"), ("plain18", "Published: 72.06 % (He et al. 2015")],
)  # fmt: skip
def test_what_is_said_of_a_compared_network(net: str, sentence: str) -> None:
    assert sentence in known(Named(net, plan(parse(net))))


def test_the_csv_holds_every_accuracy_with_units() -> None:
    rows = list(csv.DictReader(io.StringIO(accuracies_csv())))
    assert [float(row["top-1 accuracy (%)"]) for row in rows] == [row.accuracy for row in published_accuracies()]
    assert int(rows[0]["parameters (count)"]) == published_accuracies()[0].params


def test_the_report_has_both_charts_and_paper_can_hold_them() -> None:
    state = View(parse(NETS[0]), others=tuple(map(parse, NETS[1:])), quantity="memory", axis="macs")
    heading, stages, accuracy, *words = report(state)
    assert isinstance(heading, Heading)
    assert isinstance(stages, Chart)
    assert isinstance(accuracy, Chart)
    assert len(words) == len(NETS)
    assert all(isinstance(one, Words) for one in words)
    for chart in (stages, accuracy):
        assert static_chart(chart.figure).contents


@pytest.mark.usefixtures("no_collector")
def test_the_page_shows_both_charts_and_keeps_the_choices_in_the_link() -> None:
    at = opened("compare", net="resnet50", vs=["resnet34"], compare="Charts", quantity="field")
    assert not at.exception
    assert len(at.get("plotly_chart")) == 2
    assert "Receptive field at the end of each stage" in at.get("plotly_chart")[0].proto.spec
    at.segmented_control(key="compared_quantity").set_value("memory").run()
    assert "Memory kept for training by stage" in at.get("plotly_chart")[0].proto.spec
    at.segmented_control(key="compared_axis").set_value("macs").run()
    assert "MACs at the size of the test pictures" in at.get("plotly_chart")[1].proto.spec
    assert [at.query_params[name] for name in ("quantity", "axis")] in (["memory", "macs"], [["memory"], ["macs"]])
    assert not at.exception


@pytest.mark.usefixtures("no_collector")
def test_what_is_selected_is_told_in_words() -> None:
    nets: dict[str, str | list[str]] = {"net": "resnet50", "vs": ["resnet34"], "compare": "Charts"}
    for select, words in {"layer2.1.conv2": "stage 2", "maxpool": "stem", "fc": "head"}.items():
        at = opened("compare", **nets, select=select)
        (said,) = [one.value for one in at.caption if "Selected" in one.value]
        assert f"Selected\\: {words} \\({select.replace('.', chr(92) + '.')} of 1 · ResNet\\-50\\)" in said
    at = opened("compare", **nets, select="fc", quantity="field")  # which has no bars for the head
    assert not [one.value for one in at.caption if "Selected" in one.value]
