"""How a block's values are computed: at a bounded cost, two at a time, once for all who ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock
from time import sleep
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import resolutions, specs
from visualizer import network
from visualizer.figures.equation import terms
from visualizer.resnet import ResNetSpec, parse
from visualizer.ui import turns
from visualizer.ui.computing import TooLargeError, check_cost, maps_of
from visualizer.ui.maps_component import Look, grids_drawing
from visualizer.ui.store import STORES
from visualizer.ui.turns import AT_ONCE
from visualizer.ui.views import START, View

SMALL = replace(START, spec=parse("resnet20?depths=1,1"), resolution=32)


@pytest.fixture(autouse=True)
def empty_stores() -> None:
    for store in STORES:
        store.forget_idle(-1)


def _maps(state: View) -> Any:
    return maps_of(state, state.plan.blocks[-1])


def test_forward_passes_run_two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    real, lock, running, most = network.block_values, Lock(), [0], [0]

    def watched(*args: Any) -> Any:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        sleep(0.05)
        try:
            return real(*args)
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr(network, "block_values", watched)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(_maps, [replace(SMALL, seed=seed) for seed in range(8)]))
    assert len(found) == 8
    assert most[0] == AT_ONCE


def test_a_class_that_looks_at_one_picture_computes_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = network.block_values, []

    def counted(*args: Any) -> Any:
        calls.append(1)
        return real(*args)

    monkeypatch.setattr(network, "block_values", counted)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(_maps, [SMALL] * 8))
    assert len(calls) == 1
    assert all(one is found[0] for one in found)


def test_a_stopped_computation_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(BaseException):
        pass

    def stopped(*_: Any) -> Any:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(network, "block_values", stopped)
        with pytest.raises(Stopped):
            _maps(SMALL)
    places = [turns._FORWARDS.acquire(timeout=1) for _ in range(AT_ONCE)]
    turns._FORWARDS.release(sum(places))
    assert all(places)
    assert _maps(SMALL).values


def test_a_model_made_at_one_size_serves_every_size() -> None:
    """The store keeps a model without the resolution that its plan had."""
    wide = replace(SMALL, spec=parse("resnet18?depths=1,1,1&shortcut=A&attention=se"), resolution=97)
    alone = _maps(wide)
    for store in STORES:
        store.forget_idle(-1)
    _maps(replace(wide, resolution=64))
    again = _maps(wide)
    for place, values in alone.values.items():
        np.testing.assert_array_equal(again.values[place], values)


@pytest.mark.parametrize(
    ("net", "resolution", "block", "said"),
    [
        ("resnet50", 1025, 0, "up to 1024 pixels"),
        ("resnet50?channels=1", 224, 0, "3 input channels"),
        ("resnet50?width=1024", 224, 0, "of weights"),
        ("resnet18?stem=cifar&width=256", 1024, 0, "values of this block"),
        ("resnet1202?depths=400,1,1", 1024, 399, "MACs"),
    ],
)
def test_what_costs_too_much_is_refused_in_a_sentence(net: str, resolution: int, block: int, said: str) -> None:
    state = replace(START, spec=parse(net), resolution=resolution)
    with pytest.raises(TooLargeError, match=said) as refusal:
        check_cost(state, state.plan.blocks[block])
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("net", ["resnet152", "wide_resnet101_2", "resnext101_64x4d", "resnet50v2"])
def test_published_networks_are_computed_at_their_size(net: str) -> None:
    state = replace(START, spec=parse(net), resolution=448)
    for block in state.plan.blocks:
        check_cost(state, block)


@settings(max_examples=25)
@given(specs(channels=3), resolutions, st.data())
def test_any_block_of_any_network_is_shown(spec: ResNetSpec, resolution: int, data: st.DataObject) -> None:
    state = replace(START, spec=spec, resolution=resolution)
    block = data.draw(st.sampled_from(state.plan.blocks))
    maps, equation = maps_of(state, block), terms(block)
    assert {one.place for one in equation} | {"out"} == set(maps.values)
    np.testing.assert_array_equal(maps.values[equation[-1].place], maps.values["out"])
    for page in (1, maps.pages):
        drawing = grids_drawing(maps, equation, page, Look("shared" if page == 1 else "per map", theme="dark"))
        assert [panel["facts"][0][1] for panel in drawing["panels"]] == [
            "×".join(map(str, maps.values[one.place].shape)) for one in equation
        ]
