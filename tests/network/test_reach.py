"""The measured receptive field lies within the theoretical one, and where nothing cancels the two are equal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network import plainly
from tests.strategies import specs
from visualizer.analysis.receptive_field import reaches
from visualizer.analysis.window import seen_box, support
from visualizer.network import ResNet, UnknownAddress, build
from visualizer.network.reach import Measured, measured_field
from visualizer.resnet import Block, ResNetSpec, parse, plan
from visualizer.resnet.lesion import Lesion

Spot = tuple[ResNet, Block, int, int]


def _model(text: str, resolution: int) -> ResNet:
    return build(plan(parse(text), resolution)).eval()


def _measured(model: ResNet, block: str, row: int, column: int, seed: int = 0) -> Measured:
    pixels = np.random.default_rng(seed).standard_normal(model.plan.input).astype(np.float32)
    return measured_field(model, pixels, block, row, column)


@st.composite
def spots(draw: st.DrawFn, /, **fixed: Any) -> Spot:
    """A small network and a position of one of its blocks' outputs."""
    spec: ResNetSpec = draw(specs(most_stages=3, most_blocks=2, **fixed))
    network = plan(spec, draw(st.integers(1, 48)))
    block = draw(st.sampled_from(network.blocks))
    _, height, width = block.output
    return build(network).eval(), block, draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))


@settings(max_examples=80)
@given(spots(attention="none"))
def test_what_is_measured_lies_within_the_longest_path_s_field(spot: Spot) -> None:
    model, block, row, column = spot
    field = reaches(model.plan)[block.layers[-1].path].longest
    within = seen_box(field, row, column).within(model.plan.input[1])
    found = support(_measured(model, block.path, row, column).weights)
    if found is not None:
        assert within.left <= found.left <= found.right <= within.right
        assert within.top <= found.top <= found.bottom <= within.bottom


@settings(max_examples=30)
@given(spots())
def test_it_is_the_gradient_that_plain_autograd_gives(spot: Spot) -> None:
    model, block, row, column = spot
    pixels = np.random.default_rng(0).standard_normal(model.plan.input).astype(np.float32)
    found = measured_field(model, pixels, block.path, row, column)
    x = torch.from_numpy(pixels)[None].requires_grad_()
    values = plainly.values(model, x)[f"{block.path}.out"][0, :, row, column]
    assert abs(found.value) == pytest.approx(float(values.detach().abs().max()))
    (gradient,) = torch.autograd.grad(values[found.channel], x)
    expected = gradient[0].abs().sum(0).numpy()
    assert np.abs(found.weights - expected).max() <= 1e-4 * expected.max() + 1e-30


@pytest.mark.parametrize("text", ["resnet18?width=4", "resnet50?width=4", "plain18?width=4", "resnet20", "resnet18d"])
def test_with_weights_that_let_everything_through_it_is_the_theoretical_one(text: str) -> None:
    """Positive weights and a picture of ones: every ReLU is open and nothing cancels. The max pools let through the one
    strongest of nine, so the stem is the one without.
    """
    name, _, fields = text.partition("?")
    model = _model(f"{name}?stem=cifar&norm=none&{fields}".rstrip("&"), 64)
    for weight in model.parameters():
        torch.nn.init.constant_(weight, 1 / weight[0].numel())
    for block in model.plan.blocks[::3]:
        _, height, width = block.output
        field = reaches(model.plan)[block.layers[-1].path].longest
        for row, column in ((0, 0), (height // 2, width // 3), (height - 1, width - 1)):
            found = measured_field(model, np.ones(model.plan.input, np.float32), block.path, row, column)
            assert support(found.weights) == seen_box(field, row, column).within(64)


def test_a_network_by_hand() -> None:
    """One convolution of 3 × 3 in the branch, the last one 1 at its left neighbour: x + x shifted, from 3 pixels."""
    model = _model("resnet18?depths=1&width=1&stem=cifar&stem_width=1&channels=1&norm=none", 5)
    weights = model.state_dict()
    for name, at in (("conv1", (1, 1)), ("layer1.0.conv1", (1, 1)), ("layer1.0.conv2", (1, 0))):
        weights[f"{name}.weight"].zero_()[0, 0][at] = 1
    pixels = np.arange(25, dtype=np.float32).reshape(1, 5, 5)
    found = measured_field(model, pixels, "layer1.0", 2, 3)
    assert (found.channel, found.value) == (0, 13 + 12)
    expected = np.zeros((5, 5), np.float32)
    expected[2, 3] = expected[2, 2] = 1
    np.testing.assert_array_equal(found.weights, expected)


def test_a_position_where_the_last_relu_stops_everything_has_none() -> None:
    model = _model("resnet18?depths=1&width=2&stem=cifar&channels=1&norm=none", 6)
    model.state_dict()["conv1.weight"].zero_()
    found = _measured(model, "layer1.0", 1, 1)
    assert found.value == 0
    assert not found.weights.any()


def test_a_block_that_is_switched_off_sees_through_its_shortcut_alone() -> None:
    model = _model("resnet20", 32)
    pixels = np.random.default_rng(0).standard_normal(model.plan.input).astype(np.float32)
    paths = [block.path for block in model.plan.blocks]
    found = measured_field(model, pixels, "layer3.2", 4, 4, Lesion(tuple(paths)))
    shortest = reaches(model.plan)[model.plan.blocks[-1].layers[-1].path].shortest
    assert support(found.weights) == seen_box(shortest, 4, 4)


def test_an_unknown_block_is_refused_and_progress_can_stop_it() -> None:
    model = _model("resnet20", 32)
    with pytest.raises(UnknownAddress, match=r"layer1.0.out"):
        _measured(model, "layer1.7", 0, 0)

    def stop(done: int, steps: int) -> None:
        if (done, steps) == (2, 6):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        measured_field(model, np.ones(model.plan.input, np.float32), "layer2.2", 0, 0, progress=stop)
    assert all(weight.grad is None for weight in model.parameters())
