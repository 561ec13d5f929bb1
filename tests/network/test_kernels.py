"""The filters of a channel, and how strongly weights lead from one channel to another."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from tests.strategies import specs
from visualizer.network import ResNet, UnknownAddress, build, feeding, kernels, layer_values
from visualizer.resnet import Block, parse, plan


@settings(max_examples=10)
@given(specs(most_stages=2, most_blocks=2))
def test_the_filters_of_a_channel_give_its_map(spec):
    model = build(plan(spec, 24)).eval()
    pixels = np.random.default_rng(0).standard_normal(model.plan.input, np.float32)
    for layer in model.plan.layers:
        if layer.kind not in ("conv", "linear") or not np.isfinite(layer_values(model, pixels, layer.path)["x"]).all():
            continue
        values, channel = layer_values(model, pixels, layer.path), layer.output[0] - 1
        first, weights, bias = kernels(model, layer, channel)
        read = torch.from_numpy(values["x"][first : first + len(weights)])[None]
        filters = torch.from_numpy(weights)[None]
        made = torch.nn.functional.conv2d(read, filters, stride=layer.stride, padding=layer.padding)[0, 0] + bias
        size = np.abs(values["out"][channel]).max() + np.abs(values["x"]).max()
        assert np.allclose(made.numpy(), values["out"][channel], rtol=1e-4, atol=1e-5 * size), layer.path


@pytest.mark.parametrize(("layer", "channel"), [("bn1", 0), ("conv1", 64), ("conv1", -1)])
def test_what_has_no_filters_is_refused(layer, channel):
    model = build(plan(parse("resnet18"), 32))
    found = next(one for one in model.plan.layers if one.path == layer)
    with pytest.raises(UnknownAddress, match="There are no filters of channel"):
        kernels(model, found, channel)


@pytest.mark.parametrize(
    "text",
    ["resnet50?width=8&groups=2&width_per_group=64", "seresnet18?width=8", "resnet18v2?width=8", "resnet50d?width=8"],
)
def test_where_nothing_is_cut_off_feeding_is_the_gradient(text):
    """With filters of one positive weight, positive values and open gates, the ways add up to the gradient itself."""
    model = build(plan(parse(text), 32)).eval()
    draw = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, torch.nn.Conv2d):
                middle = module.kernel_size[0] // 2
                kept = module.weight[:, :, middle, middle].abs().clone()
                module.weight.zero_()[:, :, middle, middle] = kept
            elif isinstance(module, torch.nn.BatchNorm2d):
                module.weight.uniform_(0.5, 2, generator=draw)
                assert module.running_var is not None
                module.running_var.uniform_(0.5, 2, generator=draw)
    for path in ("layer1.1", "layer2.0"):
        block = model.plan.block(path)
        x = torch.rand(1, *block.input, generator=draw, requires_grad=True)
        for channel in (0, block.output[0] - 1):
            (slope,) = torch.autograd.grad(_branch(model, block, x)[0, channel, 2, 2], x)
            assert np.allclose(feeding(model, block.branch, channel), slope.sum(dim=(0, 2, 3)).numpy(), rtol=1e-4)


def test_a_gates_own_convolution_is_fed_and_a_branchs_gate_is_not_counted():
    model = build(plan(parse("seresnet50?width=16"), 32)).eval()
    block = model.plan.block("layer1.0")
    (fc1,) = [layer for layer in block.branch if layer.path.endswith("se.fc1")]
    assert np.allclose(feeding(model, [fc1], 0), np.linalg.norm(kernels(model, fc1, 0).weights, axis=(1, 2)))
    gateless = [layer for layer in block.branch if ".se." not in layer.path]
    assert np.array_equal(feeding(model, block.branch, 3), feeding(model, gateless, 3))


def _branch(model: ResNet, block: Block, x: torch.Tensor) -> torch.Tensor:
    for layer in block.branch:
        if layer.kind in ("conv", "bn"):
            x = model.get_submodule(layer.path)(x) if ".se." not in layer.path else x
        elif layer.kind == "relu" and ".se." not in layer.path:
            x = torch.relu(x)
    return x


def test_of_one_convolution_feeding_is_the_size_of_its_filters():
    model = build(plan(parse("resnet18?width=8"), 32))
    layer = model.plan.block("layer1.0").branch[0]
    found = feeding(model, [layer], 3)
    assert np.allclose(found, np.linalg.norm(kernels(model, layer, 3).weights, axis=(1, 2)))
