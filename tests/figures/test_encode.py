"""What is encoded is what another decoder reads."""

import base64
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from visualizer.figures.encode import data_uri, palette_png, png
from visualizer.figures.palettes import EMPTY, palette

PIXELS = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=20))


def opened(data):
    image = Image.open(BytesIO(data))
    image.load()
    return image


@given(PIXELS)
def test_indices_survive(indices):
    before = indices.copy()
    image = opened(palette_png(indices, palette(True)))
    assert image.format == "PNG"
    assert image.mode == "P"
    assert (np.asarray(image) == indices).all()
    assert (indices == before).all()


@given(PIXELS)
def test_every_index_has_its_colour_and_only_empty_is_transparent(indices):
    colours = palette(False)
    seen = np.asarray(opened(palette_png(indices, colours)).convert("RGBA"))
    assert (seen[..., :3] == colours[indices]).all()
    assert ((seen[..., 3] == 0) == (indices == EMPTY)).all()
    assert set(seen[..., 3].ravel().tolist()) <= {0, 255}


def test_close_neighbours_survive():
    few = np.random.default_rng(0).integers(100, 105, (200, 200)).astype(np.uint8)
    assert (np.asarray(opened(palette_png(few, palette(True)))) == few).all()


def test_a_view_is_encoded_as_it_looks():
    indices = np.arange(300, dtype=np.uint16).reshape(15, 20).astype(np.uint8)[::-2, ::3].T
    assert (np.asarray(opened(palette_png(indices, palette(True)))) == indices).all()


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=20).map(lambda shape: (*shape, 3))))
def test_pictures_survive(rgb):
    assert (np.asarray(opened(png(rgb))) == rgb).all()
    assert (np.asarray(opened(png(rgb[::-1, ::-1]))) == rgb[::-1, ::-1]).all()


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (0, 4, 3)])
def test_what_is_no_picture_is_refused(shape):
    with pytest.raises(ValueError, match="height × width × 3"):
        png(np.zeros(shape, np.uint8))
    with pytest.raises(ValueError, match="float64"):
        png(np.zeros((4, 4, 3)))  # type: ignore[arg-type]


def test_the_text_holds_the_bytes():
    data = png(np.zeros((2, 2, 3), np.uint8))
    head, body = data_uri(data).split(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body, validate=True) == data
