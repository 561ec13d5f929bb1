"""The values of any layer as arrays, and the largest magnitude of a whole network."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from tests.network import plainly
from tests.strategies import specs
from visualizer.network import ResNet, UnknownAddress, build, layer_values, magnitudes
from visualizer.resnet import parse, plan
from visualizer.resnet.lesion import Lesion


def _pixels(model: ResNet) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(model.plan.input, np.float32)


@settings(max_examples=10)
@given(specs(most_stages=2, most_blocks=2))
def test_a_layer_shows_what_it_reads_and_what_it_makes(spec):
    model = build(plan(spec, 24)).eval()
    with torch.inference_mode():
        values = plainly.values(model, torch.from_numpy(_pixels(model))[None])
    made = {address: _three(value[0].numpy()) for address, value in values.items()}
    for layer in model.plan.layers:
        found = layer_values(model, _pixels(model), layer.path)
        assert np.array_equal(found["out"], made[layer.path], equal_nan=True)
        if layer.kind == "add":
            block = layer.path.rpartition(".")[0]
            assert np.array_equal(found["branch"], made[f"{block}.branch"], equal_nan=True)
            assert np.array_equal(found["shortcut"], made[f"{block}.shortcut"], equal_nan=True)
            continue
        inputs = [torch.from_numpy(found[place])[None] for place in ("x", "gate") if place in found]
        inputs = [one.flatten(1) for one in inputs] if layer.kind == "linear" else inputs
        with torch.inference_mode():
            again = plainly.KINDS[layer.kind](layer, plainly._module(model, layer), *inputs)
        assert np.allclose(_three(again[0].numpy()), found["out"], rtol=1e-4, atol=1e-5, equal_nan=True), layer.path


def _three(maps):
    """C×H×W, vectors as C×1×1."""
    return maps.reshape(*maps.shape, *[1] * (3 - maps.ndim))


def test_the_first_layer_reads_the_picture_and_the_classifier_vectors():
    model = build(plan(parse("resnet18?width=8"), 32)).eval()
    pixels = _pixels(model)
    assert np.array_equal(layer_values(model, pixels, "conv1")["x"], pixels)
    assert {place: values.shape for place, values in layer_values(model, pixels, "fc").items()} == {
        "x": (64, 1, 1), "out": (1000, 1, 1),
    }  # fmt: skip


def test_a_block_that_is_off_changes_the_layers_behind_it_and_no_others():
    model = build(plan(parse("resnet18?width=8"), 32)).eval()
    pixels, off = _pixels(model), Lesion(off=("layer2.0",))
    before, after = (layer_values(model, pixels, "layer2.0.conv1", change=change)["out"] for change in (Lesion(), off))
    assert np.array_equal(before, after)
    added = layer_values(model, pixels, "layer2.0.add", change=off)
    assert not added["branch"].any()
    assert np.array_equal(added["out"], added["shortcut"])
    one, other = (layer_values(model, pixels, "layer2.1.conv1", change=change)["out"] for change in (Lesion(), off))
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("layer", ["layer1.0", "layer1.0.conv9", "", "\n<b>" * 99])
def test_an_unknown_layer_is_refused(layer):
    model = build(plan(parse("resnet18?width=8"), 32)).eval()
    with pytest.raises(UnknownAddress, match=r"^This network has no layer \S"):
        layer_values(model, _pixels(model), layer)


@settings(max_examples=10)
@given(specs(most_stages=2, most_blocks=2))
def test_the_largest_magnitudes_are_those_of_all_values(spec):
    model = build(plan(spec, 24)).eval()
    with torch.inference_mode():
        values = plainly.values(model, torch.from_numpy(_pixels(model))[None])
    found = magnitudes(model, _pixels(model))
    assert set(found) == {"", *values}
    assert found[""] == np.abs(_pixels(model)).max()
    for address, value in values.items():
        largest = float(value.abs().max())
        assert found[address] == largest or (math.isnan(found[address]) and math.isnan(largest))
