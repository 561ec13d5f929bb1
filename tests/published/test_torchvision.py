"""Our models against torchvision's own, tensor by tensor and bit by bit."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.published.comparing import assert_same, passed, pictures, weights
from visualizer.network import build, tensor_shapes
from visualizer.resnet import SEQUENTIALS, plan, preset, sequential

MODELS = (
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d",
    "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2",
)  # fmt: skip
LIGHT = 62_000_000
"""Parameters of a model that is run here; of larger ones names and shapes are compared."""


def test_these_are_all_of_torchvision_s_resnets(torchvision: Any) -> None:
    found = torchvision.models.list_models(module=torchvision.models, include=["*resnet*", "*resnext*"])
    assert set(found) == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_torchvision_s(name: str, torchvision: Any) -> None:
    network = plan(preset(name), 64)
    with torch.device("meta"):
        published = torchvision.models.get_model(name, weights=None)
    shapes = {key: tuple(tensor.shape) for key, tensor in published.state_dict().items()}
    assert list(shapes.items()) == list(tensor_shapes(network).items())
    if sum(parameter.numel() for parameter in published.parameters()) > LIGHT:
        return
    state, x = weights(published.state_dict()), pictures(2, 64)
    ours = build(network, seed=None)
    ours.load_state_dict(state)
    published.to_empty(device="cpu").load_state_dict(state)
    assert_same(passed(ours, x), passed(published, x))


@pytest.mark.parametrize("name", SEQUENTIALS)
def test_a_sequential_network_is_torchvision_s(name: str, torchvision: Any) -> None:
    """Its modules, under their names and in their order, but for dropout, which does nothing in evaluation."""
    with torch.device("meta"):
        published = torchvision.models.get_model(name, weights=None)
    kinds = {"Conv2d": "conv", "ReLU": "relu", "MaxPool2d": "maxpool", "Linear": "linear"}
    modules = [(path, kinds[type(module).__name__]) for path, module in published.named_modules()
               if type(module).__name__ in kinds]  # fmt: skip
    layers = sequential(name).layers
    assert [(layer.path, layer.kind) for layer in layers if layer.kind != "flatten"] == modules
    for layer in layers:
        if layer.kind in ("conv", "linear"):
            weight = (layer.output[0], layer.input[0], *[layer.kernel] * (2 if layer.kind == "conv" else 0))
            assert tuple(published.get_parameter(f"{layer.path}.weight").shape) == weight
            assert tuple(published.get_parameter(f"{layer.path}.bias").shape) == (layer.output[0],)
    assert isinstance(published.avgpool, torch.nn.AdaptiveAvgPool2d)
    assert published.avgpool.output_size == (7, 7)


@pytest.mark.parametrize("side", [1, 33, 75])
def test_pictures_of_odd_sizes_are_cut_and_padded_alike(side: int, torchvision: Any) -> None:
    published, x = torchvision.models.resnet18(weights=None).eval(), pictures(1, side)
    ours = build(plan(preset("resnet18"), side)).eval()
    ours.load_state_dict(published.state_dict())
    with torch.no_grad():
        assert torch.equal(ours(x), published(x))
