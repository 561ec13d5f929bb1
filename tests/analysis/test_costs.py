"""Laws of the counts over random specs from the whole table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.strategies import resolutions, specs
from visualizer.analysis import Cost, costs, layer_cost, total
from visualizer.analysis.costs import FORMULAS
from visualizer.resnet import Layer, ResNetSpec, plan, preset
from visualizer.resnet.layers import KINDS
from visualizer.resnet.sequential import KINDS as SEQUENTIAL_KINDS


@given(specs(), resolutions)
def test_parts_add_up_to_totals(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    table = costs(network)
    assert table.layers == tuple(map(layer_cost, network.layers))
    assert table.total == total(table.layers)
    assert table.stem == total(map(layer_cost, network.stem))
    assert table.head == total(map(layer_cost, network.head))
    for stage, cost in zip(network.stages, table.stages, strict=True):
        assert cost == total(table.block(block) for block in stage.blocks)
        assert cost == total(map(layer_cost, stage.layers))
    for block in network.blocks:
        assert table.block(block) == table.of(block.layers) == total(map(layer_cost, block.layers))
    assert all(table.by_path[layer.path] == layer_cost(layer) for layer in network.layers)


def counted(layer: Layer) -> int:
    """Multiply-accumulates of a layer, by going through what each output element is made of."""
    if layer.kind == "linear":
        return sum(layer.input[0] for _ in range(layer.output[0]))
    if layer.kind == "conv1d":
        return sum(layer.kernel for _ in range(layer.output[0]))
    channels, height, width = layer.output
    inputs_of_a_filter = len(range(0, layer.input[0], layer.groups))
    return sum(height * width * layer.kernel**2 * inputs_of_a_filter for _ in range(channels))


@given(specs(), resolutions)
def test_macs_and_activations_are_of_convolutions_and_linear_layers_alone(spec: ResNetSpec, resolution: int) -> None:
    for layer in plan(spec, resolution).layers:
        cost = layer_cost(layer)
        size = 1
        for n in layer.output:
            size *= n
        if layer.kind in ("conv", "conv1d", "linear"):
            assert (cost.macs, cost.activations, cost.elementwise) == (counted(layer), size, 0)
            assert cost.buffers == 0
        else:
            assert (cost.macs, cost.activations) == (0, 0)
            assert layer.kind == "bn" or cost.params == cost.buffers == 0
        assert cost.flops == 2 * cost.macs


@given(specs(conv_bias=False), resolutions)
def test_option_a_costs_no_parameter_and_no_mac_more_than_a_plain_net(spec: ResNetSpec, resolution: int) -> None:
    """He et al. 2015, sec. 3.3."""
    plain = costs(plan(replace(spec, shortcut="none"), resolution)).total
    padded = costs(plan(replace(spec, shortcut="A"), resolution)).total
    assert padded[:3] == plain[:3]
    assert padded.elementwise > plain.elementwise


@given(specs(), resolutions)
def test_projections_are_the_whole_difference_between_the_options(spec: ResNetSpec, resolution: int) -> None:
    plain = costs(plan(replace(spec, shortcut="none"), resolution)).total
    for option in "BC":
        network = plan(replace(spec, shortcut=option), resolution)
        projections = total(layer_cost(layer) for block in network.blocks for layer in block.shortcut)
        assert costs(network).total[:3] == tuple(map(sum, zip(plain[:3], projections[:3], strict=True)))


@given(specs(norm="batch"))
def test_buffers_are_a_mean_and_a_variance_where_scale_and_shift_are_learned(spec: ResNetSpec) -> None:
    for layer in plan(spec, 16).layers:
        if layer.kind == "bn":
            assert layer_cost(layer)[:2] == (2 * layer.input[0], 2 * layer.input[0])
    assert costs(plan(replace(spec, norm="none"), 16)).total.buffers == 0


@given(specs())
def test_parameters_do_not_depend_on_the_resolution(spec: ResNetSpec) -> None:
    assert costs(plan(spec, 1)).total.params == costs(plan(spec, 64)).total.params


def test_every_kind_has_a_formula_and_an_unknown_one_raises() -> None:
    assert set(FORMULAS) == {*KINDS, *SEQUENTIAL_KINDS}
    layer = plan(preset("resnet18")).layers[0]._replace(kind="deformable_conv")
    with pytest.raises(KeyError):
        layer_cost(layer)


def test_an_se_module_counts_its_two_layers_and_an_eca_module_its_kernel() -> None:
    """Hu et al. 2018: 2C²/r weights a block, and biases; Wang et al. 2020: k weights for the whole block."""
    base = replace(preset("seresnet50"), attention="none")
    extra = costs(plan(preset("seresnet50"))).total.params - costs(plan(base)).total.params
    widths = {256: 3, 512: 4, 1024: 6, 2048: 3}
    assert extra == sum(blocks * (2 * c * c // 16 + c // 16 + c) for c, blocks in widths.items())
    eca = costs(plan(replace(base, attention="eca"))).total.params - costs(plan(base)).total.params
    assert eca == 3 * 5 + 4 * 5 + 6 * 5 + 3 * 7  # k = 5 for 256, 512 and 1024 channels, 7 for 2048


def test_nothing_adds_up_to_nothing() -> None:
    assert total([]) == Cost()
