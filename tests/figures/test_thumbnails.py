"""A small picture in a drawing: the same pixels in every format."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from visualizer.figures.colour import CENTRE, Theme, palette
from visualizer.figures.drawing import Drawing, Group, Picture
from visualizer.figures.outlines import painted
from visualizer.figures.palettes import Pixels
from visualizer.figures.raster import raster
from visualizer.figures.svg import svg
from visualizer.figures.thumbnails import MOST_PIXELS, thumbnail
from visualizer.figures.tikz import MOST_SQUARES, tikz

THEMES: tuple[Theme, ...] = ("light", "dark")
SIDES = st.integers(1, 70)


def pixels(png: bytes) -> Pixels:
    with Image.open(BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def drawing(png: bytes) -> Drawing:
    inside = Group((Picture(3, 4, 44, 44, png),), "stage-1", 10, 20)
    return Drawing(80, 80, (inside,), "A thumbnail")


FOUR = thumbnail(5, np.array([[-1.0, 0.0], [0.5, 1.0]]), "light").png


@given(arrays.arrays(np.float32, st.tuples(SIDES, SIDES), elements=st.floats(-9, 9, width=32)), st.sampled_from(THEMES))
def test_zero_is_in_the_middle_of_its_own_scale_and_large_maps_are_averaged(values: Pixels, theme: Theme) -> None:
    found = pixels(thumbnail(3, values, theme).png)
    assert max(found.shape[:2]) <= MOST_PIXELS
    colours = palette(True, theme)
    if max(values.shape) <= MOST_PIXELS:
        assert found.shape[:2] == values.shape
        assert (found[values == 0] == colours[CENTRE]).all()
        ends = colours[[0, 2 * CENTRE]]
        strongest = found[np.abs(values) == np.abs(values).max()]
        assert not values.any() or all((pixel == ends).all(axis=1).any() for pixel in strongest)


def test_an_svg_holds_the_very_file_and_shows_its_pixels_as_squares() -> None:
    written = svg(drawing(FOUR), "light")
    image = ElementTree.fromstring(written).find(".//{http://www.w3.org/2000/svg}image")
    assert image is not None
    assert [image.get(name) for name in ("x", "y", "width", "height")] == ["3", "4", "44", "44"]
    assert b64decode((image.get("href") or "").partition(",")[2]) == FOUR
    assert "image-rendering:pixelated" in written


def test_it_stands_where_its_groups_move_it() -> None:
    ((thing, part),) = painted(drawing(FOUR))
    assert isinstance(thing, Picture)
    assert (thing[:4], part) == ((13, 24, 44, 44), "stage 1")


def _middles() -> dict[tuple[int, int], tuple[int, int]]:
    """Row and column of the four pixels, and the middles of their squares in the drawing."""
    return {(row, column): (13 + 11 + 22 * column, 24 + 11 + 22 * row) for row in (0, 1) for column in (0, 1)}


@pytest.mark.parametrize("theme", THEMES)
def test_a_png_shows_its_pixels_with_sharp_edges(theme: Theme) -> None:
    found, expected = pixels(raster(drawing(FOUR), theme)), pixels(FOUR)
    for (row, column), (x, y) in _middles().items():
        for shift in (-9, 0, 9):
            assert (found[2 * (y + shift), 2 * (x + shift)] == expected[row, column]).all()


def test_tikz_fills_a_square_for_each_pixel() -> None:
    squares = re.findall(
        r"^\\fill\[fill=\{rgb,255:red,(\d+);green,(\d+);blue,(\d+)\}\] \(([\d.]+),([\d.]+)\) rectangle",
        tikz(drawing(FOUR), "light"), re.MULTILINE,
    )[1:]  # fmt: skip
    expected = pixels(FOUR)
    assert len(squares) == 4
    for *rgb, x, y in squares:
        row, column = round((float(y) - 24) / 22), round((float(x) - 13) / 22)
        assert [int(number) for number in rgb] == expected[row, column].tolist()


@given(st.integers(1, 60))
def test_tikz_has_few_squares(side: int) -> None:
    noise = thumbnail(0, np.random.default_rng(side).standard_normal((side, side)), "light").png
    assert tikz(drawing(noise), "light").count(r"\fill") <= 1 + MOST_SQUARES**2
