"""Weights from a file into a model: what fits is loaded to the last bit, what does not is said."""

from __future__ import annotations

import io
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from visualizer.network import Checkpoint, CheckpointError, build, load, read_checkpoint, tensor_shapes
from visualizer.resnet import Plan, parse, plan, preset, presets

State = dict[str, Tensor]


def _plan(text: str = "resnet20") -> Plan:
    return plan(parse(text), 32)


def _saved(state: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    torch.save(state, file, **options)
    return file.getvalue()


def _trained(network: Plan) -> State:
    """A state in which no tensor has the numbers of a fresh model."""
    random = torch.Generator().manual_seed(7)
    return {
        name: tensor + 5 if name.endswith("tracked") else tensor + 0.1 * torch.rand(tensor.shape, generator=random)
        for name, tensor in build(network, seed=3).state_dict().items()
    }


NETWORKS = [
    "resnet20", "resnet18v2?width=8", "seresnet18?width=8", "resnet26d?width=8&conv_bias=true",
    "resnet26?width=8&attention=eca", "resnet18?width=8&norm=none",
]  # fmt: skip


@pytest.mark.parametrize("text", NETWORKS)
@pytest.mark.parametrize("form", ["torch", "safetensors", "without counts"])
def test_a_file_that_fits_gives_the_model_it_was_saved_from(text: str, form: str) -> None:
    network = _plan(text)
    state = _trained(network)
    if form == "without counts":
        state = {name: tensor for name, tensor in state.items() if not name.endswith("num_batches_tracked")}
    data = safetensors.torch.save(state) if form == "safetensors" else _saved(OrderedDict(state))
    model = load(network, read_checkpoint(data, "mine.pth"))
    assert not model.training
    found = model.state_dict()
    assert list(found) == list(tensor_shapes(network))
    for name, tensor in found.items():
        assert torch.equal(tensor, torch.tensor(0) if name.endswith("tracked") else state[name]), name
    peer = build(network, seed=9).eval()
    peer.load_state_dict(state, strict=False)
    picture = torch.randn(2, *network.input)
    assert torch.equal(model(picture), peer(picture))


@pytest.mark.parametrize("name", ["resnet18", "resnet110", "resnet164v2", "resnet26d", "keras_resnet50v2"])
def test_presets_are_loaded_at_their_full_size(name: str) -> None:
    network = plan(preset(name), presets()[name].resolution)
    state = build(network, seed=1).state_dict()
    model = load(network, read_checkpoint(_saved(state)))
    assert all(torch.equal(tensor, state[key]) for key, tensor in model.state_dict().items())


def test_the_model_has_weights_of_its_own() -> None:
    """The checkpoint may be shared by others."""
    checkpoint = read_checkpoint(_saved(_trained(_plan())))
    model = load(_plan(), checkpoint)
    with torch.no_grad():
        for tensor in model.state_dict().values():
            tensor.zero_()
    assert all(tensor.any() for tensor in checkpoint.tensors.values())


def _refusal(network: Plan, checkpoint: Checkpoint) -> str:
    with pytest.raises(CheckpointError) as caught:
        load(network, checkpoint)
    sentence = str(caught.value)
    assert sentence.startswith("mine.pth ")
    assert sentence.endswith(".")
    return sentence


def test_what_does_not_fit_is_said_before_a_model_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visualizer.network.loading.build", None)
    state = _trained(_plan())
    checkpoint = read_checkpoint(_saved(state), "mine.pth")
    assert "(layer1.3.conv1.weight, layer1.3.bn1.weight" in _refusal(_plan("resnet32"), checkpoint)
    assert "is 16×3×3×3 in the file, 32×3×3×3 in this network" in _refusal(_plan("resnet20?stem_width=32"), checkpoint)
    assert _refusal(_plan("resnet20?classes=100"), checkpoint) == (
        "mine.pth was trained for 10 classes, and this network has 100: choose classes=10."
    )
    del state["layer2.1.bn2.running_var"]
    missing = read_checkpoint(_saved(state), "mine.pth")
    assert "1 tensor is missing (layer2.1.bn2.running_var)" in _refusal(_plan(), missing)


def test_weights_whose_products_overflow_are_refused_after_a_dry_forward() -> None:
    state = _trained(_plan())
    state["layer3.0.conv1.weight"] *= 1e38
    state["layer3.0.bn1.weight"] *= 1e38
    why = _refusal(_plan(), read_checkpoint(_saved(state), "mine.pth"))
    assert "its weights give numbers that are not finite" in why


@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: {"state_dict": {"module." + k: v for k, v in s.items()}},
                                  lambda s: {"model": s, "epoch": 3}])  # fmt: skip
def test_a_good_file_is_read_bit_for_bit_as_torch_reads_it(wrap: Any, tmp_path: Path) -> None:
    network = _plan("resnet50?width=8")
    state = _trained(network)
    file = tmp_path / "mine.pth"
    torch.save(wrap(state), file)
    peer = torch.load(file, weights_only=True)
    peer = peer.get("state_dict", peer.get("model", peer))
    model = load(network, read_checkpoint(file.read_bytes(), file.name))
    found = model.state_dict()
    for key, tensor in peer.items():
        if not key.endswith("tracked"):
            assert torch.equal(found[key.removeprefix("module.")], tensor), key
