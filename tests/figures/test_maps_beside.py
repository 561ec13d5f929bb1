"""Grids of several networks: the strongest channels, and scales that hold for all that they are for."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from visualizer.figures.block_maps import block_maps
from visualizer.figures.colour import CENTRE, TOP, scale_to
from visualizer.figures.maps_beside import COLUMNS, MOST, Values, is_pale, png_width, scale_over, strongest_grid

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 9), st.integers(1, 9))
MAPS = SHAPES.flatmap(lambda shape: arrays.arrays(np.float32, shape, elements=st.floats(-100, 100, width=32)))


def _values(maps: np.ndarray) -> Values:
    return Values(block_maps({"x": maps, "out": maps}), "out")


@settings(max_examples=30)
@given(st.lists(MAPS, min_size=1, max_size=4))
def test_a_common_scale_ends_at_the_largest_magnitude_of_all(found: list[np.ndarray]) -> None:
    spots = [_values(values) for values in found]
    scale = scale_over(spots)
    assert scale.signed
    assert scale.high == max(float(np.abs(values).max()) for values in found)
    assert any(spot.largest == scale.high and not is_pale(spot, scale) for spot in spots)


@settings(max_examples=30)
@given(MAPS)
def test_a_grid_shows_the_strongest_channels_in_their_order(values: np.ndarray) -> None:
    spot = _values(values)
    drawn = strongest_grid(spot, scale_over([spot]))
    strength = np.abs(values).mean((1, 2), dtype=np.float64)
    expected = np.argsort(-strength, kind="stable")[:MOST]
    assert list(drawn.channels) == list(expected)
    assert png_width(drawn.png()) == drawn.size[0]
    assert drawn.columns == min(COLUMNS, len(expected))
    assert len(strongest_grid(spot, None).scales) == len(expected)


def test_the_same_value_has_the_same_colour_in_every_network() -> None:
    weak, strong = _values(np.full((1, 2, 2), 3, np.float32)), _values(np.full((1, 2, 2), -6, np.float32))
    scale = scale_over([weak, strong])
    x, y = (1, 1)
    assert strongest_grid(weak, scale).indices[y, x] == CENTRE + (TOP - CENTRE) // 2
    assert strongest_grid(strong, scale).indices[y, x] == 0
    assert strongest_grid(weak, scale_over([weak])).indices[y, x] == TOP


def test_a_grid_is_pale_only_where_there_is_something_to_see() -> None:
    assert is_pale(_values(np.full((1, 1, 1), 1, np.float32)), scale_to(5, signed=True))
    assert not is_pale(_values(np.full((1, 1, 1), 1, np.float32)), scale_to(3, signed=True))
    assert not is_pale(_values(np.zeros((1, 1, 1), np.float32)), scale_to(1, signed=True))
