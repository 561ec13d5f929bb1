"""Laws of the memory of any network; tests/network/test_memory.py compares with what torch allocates."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import resolutions, specs
from visualizer.analysis import costs
from visualizer.analysis.memory import OPTIMISERS, PRECISIONS, inference, layers, training
from visualizer.resnet import ResNetSpec, plan, preset


@given(specs(), resolutions, st.integers(1, 64), st.sampled_from(list(PRECISIONS)))
def test_the_parts_are_the_total_and_training_takes_more(
    spec: ResNetSpec, resolution: int, batch: int, precision: str
) -> None:
    network = plan(spec, resolution)
    passed = inference(network, batch, precision)
    assert sum(passed.parts.values()) == passed.total
    assert not passed.kept
    assert passed.layer in network.layers
    for optimiser, numbers in OPTIMISERS.items():
        step = training(network, batch, precision, optimiser)
        assert sum(step.parts.values()) == step.total
        assert step.values >= step.kept >= 0
        assert step.total >= passed.total + step.gradients + step.optimiser
        assert step.optimiser == numbers * step.gradients


@given(specs(), resolutions)
def test_the_peak_of_inference_grows_with_the_batch_and_shrinks_with_the_precision(
    spec: ResNetSpec, resolution: int
) -> None:
    network = plan(spec, resolution)
    one = inference(network, 1, "float32")
    assert inference(network, 7, "float32").values == 7 * one.values
    half = inference(network, 1, "float16")
    assert one.values / 2 <= half.values <= one.values  # the positions in the max pool stay as wide
    assert 2 * half.pictures == one.pictures


@given(specs(), resolutions)
def test_the_peak_is_no_less_than_what_its_layer_reads_and_writes(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    largest = max(4 * prod(layer.output) for layer in network.layers)
    found = inference(network, 1, "float32")
    assert found.values >= largest
    every = sum(4 * row.elements for row in layers(network) if row.own)
    assert found.values <= every + 8 * max(prod(layer.output) for layer in network.layers) + 4 * 10**6


def test_every_layer_has_its_memory() -> None:
    network = plan(preset("resnet50"))
    rows = list(layers(network))
    assert [row.layer for row in rows] == list(network.layers)
    in_place = [row.layer.kind for row in rows if not row.own]
    assert in_place.count("relu") == 49  # each, as in torchvision's with inplace=True
    assert in_place.count("add") == 16
    assert in_place.count("flatten") == 1
    by_path = {row.layer.path: row for row in rows}
    assert by_path["conv1"].kept
    assert not by_path["layer1.0.bn3"].kept


@pytest.mark.parametrize("precision", PRECISIONS)
def test_weights_take_their_bytes(precision: str) -> None:
    network = plan(preset("resnet18"))
    total, sizes = costs(network).total, PRECISIONS[precision]
    found = training(network, 1, precision, "Adam")
    batch_norms = sum(layer.kind == "bn" for layer in network.layers)
    assert found.weights == (total.params + total.buffers) * sizes.weight + 8 * batch_norms
    assert found.gradients == total.params * sizes.weight
    assert found.copies == (2 * (total.params - total.buffers) if precision == "mixed" else 0)
