"""Known samples in, known pixels out, for every kind of sample a file can hold."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from visualizer.images import decode

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
KINDS = [(depth, colour) for colour, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16),
                                                6: (8, 16)}.items() for depth in depths]


def over_white(values, alpha):
    """Colours and alpha in 0..1 as 8-bit values over white (PNG, section 13.16, in sRGB as browsers do)."""
    return np.rint(255 * (values * alpha + 1 - alpha))


def spread_out(decoded):
    return decoded.pixels.astype(int)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("with_key", [False, True])
@pytest.mark.parametrize(("depth", "colour"), KINDS)
def test_png_of_every_kind(write_png, png_chunk, depth, colour, with_key, interlaced):
    rng = np.random.default_rng(depth * 10 + colour)
    top = 2**depth - 1
    samples = rng.integers(0, top + 1, (13, 11, CHANNELS[colour]))
    extra, alpha = b"", np.ones((13, 11, 1))
    values = samples / top
    if colour == 3:
        palette, opacity = rng.integers(0, 256, (top + 1, 3)), rng.integers(0, 256, top + 1)
        values = palette[samples[..., 0]] / 255
        extra = png_chunk(b"PLTE", palette.astype(np.uint8).tobytes())
        if with_key:
            extra += png_chunk(b"tRNS", opacity.astype(np.uint8).tobytes())
            alpha = opacity[samples] / 255
    elif colour in (4, 6):
        values, alpha = values[..., :-1], values[..., -1:]
    elif with_key:
        key = samples[5, 6]
        extra = png_chunk(b"tRNS", struct.pack(f">{len(key)}H", *key))
        alpha = 1 - (samples == key).all(axis=-1, keepdims=True)
    decoded = decode(write_png(samples, depth, colour, extra, interlaced=interlaced))
    expected = np.broadcast_to(over_white(values, alpha), (13, 11, 3))
    off = np.abs(spread_out(decoded) - expected).max()
    assert off <= (1 if depth == 16 or colour in (3, 4, 6) else 0)
    assert ("16-bit values scaled to 8 bit." in decoded.notes) == (depth == 16)
    assert ("Transparent parts are shown over white." in decoded.notes) == (alpha.min() < 1)


@pytest.mark.parametrize("alpha", range(0, 256, 5))
def test_alpha_over_white_is_exact(save, alpha):
    colours = np.stack([np.arange(256), 255 - np.arange(256), np.full(256, 40), np.full(256, alpha)], axis=-1)
    decoded = decode(save(Image.fromarray(colours[None].astype(np.uint8)), "PNG"))
    expected = np.floor(colours[:, :3] * alpha / 255 + 255 - alpha + 0.5)
    np.testing.assert_array_equal(decoded.pixels[0], expected)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_16_bit_tiff_keeps_its_range(write_tiff, order, big):
    values = np.linspace(0, 65_535, 35).round().astype(np.uint16).reshape(5, 7)
    decoded = decode(write_tiff(values, {258: (16,), 259: (1,), 262: (1,)}, order, big))
    np.testing.assert_array_equal(decoded.pixels[..., 1], np.rint(values / 257))
    assert decoded.format == "TIFF"
    assert decoded.notes == ("16-bit values scaled to 8 bit.",)


def test_16_bit_tiff_with_white_as_zero(write_tiff):
    values = np.array([[0, 257, 65_535]], dtype=np.uint16)
    decoded = decode(write_tiff(values, {258: (16,), 259: (1,), 262: (0,)}))
    assert decoded.pixels[0, :, 0].tolist() == [255, 254, 0]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("values", "expected"), [
    ([0.0, 0.5, 1.0], [0, 128, 255]), ([-3.0, 1.0, 5.0], [0, 128, 255]), ([0.25, 0.25, 0.25], [64, 64, 64]),
    ([0.0, float("nan"), 1.0], [0, 0, 255]), ([2.0, float("inf"), 4.0], [0, 255, 255]),
])
def test_float_tiff_is_scaled(write_tiff, order, values, expected):
    data = write_tiff(np.array([values], dtype=np.float32), {258: (32,), 259: (1,), 262: (1,), 339: (3,)}, order)
    assert decode(data).pixels[0, :, 2].tolist() == expected


@pytest.mark.parametrize("order", ["<", ">"])
def test_32_bit_integer_tiff_is_scaled(write_tiff, order):
    values = np.array([[-1000, 0, 1000]], dtype=np.int32)
    decoded = decode(write_tiff(values, {258: (32,), 259: (1,), 262: (1,), 339: (2,)}, order))
    assert decoded.pixels[0, :, 0].tolist() == [0, 128, 255]
    assert decoded.notes == ("32-bit values scaled: -1000 is black, 1000 is white.",)


def test_12_bit_tiff_is_not_dark():
    packed = bytes([0xFF, 0xF0, 0x00, 0x80, 0x00, 0x00])  # 4095, 0, 2048, 0 in 12 bits each
    tags = {256: 4, 257: 1, 258: 12, 259: 1, 262: 1, 273: 8, 277: 1, 278: 1, 279: 6}
    entries = b"".join(struct.pack("<HHII", tag, 3, 1, value) for tag, value in tags.items())
    data = b"II*\0" + struct.pack("<I", 14) + packed + struct.pack("<H", len(tags)) + entries + bytes(4)
    assert decode(data).pixels[0, :, 0].tolist() == [255, 0, 128, 0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_tiff_of_every_mode_and_packing(save, draw, mode, compression):
    picture = draw(23, 17).convert(mode)
    decoded = decode(save(picture, "TIFF", compression=compression))
    np.testing.assert_array_equal(decoded.pixels, np.asarray(picture.convert("RGB")))


def test_transparent_palette(save):
    picture = Image.new("P", (3, 1))
    picture.putpalette([10, 20, 30, 200, 100, 0, 7, 8, 9])
    picture.putdata([0, 1, 2])
    for format in ("PNG", "GIF"):
        decoded = decode(save(picture, format, transparency=1))
        assert decoded.pixels[0].tolist() == [[10, 20, 30], [255, 255, 255], [7, 8, 9]], format
        assert decoded.notes == ("Transparent parts are shown over white.",)


@pytest.mark.parametrize("inks", [(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 255),
                                  (60, 120, 200, 30), (255, 255, 255, 255)])
def test_cmyk_jpeg(save, inks):
    decoded = decode(save(Image.new("CMYK", (16, 16), inks), "JPEG", quality=100))
    expected = [255 * (1 - ink / 255) * (1 - inks[3] / 255) for ink in inks[:3]]
    assert np.abs(spread_out(decoded) - expected).max() <= 3
    assert decoded.notes == ("Converted from CMYK.",)


@pytest.mark.parametrize("inks", [(0, 0, 0, 0), (200, 40, 90, 0), (20, 220, 120, 60), (128, 128, 128, 128)])
def test_ycck_jpeg(save, inks):
    """Adobe stores CMYK inverted, and in YCCK its first three channels as YCbCr (libjpeg, jdcolor.c)."""
    as_ycc = np.asarray(Image.new("RGB", (1, 1), inks[:3]).convert("YCbCr"))[0, 0].tolist()
    stored = Image.new("CMYK", (16, 16), (*(255 - value for value in as_ycc), inks[3]))
    data = save(stored, "JPEG", quality=100)
    at = data.index(b"Adobe") + 11
    assert data[at] == 0
    decoded = decode(data[:at] + b"\2" + data[at + 1:])
    expected = [255 * (1 - ink / 255) * (1 - inks[3] / 255) for ink in inks[:3]]
    assert np.abs(spread_out(decoded) - expected).max() <= 4


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_bmp(save, draw, mode):
    picture = draw(23, 17).convert(mode)
    assert np.array_equal(decode(save(picture, "BMP")).pixels, np.asarray(picture.convert("RGB")))


@pytest.mark.parametrize(("alpha", "expected"), [((0, 0), [[10, 20, 30], [40, 50, 60]]),
                                                 ((0, 255), [[255, 255, 255], [40, 50, 60]])])
def test_bmp_with_unused_alpha_is_opaque(alpha, expected):
    """A fourth byte that is 0 everywhere was never meant as alpha; one that differs was."""
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIIIII", 56, 2, 1, 1, 32, 3, 8, 0, 0, 0, 0) + masks
    pixels = bytes([30, 20, 10, alpha[0], 60, 50, 40, alpha[1]])
    decoded = decode(b"BM" + struct.pack("<III", 78, 0, 70) + header + pixels)
    assert decoded.pixels[0].tolist() == expected
    assert len(decoded.notes) == (max(alpha) > 0)


def test_bmp_from_the_top_and_run_length_encoded():
    palette = bytes([0, 0, 0, 0, 0, 0, 255, 0])  # black, red

    def bmp(height, compression, body):
        header = struct.pack("<IiiHHIIIIII", 40, 4, height, 1, 8, compression, len(body), 0, 0, 2, 0)
        return b"BM" + struct.pack("<III", 62 + len(body), 0, 62) + header + palette + body

    rows = bytes([1, 1, 0, 0, 0, 0, 0, 1])
    down, up = decode(bmp(-2, 0, rows)), decode(bmp(2, 0, rows))
    np.testing.assert_array_equal(down.pixels, up.pixels[::-1])
    assert down.pixels[0, :, 0].tolist() == [255, 255, 0, 0]
    run = decode(bmp(2, 1, bytes([2, 1, 2, 0, 0, 0, 3, 0, 1, 1, 0, 1])))
    np.testing.assert_array_equal(run.pixels, up.pixels)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from(["PNG", "BMP", "TIFF", "WEBP"]))
def test_lossless_formats_give_back_every_size(draw, save, width, height, format):
    picture = draw(width, height)
    decoded = decode(save(picture, format, **({"lossless": True} if format == "WEBP" else {})))
    assert (decoded.width, decoded.height) == (width, height)
    np.testing.assert_array_equal(decoded.pixels, np.asarray(picture))
    assert decoded.notes == ()
