"""What a network is given, against the steps that torchvision documents for its published weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from visualizer.images import MEAN, STD, Picture, network_input, normalise, seen, window


def picture_of(image: Image.Image) -> Picture:
    return Picture(np.asarray(image.convert("RGB")), "PNG", (), "")


def resized_and_cropped(image: Image.Image, size: int, short: int) -> np.ndarray:
    """torchvision's Resize(short) and CenterCrop(size) on a Pillow picture, with its integer roundings."""
    width, height = image.size
    wide, tall = (short, int(short * height / width)) if width <= height else (int(short * width / height), short)
    whole = image.resize((wide, tall), Image.Resampling.BILINEAR)
    left, top = round((wide - size) / 2.0), round((tall - size) / 2.0)
    return np.asarray(whole.crop((left, top, left + size, top + size)))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from([(224, 256), (288, 329), (96, 110), (65, 74)]))
def test_seen_is_resize_then_crop(draw, width, height, sizes):
    size, short = sizes
    width, height = max(width, height // 12), max(height, width // 12)  # so that the whole can be resized here
    image = draw(width, height)
    expected = resized_and_cropped(image, size, short)
    got = seen(picture_of(image), size)
    assert got.shape == (size, size, 3)
    if max(width, height) <= 4 * min(width, height):
        np.testing.assert_array_equal(got, expected)
    assert np.abs(got.astype(int) - expected).max() <= 2


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([32, 64, 28]))
def test_small_inputs_have_no_margin(draw, width, height, size):
    width, height = max(width, height // 12), max(height, width // 12)
    image = draw(width, height)
    assert np.abs(seen(picture_of(image), size).astype(int) - resized_and_cropped(image, size, size)).max() <= 2


def test_a_picture_of_the_right_size_is_seen_as_it_is(draw):
    image = draw(32, 32)
    np.testing.assert_array_equal(seen(picture_of(image), 32), np.asarray(image))


@pytest.mark.parametrize("size", [(1, 4000), (4000, 1), (1, 1), (16_384, 2)])
@pytest.mark.parametrize("edge", [224, 32, 1])
def test_extreme_shapes(draw, size, edge):
    got = network_input(picture_of(draw(*size)), edge)
    assert got.shape == (3, edge, edge)
    assert np.isfinite(got).all()


@settings(deadline=None)
@given(st.integers(1, 20_000), st.integers(1, 20_000), st.integers(1, 512))
def test_window_lies_in_the_middle_of_the_picture(width, height, size):
    left, top, right, bottom = window(width, height, size)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert abs((left + right) / 2 - width / 2) <= width / size + 1e-6
    assert abs((top + bottom) / 2 - height / 2) <= height / size + 1e-6
    margin = 224 / 256 if size > 64 else 1
    assert abs(min(right - left, bottom - top) / min(width, height) - margin) < 0.01


def test_no_size():
    with pytest.raises(ValueError, match="1 or more"):
        window(10, 10, 0)


def test_normalised_values():
    """The published numbers: black, white and the mean itself, channel by channel."""
    black, white = np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 255, np.uint8)
    np.testing.assert_allclose(normalise(black)[:, 0, 0], [-2.1179039, -2.0357141, -1.8044445], rtol=1e-5)
    np.testing.assert_allclose(normalise(white)[:, 0, 0], [2.2489083, 2.4285715, 2.6400001], rtol=1e-5)
    np.testing.assert_allclose(MEAN, [0.485, 0.456, 0.406], rtol=1e-6)
    np.testing.assert_allclose(STD, [0.229, 0.224, 0.225], rtol=1e-6)


def test_network_input_can_be_undone(draw):
    picture = picture_of(draw(300, 260))
    tensor = network_input(picture, 224)
    assert tensor.dtype == np.float32
    assert tensor.flags.c_contiguous
    back = (tensor.transpose(1, 2, 0) * STD + MEAN) * 255
    np.testing.assert_array_equal(np.rint(back), seen(picture, 224))
