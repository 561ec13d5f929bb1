"""A checkpoint fits a network, or one sentence says which tensors differ and what would fit."""

import pytest
import torch

from visualizer.network.checkpoint import CheckpointError, fit, read_checkpoint


@pytest.fixture
def misfit(weights, saved, expected):
    """The sentence that `fit` gives when the file's tensors are changed."""

    def why(changes, without=()):
        named = {name: tensor for name, tensor in {**weights, **changes}.items() if name not in without}
        with pytest.raises(CheckpointError) as caught:
            fit(expected, read_checkpoint(saved(named), "mine.pth"))
        assert str(caught.value).isprintable()
        return str(caught.value)

    return why


def test_the_answer_is_the_networks_names_in_its_order(weights, saved, expected):
    backwards = dict(reversed(weights.items()))
    for shapes in (expected, {name: shape for name, shape in expected.items() if "num_batches" not in name}):
        tensors = fit(shapes, read_checkpoint(saved(backwards)))
        assert list(tensors) == [name for name in expected if "num_batches" not in name]
        assert all(torch.equal(tensor, weights[name]) for name, tensor in tensors.items())


def test_a_missing_tensor_is_named(misfit):
    assert misfit({}, without=["bn1.bias"]) == (
        "mine.pth does not fit this network, so choose the network that it was saved from:"
        " 1 tensor is missing (bn1.bias)."
    )


def test_many_differences_are_counted_and_the_first_few_named(misfit):
    extra = {f"layer2.{number}.conv1.weight": torch.ones(2) for number in range(5)}
    wide = {"layer1.0.conv1.weight": torch.ones(8, 4, 1, 1), "layer1.0.bn1.bias": torch.tensor(1.0)}
    why = misfit({**extra, **wide}, without=["fc.weight", "fc.bias"])
    assert why.endswith(
        "2 tensors are missing (fc.weight, fc.bias), 5 tensors are unexpected (layer2.0.conv1.weight,"
        " layer2.1.conv1.weight, layer2.2.conv1.weight and 2 more) and 2 tensors differ in shape"
        " (layer1.0.conv1.weight is 8×4×1×1 in the file, 4×4×3×3 in this network)."
    )


def test_the_refusal_carries_every_difference_in_the_networks_order(weights, saved, expected):
    extra = {f"layer2.{number}.conv1.weight": torch.ones(2) for number in range(5)}
    wide = {"layer1.0.conv1.weight": torch.ones(8, 4, 1, 1), "layer1.0.bn1.bias": torch.tensor(1.0)}
    without = ("fc.weight", "fc.bias")
    named = {name: tensor for name, tensor in {**weights, **extra, **wide}.items() if name not in without}
    with pytest.raises(CheckpointError) as caught:
        fit(expected, read_checkpoint(saved(named)))
    assert sorted(caught.value.differences[:4]) == sorted([
        ("layer1.0.conv1.weight", (8, 4, 1, 1), (4, 4, 3, 3)), ("layer1.0.bn1.bias", (), (4,)),
        ("fc.weight", None, (10, 4)), ("fc.bias", None, (10,)),
    ])  # fmt: skip
    order = list(expected)
    places = [order.index(name) for name, _, _ in caught.value.differences[:4]]
    assert places == sorted(places)
    assert sorted(caught.value.differences[4:]) == [(name, (2,), None) for name in extra]


@pytest.mark.parametrize("data", [b"", b"<!doctype html>"])
def test_what_is_no_checkpoint_has_no_differences(data):
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(data)
    assert caught.value.differences == ()


def test_one_tensor_of_another_shape_is_told_with_both(misfit):
    assert "1 tensor differs in shape (layer1.0.bn1.bias is a single number in the file, 4 in" in misfit(
        {"layer1.0.bn1.bias": torch.tensor(1.0)}
    )


def test_another_number_of_classes_is_told_with_what_would_fit(misfit):
    assert misfit({"fc.weight": torch.ones(7, 4), "fc.bias": torch.ones(7)}) == (
        "mine.pth was trained for 7 classes, and this network has 10: choose classes=7."
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"fc.weight": torch.ones(7, 4)},
        {"fc.weight": torch.ones(7, 4), "fc.bias": torch.ones(8)},
        {"fc.weight": torch.ones(7, 5), "fc.bias": torch.ones(7)},
        {"fc.weight": torch.ones(7, 4, 1, 1), "fc.bias": torch.ones(7)},
        {"fc.weight": torch.tensor(1.0), "fc.bias": torch.tensor(1.0)},
        {"fc.weight": torch.ones(7, 4), "fc.bias": torch.ones(7), "bn1.bias": torch.ones(3)},
    ],
)
def test_a_classifier_that_differs_otherwise_is_not_said_to_have_other_classes(changes, misfit):
    assert "choose classes" not in misfit(changes)


def test_two_networks_never_fit_by_names_alone(weights, saved, expected):
    for name, shape in expected.items():
        if "num_batches" not in name:
            with pytest.raises(CheckpointError):
                fit({**expected, name: (*shape, 1)}, read_checkpoint(saved(weights)))
