"""Quantities of a block add up to those of the network, and are those of its last layer where they do not add up."""

from __future__ import annotations

from math import prod

from hypothesis import given

from tests.strategies import resolutions, specs
from visualizer.analysis import costs, receptive_fields
from visualizer.analysis.block_quantities import QUANTITIES, field, macs, memory, params
from visualizer.analysis.memory import training
from visualizer.resnet import Plan, ResNetSpec, parse, plan


@given(specs(), resolutions)
def test_every_block_has_every_quantity_and_the_rest_are_layers_of_stem_and_head(
    spec: ResNetSpec, resolution: int
) -> None:
    network = plan(spec, resolution)
    outer = {layer.path for layer in (*network.stem, *network.head)}
    for quantity in QUANTITIES.values():
        found = quantity(network)
        assert {block.path for block in network.blocks} <= set(found)
        assert set(found) <= {block.path for block in network.blocks} | outer


@given(specs(), resolutions)
def test_parameters_and_macs_add_up_to_the_networks(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    total = costs(network).total
    assert sum(params(network).values()) == total.params
    assert sum(macs(network).values()) == total.macs


def _besides(network: Plan) -> int:
    """What autograd keeps for one picture that is no layer's output: statistics, positions, a border of zeros."""
    statistics = sum(2 * 4 * layer.output[0] for layer in network.layers if layer.kind == "bn")
    pools = [layer for layer in network.layers if layer.kind == "maxpool"]
    positions = sum(8 * prod(layer.output) for layer in pools)
    bordered = [layer for layer in pools if layer.zero_border]
    copies = sum(4 * layer.input[0] * (layer.input[1] + 2 * layer.padding) ** 2 for layer in bordered)
    return statistics + positions + copies


@given(specs(), resolutions)
def test_memory_adds_up_to_what_autograd_keeps(spec: ResNetSpec, resolution: int) -> None:
    """`training` is compared with torch to the byte (tests/network/test_memory.py)."""
    network = plan(spec, resolution)
    assert sum(memory(network).values()) == training(network, 1, "float32", "SGD").kept - _besides(network)


def test_memory_of_a_basic_block_by_hand() -> None:
    """The second block of ResNet-18: what conv1 and conv2 wrote and both ReLUs left, 64 × 56 × 56 each, in 4 bytes.

    Of the first batch norm's output the ReLU makes its own, in the same memory, as the second ReLU does of the sum.
    """
    assert memory(plan(parse("resnet18")))["layer1.1"] == 4 * 4 * 64 * 56 * 56


def test_memory_counts_where_it_was_first_written() -> None:
    """The classifier's input is the average pool's memory in another shape."""
    found = memory(plan(parse("resnet18")))
    assert found["avgpool"] == 4 * 512
    assert "flatten" not in found


@given(specs(), resolutions)
def test_the_receptive_field_is_that_of_the_last_layer_and_never_shrinks(spec: ResNetSpec, resolution: int) -> None:
    network, found = plan(spec, resolution), field(plan(spec, resolution))
    fields = receptive_fields(network)
    sizes = [found[block.path] for block in network.blocks]
    assert sizes == [fields[block.layers[-1].path].size for block in network.blocks]
    assert sizes == sorted(sizes)


def test_receptive_fields_of_resnet_18() -> None:
    """7 + 4 after the stem's pool; each basic block of stage 1 adds twice 2 · 4 (Araujo et al. 2019, eq. 2)."""
    found = field(plan(parse("resnet18")))
    assert (found["conv1"], found["maxpool"], found["layer1.0"], found["layer1.1"]) == (7, 11, 27, 43)
    assert found["layer4.1"] == 435
