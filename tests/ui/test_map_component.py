"""What travels with a map beside its drawing, and what a browser may report of it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import resolutions, specs
from visualizer.analysis import costs
from visualizer.figures.captions import short_shape
from visualizer.figures.detail import Detail
from visualizer.resnet import Plan, plan, preset
from visualizer.ui.map_component import _fold, _foldable, _select, _window, map_figure
from visualizer.ui.map_index import map_index

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(), inner, max_size=3),
)


def _unfolded(index: dict[str, Any]) -> dict[str, list[Any]]:
    """Facts by path, as the browser spreads them out."""
    found = {path: facts for path, *facts in (*index["stem"], *index["head"])}
    for number, stage in enumerate(index["stages"], 1):
        for block, form in enumerate(stage["forms"]):
            layers = index["forms"][form]["layers"]
            found |= {f"layer{number}.{block}.{name}": facts for name, *facts in layers}
    return found


@given(specs(), resolutions)
def test_the_list_has_every_layer_once_with_its_shape_and_costs(spec: Any, resolution: int) -> None:
    network = plan(spec, resolution)
    table = costs(network)
    found = _unfolded(json.loads(map_index(network, {})))
    assert sorted(found) == sorted(layer.path for layer in network.layers)
    for layer in network.layers:
        cost = table.by_path[layer.path]
        assert found[layer.path][1:] == [short_shape(layer.output), cost.params, cost.macs]


def test_equal_blocks_are_told_once() -> None:
    assert len(map_index(plan(preset("resnet1202"), 32), {})) < len(map_index(plan(preset("resnet50"), 224), {}))


def _foldables(network: Plan, level: str) -> tuple[list[str], list[str]]:
    found = _foldable(map_figure(network, detail=Detail(level)))
    assert found is not None
    return found["open"], found["close"]


def test_stages_open_until_every_layer_is_seen_and_close_until_they_are_one_box() -> None:
    network = plan(preset("resnet18"), 64)
    every = [f"layer{number}" for number in range(1, 5)]
    assert _foldables(network, "network") == (every, [])
    assert _foldables(network, "blocks") == (every, every)
    assert _foldables(network, "layers") == ([], every)


@given(anything)
def test_only_what_a_person_can_mean_is_passed_on(report: Any) -> None:
    heard: list[Any] = []
    _select(report, heard.append)
    _fold(report, lambda way, path: heard.append((way, path)))
    _window(report, heard.append)
    assert all(isinstance(one, str) or len(one) in (2, 5) for one in heard)
    assert not heard or isinstance(report, str | dict | list)


def test_reports_of_a_browser_are_understood() -> None:
    heard: list[Any] = []
    _select("layer1.0", heard.append)
    _fold({"open": "layer1"}, lambda way, path: heard.append((way, path)))
    _fold({"close": "layer1.0.conv1"}, lambda way, path: heard.append((way, path)))
    _fold({"turn": "layer1"}, lambda way, path: heard.append((way, path)))
    _window([0, 1.5, 300, 200, 900], heard.append)
    assert heard == ["layer1.0", ("open", "layer1"), ("close", "layer1.0.conv1"), [0, 1.5, 300, 200, 900]]
