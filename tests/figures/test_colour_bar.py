"""The bar's labels: true, readable, apart."""

import base64
import math
import re
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageFont

from visualizer.figures.colour import palette, scale_to
from visualizer.figures.colour_bar import NARROWEST, caption, colour_bar, number, ticks

SVG = "{http://www.w3.org/2000/svg}"
LIMITS = st.one_of(st.just(0.0), st.floats(1e-38, 3e38))
SCALES = st.builds(scale_to, LIMITS, st.booleans(), st.sampled_from([100.0, 99.5, 90.0]))
WIDTHS = st.integers(NARROWEST, 900)


def drawn(scale, width, size=11):
    return ElementTree.fromstring(colour_bar(scale, palette(scale.signed), width, 40, size))


@given(SCALES, WIDTHS, st.integers(8, 14))
def test_labels_never_touch_nor_leave_the_bar(scale, width, size):
    font = ImageFont.load_default(size)
    spans = []
    for text in drawn(scale, width, size).iter(f"{SVG}text"):
        half = font.getlength(text.text or "") / 2
        spans.append((float(text.attrib["x"]) - half, float(text.attrib["x"]) + half))
    assert spans == sorted(spans)
    assert spans[0][0] >= -1
    assert spans[-1][1] <= width + 1
    assert all(left[1] < right[0] for left, right in pairwise(spans))


@given(SCALES, WIDTHS)
@example(scale_to(1.0, True), 320)
def test_labels_stand_where_their_colour_is(scale, width):
    placed = ticks(scale, width)
    assert placed[-1].value == scale.high
    for tick in placed:
        assert tick.left - 1 <= tick.x <= tick.right + 1
        if scale.high:
            level = math.floor(tick.x / width * 253)
            value = scale.low + level / 252 * (scale.high - scale.low)
            assert math.isclose(value, tick.value, abs_tol=(scale.high - scale.low) / 252)
    assert [tick.x for tick in placed] == sorted(tick.x for tick in placed)


@given(LIMITS.filter(bool), WIDTHS)
def test_a_signed_bar_treats_both_signs_alike(limit, width):
    values = [tick.value for tick in ticks(scale_to(limit, True), width)]
    inner = [value for value in values if abs(value) < limit]
    assert inner == [-value for value in reversed(inner)]


def test_a_wide_bar_has_ends_zero_and_round_values_between():
    assert [tick.text for tick in ticks(scale_to(3.368, True), 600)] == ["−3.37", "−2", "−1", "0", "1", "2", "3.37"]
    assert [tick.text for tick in ticks(scale_to(0.8, False), 400)] == ["0", "0.2", "0.4", "0.6", "0.8"]
    assert [tick.text for tick in ticks(scale_to(0, True), 400)] == ["0"]


def test_saturated_ends_say_so():
    texts = [tick.text for tick in ticks(scale_to(2.5, True, 99), 400)]
    assert texts[0] == "≤ −2.5"
    assert texts[-1] == "≥ 2.5"
    assert "percentile 99 " in caption(scale_to(2.5, True, 99))
    assert "percentile" not in caption(scale_to(2.5, True))


def test_captions_name_the_ends():
    assert "−2.5 and 2.5" in caption(scale_to(2.5, True))
    assert "0.125" in caption(scale_to(0.125, False))
    assert caption(scale_to(0, True)) == "No value differs from zero."


def test_the_bar_shows_every_colour_in_order():
    svg = colour_bar(scale_to(1, True), palette(True), label='a "b" <c>')
    root = ElementTree.fromstring(svg)
    assert root.attrib["aria-label"] == 'a "b" <c>, colours from −1 to 1'
    image = root.find(f"{SVG}image")
    assert image is not None
    strip = Image.open(BytesIO(base64.b64decode(image.attrib["href"].split(",")[1]))).convert("RGB")
    assert (np.asarray(strip) == palette(True)[None, :253]).all()
    assert "currentColor" in svg
    assert not re.search(r"#[0-9a-f]{6}", svg), "text and frame take the page's colour"
    assert " id=" not in svg


@pytest.mark.parametrize(("width", "height"), [(NARROWEST - 1, 40), (320, 20)])
def test_too_small_a_bar_is_refused(width, height):
    with pytest.raises(ValueError, match="at least"):
        colour_bar(scale_to(1, True), palette(True), width, height)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (-4.5, "−4.5"),
        (0.5, "0.5"),
        (3.14159, "3.14"),
        (99.95, "100"),
        (9.996, "10"),
        (100, "100"),
        (1234, "1230"),
        (12345, "12300"),
        (99960, "1×10⁵"),
        (123456, "1.23×10⁵"),
        (0.00123456, "0.00123"),
        (-0.000012, "−1.2×10⁻⁵"),
        (1e-45, "1×10⁻⁴⁵"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


@given(st.floats(-3e38, 3e38, allow_subnormal=False))
def test_three_digits_are_kept(value):
    plain = number(value).translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")).replace("×10", "e")
    assert math.isclose(float(plain), value, rel_tol=0.005)
    assert len(re.sub(r"e.*|[-.]", "", plain).strip("0")) <= 3
