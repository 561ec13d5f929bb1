"""Explore, "Costs": each section for any network, its numbers, its switches in the URL, and changes by a click."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.analysis.equations import value
from tests.running import html_with, opened
from visualizer.analysis import costs
from visualizer.analysis.counting import layer_numbers
from visualizer.analysis.marginal import steps
from visualizer.analysis.receptive_field import reaches
from visualizer.resnet import parse, plan, presets
from visualizer.ui.views import SECTIONS

NETS = ("resnet50", "resnet1202", "seresnet50", "resnext50_32x4d", "keras_resnet50", "plain34", "resnet164v2")
EQUATION = re.compile(r"<dd>([^<]*?) = ([0-9,]+)<")

pytestmark = pytest.mark.usefixtures("no_collector")


def _app(**params: str) -> AppTest:
    return opened(**{"view": "Costs", **params})


def _param(at: AppTest, name: str) -> Any:
    found = at.query_params.get(name)
    return found[0] if isinstance(found, list) else found


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_shows_any_network(net: str, section: str) -> None:
    at = _app(net=net, section=section, select="layer2.0", numbers="shown")
    assert not at.exception
    assert not at.warning


@pytest.mark.parametrize(("net", "resolution"), [("resnet50", "225"), ("resnet1202", "32"), ("resnext50_32x4d", "97")])
@pytest.mark.parametrize("operations", ["MACs", "FLOPs"])
def test_every_equation_on_the_page_holds(net: str, resolution: str, operations: str) -> None:
    page = html_with(_app(net=net, resolution=resolution, operations=operations, elementwise="shown"), "rv-why")
    equations = EQUATION.findall(page)
    assert len(equations) > 100
    for text, number in equations:
        assert value(text) == value(number), text
    total = costs(plan(parse(net), int(resolution))).total
    for count in (total.params, total.macs, total.flops, total.elementwise):
        assert operations == "FLOPs" or count != total.flops or f"= {count:,}<" not in page
        assert count == total.flops or f"= {count:,}<" in page


def test_both_kinds_of_work_are_added_only_under_their_name() -> None:
    total = costs(plan(parse("resnet50"))).total
    both = f"= {total.macs + total.elementwise:,}<"
    page = html_with(_app(elementwise="shown"), "rv-why")
    assert page.count(both) == 1
    assert "<dt>MACs and element-wise operations</dt>" in page
    hidden = html_with(_app(), "rv-why")
    assert both not in hidden
    assert "<dt>Element-wise operations</dt>" not in hidden


def test_the_selected_block_is_open_and_no_other() -> None:
    page = html_with(_app(net="resnet50", select="layer3.4"), "rv-why")
    opened = re.findall(r'<details class="rv-in rv-here" open><summary><span>(.*?) <small>', page)
    assert opened == ["blocks 2 to 6, × 5"]
    assert 'class="rv-in' not in re.findall("<details[^>]* open>", html_with(_app(net="resnet50"), "rv-why"))


@pytest.mark.parametrize(
    ("select", "opened"),
    [("layer3.4.conv2", ["blocks 2 to 6, × 5", "conv2"]), ("conv1", ["stem", "conv1"]), ("fc", ["head", "fc"]),
     ("layer3", [])],
)  # fmt: skip
def test_what_is_selected_is_marked_and_open_with_what_it_is_in(select: str, opened: list[str]) -> None:
    page = html_with(_app(net="resnet50", select=select), "Open a row")
    found = re.findall(r'<details class="([^"]*)" open><summary><span>(.*?)(?: <small>.*?)?</span>', page)
    assert [name for _, name in found if "stage" not in name and name != "total"] == opened
    assert [name for style, name in found if "rv-here" in style] == [opened[-1] if opened else "stage 3"]


def test_switches_are_in_the_url() -> None:
    at = _app()
    at.segmented_control(key="costs_operations").set_value("FLOPs").run()
    at.toggle(key="costs_elementwise").set_value(True).run()
    assert (_param(at, "operations"), _param(at, "elementwise")) == ("FLOPs", "shown")
    at.segmented_control(key="costs_section").set_value("Receptive field").run()
    assert _param(at, "section") == "Receptive field"
    assert not at.exception


def test_the_50_are_numbered_and_projections_are_said_not_to_count() -> None:
    page = html.unescape(html_with(_app(section="Count the layers"), "rv-number"))
    assert "1 + 3·(3 + 4 + 6 + 3) + 1 = 50" in page
    numbers = re.findall(r"<b>(\d+)</b>", page)
    assert numbers == [str(number) for number in layer_numbers(plan(parse("resnet50"))).values()]
    assert page.count("projection 1×1") == 4
    assert "a projection: it lies on the shortcut" in page


@pytest.mark.parametrize(
    ("select", "rows", "marked"),
    [("", 0, 0), ("layer3", 6, 0), ("layer1", 3, 0), ("layer3.1", 1, 0), ("layer3.1.conv2", 1, 1), ("conv1", 1, 1)],
)
def test_what_is_selected_is_marked_where_layers_are_counted(select: str, rows: int, marked: int) -> None:
    page = html_with(_app(section="Count the layers", select=select), "rv-number")
    assert page.count('<tr class="rv-here">') == rows
    assert page.count("<mark>") == marked


def test_the_numbers_of_the_map_can_be_switched_where_they_are_seen() -> None:
    at = _app(section="Count the layers")
    at.toggle(key="numbers").set_value(True).run()
    assert _param(at, "numbers") == "shown"
    away = _app(section="Formulas", numbers="shown")
    assert [found.key for found in away.toggle].count("numbers") == 1
    away.toggle(key="numbers").set_value(False).run()
    assert "numbers" not in [found.key for found in away.toggle]
    assert _param(away, "numbers") is None
    assert not away.exception


def test_receptive_fields_are_of_every_block_and_of_the_selected_ones_layers() -> None:
    network = plan(parse("resnet50"))
    page = html_with(_app(section="Receptive field", select="layer4.2"), "rv-plain")
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page)[1:]
    names = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    blocks = [row for row in names if row[0].startswith("stage")]
    assert len(blocks) == 16
    for row, block in zip(blocks, network.blocks, strict=True):
        longest, shortest = reaches(network)[block.layers[-1].path]
        assert row[1:4] == [f"{longest.size:,}", f"{shortest.size:,}", f"{longest.jump:,}"]
    assert page.count("rv-inner") - page.count(".rv-inner") == len(network.block("layer4.2").layers)


def test_a_change_is_made_by_its_button() -> None:
    at = _app(section="One more block", net="resnet34", select="layer3.5")
    found = steps(plan(parse("resnet34")))
    assert [one.key for one in at.button if one.key and one.key.startswith("step_")] == [
        f"step_{one.field}_{one.value}" for one in found
    ]
    at.button(key="step_depths_1").click().run()
    assert _param(at, "depths") == "4,4,6,3"
    assert _param(at, "select") == "layer3.5"
    at.button(key="step_block_bottleneck").click().run()
    assert at.title[0].value == "ResNet-50 with blocks per stage 4-4-6-3"
    assert not at.exception


def test_what_a_grouped_network_cannot_keep_goes_with_the_click() -> None:
    at = _app(section="One more block", net="resnext50_32x4d")
    at.button(key="step_block_basic").click().run()
    assert not at.exception
    assert not at.warning
    assert _param(at, "net") == "resnet34"


@pytest.mark.parametrize("name", ["section", "operations", "elementwise", "numbers"])
def test_a_link_of_nonsense_costs_a_sentence(name: str) -> None:
    at = _app(**{name: "<b>nonsense</b>"})
    assert not at.exception
    assert [name in warning.value for warning in at.warning] == [True]


def test_every_published_network_has_words_for_its_steps() -> None:
    from visualizer.ui.marginal import step_html, step_words

    for row in presets().values():
        if row.resolution == 32 and sum(row.spec.depths) > 100:
            continue
        for step in steps(plan(row.spec, row.resolution)):
            assert step_words(step)
            assert "None" not in step_html(step)
