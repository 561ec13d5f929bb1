"""What one change costs, against networks of which the costs are known."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from tests.strategies import specs
from visualizer.analysis import Cost, costs
from visualizer.analysis.marginal import CHOICES, Step, steps, totals
from visualizer.resnet import ResNetSpec, parse, plan, preset
from visualizer.resnet.spec import MAX_DEPTH


def step(net: str, field: str, value: str | int) -> Step:
    return next(one for one in steps(plan(parse(net))) if (one.field, one.value) == (field, value))


def test_one_more_block_costs_what_a_block_of_its_stage_costs() -> None:
    network = plan(preset("resnet50"))
    table = costs(network)
    for stage in network.stages:
        found = step("resnet50", "depths", stage.number)
        assert found.difference == table.block(stage.blocks[-1])
        assert found.weighted_layers == 3
        assert found.spec.depths[stage.number - 1] == len(stage.blocks) + 1


def test_published_networks_are_one_step_apart(golden: dict[str, dict[str, str]]) -> None:
    """ResNet-34 is ResNet-50 with basic blocks: torchvision counts 21,797,672 and 25,557,032 parameters."""
    found = step("resnet50", "block", "basic")
    assert found.spec == preset("resnet34")
    assert found.difference.params == int(golden["tv_resnet34"]["params"]) - int(golden["tv_resnet50"]["params"])
    assert found.difference.macs == int(golden["tv_resnet34"]["macs"]) - int(golden["tv_resnet50"]["macs"])
    assert (found.params, found.weighted_layers) == ("−14.7 %", -16)


def test_a_grouped_bottleneck_turned_basic_loses_its_groups() -> None:
    assert step("resnext50_32x4d", "block", "basic").spec == preset("resnet34")


@given(specs(most_blocks=8))
def test_totals_without_the_equal_blocks_are_those_of_the_whole_plan(spec: ResNetSpec) -> None:
    network = plan(spec, 40)
    assert totals(spec, 40) == (costs(network).total, network.weighted_layers)


@given(specs(most_stages=3, most_blocks=5))
@settings(max_examples=40)
def test_each_step_is_another_network_whose_costs_are_the_difference_away(spec: ResNetSpec) -> None:
    network = plan(spec, 32)
    before = costs(network).total
    found = steps(network)
    assert len({one.spec for one in found}) == len(found)
    for one in found:
        assert one.spec != spec
        assert one.spec == replace(spec, **one.fields)
        after = costs(plan(one.spec, 32)).total
        assert Cost(*map(sum, zip(before, one.difference, strict=True))) == after
        assert one.difference.flops == 2 * one.difference.macs


def test_what_cannot_be_is_not_offered() -> None:
    """Three does not divide a stem of 64; a stage of the most blocks takes no more; a basic block has no 1×1."""
    full = plan(parse(f"resnet18?stem_width=64&stem=deep&depths=2,{MAX_DEPTH},2"), 32)
    offered = {(one.field, one.value) for one in steps(full)}
    assert ("stem", "tiered") not in offered
    assert ("depths", 2) not in offered
    assert ("depths", 3) in offered
    assert ("stride_on", "1x1") not in offered


def test_every_other_choice_of_the_usual_network_is_offered() -> None:
    offered = {(one.field, one.value) for one in steps(plan(preset("resnet50")))}
    spec = preset("resnet50")
    wanted = {(field, choice) for field, choices in CHOICES.items() for choice in choices}
    assert wanted - offered == {(field, getattr(spec, field)) for field in CHOICES}
