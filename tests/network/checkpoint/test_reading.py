"""Good files in every wrapping: what is read is what torch.load reads, under the network's own names."""

import argparse
import hashlib
import io
from collections import Counter, OrderedDict
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from visualizer.network.checkpoint import Checkpoint, fit, read_checkpoint


def assert_same(checkpoint: Checkpoint, weights: Any, exact: bool = True) -> None:
    wanted = {name: tensor for name, tensor in weights.items() if "num_batches" not in name}
    assert list(checkpoint.tensors) == list(wanted)
    for name, tensor in checkpoint.tensors.items():
        assert tensor.dtype == torch.float32
        assert tensor.is_contiguous()
        assert tensor.device.type == "cpu"
        if exact:
            assert torch.equal(tensor, wanted[name]), name
        else:
            assert torch.allclose(tensor, wanted[name], atol=0.02), name


def test_a_plain_state_dict_is_read_to_the_last_bit(weights, saved):
    data = saved(weights)
    checkpoint = read_checkpoint(data, "mine.pth")
    assert_same(checkpoint, weights)
    assert checkpoint.format == "torch zip"
    assert checkpoint.digest == hashlib.sha256(data).hexdigest()
    assert checkpoint.notes == ()
    assert checkpoint.name == "mine.pth"


def test_safetensors_with_metadata_are_read_to_the_last_bit(weights):
    data = safetensors.torch.save(dict(weights), metadata={"format": "pt", "made by": "a test"})
    checkpoint = read_checkpoint(data)
    assert checkpoint.format == "safetensors"
    assert dict(checkpoint.tensors).keys() == {name for name in weights if "num_batches" not in name}
    assert all(torch.equal(tensor, weights[name]) for name, tensor in checkpoint.tensors.items())
    assert checkpoint.notes == ()


@pytest.mark.parametrize("key", ["state_dict", "model", "model_state_dict", "net", "ema", "my_own_name"])
def test_weights_are_found_under_their_usual_and_other_names(key, weights, saved):
    checkpoint = read_checkpoint(saved({"epoch": 3, "arch": "resnet", key: weights, "best_acc1": torch.tensor(71.0)}))
    assert_same(checkpoint, weights)
    assert any(f"“{key}”" in note for note in checkpoint.notes)


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "model.", "backbone.", "encoder_q.", "module.encoder_q."])
def test_prefixes_of_wrappers_are_removed_and_said(prefix, weights, saved):
    checkpoint = read_checkpoint(saved(OrderedDict((prefix + name, tensor) for name, tensor in weights.items())))
    assert_same(checkpoint, weights)
    assert checkpoint.notes == (f"The prefix “{prefix}” was removed from the names.",)


@given(
    wrappers=st.lists(st.sampled_from(["state_dict", "model", "net", "module", "teacher"]), max_size=3),
    prefixes=st.lists(st.sampled_from(["module.", "_orig_mod.", "model.", "backbone."]), max_size=3),
)
@settings(max_examples=40, deadline=None)
def test_any_nesting_of_wrappers_and_prefixes_gives_the_same(wrappers, prefixes, weights, saved):
    thing: Any = {"".join(prefixes) + name: tensor for name, tensor in weights.items()}
    for wrapper in wrappers:
        thing = {wrapper: thing, "epoch": 1}
    assert_same(read_checkpoint(saved(thing)), weights)


def test_prefixes_without_any_resnet_names_are_removed_only_where_all_share_them(saved):
    both = {"module.a.weight": torch.ones(2), "module.b.weight": torch.ones(2)}
    assert list(read_checkpoint(saved(both)).tensors) == ["a.weight", "b.weight"]
    mixed = {"module.a.weight": torch.ones(2), "b.weight": torch.ones(2)}
    assert list(read_checkpoint(saved(mixed)).tensors) == list(mixed)


def test_of_mocos_two_encoders_the_trained_one_is_taken_and_the_rest_is_said(weights, saved):
    copy = {name: tensor + 1 for name, tensor in weights.items()}
    moco = OrderedDict(("module.encoder_k." + name, tensor) for name, tensor in copy.items())
    moco |= OrderedDict(("module.encoder_q." + name, tensor) for name, tensor in weights.items())
    moco["module.queue_ptr"] = torch.tensor([3])
    checkpoint = read_checkpoint(saved({"state_dict": moco, "epoch": 200}))
    assert_same(checkpoint, weights)
    assert any("outside “module.encoder_q.”" in note for note in checkpoint.notes)


def test_averaged_weights_are_preferred_and_said(weights, saved):
    averaged = OrderedDict({"n_averaged": torch.tensor(5)})
    averaged |= OrderedDict(("module." + name, tensor + 1) for name, tensor in weights.items())
    checkpoint = read_checkpoint(saved({"model": weights, "model_ema": averaged}))
    assert_same(checkpoint, {name: tensor + 1 for name, tensor in weights.items()})
    assert checkpoint.notes[0] == (
        "The averaged (EMA) weights under “model_ema” were taken; the weights of the last step are there too."
    )


def test_an_average_without_running_statistics_is_not_preferred(weights, saved):
    learned = {name: tensor + 1 for name, tensor in weights.items() if "running" not in name and "num" not in name}
    assert_same(read_checkpoint(saved({"model": weights, "ema": {"shadow": learned, "decay": 0.999}})), weights)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_float32_and_it_is_said(dtype, weights, saved):
    converted = {name: t.to(dtype) if t.is_floating_point() else t for name, t in weights.items()}
    for data in (saved(converted), safetensors.torch.save(converted)):
        checkpoint = read_checkpoint(data)
        wanted = {name: converted[name].float() for name in checkpoint.tensors}
        assert_same(checkpoint, wanted)
        assert len(checkpoint.notes) == 1
        assert str(dtype).removeprefix("torch.") in checkpoint.notes[0]


def training_checkpoint(weights: Any) -> dict[str, Any]:
    """What a training script saves: the module in DataParallel's names, optimizer, scheduler, options, figures."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.randn(2, 3, 8, 8)).sum().backward()
    optimizer.step()
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [30, 60, 60])
    return {
        "epoch": 12,
        "arch": "resnet50",
        "state_dict": OrderedDict(("module." + name, tensor) for name, tensor in weights.items()),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "rng": torch.get_rng_state(),
        "sizes": torch.Size([3, 4]),
        "device": torch.device("cpu"),
        "dtype": torch.float16,
        "best": (71.5, None, True, -3, 2**40, "ü", [1, [2]], b"bytes"),
        "history": Counter(["a", "a", "b"]),
    }


def test_all_that_training_leaves_beside_the_weights_is_passed_over(weights, saved):
    data = saved(training_checkpoint(weights))
    torch.load(io.BytesIO(data), weights_only=True)  # the peer accepts it too
    assert_same(read_checkpoint(data), weights)


def test_options_and_numpy_figures_of_training_scripts_are_passed_over(weights, saved):
    class_free = {"args": argparse.Namespace(lr=0.1, model="resnet50", crop=[224]), "best": np.float64(71.5)}
    assert_same(read_checkpoint(saved({"model": weights, **class_free})), weights)


def test_a_real_modules_state_dict_with_its_versions_is_read(saved):
    model = nn.Sequential(OrderedDict(conv1=nn.Conv2d(3, 4, 3), bn1=nn.BatchNorm2d(4)))
    checkpoint = read_checkpoint(saved(model.state_dict()))
    assert_same(checkpoint, model.state_dict())
    other = nn.Sequential(OrderedDict(conv1=nn.Conv2d(3, 4, 3), bn1=nn.BatchNorm2d(4)))
    other.load_state_dict(fit({n: tuple(t.shape) for n, t in other.state_dict().items()}, checkpoint))
    assert torch.equal(other.conv1.weight, model.conv1.weight)  # type: ignore[union-attr, arg-type]


def test_parameters_are_read_as_tensors_without_gradients(saved):
    parameters = {"fc.weight": nn.Parameter(torch.ones(2, 3)), "fc.bias": nn.Parameter(torch.ones(2))}
    parameters["fc.bias"].note = "an attribute"  # type: ignore[attr-defined]
    checkpoint = read_checkpoint(saved(parameters))
    assert not any(tensor.requires_grad for tensor in checkpoint.tensors.values())
    assert_same(checkpoint, {name: parameter.detach() for name, parameter in parameters.items()})


def test_views_strides_tied_and_empty_tensors_are_read_like_torch_load_does(saved):
    base = torch.arange(60.0)
    views = {
        "a.weight": base.view(3, 20).t(),
        "b.weight": base[7:31].view(2, 3, 4),
        "c.weight": torch.randn(2, 3, 4, 4).contiguous(memory_format=torch.channels_last),
        "d.weight": base[::3],
        "e.weight": base,
        "f.weight": torch.empty(0, 3),
        "g.weight": torch.tensor(2.5),
    }
    assert_same(read_checkpoint(saved(views)), views)


def test_files_without_checksums_are_read_and_it_is_said(weights, saved):
    before = torch.serialization.get_crc32_options()
    torch.serialization.set_crc32_options(False)
    try:
        data = saved(weights)
    finally:
        torch.serialization.set_crc32_options(before)
    checkpoint = read_checkpoint(data)
    assert_same(checkpoint, weights)
    assert any("without checksums" in note for note in checkpoint.notes)


@given(
    shapes=st.lists(st.lists(st.integers(0, 4), max_size=4), min_size=1, max_size=6),
    dtype=st.sampled_from([torch.float16, torch.bfloat16, torch.float32, torch.float64]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_torch_saves_is_what_torch_loads(shapes, dtype, saved):
    data = saved(
        {
            f"{i}.weight": torch.randn(shape).to(dtype).t_() if len(shape) == 2 else torch.randn(shape).to(dtype)
            for i, shape in enumerate(shapes)
        }
    )
    peer = torch.load(io.BytesIO(data), weights_only=True)
    assert_same(read_checkpoint(data), {name: tensor.float() for name, tensor in peer.items()})


def test_the_published_resnet18s_tensors_are_read(published_tensors, saved):
    rows = published_tensors["resnet18"]
    named = OrderedDict((r["key"], torch.zeros(r["shape"], dtype=getattr(torch, r["dtype"]))) for r in rows)
    shapes = {name: tuple(tensor.shape) for name, tensor in named.items()}
    assert len(fit(shapes, read_checkpoint(saved(named)))) == 102  # of 122, 20 are counts of batches


def test_a_files_name_is_hostile_text(saved, weights):
    checkpoint = read_checkpoint(saved(weights), "a\n\x1b[31m\u202egpj.pth" + "x" * 5000)
    assert checkpoint.name.isprintable()
    assert len(checkpoint.name) <= 80
