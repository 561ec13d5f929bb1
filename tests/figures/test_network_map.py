"""Laws of the network map over random specs: a skip if and only if there is a shortcut, and no block lost."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given

from tests.strategies import specs
from visualizer.figures.network_map import cells, network_map
from visualizer.resnet import ResNetSpec, plan, preset

SVG = "{http://www.w3.org/2000/svg}"


def _blocks(text: str) -> list[ElementTree.Element]:
    return [group for group in ElementTree.fromstring(text).iter(f"{SVG}g") if group.get("class") == "block"]


@given(specs())
def test_every_block_has_one_skip_unless_it_is_plain(spec: ResNetSpec) -> None:
    network = plan(spec, 64)
    drawn = _blocks(network_map(network))
    assert [group.get("data-path") for group in drawn] == [block.path for block in network.blocks]
    for group, block in zip(drawn, network.blocks, strict=True):
        skips = [path for path in group.iter(f"{SVG}path") if path.get("class") == "skip"]
        assert len(skips) == (block.shortcut_kind != "none")
        assert all((skip.get("stroke-dasharray") is not None) == (block.shortcut_kind == "pad") for skip in skips)


def test_a_long_stage_folds_equal_blocks_and_loses_none() -> None:
    network = plan(preset("resnet1202"), 32)
    for stage in network.stages:
        drawn = cells(stage)
        assert sum(cell.times for cell in drawn) == len(stage.blocks)
        assert len(drawn) <= 2
    assert "× 199" in network_map(network)


@pytest.mark.parametrize(("name", "convolutions"), [("resnet18", "3×3, 64"), ("resnet50", "1×1, 2048")])
def test_boxes_name_the_convolutions_of_table_1(name: str, convolutions: str) -> None:
    texts = [text.text for text in ElementTree.fromstring(network_map(plan(preset(name)))).iter(f"{SVG}text")]
    assert convolutions in texts
