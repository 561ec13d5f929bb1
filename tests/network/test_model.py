"""The built model against its plan, torch's own counter, torchinfo, and the published checkpoints' names."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from torch.utils.flop_counter import FlopCounterMode
from torchinfo import summary

from tests.strategies import specs
from visualizer.analysis import costs
from visualizer.network import NetworkTooLargeError, build, walk
from visualizer.resnet import Plan, ResNetSpec, parse, plan, preset, presets


def _values(network: Plan, off: tuple[str, ...] = ()) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    with torch.inference_mode():
        return dict(walk(build(network).eval(), torch.randn(1, *network.input), off=off))


def test_names_shapes_and_order_are_those_of_the_published_checkpoints(published_tensors: Any) -> None:
    for name, tensors in published_tensors.items():
        with torch.device("meta"):
            state = build(plan(preset(name)), seed=None).state_dict()
        names = [(key, list(value.shape)) for key, value in state.items() if not key.endswith("num_batches_tracked")]
        expected = [(row["key"], row["shape"]) for row in tensors if not row["key"].endswith("num_batches_tracked")]
        assert names == expected


@pytest.mark.parametrize("name", [name for name in presets() if name not in ("resnet1202", "resnet1001v2")])
def test_macs_are_those_of_torchs_counter(name: str) -> None:
    network = plan(preset(name), presets()[name].resolution)
    with torch.device("meta"):
        model = build(network, seed=None).eval()
        with FlopCounterMode(display=False) as counter:
            model(torch.empty(1, *network.input))
    cost = costs(network).total
    assert counter.get_total_flops() == cost.flops
    assert sum(p.numel() for p in model.parameters()) == cost.params


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnext50_32x4d", "resnet20", "resnet50d"])
def test_parameters_are_those_of_torchinfo(name: str) -> None:
    network = plan(preset(name), presets()[name].resolution)
    with torch.device("meta"):
        found = summary(build(network, seed=None), (1, *network.input), device="meta", verbose=0)
    assert found.total_params == costs(network).total.params


@settings(max_examples=60)
@given(specs(most_stages=3, most_blocks=2))
def test_every_value_has_the_shape_of_its_layer(spec: ResNetSpec) -> None:
    network = plan(spec, 16)
    with torch.device("meta"):
        values = dict(walk(build(network, seed=None).eval(), torch.empty(1, *network.input)))
    for layer in network.layers:
        assert tuple(values[layer.path].shape[1:]) == layer.output, layer.path


SPECS = ["resnet18", "resnet50d", "resnet18v2", "seresnet50", "resnet20", "resnet34?shortcut=A"]


@pytest.mark.parametrize("text", SPECS)
def test_the_sum_is_branch_plus_shortcut_and_kept_values_stay_true(text: str) -> None:
    network = plan(parse(text), 32)
    values = _values(network)
    for block in network.blocks:
        total = values[f"{block.path}.branch"] + values[f"{block.path}.shortcut"]
        assert torch.equal(values[f"{block.path}.sum"], total)
        assert torch.equal(values[f"{block.path}.branch"], values[block.branch[-1].path])


def test_a_block_that_is_off_passes_its_shortcut_alone() -> None:
    values = _values(plan(preset("resnet18"), 32), off=("layer2.1",))
    assert torch.equal(values["layer2.1.sum"], values["layer2.1.shortcut"])
    assert torch.equal(values["layer2.1.out"], values["layer2.1.x"])


def test_plain_blocks_have_no_shortcut() -> None:
    values = _values(plan(preset("plain20"), 32))
    assert not [address for address in values if address.endswith((".shortcut", ".sum"))]


def test_a_seed_gives_the_same_weights_and_leaves_the_global_generator_alone() -> None:
    network = plan(preset("resnet20"), 32)
    before = torch.get_rng_state()
    one, same, other = (build(network, seed).state_dict()["layer1.0.conv1.weight"] for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(before, torch.get_rng_state())


def test_gradients_reach_the_first_layer_and_statistics_move_in_training() -> None:
    model = build(plan(preset("resnet20"), 32))
    model(torch.randn(2, 3, 32, 32)).sum().backward()
    first = model.get_parameter("conv1.weight").grad
    assert first is not None
    assert first.abs().sum() > 0
    assert model.get_buffer("bn1.num_batches_tracked") == 1


def test_a_network_too_large_is_refused_before_anything_is_made() -> None:
    with pytest.raises(NetworkTooLargeError, match="parameters"):
        build(plan(parse("resnet50?depths=400,400,400,400&width=1024")))
