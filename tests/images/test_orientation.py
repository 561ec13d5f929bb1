"""The eight orientations of EXIF, against numpy's turns and mirrors."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from visualizer.images import decode

# What each value says about the stored rows and columns (Exif 3.0, table 6, tag 0x0112), as the way back to upright.
UPRIGHT: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.transpose(1, 0, 2),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(stored, 2).transpose(1, 0, 2),
    8: np.rot90,
}
NOTE = "Turned upright by its EXIF orientation."


def exif(value: int) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = value
    return block


@pytest.mark.parametrize("value", UPRIGHT)
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_exif_orientation(save, draw, format, value):
    options = {"lossless": True} if format == "WEBP" else {}
    plain = decode(save(draw(30, 20), format, **options))
    turned = decode(save(draw(30, 20), format, exif=exif(value), **options))
    np.testing.assert_array_equal(turned.pixels, UPRIGHT[value](plain.pixels))
    assert (turned.width, turned.height) == ((30, 20) if value < 5 else (20, 30))
    assert (NOTE in turned.notes) == (value != 1)


@pytest.mark.parametrize("value", UPRIGHT)
@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_tiff_orientation(save, draw, compression, value):
    picture = draw(30, 20)
    turned = decode(save(picture, "TIFF", compression=compression, tiffinfo={0x0112: value}))
    np.testing.assert_array_equal(turned.pixels, UPRIGHT[value](np.asarray(picture)))
    assert (NOTE in turned.notes) == (value != 1)


@pytest.mark.parametrize("value", UPRIGHT)
def test_every_orientation_shows_the_same_scene(save, draw, value):
    """Storing a scene in any of the eight ways and saying so gives the scene back."""
    scene = np.asarray(draw(21, 34))
    stored = {tuple(np.shape(turn(scene))): turn for turn in UPRIGHT.values()}
    assert len(stored) == 2  # landscape and portrait
    back = next(way(scene) for way in UPRIGHT.values() if np.array_equal(UPRIGHT[value](way(scene)), scene))
    decoded = decode(save(Image.fromarray(np.ascontiguousarray(back)), "PNG", exif=exif(value)))
    np.testing.assert_array_equal(decoded.pixels, scene)


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_unknown_orientation_is_none(save, draw, value):
    decoded = decode(save(draw(30, 20), "PNG", exif=exif(value)))
    assert decoded.notes == ()
    assert decoded.width == 30


@pytest.mark.parametrize("block", [b"", b"Exif", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + b"M" * 80,
                                   b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x04\0\0\0six\0\0\0\0\0"])
def test_broken_exif_does_not_cost_the_picture(save, draw, block):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        decoded = decode(save(draw(30, 20), "JPEG", exif=block))
    assert (decoded.width, decoded.height) == (30, 20)


def test_scaled_note_counts_upright_pixels(save, draw):
    decoded = decode(save(draw(2000, 500), "JPEG", exif=exif(6)))
    assert (decoded.width, decoded.height) == (384, 1536)
    assert decoded.notes == ("Scaled down from 500×2000 to 384×1536.", NOTE)
