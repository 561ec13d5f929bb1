"""Boxes of receptive fields on a picture, and the square that holds most of what was measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import resolutions, specs
from visualizer.analysis.receptive_field import Field, reaches
from visualizer.analysis.window import Box, centre, energy_box, position, seen_box, support
from visualizer.resnet import ResNetSpec, plan, preset


def test_the_last_position_of_resnet50_by_hand() -> None:
    """Size 427, jump 32, start 0: position (3, 3) of 7 × 7 is centred on pixel 96 and sees 213 to either side."""
    network = plan(preset("resnet50"))
    field = reaches(network)[network.blocks[-1].layers[-1].path].longest
    assert field == Field(427, 32, 0.0)
    box = seen_box(field, 3, 3)
    assert box == (-117, -117, 310, 310)
    assert box.within(224) == (0, 0, 224, 224)
    assert box.outside(224) == 1 - 224**2 / 427**2


@settings(max_examples=150)
@given(specs(most_stages=4, most_blocks=2), resolutions)
def test_a_position_is_found_again_from_the_middle_of_its_field(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    fields = reaches(network)
    for block in network.blocks:
        field = fields[block.layers[-1].path].longest
        for axis in (1, 2):
            count = block.output[axis]
            for at in {0, count // 2, count - 1}:
                assert position(field, centre(field, at, resolution), count) == at


@settings(max_examples=100)
@given(specs(most_stages=3), st.integers(0, 9), st.integers(0, 9))
def test_the_shortest_path_s_box_lies_in_the_longest_one_s(
    spec: ResNetSpec, row: int, column: int
) -> None:
    for longest, shortest in reaches(plan(spec, 64)).values():
        box, small = seen_box(longest, row, column), seen_box(shortest, row, column)
        assert (box.width, box.height) == (longest.size, longest.size)
        assert box.left <= small.left <= small.right <= box.right
        assert box.top <= small.top <= small.bottom <= box.bottom


def test_what_lies_outside() -> None:
    assert Box(-2, -2, 2, 2).outside(10) == 0.75
    assert Box(0, 0, 10, 10).outside(10) == 0
    assert Box(12, 0, 14, 2).outside(10) == 1
    assert Box(12, 0, 14, 2).within(10) == (10, 0, 10, 2)


@given(st.integers(1, 20), st.integers(0, 2**32 - 1), st.floats(0.1, 1), st.integers(-5, 25), st.integers(1, 30))
def test_the_energy_box_is_the_smallest_that_holds_the_share(
    size: int, seed: int, share: float, left: int, side: int
) -> None:
    weights = np.random.default_rng(seed).random((size, size))
    weights[weights < 0.7] = 0
    weights[0, 0] = 1
    around = Box(left, 2, left + side, 2 + side)

    def held(box: Box) -> float:
        at = box.within(size)
        return float(np.square(weights[at.top : at.bottom, at.left : at.right]).sum() / np.square(weights).sum())

    box = energy_box(weights, around, share)
    assert box.left + box.right == around.left + around.right
    assert box.width == box.height
    assert held(box) >= share - 1e-9
    assert box.width <= 2 or held(box.grown(-1)) < share


def test_one_pixel_in_the_middle_is_a_box_of_one_pixel() -> None:
    weights = np.zeros((9, 9))
    weights[4, 5] = 2
    assert energy_box(weights, Box(1, 0, 10, 9)) == support(weights) == (5, 4, 6, 5)
    weights[4, 6] = 0.4  # 4 % as much as the other
    assert energy_box(weights, Box(1, 0, 10, 9)) == (5, 4, 6, 5)
    assert energy_box(weights, Box(1, 0, 10, 9), 0.97) == (4, 3, 7, 6)


def test_nothing_measured_has_no_box() -> None:
    assert support(np.zeros((3, 3))) is None
    for weights in (np.zeros((3, 3)), np.full((3, 3), np.nan)):
        with pytest.raises(ValueError, match="no energy"):
            energy_box(weights, Box(0, 0, 3, 3))
