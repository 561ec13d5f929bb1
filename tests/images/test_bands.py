"""Large pictures are decoded in bands and averaged down; the result is that of decoding them whole."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from visualizer.images import LONG_SIDE, decode, decoding, levels, png

KINDS = [(8, 0), (8, 2), (8, 3), (8, 4), (8, 6), (16, 0), (16, 2), (16, 4), (16, 6)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


@pytest.mark.parametrize("rows", [1, 7, 16, 100])
@pytest.mark.parametrize(("depth", "colour"), KINDS)
def test_bands_of_a_png_are_its_rows(write_png, png_chunk, depth, colour, rows):
    rng = np.random.default_rng(rows)
    samples = rng.integers(0, 2**depth, (37, 19, CHANNELS[colour]))
    extra = png_chunk(b"PLTE", rng.integers(0, 256, 768).astype(np.uint8).tobytes()) if colour == 3 else b""
    data = write_png(samples, depth, colour, extra, filters=(4, 3, 2, 1, 0, 4, 4, 3, 3))
    still = png.still(data)
    assert still.bands is not None
    bands = list(still.bands(rows))
    assert [band.height for band in bands][:-1] == [rows] * (len(bands) - 1)
    whole = decoding._opened(still)
    np.testing.assert_array_equal(np.concatenate([np.asarray(band) for band in bands]), np.asarray(whole))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
@pytest.mark.parametrize("size", [(3100, 1400), (1401, 4700), (16_000, 3)])
def test_large_pictures_are_averages_of_their_pixels(save, draw, mode, size):
    picture = draw(*size).quantize(dither=Image.Dither.NONE) if mode == "P" else draw(*size).convert(mode)
    decoded = decode(save(picture, "PNG", compress_level=1))
    assert max(decoded.width, decoded.height) == LONG_SIDE
    assert decoded.notes == (f"Scaled down from {size[0]}×{size[1]} to {decoded.width}×{decoded.height}.",)
    box = picture.convert("RGB").resize((decoded.width, decoded.height), Image.Resampling.BOX)
    difference = np.abs(decoded.pixels.astype(int) - np.asarray(box))
    assert difference.mean() < 2
    assert np.percentile(difference, 99) <= 16


@pytest.mark.parametrize("options", [("PNG", {}), ("TIFF", {}), ("GIF", {}), ("BMP", {}),
                                     ("JPEG", {"quality": 95}), ("WEBP", {"lossless": True})])
def test_formats_agree_on_a_large_picture(save, draw, options):
    picture = draw(3300, 1200).quantize(200).convert("RGB") if options[0] == "GIF" else draw(3300, 1200)
    decoded = decode(save(picture, options[0], **options[1]))
    reference = picture.resize((LONG_SIDE, 559), Image.Resampling.BICUBIC)
    assert decoded.pixels.shape == (559, LONG_SIDE, 3)
    assert np.abs(decoded.pixels.astype(int) - np.asarray(reference)).mean() < 2


def test_deep_greys_are_scaled_alike_in_every_band(write_tiff, monkeypatch):
    values = np.linspace(-5, 20, 64 * 50, dtype=np.float32).reshape(64, 50)
    data = write_tiff(values, {258: (32,), 259: (1,), 262: (1,), 339: (3,)})
    whole = decode(data)
    monkeypatch.setattr(levels, "BAND_BYTES", 50 * 4 * 10)
    np.testing.assert_array_equal(decode(data).pixels, whole.pixels)
    assert whole.notes == ("32-bit values scaled: -5 is black, 20 is white.",)


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (2, 16_384), (16_384, 2)])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_thin_pictures(save, format, size):
    if format == "WEBP" and max(size) > 16_383:
        size = tuple(min(side, 16_383) for side in size)
    options = {"lossless": True} if format == "WEBP" else {}
    decoded = decode(save(Image.new("RGB", size, (200, 100, 50)), format, **options))
    assert max(decoded.width, decoded.height) == min(max(size), LONG_SIDE)
    assert min(decoded.width, decoded.height) >= 1
    assert np.abs(decoded.pixels.astype(int) - [200, 100, 50]).max() <= 3
