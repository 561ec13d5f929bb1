"""Responses are those of the values that a walk tells, by hand and by numpy; the pass lets go of what has served."""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.strategies import specs
from visualizer.figures.block_maps import block_maps
from visualizer.network import ResNet, build, walk
from visualizer.network import responses as module
from visualizer.network.responses import Response, block_responses
from visualizer.network.values import block_values
from visualizer.resnet import ResNetSpec, parse, plan


def _model(text: str, resolution: int) -> ResNet:
    return build(plan(parse(text), resolution)).eval()


def _pixels(model: ResNet, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(model.plan.input).astype(np.float32)


def test_a_network_by_hand() -> None:
    """One block of two channels on 2 × 2 pixels, whose convolutions are the identity and −2 times it.

    The picture is 1, 0 / 2, 3 in the first channel and −1 everywhere in the second, which the stem's ReLU makes 0. So
    x = (1, 0, 2, 3; 0, 0, 0, 0), F(x) = −2x in the first channel, and the sum is −x there: the ReLU leaves nothing.
    """
    text = "resnet18?depths=1&width=2&stem=cifar&stem_width=2&channels=2&norm=none&classes=1"
    model = _model(text, 2)
    weights = model.state_dict()
    for name, factor in (("conv1", 1.0), ("layer1.0.conv1", 1.0), ("layer1.0.conv2", -2.0)):
        weight = weights[f"{name}.weight"].zero_()
        weight[0, 0, 1, 1] = weight[1, 1, 1, 1] = factor
    pixels = np.array([[[1, 0], [2, 3]], [[-1, -1], [-1, -1]]], np.float32)
    (found,) = block_responses(model, pixels).values()
    length = math.sqrt(1 + 4 + 9)
    assert (found.x_norm, found.shortcut_norm, found.sum_norm) == (length, length, length)
    assert (found.branch_norm, found.ratio) == (2 * length, 2)
    assert found.cosine == pytest.approx(-1)
    assert (found.mean, found.zeros, found.channel) == (0, 1, 0)
    assert found.deviations["layer1.0.conv1"] == pytest.approx(np.std([1, 0, 2, 3, 0, 0, 0, 0]))
    assert found.deviations["layer1.0.conv2"] == pytest.approx(2 * np.std([1, 0, 2, 3, 0, 0, 0, 0]))
    np.testing.assert_array_equal(found.strongest, np.zeros((2, 2)))


def test_the_strongest_channel_by_hand() -> None:
    """Without the last ReLU (pre-activation) the block gives −x and x; the second picture is stronger by its values."""
    model = _model("resnet18v2?depths=1&width=2&stem=cifar&stem_width=2&channels=2&norm=none&stem_norm=false", 2)
    weights = model.state_dict()
    for name, factor in (("conv1", 1.0), ("layer1.0.conv1", 0.0), ("layer1.0.conv2", 0.0)):
        weight = weights[f"{name}.weight"].zero_()
        weight[0, 0, 1, 1] = weight[1, 1, 1, 1] = factor
    pixels = np.array([[[1, 0], [2, 3]], [[-4, -1], [-1, -1]]], np.float32)
    (found,) = block_responses(model, pixels).values()
    assert (found.channel, found.mean, found.zeros, found.ratio) == (1, -1 / 8, 1 / 8, 0)
    assert math.isnan(found.cosine)
    np.testing.assert_array_equal(found.strongest, pixels[1])


def _expected(values: dict[str, NDArray[np.float32]]) -> Response:
    """By numpy, in double precision throughout."""
    wide = {place: maps.astype(np.float64) for place, maps in values.items()}
    norms = {place: float(np.linalg.norm(maps)) for place, maps in wide.items()}
    branch, shortcut = wide["branch"], wide.get("shortcut")
    along = math.nan if shortcut is None else float((branch * shortcut).sum())
    lengths = norms["branch"] * norms.get("shortcut", math.nan)
    channel = block_maps(values).strongest("out")
    return Response(
        wide["out"].mean(), (wide["out"] == 0).mean(), norms["x"], norms["branch"], norms.get("shortcut", math.nan),
        norms.get("sum", math.nan), along / lengths if lengths else math.nan, {}, channel, values["out"][channel],
    )  # fmt: skip


@settings(max_examples=40)
@given(specs(most_stages=3, most_blocks=2), st.integers(1, 40))
def test_any_network_has_the_numbers_of_its_values(spec: ResNetSpec, resolution: int) -> None:
    model = build(plan(spec, resolution)).eval()
    pixels = _pixels(model)
    for path, found in block_responses(model, pixels).items():
        values = block_values(model, pixels, path)
        expected = _expected(values)
        assert found.channel == expected.channel
        np.testing.assert_array_equal(found.strongest, expected.strongest)
        for name in ("mean", "zeros", "x_norm", "branch_norm", "shortcut_norm", "sum_norm", "cosine"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-9, abs=1e-9, nan_ok=True), name


@settings(max_examples=20)
@given(specs(most_stages=2, most_blocks=2))
def test_deviations_are_of_each_weighted_convolution_after_its_batch_norm(spec: ResNetSpec) -> None:
    model = build(plan(spec, 12)).eval()
    pixels = _pixels(model)
    with torch.inference_mode():
        values = {address: value.numpy() for address, value in walk(model, torch.from_numpy(pixels)[None])}
    found = block_responses(model, pixels)
    for block in model.plan.blocks:
        paths = [layer.path for layer in block.branch]
        deviations = found[block.path].deviations
        assert list(deviations) == [layer.path for layer in block.branch if layer.weighted]
        for path, deviation in deviations.items():
            after = paths[paths.index(path) + 1 : paths.index(path) + 2]
            kinds = {layer.path: layer.kind for layer in block.branch}
            address = after[0] if after and kinds[after[0]] == "bn" else path
            assert deviation == pytest.approx(values[address].astype(np.float64).std(), rel=1e-9)


def test_a_plain_block_has_nothing_to_compare_with() -> None:
    model = _model("plain18?width=8", 32)
    for found in block_responses(model, _pixels(model)).values():
        assert all(math.isnan(value) for value in (found.ratio, found.cosine, found.shortcut_norm, found.sum_norm))
        assert found.branch_norm > 0


def test_values_are_let_go_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, weakref.ref[torch.Tensor]]] = []
    most = 0

    def watched(*args: Any, **more: Any) -> Iterator[tuple[str, torch.Tensor]]:
        nonlocal most
        for address, value in walk(*args, **more):
            seen.append((address, weakref.ref(value)))
            alive = {address.rpartition(".")[0] for address, value in seen if value() is not None}
            most = max(most, len({path for path in alive if path.count(".") == 1}))
            yield address, value

    monkeypatch.setattr(module, "walk", watched)
    model = _model("resnet20", 32)
    assert len(block_responses(model, _pixels(model))) == 9
    assert most == 2  # a block and the one before it, whose output is its x


def test_two_threads_see_the_same() -> None:
    model = _model("resnet20", 32)
    pictures = [_pixels(model, seed) for seed in (0, 1)] * 4
    alone = [block_responses(model, pixels) for pixels in pictures]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda pixels: block_responses(model, pixels), pictures))
    for one, other in zip(alone, together, strict=True):
        for path, found in one.items():
            assert found[:7] == other[path][:7]
            np.testing.assert_array_equal(found.strongest, other[path].strongest)


def test_values_beyond_32_bits_give_no_number_and_no_warning() -> None:
    model = _model("resnet20?depths=400,1", 8)
    found = block_responses(model, _pixels(model))
    assert math.isfinite(found["layer1.0"].mean)
    assert not math.isfinite(found["layer2.0"].mean)
    assert 0 <= found["layer2.0"].channel < 32
