"""A map over a picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from visualizer.figures.colour import CENTRE, MISSING, indices, palette, scale_to, shared_scale
from visualizer.figures.overlay import overlay

PICTURES = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12).map(lambda shape: (*shape, 3)))
ONE_MAP = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.floats(-4, 4, width=32))
LOOKS = st.fixed_dictionaries({"nearest": st.booleans(), "fade": st.booleans()})


@given(PICTURES, ONE_MAP, LOOKS)
def test_without_alpha_the_picture_stays(picture, one_map, look):
    before = picture.copy(), one_map.copy()
    mixed = overlay(picture, one_map, shared_scale(one_map), 0, **look)
    assert (mixed == picture).all()
    assert mixed is not picture
    assert (picture == before[0]).all()
    assert (one_map == before[1]).all()


@given(PICTURES, ONE_MAP, st.integers(1, 4))
def test_with_full_alpha_each_value_is_a_block_of_its_colour(picture, one_map, factor):
    height, width = one_map.shape
    picture = np.resize(picture, (height * factor, width * factor, 3))
    scale = shared_scale(one_map)
    expected = palette(scale.signed)[indices(one_map, scale)].repeat(factor, 0).repeat(factor, 1)
    assert (overlay(picture, one_map, scale, 1, nearest=True) == expected).all()


@given(PICTURES, st.floats(-4, 4, width=32), st.booleans())
def test_a_constant_map_has_one_colour_however_it_is_stretched(picture, value, nearest):
    scale = scale_to(4.0, True)
    one_map = np.full((3, 2), value, np.float32)
    level = int(indices(one_map, scale)[0, 0])
    mixed = overlay(picture, one_map, scale, 1, nearest)
    near = palette(True)[max(level - 1, 0) : min(level + 2, 253)]  # stretching rounds the last digit
    assert (mixed[:, :, None] == near).all(axis=3).any(axis=2).all()
    if nearest:
        assert (mixed == palette(True)[level]).all()


@given(PICTURES, ONE_MAP, st.floats(0, 1), LOOKS)
def test_a_mixture_lies_between_picture_and_colours(picture, one_map, alpha, look):
    scale = shared_scale(one_map)
    alone = overlay(picture, one_map, scale, 1, nearest=look["nearest"])
    mixed = overlay(picture, one_map, scale, alpha, **look)
    assert (np.minimum(picture, alone) <= mixed).all()
    assert (mixed <= np.maximum(picture, alone)).all()


def test_half_is_the_mean():
    picture = np.full((4, 4, 3), 100, np.uint8)
    mixed = overlay(picture, np.zeros((1, 1)), scale_to(1, True), 0.5)
    assert (mixed == np.rint((100 + palette(True)[CENTRE].astype(float)) / 2)).all()


@pytest.mark.parametrize("signed", [True, False])
def test_faded_maps_leave_the_picture_clear_where_they_are_zero(signed):
    picture = np.full((2, 8, 3), 77, np.uint8)
    one_map = np.array([[0, 0, 1, 1]], np.float32)
    mixed = overlay(picture, one_map, scale_to(1, signed), 1, nearest=True, fade=True)
    assert (mixed[:, :4] == 77).all()
    assert (mixed[:, 4:] == palette(signed)[252]).all()


def test_between_two_values_lie_values_between():
    picture = np.zeros((1, 64, 3), np.uint8)
    mixed = overlay(picture, np.array([[0.0, 1.0]]), scale_to(1, False), 1)
    colours = palette(False)[:253]
    found = [int(np.flatnonzero((colours == pixel).all(axis=1))[0]) for pixel in mixed[0]]
    assert found == sorted(found)
    assert found[0] == 0
    assert found[-1] == 252
    assert len(set(found)) > 20


@pytest.mark.parametrize("fade", [True, False])
def test_a_missing_value_is_marked_and_does_not_spread(fade):
    picture = np.zeros((9, 9, 3), np.uint8)
    one_map = np.zeros((3, 3))
    one_map[1, 1] = np.nan
    mixed = overlay(picture, one_map, scale_to(1, True), 1, fade=fade)
    marked = (mixed == palette(True)[MISSING]).all(axis=2)
    assert marked[3:6, 3:6].all()
    if not fade:
        assert marked.sum() == 9


@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan")])
def test_alpha_outside_its_range_is_refused(alpha):
    with pytest.raises(ValueError, match="Alpha"):
        overlay(np.zeros((2, 2, 3), np.uint8), np.zeros((1, 1)), scale_to(1, True), alpha)
