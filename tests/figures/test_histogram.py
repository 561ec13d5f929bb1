"""The histogram of a map counts every value once, exact zeros apart."""

import re
from xml.etree import ElementTree

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from visualizer.figures.colour import shared_scale
from visualizer.figures.histogram import BASE, BINS, TOP_EDGE, counted, histogram
from visualizer.figures.palettes import palette

MAPS = arrays(
    np.float32, array_shapes(min_dims=2, max_dims=2, max_side=12),
    elements=st.one_of(st.just(0.0), st.floats(-1e6, 1e6, width=32)),
)  # fmt: skip


@given(MAPS)
def test_every_value_is_counted_once_in_its_bin(one):
    found = counted(one)
    assert found.zeros == np.count_nonzero(one == 0)
    assert found.total == one.size
    for count, low, high in zip(found.counts[:-1], found.edges[:-1], found.edges[1:], strict=False):
        assert count == np.count_nonzero((one != 0) & (one >= low) & (one < high))


def test_without_negative_values_bins_begin_at_zero():
    found = counted(np.array([[0, 1.0], [2, 4]], np.float32), bins=4)
    assert (found.zeros, found.counts.tolist(), found.edges.tolist()) == (1, [0, 1, 1, 1], [0, 1, 2, 3, 4])
    assert counted(np.array([[-4.0, 1.0]]), bins=2).edges.tolist() == [-4, 0, 4]


@given(MAPS)
def test_bars_are_as_high_as_their_counts(one):
    found, drawn = counted(one), ElementTree.fromstring(histogram(one, shared_scale(one, signed=True), palette(True)))
    zero, *bars = [float(bar.get("height", 0)) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    room = BASE - TOP_EDGE
    assert abs(zero - room * found.zeros / found.total) < 0.06
    counts = found.counts[found.counts > 0]
    assert len(bars) == len(counts) <= BINS
    assert all(abs(bar - room * count / counts.max()) < 0.06 for bar, count in zip(bars, counts, strict=True))
    said = re.sub(r"\D+", " ", drawn.get("aria-label", "").partition(" values")[0]).split()
    assert said == [str(found.zeros), str(found.total)]
