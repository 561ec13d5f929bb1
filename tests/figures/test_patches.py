"""Where a channel is strongest: the largest values, apart from one another, with their fields in the picture."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import resolutions, specs
from visualizer.analysis import receptive_fields
from visualizer.analysis.receptive_field import Field
from visualizer.figures.patches import MOST, apart, strongest_patches
from visualizer.resnet import plan


@given(specs(), resolutions, st.integers(0, 99))
def test_patches_are_fields_of_the_largest_values_and_apart(spec, resolution, seed):
    network = plan(spec, resolution)
    fields = receptive_fields(network)
    draw = np.random.default_rng(seed)
    for layer in network.layers:
        if len(layer.output) < 3:
            continue
        one = draw.standard_normal(layer.output[1:]).astype(np.float32)
        found, field = strongest_patches(one, fields[layer.path], resolution), fields[layer.path]
        assert len(found) <= MOST
        values = [patch.value for patch in found]
        assert values == sorted(values, reverse=True)
        assert not values or values[0] == one.max() > 0
        for number, patch in enumerate(found):
            assert patch.value == one[patch.row, patch.column] > 0
            assert min(patch.left, patch.top) >= 0
            assert max(patch.left + patch.width, patch.top + patch.height) <= resolution
            assert 0 < min(patch.width, patch.height) <= max(patch.width, patch.height) <= field.size
            assert patch.cut == ((patch.width, patch.height) != (field.size, field.size))
            others = [max(abs(patch.x - other.x), abs(patch.y - other.y)) for other in found[:number]]
            assert all(distance >= apart(field, resolution) for distance in others)


def test_small_fields_do_not_overlap_and_each_is_where_its_value_comes_from():
    one = np.zeros((8, 8), np.float32)
    one[2, 3], one[2, 4], one[6, 0] = 5, 4, 3
    found = strongest_patches(one, Field(3, 2, 0.5), 16)
    assert [(patch.row, patch.column) for patch in found] == [(2, 3), (6, 0)]  # (2, 4) is 2 pixels from (2, 3)
    first, last = found
    assert (first.left, first.top, first.width, first.height, first.cut) == (5.5, 3.5, 3, 3, False)
    assert (last.left, last.width, last.cut) == (0, 2.5, True)


def test_a_dead_channel_is_strongest_nowhere():
    assert strongest_patches(np.zeros((4, 4), np.float32), Field(3, 1, 0), 8) == []
    assert strongest_patches(-np.ones((4, 4), np.float32), Field(3, 1, 0), 8) == []
