"""Scales from data, indices from values, colours of the parts of a network."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from visualizer.figures.colour import (
    CENTRE,
    MISSING,
    STAGE_COLOURS,
    TOP,
    Scale,
    beyond,
    indices,
    own_scales,
    scale_to,
    shared_scale,
    stage_colour,
)

SINGLE = st.floats(-(2.0**100), 2.0**100, width=32, allow_subnormal=False)
ANY = st.one_of(SINGLE, st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0]))
VALUES = arrays(np.float32, array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=6), elements=SINGLE)
HOLES = arrays(np.float32, array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=6), elements=ANY)
MAPS = arrays(np.float32, array_shapes(min_dims=3, max_dims=3, max_side=6), elements=SINGLE)
SCALES = st.builds(scale_to, st.floats(0, 2.0**100), st.booleans())


def zero(scale):
    return CENTRE if scale.signed else 0


@given(VALUES)
def test_a_full_range_reaches_from_end_to_end_and_no_further(values):
    scale = shared_scale(values)
    levels = indices(values, scale)
    strongest = float(np.abs(values).max(initial=0))
    assert scale.high == strongest
    assert scale.signed == bool((values < 0).any())
    assert beyond(values, scale) == 0
    if strongest > 0:
        assert set(levels[np.abs(values) == strongest].tolist()) <= {0, TOP}
        assert set(levels.ravel().tolist()) & {0, TOP}


@given(HOLES, SCALES)
def test_zero_has_one_index_and_missing_values_another(values, scale):
    levels = indices(values, scale)
    assert (levels[values == 0] == zero(scale)).all()
    assert ((levels == MISSING) == ~np.isfinite(values)).all()
    assert (levels[np.isfinite(values)] <= TOP).all()
    assert levels.shape == values.shape


@given(VALUES, SCALES)
def test_larger_values_never_have_lower_indices(values, scale):
    ordered = np.sort(values.ravel())
    assert (np.diff(indices(ordered, scale).astype(int)) >= 0).all()


@given(VALUES, st.floats(0, 2.0**100))
def test_opposite_values_lie_opposite(values, limit):
    scale = scale_to(limit, True)
    total = indices(values, scale).astype(int) + indices(-values, scale)
    assert (total == 2 * CENTRE).all()


@given(arrays(np.float64, 40, elements=st.floats(-3, 3)), st.booleans())
def test_an_index_tells_its_value_to_half_a_step(values, signed):
    values = values if signed else np.abs(values)
    scale = scale_to(3.0, signed)
    step = (scale.high - scale.low) / TOP
    told = scale.low + step * indices(values, scale)
    assert np.abs(told - values).max() <= step / 2 + 1e-12


@given(st.lists(VALUES, max_size=4))
def test_a_shared_scale_is_that_of_all_values_together(several):
    together = np.concatenate([np.zeros(0, np.float32), *(values.ravel() for values in several)])
    assert shared_scale(*several) == shared_scale(together)


@given(HOLES)
def test_missing_values_do_not_stretch_a_scale(values):
    assert shared_scale(values) == shared_scale(values[np.isfinite(values)])


@given(MAPS)
def test_own_scales_use_the_full_range_of_every_map(maps):
    scales = own_scales(maps)
    levels = indices(maps, *scales)
    assert len({scale.signed for scale in scales}) == 1
    for one, level, scale in zip(maps, levels, scales, strict=True):
        assert (level == indices(one, scale)).all()
        if one.any():
            assert {0, TOP} & set(level[np.abs(one) == np.abs(one).max()].tolist())
        else:
            assert (level == zero(scale)).all()


@given(VALUES, st.floats(0.1, 99.9))
def test_a_percentile_lets_no_more_saturate_than_it_says(values, percentile):
    scale = shared_scale(values, percentile=percentile)
    magnitudes = np.abs(values[values != 0])
    assert beyond(values, scale) <= (1 - percentile / 100) * magnitudes.size + 1e-6
    assert (scale.high > 0) == bool(magnitudes.size)
    assert scale.high <= shared_scale(values).high
    assert scale.percentile == percentile


def test_a_percentile_is_not_pulled_to_zero_by_zeros():
    values = np.zeros(1000, np.float32)
    values[:100] = np.arange(1, 101)
    scale = shared_scale(values, percentile=90)
    assert 90 <= scale.high <= 91
    assert beyond(values, scale) == np.count_nonzero(values > scale.high) > 0


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.int64, np.bool_])
def test_every_kind_of_number_is_drawn(dtype):
    values = np.array([0, 1, 0, 1]).astype(dtype)
    assert indices(values, shared_scale(values)).tolist() == [0, TOP, 0, TOP]


@pytest.mark.parametrize("limit", [1e-45, 1.2e-38, 65504.0, 3.4e38])
def test_extreme_magnitudes(limit):
    values = np.array([-limit, 0, limit], np.float32)
    assert indices(values, shared_scale(values)).tolist() == [0, CENTRE, TOP]


def test_a_scale_of_other_data_saturates_and_says_so():
    values = np.array([-4, -1, 0, 1, 4, math.nan, math.inf], np.float32)
    assert indices(values, scale_to(1, True)).tolist() == [0, 0, CENTRE, TOP, TOP, MISSING, MISSING]
    assert beyond(values, scale_to(1, True)) == 2
    assert beyond(values, scale_to(1, False)) == 3, "values below zero do not fit a scale that starts there"
    assert indices(values, scale_to(0, True)).tolist() == [0, 0, CENTRE, TOP, TOP, MISSING, MISSING]
    assert set(indices(values, scale_to(1e300, True)).tolist()) == {CENTRE, MISSING}


def test_nothing_is_a_scale_of_zeros():
    assert shared_scale() == shared_scale(np.zeros((0, 7, 7))) == shared_scale([math.nan]) == Scale(0, 0, False)
    assert shared_scale(percentile=50) == Scale(0, 0, False, 50)


def test_the_sign_can_be_chosen():
    assert shared_scale([1.0, 2.0], signed=True) == Scale(-2, 2, True)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Scale(0, math.nan, False),
        lambda: Scale(0, math.inf, False),
        lambda: Scale(1, -1, True),
        lambda: Scale(-1, 2, True),
        lambda: Scale(1, 2, False),
        lambda: shared_scale([1.0], percentile=0),
        lambda: shared_scale(percentile=101),
        lambda: indices([1.0, 2.0], scale_to(1, True), scale_to(1, False)),
        lambda: indices([1.0]),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(wrong):
    with pytest.raises(ValueError, match=r"^[A-Z][^\n]+\.$"):
        wrong()


def rgb(*colours):
    return np.array([list(bytes.fromhex(colour[1:])) for colour in colours])


@pytest.fixture
def contrast(luminance):
    """WCAG 2.1, "contrast ratio"."""

    def ratio(one, other):
        darker, lighter = sorted(luminance(rgb(one, other)))
        return (lighter + 0.05) / (darker + 0.05)

    return ratio


def test_contrast_is_the_one_of_the_standard(contrast):
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(("theme", "background"), [("light", "#ffffff"), ("dark", "#0e1117")])
def test_text_and_lines_can_be_read(theme, background, contrast):
    for name, swatch in STAGE_COLOURS[theme].items():
        assert contrast(swatch.fill, swatch.text) >= 4.5, name
        assert contrast(swatch.line, background) >= 3, name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_stages_and_shortcuts_stay_apart(theme, seen):
    swatches = STAGE_COLOURS[theme]
    stages = ["stem", "stage 1", "stage 2", "stage 3", "stage 4", "stage 5", "head"]
    for one, other in combinations(stages, 2):
        assert np.linalg.norm(np.diff(seen(rgb(swatches[one].fill, swatches[other].fill)), axis=0)) > 0.08, (one, other)
    for one, other in combinations(["identity", "projection", "pad"], 2):
        assert np.linalg.norm(np.diff(seen(rgb(swatches[one].line, swatches[other].line)), axis=0)) > 0.08, (one, other)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_stages_as_a_plan_numbers_them(theme):
    swatches = STAGE_COLOURS[theme]
    assert stage_colour(0, theme) == swatches["stem"]
    assert stage_colour(None, theme) == swatches["head"]
    assert [stage_colour(number, theme) for number in range(1, 6)] == [swatches[f"stage {n}"] for n in range(1, 6)]
