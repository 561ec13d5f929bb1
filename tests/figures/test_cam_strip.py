"""Class maps over a picture: what speaks for the class is seen, the rest of the picture stays as it is."""

from __future__ import annotations

import base64
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from visualizer.figures.cam_strip import FRAME, frames, large, speaking_for, thinned
from visualizer.figures.palettes import Pixels

GREY = np.full((224, 224, 3), 120, np.uint8)


def _pixels(uri: str) -> Pixels:
    kind, _, data = uri.partition(";base64,")
    image = Image.open(BytesIO(base64.b64decode(data)))
    assert kind == f"data:image/{(image.format or '').lower()}"
    return np.asarray(image.convert("RGB"))


def test_a_frame_is_coloured_where_the_map_is_above_zero_and_only_there() -> None:
    one = np.array([[3.0, -3], [-1, 0]])
    for picture in (GREY, GREY[:32, :32]):
        pixels = _pixels(frames(picture, {"layer1.0": one})["layer1.0"]).astype(int)
        assert pixels.shape == (FRAME, FRAME, 3)
        assert np.abs(pixels[:20, :20] - 120).max() > 40
        for corner in (pixels[:20, -20:], pixels[-20:, :20], pixels[-20:, -20:]):
            assert np.abs(corner - 120).max() <= 4  # what JPEG loses


def test_each_frame_has_a_scale_of_its_own() -> None:
    one = np.arange(9.0).reshape(3, 3)
    drawn = frames(GREY, {"a": one, "b": 1000 * one, "c": one.T})
    assert drawn["a"] == drawn["b"] != drawn["c"]


def test_a_map_without_anything_above_zero_leaves_the_picture() -> None:
    drawn = large(GREY, -np.ones((7, 7)))
    assert drawn.peak is None
    assert drawn.scale.high == 0
    np.testing.assert_array_equal(_pixels(drawn.over), GREY)


def test_the_large_one_says_where_it_is_largest_and_shows_each_value_alone() -> None:
    one = np.full((2, 2), -5.0)
    one[1, 0] = 2
    drawn = large(GREY, one)
    assert (drawn.peak, drawn.scale.low, drawn.scale.high) == ((1, 0), 0, 2)
    alone = _pixels(drawn.alone)
    side = alone.shape[0] // 2
    assert (alone[-1, 0] == drawn.colours[252]).all()
    assert (alone[:side] == drawn.colours[0]).all()


def test_its_scale_may_end_below_the_largest_values() -> None:
    one = np.arange(1.0, 101).reshape(10, 10)
    assert large(GREY, one, percentile=50).scale.high in (50, 51)
    assert large(GREY, one).scale.high == 100


def test_what_speaks_for_a_class_is_never_below_zero() -> None:
    np.testing.assert_array_equal(speaking_for(np.array([[-1.0, 0, 2]])), [[0, 0, 2]])


@given(st.integers(1, 700), st.integers(1, 40), st.data())
def test_a_few_of_many_blocks_have_the_last_and_the_selected_among_them(
    count: int, most: int, data: st.DataObject
) -> None:
    paths = [f"layer1.{number}" for number in range(count)]
    selected = data.draw(st.sampled_from(paths))
    kept = thinned(paths, selected, most)
    assert len(kept) <= most + 1
    assert {paths[-1], selected} <= set(kept)
    assert kept == [path for path in paths if path in kept]
    if count <= most:
        assert kept == paths


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_strip_of_resnet50_is_small(theme: str) -> None:
    picture = np.asarray(Image.fromarray(GREY)) + np.random.default_rng(0).integers(0, 30, GREY.shape, np.uint8)
    maps = {str(number): np.random.default_rng(number).random((14, 14)) for number in range(16)}
    assert sum(map(len, frames(picture, maps, theme).values())) < 400_000  # type: ignore[arg-type]
