"""Our models against the papers, where no library has code: CIFAR's nets, pre-activation, wide, the five orders."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor

from tests.published.comparing import Pass, assert_same, loss, passed, pictures, weights
from tests.published.plainly import Net, cifar_resnet, ordered_resnet, pre_activation_resnet, wide_resnet
from visualizer.network import build
from visualizer.resnet import parse, plan
from visualizer.resnet.spec import ORDERS

Forward = Callable[[Net, Tensor], Tensor]

NETWORKS: dict[str, Forward] = {
    "resnet20": partial(cifar_resnet, blocks=3),
    "resnet20?depths=1,1,1": partial(cifar_resnet, blocks=1),
    "plain20": partial(cifar_resnet, blocks=3, residual=False),
    "resnet164v2?depths=1,1,1": partial(pre_activation_resnet, blocks=1),
    "resnet164v2?depths=3,3,3&classes=100": partial(pre_activation_resnet, blocks=3),
    "wrn_16_4": partial(wide_resnet, blocks=2),
    "wrn_28_10?depths=1,1,1&width=32": partial(wide_resnet, blocks=1),
}
ONE_STAGE = "resnet20?shortcut=B&stem_width=8&depths=3"
BLOCKS = {"basic": ("&width=8", 2), "bottleneck": ("&block=bottleneck&width=2", 3)}
"""Blocks whose input is as wide as their output, so that every shortcut is the identity, and their convolutions."""


def _written_down(forward: Forward, tensors: dict[str, Tensor], x: Tensor) -> Pass:
    """What a reference makes of pictures: one in evaluation mode, then all in training mode."""
    with torch.no_grad():
        evaluated = forward(Net(tensors, training=False), x[:1])
    tensors = {name: tensor.clone() for name, tensor in tensors.items()}
    first = tensors["conv1.weight"].requires_grad_()
    trained = forward(Net(tensors, training=True), x)
    (gradient,) = torch.autograd.grad(loss(trained), first)
    moved = {name: tensor for name, tensor in tensors.items() if "running_" in name}
    return Pass(evaluated, trained.detach(), gradient, moved)


def _assert_written_down(text: str, forward: Forward) -> None:
    model = build(plan(parse(text), 32), seed=None)
    state = weights(model.state_dict())
    model.load_state_dict(state)
    x = pictures(2, 32)
    ours = passed(model, x)
    statistics = {name: value for name, value in ours.statistics.items() if "running_" in name}
    # The reference takes the average over the map by another sum.
    assert_same(ours._replace(statistics=statistics), _written_down(forward, state, x), within=1e-5)


@pytest.mark.parametrize("text", NETWORKS)
def test_a_model_is_what_its_paper_says(text: str) -> None:
    _assert_written_down(text, NETWORKS[text])


@pytest.mark.parametrize("stem_norm", [True, False], ids=["stem-bn", "no-stem-bn"])
@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("order", ORDERS)
def test_the_five_orders_of_he_2016(order: str, block: str, stem_norm: bool) -> None:
    fields, convs = BLOCKS[block]
    text = f"{ONE_STAGE}{fields}&order={order}&stem_norm={str(stem_norm).lower()}"
    assert all(each.shortcut_kind == "identity" for each in plan(parse(text), 32).blocks)
    _assert_written_down(text, partial(ordered_resnet, order=order, convs=convs, blocks=3, stem_norm=stem_norm))
