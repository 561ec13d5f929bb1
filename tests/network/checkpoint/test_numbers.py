"""Numbers that no trained network has are refused, in either format, with the tensor named."""

import pytest
import safetensors.torch
import torch

from visualizer.network.checkpoint import read_checkpoint


@pytest.fixture(params=["torch zip", "safetensors"])
def file_with(request, weights, saved):
    """The bytes of a checkpoint in which some tensors are others."""

    def write(changes):
        named = {**weights, **changes}
        return saved(named) if request.param == "torch zip" else safetensors.torch.save(named)

    return write


def one_wrong(weights, name, value):
    tensor = weights[name].clone()
    tensor.view(-1)[-1] = value
    return {name: tensor}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("layer1.0.conv1.weight", float("nan"), "NaN"),
        ("fc.bias", float("inf"), "infinite"),
        ("conv1.weight", float("-inf"), "infinite"),
        ("bn1.running_var", -0.001, "negative variances"),
        ("bn1.running_var", float("nan"), "NaN"),
    ],
)
def test_wrong_numbers_are_refused_with_their_tensor(name, value, words, weights, file_with, refusal):
    why = refusal(file_with(one_wrong(weights, name, value)))
    assert words in why
    assert name in why


def test_negative_means_zero_variances_and_huge_numbers_are_in_order(weights, file_with):
    changes = {
        **one_wrong(weights, "bn1.running_mean", -5.0),
        **one_wrong(weights, "bn1.running_var", 0.0),
        **one_wrong(weights, "fc.bias", 3e38),
    }
    assert read_checkpoint(file_with(changes)).tensors["fc.bias"][-1] == torch.tensor(3e38)


def test_a_double_beyond_float32_is_refused(weights, file_with, refusal):
    why = refusal(file_with({"fc.bias": torch.tensor([1e300], dtype=torch.float64)}))
    assert "infinite in 32 bits" in why


@pytest.mark.parametrize(
    "dtype", [torch.int8, torch.uint8, torch.int64, torch.bool, torch.float8_e4m3fn, torch.uint16], ids=str
)
def test_other_number_types_are_refused_with_their_tensor(dtype, file_with, refusal):
    why = refusal(file_with({"fc.weight": torch.ones(10, 4).to(dtype)}))
    assert "fc.weight" in why
    assert str(dtype).removeprefix("torch.") in why


def test_many_wrong_tensors_are_counted(weights, file_with, refusal):
    changes = {name: tensor * float("nan") for name, tensor in weights.items() if tensor.is_floating_point()}
    why = refusal(file_with(changes))
    assert "in 17 tensors (" in why
    assert "and 14 more" in why


@pytest.mark.filterwarnings("ignore:.*[Ss]parse", "ignore:.*quantiz", "ignore:TypedStorage")
@pytest.mark.parametrize(
    ("tensor", "word"),
    [
        (lambda: torch.eye(4).to_sparse(), "sparse"),
        (lambda: torch.eye(4).to_sparse_csr(), "sparse"),
        (lambda: torch.quantize_per_tensor(torch.eye(4), 0.1, 0, torch.qint8), "quantised"),
        (lambda: torch.ones(4, dtype=torch.complex64), "complex"),
        (lambda: torch.ones(4, device="meta"), "asks Python for"),
    ],
)
def test_other_kinds_of_tensor_are_refused_by_name(tensor, word, weights, saved, refusal):
    assert word in refusal(saved({**weights, "fc.weight": tensor()}))


def test_counts_of_batches_are_never_looked_at(weights, file_with):
    counts = {name: torch.tensor(2**40, dtype=torch.int64) for name in weights if "num_batches" in name}
    assert not any("num_batches" in name for name in read_checkpoint(file_with(counts)).tensors)
