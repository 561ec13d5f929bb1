"""The anatomy of a block as DOT: every layer once, joined as the plan says, with its kernel, channels and shape."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.figures.anatomy import anatomy, anatomy_height
from visualizer.figures.captions import KIND_NAMES
from visualizer.resnet import Block, ResNetSpec, plan, preset
from visualizer.resnet.layers import KINDS

NAME = r'"?([\w.]+)"?'


def _nodes(block: Block) -> list[str]:
    lines = anatomy(block, "light").body
    return [found[1] for line in lines if (found := re.match(rf"\t{NAME} \[", line)) and " -> " not in line]


def _edges(block: Block) -> set[tuple[str, str]]:
    lines = anatomy(block, "dark").body
    return {(found[1], found[2]) for line in lines if (found := re.match(rf"\t{NAME} -> {NAME}", line))}


@given(specs(), st.data())
def test_every_layer_is_a_node_and_lies_on_a_way_from_x_to_the_output(spec: ResNetSpec, data: st.DataObject) -> None:
    block = data.draw(st.sampled_from(plan(spec, 64).blocks))
    nodes, edges = _nodes(block), _edges(block)
    assert sorted(nodes) == sorted(["x", "out", *(layer.path for layer in block.layers)])
    assert {start for start, _ in edges} == set(nodes) - {"out"}
    assert {end for _, end in edges} == set(nodes) - {"x"}


@given(specs(), st.data())
def test_the_addition_has_two_inputs_and_a_plain_block_has_none(spec: ResNetSpec, data: st.DataObject) -> None:
    block = data.draw(st.sampled_from(plan(spec, 64).blocks))
    inputs = [start for start, end in _edges(block) if end.endswith(".add")]
    assert len(inputs) == (0 if block.shortcut_kind == "none" else 2)


@pytest.mark.parametrize(
    ("name", "path", "words"),
    [
        ("resnet50", "layer2.0", ["3×3 conv, 128, /2", "128 × 28 × 28", "1×1 conv, 512, /2", "256 × 56 × 56"]),
        ("resnet50", "layer2.1", ["identity", "F(x)"]),
        ("resnext50_32x4d", "layer1.1", ["in 32 groups"]),
        ("seresnet50", "layer1.1", ["global average pool", "sigmoid", "× gate"]),
        ("resnet20", "layer2.0", ["every 2nd pixel", "+16 zero channels"]),
    ],
)
def test_it_says_kernels_channels_strides_and_shapes(name: str, path: str, words: list[str]) -> None:
    drawn = anatomy(plan(preset(name)).block(path), "light").source
    assert all(word in drawn for word in words)


def test_a_longer_branch_needs_more_room() -> None:
    heights = [anatomy_height(plan(preset(name)).block("layer2.1")) for name in ("plain34", "resnet50", "seresnet50")]
    assert heights == sorted(set(heights))


def test_every_kind_of_layer_has_a_name() -> None:
    assert set(KIND_NAMES) == set(KINDS)
