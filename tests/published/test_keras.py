"""Our models against keras.applications, with Keras running on torch.

Keras computes BN from elementary operations, so numbers are not equal to the last bit. In double precision they agree
to 12 digits, far closer than any other padding, order or epsilon would come.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch

from tests.published.comparing import Tensors, distance, loss, pictures, weights
from visualizer.network import ResNet, build, tensor_shapes
from visualizer.resnet import parse, plan

MODELS = {f"ResNet{name}": f"keras_resnet{name.lower()}" for name in ("50", "101", "152", "50V2", "101V2", "152V2")}
TENSORS = {
    "kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias",
    "moving_mean": "running_mean", "moving_variance": "running_var",
}  # fmt: skip
ENDS = {"conv1_conv": "conv1", "conv1_bn": "bn1", "post_bn": "norm", "predictions": "fc"}
CLOSE = 1e-10


def our_layer(name: str) -> str:
    """Our path of one of Keras's layers."""
    found = re.fullmatch(r"conv(\d)_block(\d+)_(preact|\d)_(conv|bn)", name)
    if found is None:
        return ENDS[name]
    block = f"layer{int(found[1]) - 1}.{int(found[2]) - 1}"
    if found[3] == "0":
        return f"{block}.downsample.{int(found[4] == 'bn')}"
    return f"{block}.bn1" if found[3] == "preact" else f"{block}.{found[4]}{found[3]}"


def _variables(model: Any, preact: bool) -> dict[str, Any]:
    """Keras's variables by our names of the tensors; the BNs of a V2 block count from the one that it begins with."""
    found = {}
    for layer in model.layers:
        for variable in layer.weights:
            path = our_layer(layer.name)
            if preact and re.search(r"_[12]_bn", layer.name):
                path = path[:-1] + str(int(path[-1]) + 1)
            found[f"{path}.{TENSORS[variable.name]}"] = variable
    return found


def _turned(tensor: torch.Tensor) -> torch.Tensor:
    """A kernel from torch's order of axes to Keras's: O×I×H×W to H×W×I×O, O×I to I×O."""
    return tensor.permute(2, 3, 1, 0) if tensor.dim() == 4 else tensor.T if tensor.dim() == 2 else tensor


def _published(keras: Any, name: str, side: int) -> Any:
    return getattr(keras.applications, name)(
        weights=None, classifier_activation=None, input_shape=(3, side, side), classes=100
    )


@pytest.mark.parametrize("name", MODELS)
def test_tensors_are_those_of_keras(name: str, keras: Any) -> None:
    variables = _variables(_published(keras, name, 32), name.endswith("V2"))
    shapes = tensor_shapes(plan(parse(f"{MODELS[name]}?classes=100")))
    assert {own: tuple(variable.shape) for own, variable in variables.items()} == {
        own: tuple(_turned(torch.empty(shape, device="meta")).shape)
        for own, shape in shapes.items() if not own.endswith("num_batches_tracked")
    }  # fmt: skip


@pytest.mark.parametrize(("name", "side"), [("ResNet50", 64), ("ResNet50V2", 64), ("ResNet50V2", 75)])
def test_a_model_is_keras_s(name: str, side: int, keras: Any) -> None:
    published, ours, state = _same_weights(keras, name, side)
    variables = _variables(published, name.endswith("V2"))
    x = pictures(2, side, dtype=torch.float64)
    with torch.no_grad():
        assert distance(ours.eval()(x[:1]), published(x[:1], training=False)) < CLOSE
    own, theirs = ours.train()(x), published(x, training=True)
    assert distance(own, theirs) < CLOSE
    (gradient,) = torch.autograd.grad(loss(own), ours.get_parameter("conv1.weight"))
    (kernel,) = torch.autograd.grad(loss(theirs), variables["conv1.weight"].value)
    assert gradient.any()
    assert distance(_turned(gradient), kernel) < CLOSE
    _assert_same_statistics(ours, variables, state)


def _same_weights(keras: Any, name: str, side: int) -> tuple[Any, ResNet, Tensors]:
    """Keras's model and ours with one set of random numbers."""
    published = _published(keras, name, side)
    ours = build(plan(parse(f"{MODELS[name]}?classes=100"), side), seed=None).double()
    state = weights(ours.state_dict(), torch.float64)
    ours.load_state_dict(state)
    for own, variable in _variables(published, name.endswith("V2")).items():
        variable.assign(_turned(state[own]))
    return published, ours, state


def _assert_same_statistics(ours: ResNet, variables: dict[str, Any], before: Tensors) -> None:
    """Means and variances that the two saw in the batch are the same.

    What they keep of them is not: Keras moves its averages by 0.01 where torch moves them by 0.1, and averages the
    variance of the batch itself, where torch takes n/(n − 1) of it. How fast an average moves is a matter of training.
    """
    sizes = {layer.path: 2 * layer.output[1] * layer.output[2] for layer in ours.plan.layers if layer.kind == "bn"}
    for path, n in sizes.items():
        for statistic, share in (("running_mean", 1.0), ("running_var", (n - 1) / n)):
            name = f"{path}.{statistic}"
            seen = (ours.get_buffer(name) - 0.9 * before[name]) / 0.1 * share
            theirs = (variables[name].value - 0.99 * before[name]) / 0.01
            assert distance(seen, theirs.detach()) < CLOSE, name
