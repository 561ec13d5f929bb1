"""Answers, effects and distances: right numbers, once for all who ask, bounded, and stopped within a block."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.images import network_input
from visualizer.network import block_values, build
from visualizer.network import lesion as network_lesion
from visualizer.network.distances import distance
from visualizer.network.lesion import class_logits
from visualizer.resnet import parse
from visualizer.resnet.lesion import Lesion
from visualizer.ui import turns
from visualizer.ui.block_passes import (
    MAX_SWEEP_MACS,
    check_sweep_cost,
    distances_of,
    effects,
    effects_of,
    logits_of,
    probabilities,
    sweep_macs,
)  # fmt: skip
from visualizer.ui.computing import NotFiniteError, TooLargeError, maps_of, responses_of
from visualizer.ui.pictures import picture
from visualizer.ui.store import STORES
from visualizer.ui.turns import AT_ONCE
from visualizer.ui.views import START, View

SMALL = replace(START, spec=parse("resnet20"), resolution=32)


@pytest.fixture(autouse=True)
def empty_stores() -> None:
    for store in STORES:
        store.forget_idle(-1)


def _logits(state: View, *off: str) -> Any:
    model = build(state.plan, state.seed).eval()
    return class_logits(model, network_input(picture(state.picture), state.resolution), Lesion(off))


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=20))
def test_probabilities_are_a_softmax(numbers: list[float]) -> None:
    logits = np.array(numbers, np.float32)
    found = probabilities(logits)
    assert found.sum() == pytest.approx(1)
    assert found[logits.argmax()] == found.max()
    gaps = np.log(found[found > 1e-300]) - np.log(found.max())
    np.testing.assert_allclose(gaps, (logits.astype(np.float64) - logits.max())[found > 1e-300], atol=1e-9)


def test_what_is_off_is_part_of_every_key() -> None:
    off = replace(SMALL, off="layer2.1")
    swapped = replace(SMALL, off="layer1.0~layer1.1")
    for ask in (logits_of, lambda state: maps_of(state, state.plan.block("layer3.0")), responses_of):
        found = [ask(state) for state in (SMALL, off, swapped)]
        assert len({id(one) for one in found}) == 3
        assert ask(replace(SMALL, off="layer2.1,layer2.1")) is found[1]
        assert ask(replace(SMALL, off="layer1.1~layer1.0,layer9.9")) is found[2]
    np.testing.assert_array_equal(logits_of(off), _logits(SMALL, "layer2.1"))
    values = maps_of(off, SMALL.plan.block("layer2.1")).values
    np.testing.assert_array_equal(values["sum"], values["shortcut"])
    assert responses_of(off)["layer2.1"].branch_norm == 0


def test_effects_are_those_of_a_pass_for_each_block() -> None:
    found = effects_of(SMALL)
    whole = _logits(SMALL).astype(np.float64)
    before = probabilities(whole.astype(np.float32))
    assert (found.top, found.probability) == (whole.argmax(), before.max())
    assert list(found.by_path) == [block.path for block in SMALL.plan.blocks]
    for path, effect in found.by_path.items():
        logits = _logits(SMALL, path)
        assert effect.moved == pytest.approx(np.linalg.norm(logits - whole) / np.linalg.norm(whole))
        assert effect.gained == pytest.approx(probabilities(logits)[found.top] - before.max())
        assert effect.top == logits.argmax()
    assert effects_of(replace(SMALL, off="layer1.1")) is found  # each is off alone, whatever else is


def test_two_logits_by_hand() -> None:
    """From (3, 4) to (3, 0): moved by 4/5, and the second class loses what the softmax says."""
    found = effects({"": np.array([3, 4], np.float32), "layer1.0": np.array([3, 0], np.float32)})
    assert (found.top, found.by_path["layer1.0"].moved, found.by_path["layer1.0"].top) == (1, 0.8, 0)
    before, after = 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(3))
    assert found.by_path["layer1.0"].gained == pytest.approx(after - before)


def test_logits_beyond_32_bits_are_no_answer() -> None:
    fine, grown = np.array([3, 4], np.float32), np.array([np.inf, np.nan], np.float32)
    with pytest.raises(NotFiniteError, match="32-bit"):
        effects({"": grown, "layer1.0": fine})
    assert np.isnan(effects({"": fine, "layer1.0": grown}).by_path["layer1.0"].gained)
    with pytest.raises(NotFiniteError):
        logits_of(replace(SMALL, spec=parse("resnet20?depths=400,1"), resolution=8))


def test_a_class_that_asks_for_one_sweep_computes_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = network_lesion.sweep, []

    def counted(*args: Any) -> Any:
        calls.append(1)
        return real(*args)

    monkeypatch.setattr(network_lesion, "sweep", counted)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(effects_of, [SMALL] * 6))
    assert calls == [1]
    assert all(one is found[0] for one in found)


def test_a_sweep_that_is_stopped_keeps_nothing_and_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(BaseException):
        pass

    real = network_lesion.sweep
    told: list[int] = []

    def stopping(model: Any, pixels: Any, tell: Any) -> Any:
        def told_to(done: int, steps: int) -> None:
            told.append(done)
            if done == 4:
                raise Stopped
            tell(done, steps)

        return real(model, pixels, told_to)

    with monkeypatch.context() as patch:
        patch.setattr(network_lesion, "sweep", stopping)
        with pytest.raises(Stopped):
            effects_of(SMALL)
    assert told.count(4) == 1  # the step that it was told at was the last
    places = [turns._FORWARDS.acquire(timeout=1) for _ in range(AT_ONCE)]
    turns._FORWARDS.release(sum(places))
    assert all(places)
    assert len(effects_of(SMALL).by_path) == 9


def test_a_sweep_waits_its_turn_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two blocks others come to their forward passes."""
    taken: list[int] = []
    real = turns._FORWARDS.acquire

    def counted(*args: Any, **more: Any) -> bool:
        taken.append(1)
        return real(*args, **more)

    monkeypatch.setattr(turns._FORWARDS, "acquire", counted)
    effects_of(SMALL)
    assert len(taken) == 1 + len(SMALL.plan.blocks)


def test_distances_are_of_the_outputs_of_both_views() -> None:
    other = replace(SMALL, picture="coffee", off="layer1.1")
    found = distances_of(SMALL, other)
    model = build(SMALL.plan, SMALL.seed).eval()
    for path, one in found.items():
        a, b = (
            block_values(model, network_input(picture(state.picture), 32), path, change=Lesion(off))["out"]
            for state, off in ((SMALL, ()), (other, ("layer1.1",)))
        )
        assert one == distance(a, b)


def test_work_of_a_sweep_by_hand() -> None:
    """ResNet-20: a pass, and from each block on what follows, without the block's own branch."""
    plan, macs = SMALL.plan, sweep_macs(SMALL)
    per_block = [32 * 32 * 16 * 16 * 9 * 2] * 3
    per_block += [16 * 16 * 32 * 9 * (16 + 32), *[16 * 16 * 32 * 32 * 9 * 2] * 2]
    per_block += [8 * 8 * 64 * 9 * (32 + 64), *[8 * 8 * 64 * 64 * 9 * 2] * 2]
    fc = 64 * plan.spec.classes
    whole = 32 * 32 * 3 * 16 * 9 + sum(per_block) + fc
    assert macs == whole + sum(sum(per_block[number + 1 :]) + fc for number in range(9))


def test_a_sweep_that_would_take_minutes_is_refused_in_a_sentence() -> None:
    state = replace(START, spec=parse("resnet152"), resolution=1024)
    assert sweep_macs(state) > MAX_SWEEP_MACS
    with pytest.raises(TooLargeError, match=r"All blocks in turn take .* choose fewer pixels"):
        check_sweep_cost(state)
    for net, resolution in (("resnet152", 448), ("resnet1202", 32), ("wide_resnet101_2", 448)):
        check_sweep_cost(replace(START, spec=parse(net), resolution=resolution))
