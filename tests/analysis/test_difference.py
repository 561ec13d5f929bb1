"""Laws of comparing two networks, over random specs, and differences that are published."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from tests.conftest import Row
from tests.strategies import resolutions, specs
from visualizer.analysis import stage_rows
from visualizer.analysis.alignment import Alignment
from visualizer.analysis.aspects import block_changes
from visualizer.analysis.costs import Cost
from visualizer.analysis.difference import Difference, RowPair, aligned_rows, lacking, marks
from visualizer.analysis.naming import FIELD_WORDS, network_name
from visualizer.resnet import Block, Layer, Plan, ResNetSpec, parse, plan, preset, presets
from visualizer.resnet.spec import FIELDS


def _difference(first: str, second: str, resolution: int = 224) -> Difference:
    return Difference(plan(parse(first), resolution), plan(parse(second), resolution))


def _structure(block: Block) -> Block:
    """What a block is, wherever it stands, without the names of its shortcut's modules: a pool shifts them."""

    def within(layers: tuple[Layer, ...], named: bool = True) -> tuple[Layer, ...]:
        """Layers with names that begin at the block."""
        return tuple(
            layer._replace(
                path=layer.path.removeprefix(block.path) if named else "", block=0,
                reads=tuple(read.removeprefix(block.path) for read in layer.reads),
            )
            for layer in layers
        )  # fmt: skip

    return block._replace(
        form=0, path="", index=0, branch=within(block.branch), shortcut=within(block.shortcut, named=False),
        after=within(block.after),
    )  # fmt: skip


@given(specs(), resolutions)
def test_a_network_does_not_differ_from_itself(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    found = Difference(network, network)
    assert not any(pair.differs for pair in found.blocks)
    assert found.total == Cost()
    assert marks(network, network, "itself") == lacking(network, [("itself", network)]) == {}


@given(specs(), specs(), resolutions)
def test_the_other_way_round_every_sign_turns(one: ResNetSpec, other: ResNetSpec, resolution: int) -> None:
    there, back = plan(one, resolution), plan(other, resolution)
    forth, reverse = Difference(there, back), Difference(back, there)
    assert reverse.total == Cost(*(-count for count in forth.total))
    assert [(row.name, -row.params, -row.macs) for row in forth.rows] == [
        (row.name, row.params, row.macs) for row in reverse.rows
    ]
    turned = [(pair.second, pair.first, {(c.aspect, c.second, c.first) for c in pair.changes})
              for pair in forth.blocks]  # fmt: skip
    assert turned == [(pair.first, pair.second, set(pair.changes)) for pair in reverse.blocks]


@given(specs(), specs(), resolutions)
def test_stem_stages_and_head_add_up_to_the_total(one: ResNetSpec, other: ResNetSpec, resolution: int) -> None:
    found = Difference(plan(one, resolution), plan(other, resolution))
    assert sum(row.params for row in found.rows) == found.total.params
    assert sum(row.macs for row in found.rows) == found.total.macs


@given(specs(), specs(), resolutions)
def test_every_block_and_every_row_stands_in_one_pair(one: ResNetSpec, other: ResNetSpec, resolution: int) -> None:
    first, second = plan(one, resolution), plan(other, resolution)
    found = Difference(first, second)
    assert [pair.first for pair in found.blocks if pair.first] == list(first.blocks)
    assert [pair.second for pair in found.blocks if pair.second] == list(second.blocks)
    assert all(pair.first.stage == pair.second.stage for pair in found.blocks if pair.first and pair.second)
    assert [row.first for row in found.rows if row.first] == stage_rows(first)
    assert [row.second for row in found.rows if row.second] == stage_rows(second)
    assert max(Counter(row.name for row in found.rows).values()) == 1


def _pairs(one: ResNetSpec, other: ResNetSpec, resolution: int) -> list[tuple[Block, Block]]:
    """Every two blocks that stand side by side."""
    found = Difference(plan(one, resolution), plan(other, resolution)).blocks
    return [(pair.first, pair.second) for pair in found if pair.first and pair.second]


@given(specs(), specs(), resolutions)
def test_words_say_that_blocks_differ_if_and_only_if_they_do(
    one: ResNetSpec, other: ResNetSpec, resolution: int
) -> None:
    for first, second in _pairs(one, other, resolution):
        assert bool(block_changes(first, second)) == (_structure(first) != _structure(second))


@given(specs(block="basic", depths=[2, 2]), specs(block="basic", depths=[2, 2]))
def test_words_say_it_of_networks_that_are_nearly_the_same_too(one: ResNetSpec, other: ResNetSpec) -> None:
    """Random specs mostly differ in everything; here one field after the other is taken over from the second."""
    for field in FIELDS:
        for first, second in _pairs(one, replace(one, **{field: getattr(other, field)}), 64):
            assert bool(block_changes(first, second)) == (_structure(first) != _structure(second)), field


@given(specs(), specs())
def test_blocks_are_marked_exactly_where_they_differ_or_are_lacking(one: ResNetSpec, other: ResNetSpec) -> None:
    first, second = plan(one, 64), plan(other, 64)
    found = marks(first, second, "one")
    beside = {b.path: a and _structure(a) for a, b in Alignment((first, second)).columns if b}
    assert set(found) == {block.path for block in second.blocks if beside[block.path] != _structure(block)}
    assert {path for path, words in found.items() if words == "Not in one"} == set(lacking(second, [("one", first)]))


def test_b_has_three_projections_more_than_a(golden: dict[str, Row]) -> None:
    found = _difference("resnet34?shortcut=A", "resnet34")
    published = {name: int(golden[f"resnet34_option_{name}"]["params"]) for name in ("plain_or_A", "B")}
    assert found.total.params == published["B"] - published["plain_or_A"] == 173_824
    macs = {name: int(golden[f"resnet34_option_{name}"]["macs"]) for name in ("plain_or_A", "B")}
    assert found.total.macs == macs["B"] - macs["plain_or_A"]
    assert {row.name: row.params for row in found.rows if row.params} == {
        "stage 2": 64 * 128 + 2 * 128, "stage 3": 128 * 256 + 2 * 256, "stage 4": 256 * 512 + 2 * 512,
    }  # fmt: skip
    words = "Shortcut: padded with zeros in ResNet-34 A, projection here"
    assert marks(found.first, found.second, "ResNet-34 A") == dict.fromkeys(
        ("layer2.0", "layer3.0", "layer4.0"), words
    )


def test_bottlenecks_in_place_of_basic_blocks(golden: dict[str, Row]) -> None:
    found = _difference("resnet34", "resnet50")
    assert found.total.params == int(golden["tv_resnet50"]["params"]) - int(golden["tv_resnet34"]["params"])
    assert found.total.macs == int(golden["tv_resnet50"]["macs"]) - int(golden["tv_resnet34"]["macs"])
    assert len(found.blocks) == 16
    assert all(pair.differs for pair in found.blocks)
    assert marks(found.first, found.second, "ResNet-34")["layer1.0"] == (
        "Branch: [3×3, 64; 3×3, 64] in ResNet-34, [1×1, 64; 3×3, 64; 1×1, 256] here; "
        "shortcut: identity in ResNet-34, projection here; output: 64 × 56 × 56 in ResNet-34, 256 × 56 × 56 here"
    )


def test_v1_and_v15_differ_in_three_blocks_and_in_no_parameter() -> None:
    found = _difference("resnet50_v1", "resnet50")
    assert found.total.params == 0
    assert [pair.path for pair in found.blocks if pair.differs] == ["layer2.0", "layer3.0", "layer4.0"]
    assert found.total.macs > 0


def test_blocks_that_a_shallower_network_has_not() -> None:
    found = _difference("resnet18", "resnet34")
    deeper = {f"layer{stage}.{index}" for stage, depth in enumerate((3, 4, 6, 3), 1) for index in range(2, depth)}
    assert marks(found.first, found.second, "ResNet-18") == dict.fromkeys(deeper, "Not in ResNet-18")
    assert set(lacking(found.second, [("ResNet-18", found.first)])) == deeper


def test_rows_line_up_by_name_where_networks_have_other_stages() -> None:
    plans: list[Plan] = [plan(preset(name), 64) for name in ("resnet20", "resnet50")]
    table = {name: [row is not None for row in rows] for name, rows in aligned_rows(plans)}
    assert list(table) == ["stem", "pool", "stage 1", "stage 2", "stage 3", "stage 4", "head"]
    assert {name for name, there in table.items() if not there[0]} == {"pool", "stage 4"}
    lone = Difference(plans[0], plans[1]).rows[5]
    assert lone == RowPair("stage 4", None, stage_rows(plans[1])[5])
    assert lone.params == stage_rows(plans[1])[5].params > 0


def test_every_field_has_a_name_in_words() -> None:
    assert set(FIELD_WORDS) == set(FIELDS)
    assert len(set(FIELD_WORDS.values())) == len(FIELDS)


def test_published_networks_have_their_titles() -> None:
    named = {row.spec: row.title for row in reversed(presets().values())}
    assert all(network_name(spec) == title for spec, title in named.items())


@pytest.mark.parametrize(
    ("text", "name"),
    [("resnet34?shortcut=A", "ResNet-34 with shortcut A"),
     ("resnet18?depths=2,2,3,2&classes=10", "ResNet-18 with blocks per stage 2-2-3-2 and classes 10"),
     ("resnet50?groups=3&width_per_group=9&classes=4", "ResNet-50 with 3 changes")],
)  # fmt: skip
def test_other_networks_are_named_by_the_nearest(text: str, name: str) -> None:
    assert network_name(parse(text)) == name
