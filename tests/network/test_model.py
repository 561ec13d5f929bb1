"""Building a model: seeds, initialisation, devices, limits."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from visualizer.network import NetworkTooLargeError, build, tensor_shapes
from visualizer.network.model import MAX_PARAMS
from visualizer.resnet import parse, plan, preset


def test_a_seed_gives_the_same_weights_and_leaves_the_global_generator_alone() -> None:
    network = plan(preset("resnet20"), 32)
    before = torch.get_rng_state()
    one, same, other = (build(network, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["layer1.0.conv1.weight"], other["layer1.0.conv1.weight"])
    assert not torch.equal(one["fc.bias"], other["fc.bias"])
    assert torch.equal(before, torch.get_rng_state())


def test_convolutions_have_hes_variance_and_batch_norm_begins_as_the_identity() -> None:
    """He et al. 2015 (arXiv:1502.01852), eq. 14: the variance of a weight is 2 / (k² · C_out)."""
    model = build(plan(parse("resnet18?conv_bias=true")))
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            expected = math.sqrt(2 / (module.kernel_size[0] ** 2 * module.out_channels))
            assert module.weight.std().item() == pytest.approx(expected, rel=0.05), name
            assert abs(module.weight.mean().item()) < expected / 10, name
            assert module.bias is not None
            assert not module.bias.any()
        elif isinstance(module, nn.BatchNorm2d):
            state = module.state_dict()
            assert all((state[one] == 1).all() for one in ("weight", "running_var"))
            assert not any(state[zero].any() for zero in ("bias", "running_mean", "num_batches_tracked"))
    bound = 1 / math.sqrt(512)
    for name in ("fc.weight", "fc.bias"):
        found = model.get_parameter(name)
        assert bound * 0.95 < found.abs().max() <= bound
        assert abs(found.mean().item()) < bound / 10


def test_without_a_seed_batch_norm_is_still_in_order() -> None:
    """A file need not have the counts of batches, so they must not be undefined."""
    model = build(plan(preset("resnet20"), 32), seed=None)
    assert model.training
    assert all(not count.any() for name, count in model.named_buffers() if name.endswith("num_batches_tracked"))
    assert list(model.state_dict()) == list(tensor_shapes(model.plan))


@pytest.mark.parametrize("seed", [0, None])
def test_the_default_device_is_obeyed(seed: int | None) -> None:
    with torch.device("meta"):
        model = build(plan(preset("resnet1202"), 32), seed)
    assert {tensor.device.type for tensor in model.state_dict().values()} == {"meta"}
    assert {tensor.device.type for tensor in build(plan(preset("resnet20"))).state_dict().values()} == {"cpu"}


def test_a_network_too_large_is_refused_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visualizer.network.model.ResNet", None)
    with pytest.raises(NetworkTooLargeError, match="has 606,708,173,096 parameters; up to 1,500,000,000 can"):
        build(plan(parse("resnet50?depths=400,400,400,400&width=1024")))
    assert MAX_PARAMS == 1_500_000_000


IMPORT = """
import torch
state = lambda: (torch.get_num_threads(), torch.get_rng_state().sum(), torch.is_grad_enabled())
before = state()
import visualizer.network
assert state() == before
"""


def test_importing_the_package_changes_nothing_in_torch(root: Path) -> None:
    subprocess.run([sys.executable, "-c", IMPORT], cwd=root, check=True)
