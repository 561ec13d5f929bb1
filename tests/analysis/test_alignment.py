"""Laws of setting networks side by side, over random specs, and alignments that can be seen by eye."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.analysis.alignment import Alignment, before
from visualizer.resnet import ResNetSpec, parse, plan


def _aligned(*texts: str) -> Alignment:
    return Alignment(tuple(plan(parse(text), 64) for text in texts))


def _paths(found: Alignment, stage: int) -> list[tuple[str, ...]]:
    """A stage's columns by the blocks' numbers, "–" for a gap."""
    columns = found.stages[stage - 1].columns
    return [tuple(block.path.partition(".")[2] if block else "–" for block in column) for column in columns]


@given(st.lists(specs(), min_size=1, max_size=4))
def test_every_block_stands_in_one_column_in_its_order(several: list[ResNetSpec]) -> None:
    found = Alignment(tuple(plan(spec, 64) for spec in several))
    for place, network in enumerate(found.plans):
        assert [column[place] for column in found.columns if column[place]] == list(network.blocks)
    for stage in found.stages:
        assert {block.stage for column in stage.columns for block in column if block} == {stage.number}
        lengths = [sum(column[place] is not None for column in stage.columns) for place in range(len(several))]
        assert len(stage.columns) == max(lengths)
        for place, length in enumerate(lengths):  # one gap at most
            there = [column[place] is not None for column in stage.columns]
            assert sum(one != other for one, other in pairwise(there)) <= 2, (there, length)


@given(specs(), specs())
def test_a_counterparts_counterpart_is_the_block_itself(one: ResNetSpec, other: ResNetSpec) -> None:
    found = Alignment((plan(one, 64), plan(other, 64)))
    for block in found.plans[0].blocks:
        there = found.counterpart(0, block.path, 1)
        assert there == "" or found.counterpart(1, there, 0) == block.path
        assert found.counterpart(0, block.path, 0) == block.path


@given(st.lists(st.integers(0, 2), max_size=5), st.lists(st.integers(0, 2), max_size=8))
def test_a_gap_stands_where_most_things_are_beside_equal_ones(row: list[int], longest: list[int]) -> None:
    if len(row) > len(longest):
        row, longest = longest, row
    missing = len(longest) - len(row)

    def equal(number: int) -> int:
        spread = [*row[:number], *[None] * missing, *row[number:]]
        return sum(one == other for one, other in zip(spread, longest, strict=True))

    found = before(row, longest)
    assert equal(found) == max(map(equal, range(len(row) + 1)))
    assert all(equal(later) < equal(found) for later in range(found + 1, len(row) + 1))


def test_blocks_of_a_deeper_network_come_at_the_end_of_its_stages() -> None:
    assert _paths(_aligned("resnet18", "resnet34"), 1) == [("0", "0"), ("1", "1"), ("–", "2")]
    assert _paths(_aligned("resnet50", "resnet18"), 1) == [("0", "0"), ("1", "1"), ("2", "–")]


def test_where_the_last_block_is_special_blocks_come_before_it() -> None:
    few, many = ("resnet50v2?stride_block=last&depths=" + depths for depths in ("3,4,6,3", "5,4,6,3"))
    assert _paths(_aligned(few, many), 1) == [("0", "0"), ("1", "1"), ("–", "2"), ("–", "3"), ("2", "4")]


@pytest.mark.parametrize(("path", "expected"), [
    ("layer1.2", "layer1.4"), ("layer1.2.conv1", "layer1.4.conv1"), ("layer1", "layer1"), ("conv1", "conv1"),
    ("layer2.0.downsample.0", "layer2.0.downsample.0"), ("nothing", ""), ("layer9.1", ""),
    ("layer1.2.nothing", "layer1.4"),
])  # fmt: skip
def test_what_stands_beside_a_part(path: str, expected: str) -> None:
    found = _aligned(*("resnet50v2?stride_block=last&depths=" + depths for depths in ("3,4,6,3", "5,4,6,3")))
    assert found.counterpart(0, path, 1) == expected


def test_a_part_that_the_other_network_lacks_has_no_counterpart() -> None:
    found = _aligned("resnet50", "resnet20")
    assert found.counterpart(0, "layer4", 1) == found.counterpart(0, "layer4.1", 1) == ""
    assert found.counterpart(0, "layer1.0.conv3", 1) == "layer1.0"
    assert [stage.number for stage in found.stages] == [1, 2, 3, 4]
    assert all(column[1] is None for column in found.stages[3].columns)
