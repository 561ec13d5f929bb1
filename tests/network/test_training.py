"""The model as an ordinary torch module: gradients, running statistics, modes, copies."""

from __future__ import annotations

import copy

import pytest
import torch
from hypothesis import given, settings
from torch import Tensor

from tests.network import plainly
from tests.strategies import specs
from visualizer.network import ResNet, build, walk
from visualizer.resnet import ResNetSpec, parse, plan

NETWORKS = [
    "resnet20", "resnet18v2?width=8", "resnet26?width=8", "seresnet18?width=8", "ecaresnet50d?width=8", "plain20",
    "resnet18?width=8&order=relu_before_add", "resnet18?width=8&order=bn_after_add&shortcut=A",
    "resnet18?width=8&order=relu_only_pre&shortcut=C", "resnet18?width=8&norm=none",
]  # fmt: skip


def _batch(model: ResNet, number: int = 3) -> Tensor:
    return torch.randn(number, *model.plan.input, generator=torch.Generator().manual_seed(0))


def _gradients(model: ResNet, logits: Tensor, x: Tensor) -> list[Tensor]:
    """Of a loss that no symmetry makes vanish, by the input and every parameter."""
    loss = (logits.softmax(1) * torch.linspace(-1, 1, logits.shape[1])).sum() + logits.square().mean()
    return list(torch.autograd.grad(loss, [x, *model.parameters()]))


def _assert_right_gradients(model: ResNet) -> None:
    x = _batch(model).requires_grad_()
    expected = _gradients(model, plainly.values(model, x)[model.plan.head[-1].path], x)
    found = _gradients(model, model(x), x)
    names = ["x", *(name for name, _ in model.named_parameters())]
    for name, one, other in zip(names, found, expected, strict=True):
        assert torch.equal(one, other), name
        assert other.isfinite().all(), name


@pytest.mark.parametrize("training", [True, False], ids=["training", "eval"])
@pytest.mark.parametrize("text", NETWORKS)
def test_gradients_are_those_of_a_pass_without_any_work_in_place(text: str, training: bool) -> None:
    model = build(plan(parse(text), 32)).train(training)
    _assert_right_gradients(model)
    first = model.get_parameter(f"{model.plan.stem[0].path}.weight")
    assert torch.autograd.grad(model(_batch(model)).square().sum(), first)[0].any()


@settings(max_examples=30)
@given(specs(most_stages=3, most_blocks=2))
def test_gradients_are_right_for_any_spec(spec: ResNetSpec) -> None:
    _assert_right_gradients(build(plan(spec, 9)).train())


@pytest.mark.parametrize("text", ["resnet20", "resnet18v2?width=8"])
def test_gradients_flow_from_kept_values_too(text: str) -> None:
    model = build(plan(parse(text), 32)).eval()
    block = model.plan.blocks[3].path
    keep = [f"{block}.{place}" for place in ("x", "branch", "shortcut", "sum")]
    x = _batch(model).requires_grad_()
    found, expected = dict(walk(model, x, keep)), plainly.values(model, x)
    for address in keep:
        one, other = (torch.autograd.grad(v[address].square().sum(), x, retain_graph=True) for v in (found, expected))
        assert torch.equal(*one, *other), address


def test_running_statistics_move_in_training_as_torch_moves_them_and_rest_in_eval() -> None:
    model = build(plan(parse("resnet20"), 32))
    x = _batch(model)
    values = plainly.values(model, x)
    model(x)
    for name in ("bn1", "layer2.0.bn2"):
        conv = values[name.replace("bn", "conv")]
        momentum = 0.1
        mean, variance = conv.mean((0, 2, 3)), conv.var((0, 2, 3), unbiased=True)
        torch.testing.assert_close(model.get_buffer(f"{name}.running_mean"), momentum * mean)
        torch.testing.assert_close(model.get_buffer(f"{name}.running_var"), (1 - momentum) + momentum * variance)
        assert model.get_buffer(f"{name}.num_batches_tracked") == 1
    before = copy.deepcopy(model.state_dict())
    model.eval()(x)
    dict(walk(model, x))
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


def test_a_step_of_training_lowers_the_loss() -> None:
    model = build(plan(parse("resnet20"), 32))
    x, labels = _batch(model, 8), torch.arange(8)
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    losses = []
    for _ in range(4):
        loss = torch.nn.functional.cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


def test_a_walk_leaves_nothing_on_the_model() -> None:
    model = build(plan(parse("resnet20"), 32)).eval()
    before = {name: set(vars(module)) for name, module in model.named_modules()}
    dict(walk(model, _batch(model), keep=["layer1.0.sum", "fc"]))
    model(_batch(model))
    assert {name: set(vars(module)) for name, module in model.named_modules()} == before


def test_a_deep_copy_and_a_loaded_state_give_the_same_numbers() -> None:
    model = build(plan(parse("resnet20"), 32)).eval()
    other = build(model.plan, seed=1).eval()
    copied = copy.deepcopy(model)
    expected = model(_batch(model))
    assert not torch.equal(other(_batch(model)), expected)
    other.load_state_dict(model.state_dict())
    assert torch.equal(other(_batch(model)), expected)
    with torch.no_grad():
        model.get_parameter("fc.weight").zero_()
    assert torch.equal(copied(_batch(model)), expected)
