"""The weighted layers: numbered from 1 to the number in the network's name, and nothing else numbered."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from tests.analysis.equations import value
from tests.strategies import specs
from visualizer.analysis import layer_cost
from visualizer.analysis.counting import count_formula, counted_layers, layer_numbers, name_note
from visualizer.resnet import ResNetSpec, parse, plan, preset, presets


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_the_numbers_of_the_papers_networks_end_at_their_names(depth: int) -> None:
    """He et al. 2015, table 1."""
    numbers = layer_numbers(plan(preset(f"resnet{depth}")))
    assert list(numbers.values()) == list(range(1, depth + 1))
    assert numbers["conv1"] == 1
    assert numbers["fc"] == depth


@pytest.mark.parametrize("depth", [20, 32, 44, 56, 110, 1202])
def test_cifar_networks_have_6n_and_2_layers(depth: int) -> None:
    """He et al. 2015, sec. 4.2."""
    assert len(layer_numbers(plan(preset(f"resnet{depth}"), 32))) == depth


@given(specs())
def test_every_layer_with_parameters_is_numbered_or_has_a_reason(spec: ResNetSpec) -> None:
    network = plan(spec, 32)
    counted = counted_layers(network)
    assert [one.layer for one in counted] == [layer for layer in network.layers if layer_cost(layer).params]
    numbers = [one.number for one in counted if one.number is not None]
    assert numbers == list(range(1, network.weighted_layers + 1))
    assert all((one.number is None) == bool(one.reason) for one in counted)
    assert {one.layer.path: one.number for one in counted if one.number} == layer_numbers(network)


@given(specs())
def test_projections_attention_and_batch_norm_are_not_counted_and_say_why(spec: ResNetSpec) -> None:
    for one in counted_layers(plan(spec, 32)):
        layer = one.layer
        if layer.kind == "bn":
            assert one.reason.startswith("batch norm")
        elif layer.role == "shortcut":
            assert one.reason.startswith("a projection")
        elif ".se." in layer.path:
            assert "attention" in one.reason
        else:
            assert one.number


@given(specs())
def test_the_formula_of_the_depth_comes_to_it(spec: ResNetSpec) -> None:
    network = plan(spec, 32)
    formula = count_formula(network)
    assert value(formula.text) == formula.number == network.weighted_layers


def test_the_formula_of_the_50() -> None:
    assert str(count_formula(plan(preset("resnet50")))) == "1 + 3·(3 + 4 + 6 + 3) + 1 = 50"
    assert str(count_formula(plan(parse("resnet18?depths=4")))) == "1 + 2·4 + 1 = 10"


@pytest.mark.parametrize("name", presets())
def test_a_name_with_another_number_is_explained(name: str) -> None:
    title, network = presets()[name].title, plan(presets()[name].spec, 32)
    numbers = [int(number) for number in re.findall(r"\d+", title.replace("V2", ""))]
    assert bool(name_note(network, title)) == (numbers[:1] not in ([], [network.weighted_layers]))


def test_a_wide_resnet_is_named_by_its_convolutions() -> None:
    network = plan(preset("wrn_28_10"), 32)
    assert sum(layer.kind == "conv" for layer in network.layers) == 28
    assert name_note(network, "WRN-28-10").startswith("The 28 in the name is another count: all convolutions")
