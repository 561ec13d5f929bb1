"""The app's pages, run as Streamlit runs them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Button

from tests.running import opened
from visualizer.analysis import costs
from visualizer.resnet import plan, preset
from visualizer.ui.layers import layers_csv

pytestmark = pytest.mark.usefixtures("no_collector")


@pytest.mark.parametrize("net", ["resnet18", "resnet152", "plain34", "resnet1202", "resnet50v2", "seresnet50"])
@pytest.mark.parametrize("view", ["Stages", "Layers", "Charts"])
def test_explore_shows_any_network(net: str, view: str) -> None:
    at = opened(net=net, view=view, select="layer1.0")
    assert not at.exception
    assert not at.warning


def test_a_depth_brings_its_block_and_the_url_follows() -> None:
    at = opened()
    at.segmented_control(key="depth").set_value(34).run()
    assert at.header[0].value == "ResNet-34"
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
    assert at.header[0].value == "ResNet-50"


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
    assert at.header[0].value == "ResNet-50"


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
    assert at.header[0].value
    assert len(at.warning) == 4


@pytest.mark.parametrize("net", ["resnet18", "resnet34", "plain34", "resnet50v2", "seresnet50", "resnext50_32x4d"])
def test_the_inspector_says_what_the_costs_say(net: str) -> None:
    at = opened(net=net, select="layer2.0")
    network = plan(preset(net))
    block = network.block("layer2.0")
    cost = costs(network).block(block)
    (numbers,) = [found.proto.body for found in at.get("html") if "Activations" in found.proto.body]
    for count in (cost.params, cost.macs, cost.flops, cost.activations):
        assert f">{count:,}<" in numbers
    assert [layer.path.removeprefix("layer2.0.") in numbers for layer in block.layers] == [True] * len(block.layers)


def test_previous_and_next_walk_through_the_blocks_and_stop_at_the_ends() -> None:
    at = opened(net="resnet18", select="layer1.1")
    for label, select in (("Next", "layer2.0"), ("Previous", "layer1.1"), ("Previous", "layer1.0")):
        _button(at, label).click().run()
        assert at.query_params["select"] in (select, [select])
    assert _button(at, "Previous").disabled
    assert _button(opened(net="resnet18", select="layer4.1"), "Next").disabled


def _button(at: AppTest, label: str) -> Button:
    return next(found for found in at.button if found.label == label)


def test_the_selected_blocks_rows_are_ticked_and_can_be_shown_alone() -> None:
    at = opened(net="resnet18", view="Layers", select="layer2.0")
    at.toggle[0].set_value(True).run()
    assert not at.exception
    paths = list(at.dataframe[0].value["layer"])
    assert paths == [layer.path for layer in plan(preset("resnet18")).block("layer2.0").layers]
    assert at.session_state["layers"]["selection"]["rows"] == list(range(len(paths)))


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
    at = opened(net="resnet50", view="Layers", select="layer2.0")
    at.session_state["_more_open"] = at.session_state["_custom_open"] = True
    at.run()
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
        assert now.header[0].value


def _elements(tree: Block) -> Iterator[Any]:
    for child in tree.children.values():
        yield child
        if isinstance(child, Block):
            yield from _elements(child)
