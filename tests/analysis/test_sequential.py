"""Costs of VGG against what others publish and count: torchvision, the residual paper, torch itself, torchinfo."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from tests.conftest import REFERENCE, Row, rows_of
from visualizer.analysis import cost_of, costs, layer_cost, layer_rows, receptive_fields, total
from visualizer.analysis.receptive_field import chain_fields
from visualizer.analysis.table import headline, section_rows
from visualizer.resnet import SEQUENTIALS, Layer, Sequential, plan, preset, sequential

ROWS = rows_of(REFERENCE / "vgg.csv")
MODULES: dict[str, Callable[[Layer], nn.Module]] = {
    "conv": lambda layer: nn.Conv2d(layer.input[0], layer.output[0], layer.kernel, layer.stride, layer.padding),
    "relu": lambda layer: nn.ReLU(),
    "maxpool": lambda layer: nn.MaxPool2d(layer.kernel, layer.stride),
    "adaptive_pool": lambda layer: nn.AdaptiveAvgPool2d(layer.output[1:]),
    "flatten": lambda layer: nn.Flatten(),
    "linear": lambda layer: nn.Linear(layer.input[0], layer.output[0]),
}


def module(network: Sequential) -> nn.Sequential:
    """The network in torch, on the meta device: shapes without numbers."""
    with torch.device("meta"):
        layers = ((layer.path.replace(".", "_"), MODULES[layer.kind](layer)) for layer in network.layers)
        return nn.Sequential(OrderedDict(layers)).eval()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["model"])
def test_parameters_and_macs_are_those_that_torchvision_publishes(row: Row) -> None:
    cost = cost_of(sequential(row["model"]))
    assert cost.params == int(row["num_params"])
    assert round(cost.macs / 1e9, 3) == float(row["ops_gmac"])


def test_the_residual_paper_s_billions(paper_table: Callable[[str], list[Row]]) -> None:
    """It counts VGG-19 with its linear layers (19.6) and VGG-16 without (15.3; with them it would be 15.5)."""
    (said,) = (row["statement"] for row in paper_table("he2015_fig7_and_text") if "VGG-19" in row["statement"])
    assert "VGG-19 (19.6 billion); VGG-16 15.3 billion" in said
    assert round(cost_of(sequential("vgg19")).macs / 1e9, 1) == 19.6
    convolutions = [layer for layer in sequential("vgg16").layers if layer.kind == "conv"]
    assert round(total(map(layer_cost, convolutions)).macs / 1e9, 1) == 15.3


@given(st.sampled_from(tuple(SEQUENTIALS)), st.integers(32, 300))
@settings(max_examples=20)
def test_torch_makes_the_same_shapes_from_the_same_layers(name: str, side: int) -> None:
    network = sequential(name, side)
    value = torch.empty(1, *network.input, device="meta")
    for layer, operation in zip(network.layers, module(network), strict=True):
        value = operation(value)
        assert tuple(value.shape[1:]) == layer.output
        assert sum(parameter.numel() for parameter in operation.parameters()) == layer_cost(layer).params


@pytest.mark.parametrize("side", [224, 100])
@pytest.mark.parametrize("name", SEQUENTIALS)
def test_torchinfo_counts_the_same_and_a_bias_an_output_of_a_linear_layer(name: str, side: int) -> None:
    from torchinfo import summary

    network = sequential(name, side)
    picture = torch.empty(1, *network.input, device="meta")
    found = summary(module(network), input_data=picture, device="meta", verbose=0)
    cost = cost_of(network)
    # Its "mult-adds" are a layer's parameters, biases among them, once an output position.
    biases = sum(layer.output[0] if layer.kind == "linear" else torch.Size(layer.output).numel()
                 for layer in network.layers if layer.bias)  # fmt: skip
    assert (found.total_params, found.total_mult_adds) == (cost.params, cost.macs + biases)


@pytest.mark.parametrize("name", SEQUENTIALS)
def test_torch_s_counter_counts_twice_the_macs(name: str) -> None:
    network = sequential(name)
    with FlopCounterMode(display=False) as counter:
        module(network)(torch.empty(1, *network.input, device="meta"))
    assert counter.get_total_flops() == cost_of(network).flops


def test_what_a_counter_does_not_know_is_not_counted_as_nothing() -> None:
    network = sequential("vgg16")
    odd = network.head[0]._replace(kind="dropout")
    with pytest.raises(KeyError, match="dropout"):
        layer_cost(odd)


@given(st.integers(32, 300))
def test_an_adaptive_pool_reads_each_element_of_each_of_its_windows(side: int) -> None:
    pools = [layer for layer in sequential("vgg16", side).layers if layer.kind == "adaptive_pool"]
    for layer in pools:
        channels, height, _ = layer.input
        # By torch: an average's gradient is one over the window's size at each element that the window reads.
        value = torch.ones(1, 1, height, height, requires_grad=True)
        read = 0
        for output in nn.AdaptiveAvgPool2d(layer.output[1])(value).flatten():
            (gradient,) = torch.autograd.grad(output, value, retain_graph=True)
            read += int(torch.count_nonzero(gradient))
        assert layer_cost(layer).elementwise == channels * read


def test_rows_and_headline_add_up_to_the_whole() -> None:
    for name in SEQUENTIALS:
        network = sequential(name)
        cost, figures = cost_of(network), headline(network)
        for rows in (layer_rows(network), [row._asdict() for row in section_rows(network)]):
            assert sum(row["params"] for row in rows) == cost.params == figures.params
            assert sum(row["macs"] for row in rows) == cost.macs == figures.macs
        assert [row["path"] for row in layer_rows(network)] == [layer.path for layer in network.layers]
        assert sum(row.blocks for row in section_rows(network)) + 3 == network.weighted_layers


def test_receptive_fields_are_the_known_ones() -> None:
    """196 and 212 around VGG-16's last pool are those of Araujo et al. 2019; the classifier sees all seven by seven."""
    fields = chain_fields(sequential("vgg16"))
    assert (fields["features.29"].size, fields["features.30"].size) == (196, 212)
    assert fields["classifier.6"].size == 212 + 6 * 32
    assert chain_fields(sequential("vgg16", 448))["avgpool"].size == 212 + 32


def test_one_cost_for_all_that_has_layers() -> None:
    network = plan(preset("resnet34"))
    assert cost_of(network) == costs(network).total
    assert [cost_of(stage) for stage in network.stages] == list(costs(network).stages)
    assert receptive_fields(network)["fc"] == receptive_fields(network)["avgpool"]
