"""Our models against torchvision's own, tensor by tensor and bit by bit."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.published.comparing import assert_same, passed, pictures, weights
from visualizer.network import build, tensor_shapes
from visualizer.resnet import plan, preset

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


@pytest.mark.parametrize("side", [1, 33, 75])
def test_pictures_of_odd_sizes_are_cut_and_padded_alike(side: int, torchvision: Any) -> None:
    published, x = torchvision.models.resnet18(weights=None).eval(), pictures(1, side)
    ours = build(plan(preset("resnet18"), side)).eval()
    ours.load_state_dict(published.state_dict())
    with torch.no_grad():
        assert torch.equal(ours(x), published(x))
