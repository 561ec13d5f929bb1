"""What is computed before anybody asks: bounded, out of everybody's way, and without a trace in the maps."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from visualizer.resnet import parse
from visualizer.ui import ahead, turns
from visualizer.ui.ahead import keep_entries
from visualizer.ui.computing import Part, entries_key, maps_of
from visualizer.ui.store import ENTRIES, MAPS, STORES
from visualizer.ui.threads import sleep_while_waiting
from visualizer.ui.turns import AT_ONCE
from visualizer.ui.views import START, View

SMALL = replace(START, spec=parse("resnet20?depths=2,1"), resolution=32)


@pytest.fixture(autouse=True)
def empty_stores() -> None:
    for store in STORES:
        store.forget_idle(-1)


@pytest.mark.parametrize("state", [SMALL, replace(SMALL, off="layer1.0"), replace(SMALL, off="layer1.0~layer1.1")])
def test_maps_are_the_same_with_and_without(state: View, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = state.plan
    parts: list[Part] = [*plan.blocks, *(layer for block in plan.blocks for layer in block.layers), *plan.head]
    before = [maps_of(state, part) for part in parts]
    MAPS.forget_idle(-1)
    keep_entries(state)
    assert ENTRIES.holds(entries_key(state))
    monkeypatch.setattr("visualizer.network.values.walk", None)  # nobody goes the whole way now
    for part, maps in zip(parts, before, strict=True):
        for place, values in maps_of(state, part).values.items():
            np.testing.assert_array_equal(values, maps.values[place])


@pytest.mark.parametrize("bound", ["MOST_BYTES", "MOST_MACS"])
def test_what_is_too_large_is_not_kept(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, bound, 1000)
    keep_entries(SMALL)
    assert not len(ENTRIES)


def test_nobody_waits_for_it() -> None:
    for _ in range(AT_ONCE):
        turns._FORWARDS.acquire()
    keep_entries(SMALL)
    turns._FORWARDS.release(AT_ONCE)
    assert not len(ENTRIES)
    keep_entries(SMALL)
    assert len(ENTRIES) == 1


def test_a_click_ends_it_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(BaseException):
        pass

    def stopped() -> None:
        raise Stopped

    monkeypatch.setattr(ahead, "stop_if_asked", stopped)
    with pytest.raises(Stopped):
        keep_entries(SMALL)
    places = [turns._FORWARDS.acquire(blocking=False) for _ in range(AT_ONCE)]
    turns._FORWARDS.release(sum(places))
    assert all(places)
    assert not len(ENTRIES)


def test_threads_sleep_unless_somebody_has_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    sleep_while_waiting()
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    sleep_while_waiting()
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"
