"""Feature maps of one block as arrays, for many people at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import numpy as np
import pytest
import torch

from tests.network import plainly
from visualizer.network import ResNet, UnknownAddress, block_values, build
from visualizer.resnet import parse, plan

Pixels = Any
PLACES = ["x", "branch", "shortcut", "sum", "out"]


def _model(text: str, resolution: int = 64) -> ResNet:
    return build(plan(parse(text), resolution)).eval()


def _pixels(number: int, resolution: int = 64) -> Pixels:
    return np.random.default_rng(number).standard_normal((3, resolution, resolution), np.float32)


@pytest.mark.parametrize(
    "text", ["resnet18?width=16", "resnet50d?width=8", "resnet18v2?width=16", "resnet20", "plain20"]
)
def test_the_values_of_a_block_are_true_and_own_their_memory(text: str) -> None:
    model = _model(text)
    with torch.inference_mode():
        expected = plainly.values(model, torch.from_numpy(_pixels(0))[None])
    for block in model.plan.blocks:
        found = block_values(model, _pixels(0), block.path)
        joined = block.shortcut_kind != "none"
        assert list(found) == [place for place in PLACES if joined or place not in ("shortcut", "sum")]
        for place, values in found.items():
            assert np.array_equal(values, expected[f"{block.path}.{place}"][0].numpy()), (block.path, place)
            assert values.dtype == np.float32
            assert values.flags.owndata
            assert values.flags.c_contiguous
        assert found["x"].shape == block.input
        assert found["out"].shape == block.output
        assert len({values.ctypes.data for values in found.values()}) == len(found)


def test_nothing_after_the_block_is_computed_and_progress_is_told_up_to_it() -> None:
    model = _model("resnet18?width=8")
    calls: list[str] = []
    for name, module in model.named_modules():
        module.register_forward_hook(lambda *_, name=name: calls.append(name))
    steps: list[tuple[int, int]] = []
    block_values(model, _pixels(0), "layer2.1", lambda done, total: steps.append((done, total)))
    assert calls[-1] == "layer2.1.bn2"
    number = next(n for n, layer in enumerate(model.plan.layers) if layer.path == "layer3.0.conv1")
    assert steps == [(done, number) for done in range(number)]


def test_what_progress_raises_ends_the_run() -> None:
    model = _model("resnet18?width=8")
    calls: list[str] = []
    for name, module in model.named_modules():
        module.register_forward_hook(lambda *_, name=name: calls.append(name))

    def cancelled(done: int, steps: int) -> None:
        if done == 2:
            raise InterruptedError("the visitor has left")

    with pytest.raises(InterruptedError, match="the visitor has left"):
        block_values(model, _pixels(0), "layer4.1", cancelled)
    assert calls == ["conv1", "bn1"]
    assert block_values(model, _pixels(0), "layer4.1")["out"].any()


@pytest.mark.parametrize("block", ["layer1.2", "layer1", "", "fc", "layer1.0.x", "\n<b>" * 99])
def test_an_unknown_block_is_refused(block: str) -> None:
    with pytest.raises(UnknownAddress, match=r"This network has no block .*; the nearest is layer"):
        block_values(_model("resnet18?width=8"), _pixels(0), block)


def test_eight_people_with_eight_pictures_on_one_model_get_their_own_maps() -> None:
    model = _model("resnet18?width=16")
    paths = [block.path for block in model.plan.blocks]
    alone = {(number, path): block_values(model, _pixels(number), path) for number in range(8) for path in paths}
    begin = Barrier(8)

    def look(person: int) -> int:
        """How many of a person's maps are right, each block looked at twice, all begun at the same moment."""
        begin.wait()
        right = 0
        for path in 2 * (paths[person:] + paths[:person]):
            found, expected = block_values(model, _pixels(person), path), alone[person, path]
            right += all(np.array_equal(found[place], expected[place]) for place in PLACES)
        return right

    with ThreadPoolExecutor(8) as people:
        assert list(people.map(look, range(8))) == [2 * len(paths)] * 8
    assert not np.array_equal(alone[0, paths[0]]["out"], alone[1, paths[0]]["out"])
