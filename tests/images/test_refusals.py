"""Every file that gives no picture gets one clear sentence, and never costs much."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from visualizer.images import MAX_BYTES, MAX_PIXELS, MAX_SIDE, ImageError, decode

FTYP = b"\0\0\0\x20ftyp"
DISGUISED = {
    "web page": b"\r\n<!DOCTYPE html><html><head><title>404</title></head></html>",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "EPS drawing": b"\xc5\xd0\xd3\xc6\x1e\0\0\0",
    "SVG": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "HEIC": FTYP + b"heic\0\0\0\0mif1",
    "AVIF": FTYP + b"avif\0\0\0\0mif1",
    "video": FTYP + b"isom\0\0\2\0",
    "Git LFS": b"version https://git-lfs.github.com/spec/v1\n",
    "ZIP": b"PK\x03\x04\x14\0\0\0\x08\0",
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0",
    "JPEG XL": b"\xff\x0a\xfa\x1f",
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "Photoshop": b"8BPS\0\1",
    "icon": b"\0\0\1\0\1\0",
    "CR2": b"II*\0\x10\0\0\0CR\2\0",
    "PNM": b"P6\n2 2\n255\n" + bytes(12),
    "JSON": b'{"error": "not found"}',
    "text": b"picture.jpg moved permanently\n",
    "sound": b"RIFF\x24\0\0\0WAVEfmt ",
    "zeros": bytes(5000),
    "HDF5": b"\x89HDF\r\n\x1a\n",
    "NumPy": b"\x93NUMPY\1\0",
    "no picture": bytes(range(7, 250)),
    "markup": b"<note>hello</note>",
    "DICOM": bytes(128) + b"DICM" + bytes(20),
}


def refusal(data: bytes) -> str:
    """The sentence with which these bytes are refused."""
    with pytest.raises(ImageError) as caught:
        decode(data)
    return checked(str(caught.value))


def checked(sentence: str) -> str:
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 250
    assert ". " not in sentence
    return sentence


@pytest.mark.parametrize("kind", DISGUISED)
def test_disguised_files_are_named(kind):
    sentence = refusal(DISGUISED[kind])
    assert sentence.startswith("This file looks like ")
    assert kind in sentence
    assert any(word in sentence for word in ("upload", "save", "export"))


def test_empty():
    assert "empty" in refusal(b"")


def test_too_many_bytes():
    assert "20 MB is the most" in refusal(b"\xff\xd8\xff" + bytes(MAX_BYTES))


def declared(width: int, height: int) -> dict[str, bytes]:
    """Headers of all formats that declare this size, with next to nothing behind them."""
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    wide, tall = min(width, 65_535), min(height, 65_535)
    return {
        "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\x0d" + ihdr + struct.pack(">I", zlib.crc32(ihdr)) + bytes(40),
        "JPEG": b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack(">HH", tall, wide) + b"\3\1\x22\0\2\x11\1\3\x11\1\xff\xda"
                + bytes(20),
        "GIF": b"GIF89a" + struct.pack("<HH", wide, tall) + b"\0\0\0\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0;",
        "BMP": b"BM" + struct.pack("<IIIIiiHHIIIIII", 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0),
        "TIFF": b"II*\0\x08\0\0\0\2\0" + struct.pack("<HHIIHHII", 256, 4, 1, width, 257, 4, 1, height) + bytes(4),
        "WEBP": b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + struct.pack("<I", max(width, 1) - 1)[:3]
                + struct.pack("<I", max(height, 1) - 1)[:3],
    }


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
@pytest.mark.parametrize("size", [(30_000, 30_000), (16_385, 1), (1, 16_385), (10_000, 5001)])
def test_declared_size_is_refused_from_the_header(format, size):
    sentence = refusal(declared(*size)[format])
    assert f"{size[0]:,}×{size[1]:,} pixels" in sentence
    assert (f"{MAX_SIDE:,}" if max(size) > MAX_SIDE else f"{MAX_PIXELS // 10**6} million") in sentence


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "JPEG"])
def test_no_area(format):
    assert "no area" in refusal(declared(0, 5)[format])


def test_limit_lies_below_the_warning_of_pillow():
    assert Image.MAX_IMAGE_PIXELS is not None
    assert MAX_PIXELS < Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize(("format", "options"), [
    ("JPEG", {"progressive": True}), ("WEBP", {}), ("TIFF", {"compression": "tiff_adobe_deflate"})])
def test_small_file_of_a_huge_picture(save, format, options):
    sentence = refusal(save(Image.new("RGB", (7000, 7000)), format, **options))
    assert "of memory to decode, more than a file of its size may" in sentence


def test_interlaced_bomb(write_png, png_chunk):
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 7000, 7000, 8, 6, 0, 0, 1))
    data = b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(b"")) + png_chunk(b"IEND", b"")
    assert "of memory to decode" in refusal(data)


def test_jpeg_of_too_many_scans(save):
    data = save(Image.new("RGB", (2000, 2000)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    assert decode(data).width == 1536
    assert "passes" in refusal(data[:-2] + data[last:-2] * 500 + b"\xff\xd9")


def test_many_tiny_pieces(save, draw, write_png, png_chunk):
    jpeg, gif = save(draw(9, 9), "JPEG"), save(draw(9, 9), "GIF")
    webp = save(draw(9, 9), "WEBP")[8:] + b"JUNK\0\0\0\0" * 70_000
    png = write_png(np.zeros((3, 3), int), 8, 0)
    table = 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    for data in (jpeg[:2] + b"\xff\xfe\0\2" * 70_000 + jpeg[2:], png[:33] + png_chunk(b"teXt", b"") * 70_000 + png[33:],
                 gif[:table] + b"\x21\xfe" + b"\1a" * 210_000 + b"\0" + gif[table:],
                 b"RIFF" + struct.pack("<I", len(webp)) + webp):
        assert "damaged" in refusal(data)


def test_text_bombs_are_never_unpacked(write_png, png_chunk):
    """90 MB of text and a 60 MB profile in a small PNG: skipped, and cut off."""
    png = write_png(np.full((3, 3), 77), 8, 0)
    text = png_chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(10**6))) * 90
    profile = png_chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(60 * 10**6)))
    decoded = decode(png[:33] + profile + text + png[33:])
    assert decoded.pixels.min() == 77
    assert decoded.notes == ("The picture's colour profile could not be used and was ignored.",)


@pytest.mark.parametrize(("side", "length"), [(4000, 2), (100, 1_100_000)])
def test_large_run_length_bmp(side, length):
    header = struct.pack("<IiiHHIIIIII", 40, side, side, 1, 8, 1, 2, 0, 0, 256, 0)
    assert "run-length" in refusal(b"BM" + struct.pack("<III", 0, 0, 1078) + header + bytes(1024) + bytes(length))


def test_jpeg_that_comes_channel_by_channel(save):
    """Then all of it is kept until the last scan, whatever the scale."""
    data = save(Image.new("RGB", (7000, 7000)), "JPEG")
    components = data.rindex(b"\xff\xda") + 4
    assert data[components] == 3
    assert decode(data).width == 1536
    assert "of memory to decode" in refusal(data[:components] + b"\1" + data[components + 1:])


def test_tiff_that_repeats_its_strips():
    """More strips than rows are no picture, but a way to keep a decoder busy."""
    def tiff(count):
        tags = {256: 4, 257: 4, 258: 8, 259: 1, 262: 1, 273: 300, 277: 1, 278: 1}
        entries = b"".join(struct.pack("<HHII", tag, 4, count if tag == 273 else 1, tags[tag]) for tag in tags)
        head = b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(4)
        return head.ljust(300, b"\0") + struct.pack("<I", 200) * count

    assert decode(tiff(4)).width == 4
    assert "damaged" in refusal(tiff(5))


@pytest.mark.parametrize("method", [6, 7000, 34_925, 50_001])
def test_rare_tiff_packings_are_never_tried(write_tiff, method):
    data = write_tiff(np.zeros((4, 4), np.uint8), {258: (8,), 259: (method,), 262: (1,)})
    assert f"method {method}" in refusal(data)


def test_no_memory(save, draw, monkeypatch):
    def none_left(*_: object, **__: object) -> None:
        raise MemoryError

    data = save(draw(5, 5), "PNG")
    monkeypatch.setattr(Image, "open", none_left)
    assert "not enough memory" in refusal(data)


@pytest.mark.parametrize("error", [SyntaxError("x"), struct.error("x"), KeyError(3), RecursionError(), OverflowError(),
                                   ZeroDivisionError(), OSError("broken\ndata"), AssertionError()])
def test_whatever_pillow_raises(save, draw, monkeypatch, error):
    def broken(*_: object) -> None:
        raise error

    data = save(draw(5, 5), "JPEG")
    monkeypatch.setattr(Image.Image, "load", broken)
    assert refusal(data).startswith("This JPEG file")


NAMES = [
    "jpeg", "jpeg progressive", "jpeg grey", "jpeg cmyk", "png", "png alpha", "png palette", "apng", "png 16",
    "png interlaced", "webp", "webp lossless", "webp animated", "gif", "gif animated", "bmp", "bmp palette", "bmp bit",
    "bmp alpha", "tiff", "tiff lzw", "tiff deflate", "tiff jpeg", "tiff fax", "tiff 16", "tiff float", "tiff pages",
    "tiff big"]
KINDS = st.sampled_from(NAMES)


def judged(data: bytes) -> bool:
    """Whether there is a picture; if not, the refusal is a sentence."""
    try:
        picture = decode(data)
    except ImageError as error:
        checked(str(error))
        return False
    assert picture.pixels.shape == (picture.height, picture.width, 3)
    return True


def test_kinds_are_the_files(files):
    assert set(files) == set(NAMES)


@settings(max_examples=400, deadline=None)
@given(KINDS, st.floats(0, 1, exclude_max=True))
def test_cut_files_are_refused_or_whole(files, kind, part):
    """A cut file may only be accepted if nothing of its (first) picture is missing."""
    cut = files[kind][:int(part * len(files[kind]))]
    if judged(cut):
        np.testing.assert_array_equal(decode(cut).pixels, decode(files[kind]).pixels)


@settings(max_examples=600, deadline=None)
@given(KINDS, st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
       st.booleans())
def test_changed_bytes_give_a_picture_or_a_sentence(files, kind, changes, in_header):
    data = bytearray(files[kind])
    for place, value in changes:
        data[int(place * (min(len(data), 150) if in_header else len(data)))] = value
    judged(bytes(data))


@settings(max_examples=300, deadline=None)
@given(KINDS, KINDS, st.floats(0, 1), st.floats(0, 1))
def test_spliced_files_give_a_picture_or_a_sentence(files, first, second, end, start):
    judged(files[first][:int(end * len(files[first]))] + files[second][int(start * len(files[second])):])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x40\0\0\0WEBPVP8 ", b"II*\0\x08\0\0\0",
                        b"BM" + bytes(12) + b"\x28\0\0\0", b""]), st.binary(max_size=300))
def test_noise_behind_any_beginning(start, rest):
    judged(start + rest)


def test_crc_of_image_data_is_checked(write_png):
    """PNG, section 5.3: a flipped bit of image data is damage, even where it could be unpacked."""
    data = bytearray(write_png(np.zeros((3, 3), int), 8, 0))
    data[data.index(b"IEND") - 5] ^= 1  # the last byte of the CRC before IEND
    assert "damaged" in refusal(bytes(data))


def test_name_of_format_is_spoken(files):
    assert "This WebP file" in refusal(files["webp"][:60])
