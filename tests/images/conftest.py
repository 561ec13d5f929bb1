"""Writers of picture files, apart from Pillow's, so that what is read can be compared with what was written."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
from PIL import Image

PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def packed_rows(samples: np.ndarray, depth: int) -> np.ndarray:
    """height×width×channels samples as rows of bytes."""
    flat = samples.reshape(samples.shape[0], -1)
    if depth == 16:
        return flat.astype(">u2").view(np.uint8).reshape(flat.shape[0], -1)
    bits = (flat[..., None] >> np.arange(depth - 1, -1, -1) & 1).reshape(flat.shape[0], -1)
    return np.packbits(bits.astype(np.uint8), axis=1)


def filtered(rows: np.ndarray, step: int, filters: list[int]) -> bytes:
    """Rows with their filter bytes (PNG, section 9.2), the filters taken in turn."""
    out = []
    above = np.zeros(rows.shape[1], dtype=int)
    for number, row in enumerate(rows.astype(int)):
        left, corner = np.zeros_like(row), np.zeros_like(row)
        left[step:], corner[step:] = row[:-step], above[:-step]
        nearest = np.abs(np.stack([above - corner, left - corner, left + above - 2 * corner])).argmin(axis=0)
        paeth = np.choose(nearest, [left, above, corner])
        kind = filters[number % len(filters)]
        guess = (0, left, above, (left + above) // 2, paeth)[kind]
        out.append(bytes([kind]) + ((row - guess) & 255).astype(np.uint8).tobytes())
        above = row
    return b"".join(out)


def png(samples: np.ndarray, depth: int, colour: int, extra: bytes = b"", filters: tuple[int, ...] = (0, 1, 2, 3, 4),
        interlaced: bool = False) -> bytes:
    """A PNG of height×width×channels samples; `extra` holds further chunks, to stand before the image data."""
    if samples.ndim == 2:
        samples = samples[..., None]
    step = max(1, depth * samples.shape[2] // 8)
    parts = [samples[y::dy, x::dx] for x, y, dx, dy in PASSES] if interlaced else [samples]
    raw = b"".join(filtered(packed_rows(part, depth), step, list(filters)) for part in parts if part.size)
    header = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], depth, colour, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(raw))
            + chunk(b"IEND", b""))


def tiff(values: np.ndarray, tags: dict[int, tuple[int, ...]], order: Literal["<", ">"] = "<",
         big: bool = False) -> bytes:
    """An uncompressed TIFF of one strip. `tags` are SHORTs besides width, height and where the data stand."""
    raw = values.astype(values.dtype.newbyteorder(order)).tobytes()
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42)
    data_at = 16 if big else 8
    start = data_at + len(raw) + len(raw) % 2
    head += struct.pack(order + ("HHQ" if big else "I"), *((8, 0, start) if big else (start,)))
    every = {256: (values.shape[1],), 257: (values.shape[0],), 278: (values.shape[0],), **tags}
    entries = {tag: (3, struct.pack(f"{order}{len(value)}H", *value)) for tag, value in every.items()}
    entries[273], entries[279] = (4, struct.pack(order + "I", data_at)), (4, struct.pack(order + "I", len(raw)))
    room, after = (8 if big else 4), start + (8 if big else 2) + len(entries) * (20 if big else 12) + (8 if big else 4)
    body, tail = b"", b""
    for tag in sorted(entries):
        kind, value = entries[tag]
        count = len(value) // (2 if kind == 3 else 4)
        if len(value) > room:
            place, tail = struct.pack(order + ("Q" if big else "I"), after + len(tail)), tail + value
        else:
            place = value.ljust(room, b"\0")
        body += struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, count) + place
    number, end = (order + "Q", order + "Q") if big else (order + "H", order + "I")
    return head + raw + b"\0" * (len(raw) % 2) + struct.pack(number, len(entries)) + body + struct.pack(end, 0) + tail


def saved(picture: Image.Image, format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, format, **options)
    return stream.getvalue()


def colourful(width: int, height: int) -> Image.Image:
    """Smooth colours that differ everywhere, so that a turned or mirrored picture is another one."""
    y, x = np.mgrid[:height, :width] / max(width, height, 2)
    return Image.fromarray(np.rint(255 * np.stack([x, y, (1 - x) * (1 - y)], axis=-1)).astype(np.uint8))


class Files(dict[str, bytes]):
    """File contents by kind, too long to be printed when a test fails."""

    def __repr__(self) -> str:
        return "files"


def small_files() -> Files:
    """Small files of all formats and many of their kinds."""
    picture = colourful(40, 28)
    rng = np.random.default_rng(5)
    exif = Image.Exif()
    exif[0x0112] = 6
    many = {"save_all": True, "append_images": [picture.rotate(180), picture.rotate(90)]}
    masked = picture.copy()
    masked.putalpha(Image.linear_gradient("L").resize(picture.size))
    return Files({
        "jpeg": saved(picture, "JPEG", exif=exif), "jpeg progressive": saved(picture, "JPEG", progressive=True),
        "jpeg grey": saved(picture.convert("L"), "JPEG"), "jpeg cmyk": saved(picture.convert("CMYK"), "JPEG"),
        "png": saved(picture, "PNG", exif=exif), "png alpha": saved(masked, "PNG"),
        "png palette": saved(picture.quantize(16), "PNG", transparency=3), "apng": saved(picture, "PNG", **many),
        "png 16": png(rng.integers(0, 65536, (9, 11)), 16, 0, chunk(b"tRNS", b"\0\7")),
        "png interlaced": png(rng.integers(0, 256, (9, 11, 3)), 8, 2, interlaced=True),
        "webp": saved(picture, "WEBP", exif=exif), "webp lossless": saved(masked, "WEBP", lossless=True),
        "webp animated": saved(picture, "WEBP", **many),
        "gif": saved(picture, "GIF"), "gif animated": saved(picture, "GIF", **many, disposal=2),
        "bmp": saved(picture, "BMP"), "bmp palette": saved(picture.quantize(16), "BMP"),
        "bmp bit": saved(picture.convert("1"), "BMP"), "bmp alpha": saved(masked, "BMP"),
        "tiff": saved(picture, "TIFF"), "tiff lzw": saved(picture, "TIFF", compression="tiff_lzw"),
        "tiff deflate": saved(picture, "TIFF", compression="tiff_adobe_deflate"),
        "tiff jpeg": saved(picture, "TIFF", compression="jpeg"),
        "tiff fax": saved(picture.convert("1"), "TIFF", compression="group4"),
        "tiff 16": saved(Image.fromarray(rng.integers(0, 65536, (9, 11)).astype(np.uint16)), "TIFF"),
        "tiff float": saved(Image.fromarray(rng.random((9, 11)).astype(np.float32)), "TIFF"),
        "tiff pages": saved(picture, "TIFF", **many),
        "tiff big": tiff(rng.integers(0, 256, (9, 11)).astype(np.uint8), {258: (8,), 259: (1,), 262: (1,)}, ">", True),
    })


@pytest.fixture(scope="session")
def write_png() -> Callable[..., bytes]:
    return png


@pytest.fixture(scope="session")
def png_chunk() -> Callable[[bytes, bytes], bytes]:
    return chunk


@pytest.fixture(scope="session")
def write_tiff() -> Callable[..., bytes]:
    return tiff


@pytest.fixture(scope="session")
def save() -> Callable[..., bytes]:
    return saved


@pytest.fixture(scope="session")
def draw() -> Callable[[int, int], Image.Image]:
    return colourful


@pytest.fixture(scope="session")
def files() -> Files:
    return small_files()
