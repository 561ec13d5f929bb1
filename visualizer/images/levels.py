"""From whatever samples a file holds to 8 bits per channel, and to a size that suits screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from PIL import Image

from visualizer.images.limits import LONG_SIDE
from visualizer.images.picture import Pixels
from visualizer.images.still import Still

PLAIN = ("L", "LA", "RGB", "RGBA", "CMYK")
CONVERTED = {"La": "LA", "PA": "RGBA", "RGBa": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "LAB": "RGB"}
DEEP = ("I", "F")  # 32-bit integers and floats
BAND_BYTES = 2_000_000

Range = tuple[float, float]


def shrink_factor(width: int, height: int) -> int:
    """The whole number by which a picture can be averaged down and still have LONG_SIDE pixels."""
    return max(1, max(width, height) // LONG_SIDE)


def band_rows(width: int, factor: int) -> int:
    """Rows to work on at a time: a multiple of the factor, about BAND_BYTES of them."""
    return factor * max(1, BAND_BYTES // (4 * width * factor))


def bands_of(picture: Image.Image, factor: int) -> Iterator[Image.Image]:
    """The picture in bands, so that conversions need little memory; whole where no conversion is to come."""
    rows = picture.height if picture.mode in ("L", "RGB", "CMYK") else band_rows(picture.width, factor)
    if rows >= picture.height:
        yield picture
        return
    for top in range(0, picture.height, rows):
        yield picture.crop((0, top, picture.width, min(top + rows, picture.height)))


def joined(bands: Iterable[Image.Image], size: tuple[int, int]) -> Image.Image:
    """Bands put below each other; `size` is the width and height of them all."""
    whole: Image.Image | None = None
    top = 0
    for band in bands:
        if band.size == size:
            return band
        whole = whole or Image.new(band.mode, size)
        whole.paste(band, (0, top))
        top += band.height
    if whole is None:
        raise EOFError("a picture without rows")
    return whole


def target_size(width: int, height: int) -> tuple[int, int]:
    """The size to show: unchanged, or with LONG_SIDE as its longer side."""
    longest = max(width, height)
    if longest <= LONG_SIDE:
        return width, height
    return max(1, round(width * LONG_SIDE / longest)), max(1, round(height * LONG_SIDE / longest))


def plain(picture: Image.Image, still: Still, spread: Range) -> Image.Image:
    """One of the PLAIN modes, 8 bits per channel. `spread`: the values of deep greys that become black and white."""
    if picture.mode == "1":
        picture = picture.convert("L")
    if picture.mode.startswith("I;16") or picture.mode in DEEP:
        return _from_deep(np.asarray(picture), still, spread)
    if picture.mode == "P":
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if picture.mode in ("L", "RGB") and (still.transparent or "transparency" in picture.info):
        if still.transparent:
            picture.info["transparency"] = still.transparent if picture.mode == "RGB" else still.transparent[0]
        return picture.convert(picture.mode + "A")
    return picture if picture.mode in PLAIN else picture.convert(CONVERTED.get(picture.mode, "RGB"))


def spread_of(picture: Image.Image, still: Still) -> Range:
    """Which values of a deep grey picture are black and white.

    16-bit greys keep their whole range. 32-bit ones have no agreed white: floats that lie within 0 to 1 and integers
    within 0 to 255 are taken as that range, all others are stretched from their smallest to their largest value.
    """
    if picture.mode not in DEEP:
        return 0.0, float(still.white)
    low, high = np.inf, -np.inf
    for band in bands_of(picture, 1):
        values = np.asarray(band)
        finite = values[np.isfinite(values)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    usual = 1.0 if picture.mode == "F" else 255.0
    return (0.0, usual) if low >= high or (low >= 0 and high <= usual) else (low, high)


def spread_note(spread: Range, white_is_zero: bool) -> str:
    black, white = reversed(spread) if white_is_zero else spread
    return f"32-bit values scaled: {black:g} is black, {white:g} is white."


def _from_deep(values: np.ndarray[Any, Any], still: Still, spread: Range) -> Image.Image:
    if values.dtype.itemsize == 2:  # a table of all 65,536 values is three times as fast as arithmetic on pixels
        grey8 = Image.fromarray(_grey8(np.arange(65_536), still, spread)[values])
    else:
        grey8 = Image.fromarray(_grey8(values, still, spread))
    if not still.transparent:
        return grey8
    opaque = Image.fromarray(np.where(values == still.transparent[0], 0, 255).astype(np.uint8))
    return Image.merge("LA", (grey8, opaque))


def _grey8(values: np.ndarray[Any, Any], still: Still, spread: Range) -> Pixels:
    """Values from low to high as 0 to 255, rounded; what is no number becomes black."""
    low, high = spread
    grey = np.nan_to_num((values.astype(np.float64) - low) * (255 / (high - low)), nan=0, posinf=255, neginf=0)
    if still.white_is_zero:
        grey = 255 - grey
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)
