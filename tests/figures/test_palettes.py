"""Palettes, seen with ordinary and with colour-blind eyes."""

import numpy as np
import pytest

from visualizer.figures.palettes import CENTRE, EMPTY, GAP, MISSING, TOP, palette

KINDS = [(True, "light"), (True, "dark"), (False, "light"), (False, "dark")]


def apart(one, other):
    return np.linalg.norm(one - other, axis=-1)


def test_greys_have_their_lightness_and_no_colour(seen):
    np.testing.assert_allclose(seen([[255, 255, 255], [0, 0, 0]]), [[1, 0, 0], [0, 0, 0]], atol=1e-5)


@pytest.mark.parametrize(("signed", "theme"), KINDS)
def test_form(signed, theme):
    colours = palette(signed, theme)
    assert colours.shape == (256, 3)
    assert colours.dtype == np.uint8
    assert not colours.flags.writeable
    assert TOP == 2 * CENTRE
    assert len({TOP, MISSING, EMPTY, GAP}) == 4
    assert len(np.unique(colours[: TOP + 1], axis=0)) == TOP + 1, "two values would have one colour"


@pytest.mark.parametrize(("signed", "theme"), KINDS)
def test_steps_are_even(signed, theme, ordinary):
    lab = ordinary(palette(signed, theme)[: TOP + 1])
    starts = [0, CENTRE] if signed else [0]
    for start in starts:  # each arm by itself: its end at zero is a corner of the path
        arm = lab[start : start + (CENTRE if signed else TOP) + 1]
        steps = apart(arm[7:], arm[:-7])
        assert steps.max() < 1.35 * steps.min()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_middle_of_a_signed_palette_is_neutral_and_the_arms_are_equally_strong(theme, ordinary):
    colours = palette(True, theme)
    assert np.ptp(colours[CENTRE]) == 0
    lightness = ordinary(colours[: TOP + 1])[:, 0]
    np.testing.assert_allclose(lightness, lightness[::-1], atol=0.01)
    outwards = np.diff(lightness[CENTRE:])
    assert (outwards < 0).all() if theme == "light" else (outwards > 0).all()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_signs_stay_apart(theme, seen):
    lab = seen(palette(True, theme)[: TOP + 1])
    quarter = CENTRE // 4
    assert apart(lab[CENTRE + quarter :], lab[CENTRE - quarter :: -1]).min() > 0.1


def test_the_unsigned_palette_only_gets_brighter(seen):
    lightness = seen(palette(False)[: TOP + 1])[:, 0]
    assert (lightness[4:] > lightness[:-4]).all()
    assert lightness[-1] - lightness[0] > 0.6


@pytest.mark.parametrize(("signed", "theme"), KINDS)
def test_missing_values_and_gaps_look_like_no_value(signed, theme, seen):
    lab = seen(palette(signed, theme))
    assert apart(lab[: TOP + 1], lab[MISSING]).min() > 0.1
    assert apart(lab[: TOP + 1], lab[GAP]).min() > 0.05
