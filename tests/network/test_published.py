"""The built model against its plan, the published checkpoints, torch's own counter and torchinfo."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from torch.utils.flop_counter import FlopCounterMode
from torchinfo import summary

from tests.strategies import resolutions, specs
from visualizer.analysis import costs
from visualizer.network import build, tensor_shapes, walk
from visualizer.network.operations import OPERATIONS
from visualizer.resnet import Plan, ResNetSpec, plan, preset, presets
from visualizer.resnet.layers import KINDS


def _on_meta(network: Plan) -> tuple[Any, torch.Tensor]:
    """The model in eval mode and one picture, without memory."""
    with torch.device("meta"):
        return build(network, seed=None).eval(), torch.empty(1, *network.input)


def test_names_shapes_and_order_are_those_of_the_published_checkpoints(published_tensors: Any) -> None:
    for name, tensors in published_tensors.items():
        shapes = tensor_shapes(plan(preset(name)))
        names = [(key, shape) for key, shape in shapes.items() if not key.endswith("num_batches_tracked")]
        assert names == [
            (row["key"], tuple(row["shape"])) for row in tensors if not row["key"].endswith("num_batches_tracked")
        ]


def _counted_by_torchinfo_alone(network: Plan) -> int:
    """Mult-adds that torchinfo has beyond multiply-accumulates of convolutions and the classifier.

    It multiplies each weight and bias of a convolution by the output positions, and counts those of all other
    modules once: so a convolution's bias gives C·H·W, the classifier's bias N, and BN's scale and shift 2·C.
    """
    extra = 0
    for layer in network.layers:
        channels, *size = layer.output
        if layer.kind == "bn":
            extra += 2 * channels
        elif layer.bias:
            extra += channels * (size[0] * size[1] if size else 1)
    return extra


@pytest.mark.parametrize("name", presets())
def test_a_presets_tensors_and_costs_are_those_of_torch_and_torchinfo(name: str) -> None:
    network = plan(preset(name), presets()[name].resolution)
    model, picture = _on_meta(network)
    shapes = [(key, tuple(tensor.shape)) for key, tensor in model.state_dict().items()]
    assert shapes == list(tensor_shapes(network).items())
    with FlopCounterMode(display=False) as counter:
        model(picture)
    cost = costs(network).total
    assert counter.get_total_flops() == cost.flops
    assert sum(parameter.numel() for parameter in model.parameters()) == cost.params
    found = summary(model, input_data=picture, device="meta", verbose=0, depth=1)
    assert found.total_params == cost.params
    assert found.total_mult_adds == cost.macs + _counted_by_torchinfo_alone(network)


@settings(max_examples=80)
@given(specs(most_stages=4, most_blocks=2), resolutions)
def test_the_model_is_its_plan_path_by_path(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    model, picture = _on_meta(network)
    values, table, state = dict(walk(model, picture)), costs(network), model.state_dict()
    for layer in network.layers:
        assert tuple(values[layer.path].shape) == (1, *layer.output), layer.path
        cost = table.by_path[layer.path]
        parameters = OPERATIONS[layer.kind].module and model.get_submodule(layer.path).parameters()
        assert sum(parameter.numel() for parameter in parameters or ()) == cost.params, layer.path
    for block in network.blocks:
        assert tuple(values[f"{block.path}.out"].shape) == (1, *block.output)
    assert sum(parameter.numel() for parameter in model.parameters()) == table.total.params
    assert {name: tuple(tensor.shape) for name, tensor in state.items()} == tensor_shapes(network)
    assert list(state) == list(tensor_shapes(network))


@settings(max_examples=40)
@given(specs(most_stages=3, most_blocks=2))
def test_torch_counts_what_the_plan_says_for_any_spec(spec: ResNetSpec) -> None:
    network = plan(spec, 32)
    model, picture = _on_meta(network)
    with FlopCounterMode(display=False) as counter:
        model(picture)
    assert counter.get_total_flops() == costs(network).total.flops


def test_every_kind_of_layer_has_an_operation_and_no_other() -> None:
    assert set(OPERATIONS) == set(KINDS)
