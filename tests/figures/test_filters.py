"""Filters as tiles: the strongest first, each weight a square of its colour."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.figures.colour import indices, shared_scale
from visualizer.figures.filters import MAGNIFIED, MOST, colour_filter, filter_grid, norms


@given(st.integers(1, 100), st.sampled_from([1, 3, 5, 7]), st.integers(0, 500))
def test_tiles_are_the_filters_strongest_first(count, size, first):
    weights = np.random.default_rng(count).standard_normal((count, size, size)).astype(np.float32)
    drawn = filter_grid(weights, first)
    assert len(drawn.channels) == min(count, MOST)
    sizes = norms(weights)
    shown = [sizes[channel - first] for channel in drawn.channels]
    assert shown == sorted(sizes, reverse=True)[: len(shown)]
    x, y = drawn.origin(drawn.channels[0])
    tile = drawn.indices[y : y + drawn.cell[0] : drawn.magnification, x : x + drawn.cell[1] : drawn.magnification]
    assert (tile == indices(weights[drawn.channels[0] - first], shared_scale(weights, signed=True))).all()


def test_the_size_of_a_filter_is_its_frobenius_norm():
    weights = np.random.default_rng(0).standard_normal((4, 3, 3)).astype(np.float32)
    assert np.allclose(norms(weights), [np.linalg.norm(one) for one in weights])


def test_a_filter_in_colour_has_grey_for_zero_and_full_colour_for_its_largest_weight():
    weights = np.zeros((3, 7, 7), np.float32)
    weights[0, 0, 0], weights[2, 6, 6] = 0.5, -0.25
    tile = colour_filter(weights)
    assert tile.shape == (MAGNIFIED, MAGNIFIED, 3)
    assert tile[0, 0].tolist() == [255, 128, 128]
    assert tile[-1, -1].tolist() == [128, 128, 64]
    assert (colour_filter(np.zeros((3, 3, 3), np.float32)) == 128).all()
    with pytest.raises(ValueError, match="has three parts, not 4"):
        colour_filter(np.zeros((4, 3, 3), np.float32))
