"""Channels by their likeness to one of them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from visualizer.figures.ordering import dead, similarity_order

MAPS = arrays(
    np.float32, array_shapes(min_dims=3, max_dims=3, max_side=6),
    elements=st.one_of(st.integers(-8, 8).map(float), st.sampled_from([np.nan, np.inf])),
)  # fmt: skip


@given(MAPS, st.data())
def test_the_most_alike_come_first_and_what_has_no_cosine_last(maps, data):
    channel = data.draw(st.integers(0, len(maps) - 1))
    order = similarity_order(maps, channel)
    assert order[0] == channel
    assert sorted(order) == list(range(len(maps)))
    cosines = [_cosine(maps[channel], maps[other]) for other in order[1:]]
    known = [cosine for cosine in cosines if np.isfinite(cosine)]
    assert np.isfinite(cosines[: len(known)]).all()
    assert all(one >= other - 1e-6 for one, other in pairwise(known))
    assert not known or not dead(maps)[channel]


def _cosine(one, other):
    one, other = one.astype(np.float64).ravel(), other.astype(np.float64).ravel()
    with np.errstate(all="ignore"):
        return one @ other / (np.linalg.norm(one) * np.linalg.norm(other))


def test_a_copy_comes_before_what_is_unlike_and_the_opposite_last():
    one = np.array([[1.0, 2], [3, 4]], np.float32)
    maps = np.stack([-one, one[::-1], 2 * one, one])
    assert similarity_order(maps, 3).tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize("channel", [-1, 2])
def test_a_channel_that_is_not_there_is_refused(channel):
    with pytest.raises(ValueError, match=f"There are channels 0 to 1, not {channel}"):
        similarity_order(np.ones((2, 3, 3), np.float32), channel)
