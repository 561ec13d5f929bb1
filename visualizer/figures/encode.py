"""Pixels to PNG bytes, without loss, and to text that a page can embed."""

from __future__ import annotations

import base64
import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import Image

from visualizer.figures.palettes import EMPTY, Pixels


def png(rgb: Pixels) -> bytes:
    """PNG of a picture (H×W×3 uint8). ValueError: another shape or type, or no pixel."""
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or not rgb.size:
        raise ValueError(f"A picture is height × width × 3 of uint8, not {rgb.shape} of {rgb.dtype}.")
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(rgb)).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def palette_png(indices: Pixels, colours: Pixels) -> bytes:
    """PNG of palette indices (H×W uint8) with their colours (256×3 uint8); `EMPTY` is transparent.

    The browser maps indices to colours, which saves most of the time and half of the bytes of RGB. Written here since
    Pillow stores palette rows as they are (most palettes have no order): neighbours in a map are near in our palettes,
    so predicting each pixel saves a fifth of the bytes.
    """
    height, width = indices.shape
    squeeze = zlib.compressobj(1, strategy=zlib.Z_RLE)
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0),
        b"PLTE": colours.tobytes(),
        b"tRNS": b"\xff" * EMPTY + b"\x00",
        b"IDAT": squeeze.compress(_predicted(indices)) + squeeze.flush(),
        b"IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks.items())


def data_uri(png: bytes) -> str:
    """The PNG as text for the `src` of an `img` or the `href` of an SVG `image`."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def from_data_uri(source: str) -> bytes:
    """The PNG in a text of `data_uri`."""
    return base64.b64decode(source.partition(",")[2])


def _predicted(indices: Pixels) -> bytes:
    """The rows as what is left after the Paeth filter (PNG specification, section 9.4), with its number before each."""
    padded = np.pad(indices.astype(np.int16), ((1, 0), (1, 0)))
    left, above, corner = padded[1:, :-1], padded[:-1, 1:], padded[:-1, :-1]
    to_left, to_above = np.abs(above - corner), np.abs(left - corner)
    to_corner = np.abs(left + above - 2 * corner)
    nearest = np.where(to_above <= to_corner, above, corner)
    nearest = np.where((to_left <= to_above) & (to_left <= to_corner), left, nearest)
    rows = np.full((indices.shape[0], indices.shape[1] + 1), 4, np.uint8)
    rows[:, 1:] = indices - nearest.astype(np.uint8)
    return rows.tobytes()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
