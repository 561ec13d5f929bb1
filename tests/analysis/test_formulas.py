"""What stands beside a number comes to that number: every formula is read as it is written, and worked out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.equations import value
from tests.strategies import resolutions, specs
from visualizer.analysis import Cost, costs, formulas, layer_cost
from visualizer.analysis.formulas import (
    Formulas,
    block_formulas,
    explained,
    layer_formulas,
    part_formulas,
    stage_formulas,
    total_formulas,
)
from visualizer.resnet import Layer, ResNetSpec, parse, plan, preset


def assert_equal(found: Formulas, cost: Cost) -> None:
    """Each formula's number is the count, and its text comes to it."""
    for count in ("params", "buffers", "macs", "flops", "elementwise", "activations"):
        formula = getattr(found, count)
        assert formula.number == getattr(cost, count)
        assert value(formula.text) == formula.number, formula


@given(specs(), resolutions)
def test_formulas_of_layers_come_to_their_counts(spec: ResNetSpec, resolution: int) -> None:
    for layer in plan(spec, resolution).layers:
        assert_equal(layer_formulas(layer), layer_cost(layer))


@given(specs(), resolutions)
def test_sums_of_blocks_stages_and_network_come_to_their_counts(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    table = costs(network)
    assert_equal(part_formulas(table, network.stem, table.stem), table.stem)
    assert_equal(part_formulas(table, network.head, table.head), table.head)
    for block in network.blocks:
        assert_equal(block_formulas(table, block), table.block(block))
    for stage, cost in zip(network.stages, table.stages, strict=True):
        assert_equal(stage_formulas(table, stage), cost)
    assert_equal(total_formulas(table), table.total)


WRITTEN = [
    ("resnet50", "conv1", "params", "7·7·3·64 = 9,408"),
    ("resnet50", "layer1.0.conv2", "params", "3·3·64·64 = 36,864"),
    ("resnet50", "layer1.0.conv2", "macs", "36,864 · 56·56 = 115,605,504"),
    ("resnet50", "layer1.0.conv2", "flops", "2 · 115,605,504 = 231,211,008"),
    ("resnet50", "layer1.0.conv2", "activations", "64·56·56 = 200,704"),
    ("resnet50", "layer1.0.bn3", "params", "2·256 = 512"),
    ("resnet50", "layer1.0.bn3", "elementwise", "2·256·56·56 = 1,605,632"),
    ("resnet50", "layer1.0.relu1", "params", "0"),
    ("resnet50", "fc", "params", "2,048·1,000 + 1,000 = 2,049,000"),
    ("resnet50", "fc", "macs", "2,048·1,000 = 2,048,000"),
    ("resnext50_32x4d", "layer1.0.conv2", "params", "3·3·(128/32)·128 = 4,608"),
    ("keras_resnet50", "conv1", "params", "7·7·3·64 + 64 = 9,472"),
    ("keras_resnet50", "conv1", "macs", "9,408 · 112·112 = 118,013,952"),
    ("seresnet50", "layer1.0.se.fc1", "params", "1·1·256·16 + 16 = 4,112"),
    ("ecaresnet50d", "layer1.0.se.conv", "macs", "5·256 = 1,280"),
    ("resnet50", "avgpool", "elementwise", "7·7·2,048 = 100,352"),
]


@pytest.mark.parametrize(("net", "path", "count", "written"), WRITTEN)
def test_a_formula_is_written_as_one_writes_it(net: str, path: str, count: str, written: str) -> None:
    layer = next(layer for layer in plan(parse(net)).layers if layer.path == path)
    assert str(getattr(layer_formulas(layer), count)) == written


def test_equal_blocks_are_one_term_of_their_stage() -> None:
    table = costs(plan(preset("resnet50")))
    assert str(stage_formulas(table, table.plan.stages[0]).params) == "75,008 + 2·70,400 = 215,808"
    long = costs(plan(preset("resnet1202"), 32))
    assert str(stage_formulas(long, long.plan.stages[0]).params) == "200·4,672 = 934,400"
    assert str(total_formulas(table).params) == (
        "9,536 + 215,808 + 1,219,584 + 7,098,368 + 14,964,736 + 2,049,000 = 25,557,032"
    )


@given(st.integers(1, 50), st.integers(1, 50), st.integers(-3, 3).filter(bool))
def test_no_formula_is_made_for_another_number(one: int, other: int, off: int) -> None:
    assert explained((((one, other),),), one * other).number == one * other
    with pytest.raises(ArithmeticError):
        explained((((one, other),),), one * other + off)


@pytest.mark.parametrize("kind", ["conv", "linear", "bn", "maxpool"])
def test_a_count_that_changes_takes_its_formula_with_it_or_fails(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were `costs` to count anything else, no formula would say the old thing beside the new number."""

    def miscounted(layer: Layer) -> Cost:
        return Cost(*(number + 1 if number else 0 for number in layer_cost(layer)))

    layer = next(layer for layer in plan(preset("resnet50")).layers if layer.kind == kind)
    monkeypatch.setattr(formulas, "layer_cost", miscounted)
    with pytest.raises(ArithmeticError):
        layer_formulas(layer)


def test_an_unknown_kind_of_layer_has_no_formula() -> None:
    with pytest.raises(KeyError):
        layer_formulas(Layer("x", "mystery", "branch", 1, 0, (3, 8, 8), (3, 8, 8)))
