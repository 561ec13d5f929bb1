"""The app's pages, run as Streamlit runs them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Button

from tests.running import html_with, opened
from visualizer.analysis import costs, layer_cost
from visualizer.resnet import parse, plan, preset
from visualizer.resnet.nodes import nodes
from visualizer.ui import first_paint
from visualizer.ui.layers import layers_csv

pytestmark = pytest.mark.usefixtures("no_collector")
BLOCK = [f"layer2.1.{name}" for name in ("conv1", "bn1", "relu1", "conv2", "bn2", "add", "relu2")]


@pytest.mark.parametrize("net", ["resnet18", "resnet152", "plain34", "resnet1202", "resnet50v2", "seresnet50"])
@pytest.mark.parametrize("view", ["Stages", "Layers", "Charts"])
def test_explore_shows_any_network(net: str, view: str) -> None:
    at = opened(net=net, view=view, select="layer1.0")
    assert not at.exception
    assert not at.warning


@pytest.mark.parametrize(("page", "hide"), [("", ""), ("activations", ""), ("compare", ""), ("compare", "compare")])
def test_the_networks_controls_stand_on_every_page(page: str, hide: str) -> None:
    at = opened(page, **({"hide": hide} if hide else {}))
    assert at.sidebar.header[0].value == "The network"
    assert at.sidebar.segmented_control(key="depth")


def test_a_session_waits_once_for_its_first_paint(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setitem(first_paint.PAUSES, "figures", 0.25)
    monkeypatch.setattr(first_paint, "sleep", waits.append)
    at = opened()
    at.segmented_control(key="depth").set_value(18).run()
    assert waits == [0.25]


def test_a_depth_brings_its_block_and_the_url_follows() -> None:
    at = opened()
    at.segmented_control(key="depth").set_value(34).run()
    assert at.title[0].value == "ResNet-34"
    assert at.query_params["net"] in ("resnet34", ["resnet34"])


def test_a_grouped_network_turned_basic_says_what_went_back() -> None:
    at = opened(net="resnext50_32x4d")
    at.segmented_control(key="block").set_value("basic").run()
    assert not at.exception
    assert "groups went back to 1" in at.warning[0].value
    assert at.query_params["net"] in ("resnet34", ["resnet34"])


@pytest.mark.parametrize("typed", ["0,4,6,3", "three", "3,4,6,3,3,3", "9999999999999999999"])
def test_blocks_that_cannot_be_are_refused_with_one_sentence(typed: str) -> None:
    at = opened()
    at.segmented_control(key="depth").set_value("custom").run()
    at.text_input(key="depths").set_value(typed).run()
    assert not at.exception
    assert len(at.sidebar.warning) == 1  # where the person looks
    assert "depths" in at.warning[0].value
    assert at.title[0].value == "ResNet-50"


def test_custom_opens_the_blocks_per_stage_and_another_depth_closes_them() -> None:
    at = opened(net="resnet18")
    assert "depths" not in [found.key for found in at.text_input]
    at.segmented_control(key="depth").set_value("custom").run()
    assert at.text_input(key="depths").value == "2, 2, 2, 2"
    at.text_input(key="depths").set_value("2-2-3").run()
    assert not at.exception
    assert not at.warning
    assert at.query_params["depths"] in ("2,2,3", ["2,2,3"])
    at.segmented_control(key="depth").set_value(50).run()
    assert "depths" not in [found.key for found in at.text_input]
    assert at.title[0].value == "ResNet-50"


def test_a_list_of_widths_follows_the_number_of_stages() -> None:
    at = opened(net="resnet18", width="64,96,128,160")
    at.segmented_control(key="depth").set_value("custom").run()
    at.text_input(key="depths").set_value("2,2").run()
    assert not at.exception
    assert not at.warning
    assert "width" not in at.query_params  # 64, which is usual
    assert at.text_input(key="depths").value == "2, 2"


def test_a_link_of_nonsense_gives_sentences_and_a_page() -> None:
    at = opened(net="resnet51", groups="many", resolution="-1", wings="2")
    assert not at.exception
    assert at.title[0].value
    assert len(at.warning) == 4


@pytest.mark.parametrize("net", ["resnet18", "resnet34", "plain34", "resnet50v2", "seresnet50", "resnext50_32x4d"])
def test_the_inspector_says_what_the_costs_say(net: str) -> None:
    at = opened(net=net, select="layer2.0")
    network = plan(preset(net))
    block = network.block("layer2.0")
    cost = costs(network).block(block)
    numbers = html_with(at, "Activations")
    for count in (cost.params, cost.macs, cost.flops, cost.activations):
        assert f">{count:,}<" in numbers
    rows = _rows(at)
    assert [row["path"] for row in rows] == [layer.path for layer in block.layers]
    for layer, row in zip(block.layers, rows, strict=True):
        assert row["cells"][-2:] == [f"{layer_cost(layer).params:,}", f"{layer_cost(layer).macs:,}"]


def _rows(at: AppTest) -> list[dict[str, Any]]:
    """The rows that the inspector offers."""
    (found,) = [json.loads(one.proto.json) for one in at.get("bidi_component") if "caption" in one.proto.json]
    rows: list[dict[str, Any]] = found["rows"]
    return rows


@pytest.mark.parametrize(
    ("select", "ways", "rows", "words"),
    [("layer3", [""], ["layer3.0", "layer3.5"], "27.8 % of the network"),
     ("layer3.1", ["", "layer3"], ["layer3.1.conv1", "layer3.1.relu3"], "218,365,952"),
     ("layer3.1.conv2", ["", "layer3", "layer3.1"], ["layer3.1.conv1", "layer3.1.relu3"], "3·3·256·256 = 589,824"),
     ("conv1", [""], ["conv1", "maxpool"], "1 + (7 − 1)·1 = 7"),
     ("fc", [""], ["avgpool", "fc"], "2,048·1,000 + 1,000 = 2,049,000")],
)  # fmt: skip
def test_what_is_selected_is_looked_into(select: str, ways: list[str], rows: list[str], words: str) -> None:
    at = opened(net="resnet50", select=select)
    assert not at.exception
    assert words in html_with(at, "Activations")
    assert [button.key for button in at.button if button.key and button.key.startswith("way_")] == [
        f"way_{path}" for path in ways
    ]
    paths = [row["path"] for row in _rows(at)]
    assert [paths[0], paths[-1]] == rows


def test_the_way_leads_from_a_layer_to_its_block_its_stage_and_out() -> None:
    at = opened(net="resnet50", select="layer3.1.conv2")
    for path in ("layer3.1", "layer3"):
        at.button(key=f"way_{path}").click().run()
        assert at.query_params["select"] in (path, [path])
    at.button(key="way_").click().run()
    assert "select" not in at.query_params


def test_every_node_of_a_network_can_be_looked_into() -> None:
    at = opened(net="seresnet50", depths="1,1", shortcut="A", view="Costs", section="Receptive field")
    for node in nodes(plan(parse("seresnet50?depths=1,1&shortcut=A"))):
        at.query_params["select"] = node.path
        at.run()
        assert not at.exception, node.path
        assert any(f"`{node.path}`" in text.value for text in at.markdown)


@pytest.mark.parametrize(
    ("select", "heading"),
    [
        ("layer3.1.conv2", "conv2 of stage 3, block 2"), ("layer3", "Stage 3, block 1"), ("conv1", "conv1 of the stem"),
        ("", "Stage 1, block 1"),
    ],
)  # fmt: skip
def test_activations_shows_what_is_selected_and_of_a_stage_its_first_block(select: str, heading: str) -> None:
    at = opened("activations", net="resnet18", resolution="32", select=select)
    assert not at.exception
    assert [found.value for found in at.subheader] == [heading]


@pytest.mark.parametrize(
    ("select", "heading"), [("layer3.1.conv3", "Stage 3, block 2"), ("layer3", None), ("conv1", None)]
)
def test_compare_shows_the_block_of_what_is_selected(select: str, heading: str | None) -> None:
    at = opened("compare", net="resnet50", vs="resnet34", select=select)
    assert not at.exception
    assert [found.value for found in at.subheader] == ([heading] if heading else [])
    maps = [json.loads(one.proto.json) for one in at.get("bidi_component") if '"selected"' in one.proto.json]
    assert [one["selected"] for one in maps] == [f"1:{select}"]


def test_a_long_stage_lists_equal_blocks_once() -> None:
    found = [row["cells"][0] for row in _rows(opened(net="resnet1202", select="layer2"))]
    assert found == ["block 1", "block 2 to 200, each"]


@pytest.mark.parametrize(
    ("start", "walk"),
    [("layer1.1", [("Next", "layer2.0"), ("Previous", "layer1.1"), ("Previous", "layer1.0"), ("Previous", "maxpool")]),
     ("layer3", [("Next", "layer4"), ("Previous", "layer3")]),
     ("layer1.1.relu2", [("Next", "layer2.0.conv1"), ("Previous", "layer1.1.relu2")])],
)  # fmt: skip
def test_previous_and_next_walk_through_parts_of_one_kind(start: str, walk: list[tuple[str, str]]) -> None:
    at = opened(net="resnet18", select=start)
    for label, select in walk:
        _button(at, label).click().run()
        assert at.query_params["select"] in (select, [select])


def test_the_walk_stops_at_the_ends() -> None:
    for first, last in (("conv1", "fc"), ("layer1", "layer4")):
        assert _button(opened(net="resnet18", select=first), "Previous").disabled
        assert _button(opened(net="resnet18", select=last), "Next").disabled


def _button(at: AppTest, label: str) -> Button:
    return next(found for found in at.button if found.label == label)


def test_the_selected_blocks_rows_are_ticked_and_can_be_shown_alone() -> None:
    at = opened(net="resnet18", view="Layers", select="layer2.0")
    next(one for one in at.toggle if one.label == "Only what is selected").set_value(True).run()
    assert not at.exception
    paths = list(at.dataframe[0].value["layer"])
    assert paths == [layer.path for layer in plan(preset("resnet18")).block("layer2.0").layers]
    assert at.session_state["layers"]["selection"]["rows"] == list(range(len(paths)))


@pytest.mark.parametrize(
    ("select", "ticked", "then", "selected"),
    [("layer2.0.conv2", ["layer2.0.conv2"], ["layer2.0.conv2", "layer1.0.conv1"], "layer1.0.conv1"),
     ("layer2.0.conv2", ["layer2.0.conv2"], [], ""),
     ("layer2.1", BLOCK, [path for path in BLOCK if path != "layer2.1.bn1"], "layer2.1.bn1"),
     ("layer2.1", BLOCK, [], ""),
     ("fc", ["fc"], ["fc", "conv1"], "conv1"),
     ("", [], ["bn1"], "bn1")],
)  # fmt: skip
def test_a_ticked_row_selects_its_layer(select: str, ticked: list[str], then: list[str], selected: str) -> None:
    at = opened(net="resnet18", view="Layers", **({"select": select} if select else {}))
    paths = list(at.dataframe[0].value["layer"])
    assert [paths[row] for row in at.session_state["layers"]["selection"]["rows"]] == ticked
    rows = [paths.index(path) for path in then]
    _report(at, "layers", json.dumps({"selection": {"rows": rows, "columns": [], "cells": []}}))
    assert at.query_params.get("select", [""]) in (selected, [selected])
    assert not at.exception


@pytest.mark.parametrize(
    ("key", "bar", "selected"),
    [("chart_depth", 5, "layer3.0"), ("chart_stage_macs", 3, "layer3"), ("chart_stage_params", 0, "conv1"),
     ("chart_stage_params", 5, "fc"), ("chart_depth", 99, ""), ("chart_depth", -1, "")],
)  # fmt: skip
def test_a_clicked_bar_selects_what_it_stands_for(key: str, bar: int, selected: str) -> None:
    at = opened(net="resnet18", view="Charts")
    _report(at, key, json.dumps({"selection": {"points": [{"point_index": bar}], "point_indices": [bar]}}))
    assert at.query_params.get("select", [""]) in (selected, [selected])
    assert not at.exception


def _report(at: AppTest, key: str, said: str) -> None:
    """What a browser says of the widget with this key."""
    (name,) = {found.proto.id for found in _elements(at._tree) if getattr(found, "key", None) == key} or {
        found.proto.id for found in _elements(at._tree) if f"-{key}" in getattr(found.proto, "id", "")
    }
    states = at._tree.get_widget_states()
    for state in [state for state in states.widgets if state.id == name]:
        states.widgets.remove(state)
    states.widgets.add(id=name).string_value = said
    at._run(states)


def test_the_csv_holds_every_layer_with_its_costs() -> None:
    network = plan(preset("resnet50"))
    rows = list(csv.DictReader(io.StringIO(layers_csv(network))))
    assert [row["path"] for row in rows] == [layer.path for layer in network.layers]
    assert sum(int(row["params"]) for row in rows) == 25_557_032
    assert sum(int(row["macs"]) for row in rows) == 4_089_184_256
    assert rows[0]["output"] == "64×112×112"


FORGED: list[tuple[str, str, Any]] = [
    ("tab", "string_value", "Everything"),
    ("network", "string_value", "resnet51"),
    ("select", "string_value", "layer9.9"),
    ("depth", "string_array_value", ["51"]),
    ("block", "string_array_value", ["huge"]),
    ("field_shortcut", "string_array_value", ["A", "B"]),
    ("resolution", "double_value", -5.0),
    ("resolution", "double_value", 1e18),
    ("depths", "string_value", "3&block=basic"),
    ("field_groups", "double_value", 0.5),
    ("field_conv_bias", "string_value", "some"),
    ("width", "string_value", "64,,"),
    ("layers", "string_value", '{"selection": {"rows": [-1, 9999999, "two"], "columns": [], "cells": []}}'),
]


@pytest.mark.parametrize(("key", "wire", "value"), FORGED)
def test_what_no_widget_would_send_costs_at_most_a_sentence(key: str, wire: str, value: Any) -> None:
    at = opened(net="resnet50", view="Layers", select="layer2.0", open="more,depths")
    states = at._tree.get_widget_states()
    (name,) = {found.proto.id for found in _elements(at._tree) if getattr(found, "key", None) == key}
    for state in [state for state in states.widgets if state.id == name]:
        states.widgets.remove(state)
    forged = states.widgets.add(id=name)
    if isinstance(value, list):
        forged.string_array_value.data.extend(value)
    else:
        setattr(forged, wire, value)
    at._run(states)
    after = at.run()
    for now in (at, after):
        assert not now.exception
        assert now.title[0].value


def _elements(tree: Block) -> Iterator[Any]:
    for child in tree.children.values():
        yield child
        if isinstance(child, Block):
            yield from _elements(child)
