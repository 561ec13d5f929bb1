"""Bytes in, an upright sRGB picture of screen size out, at a bounded cost.

Every file passes the same gates: its format by its first bytes, its size and cost by its header, one picture cut out of
it, and only then one of Pillow's six decoders. No setting of Pillow is touched, so threads do not meet.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator

import numpy as np

# The six plugins are imported here, so that opening a picture never makes Pillow load its other ones.
from PIL import (
    BmpImagePlugin,  # noqa: F401
    ExifTags,
    GifImagePlugin,  # noqa: F401
    Image,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from visualizer.images import bmp, gif, jpeg, levels, limits, png, profile, sniff, tiff, webp
from visualizer.images.picture import ImageError, Picture
from visualizer.images.still import Still, cut_short, damaged, unreadable

READERS: dict[str, Callable[[bytes], Still]] = {
    "JPEG": jpeg.still, "PNG": png.still, "WEBP": webp.still, "GIF": gif.still, "BMP": bmp.still, "TIFF": tiff.still,
}
SPOKEN = {"WEBP": "WebP"}
# EXIF orientation -> what turns the stored picture upright (Exif 3.0, tag 0x0112)
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
EXIF_BYTES = 65_536
BY_ROWS_FROM = 4_000_000  # pixels; below, decoding as a whole is faster and small enough


def decode(data: bytes) -> Picture:
    """The picture in an uploaded file: upright, sRGB, over white, at most LONG_SIDE pixels long.

    Raises ImageError, with one sentence, for anything that is no picture, is damaged, or costs too much.
    """
    limits.check_bytes(len(data))
    format = sniff.format_of(data)
    try:
        still = READERS[format](data)
        limits.check_size(SPOKEN.get(format, format), still.width, still.height)
        limits.check_memory(SPOKEN.get(format, format), len(data), still.memory)
        pixels, notes = _upright(still)
    except ImageError:
        raise
    except Exception as error:  # Pillow raises SyntaxError, struct.error, KeyError, MemoryError and more
        raise _refusal(SPOKEN.get(format, format), error) from error
    return Picture(np.asarray(pixels), format, notes, hashlib.sha256(data).hexdigest())


def _refusal(format: str, error: Exception) -> ImageError:
    if isinstance(error, MemoryError):
        return ImageError(f"There is not enough memory to decode this {format} file; upload a smaller copy.")
    if isinstance(error, EOFError) or "truncated" in str(error).lower():
        return cut_short(format)
    return damaged(format)


def _upright(still: Still) -> tuple[Image.Image, tuple[str, ...]]:
    """The picture in mode RGB, and what was done to it."""
    small, stretched = _small(still)
    colours, alpha = _apart(small)
    notes = ["Converted from CMYK."] if small.mode == "CMYK" else []
    colours, converted = profile.in_srgb(colours, still.profile)
    over = colours.convert("RGB")
    if alpha:
        over = Image.composite(over, Image.new("RGB", small.size, "white"), alpha)
    turn = UPRIGHT.get(_orientation(still))
    notes += [stretched, converted, "Transparent parts are shown over white." if alpha else "",
              "Turned upright by its EXIF orientation." if turn is not None else ""]
    if turn is not None:
        over = over.transpose(turn)
    scaled = _scaled_note(still, over.size, turn is not None and turn >= Image.Transpose.ROTATE_90)
    return over, tuple(note for note in (*still.notes, scaled, *notes) if note)


def _apart(picture: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Colours, and the alpha channel unless it is opaque everywhere."""
    if picture.mode not in ("LA", "RGBA"):
        return picture, None
    *channels, alpha = picture.split()
    colours = Image.merge(picture.mode[:-1], channels) if len(channels) > 1 else channels[0]
    return colours, alpha if alpha.getextrema() != (255, 255) else None


def _small(still: Still) -> tuple[Image.Image, str]:
    """The picture as stored, in a plain mode, LONG_SIDE pixels long or less; and a note if greys were stretched."""
    averaged, note = _averaged(still)
    target = levels.target_size(still.width, still.height)
    return averaged if averaged.size == target else averaged.resize(target, Image.Resampling.BICUBIC), note


def _averaged(still: Still) -> tuple[Image.Image, str]:
    """As _small, but shrunk by a whole number only. On return nothing is left of the picture in its full size."""
    if still.bands and still.width * still.height > BY_ROWS_FROM:
        size, factor = (still.width, still.height), levels.shrink_factor(still.width, still.height)
        bands, spread, note = still.bands(levels.band_rows(still.width, factor)), (0.0, float(still.white)), ""
    else:
        picture = _opened(still)
        size, factor = picture.size, levels.shrink_factor(*picture.size)
        bands, spread = levels.bands_of(picture, factor), levels.spread_of(picture, still)
        note = levels.spread_note(spread, still.white_is_zero) if picture.mode in levels.DEEP else ""

    def parts() -> Iterator[Image.Image]:
        for band in bands:
            part = levels.plain(band, still, spread)
            yield part.reduce(factor) if factor > 1 else part

    return levels.joined(parts(), (-(-size[0] // factor), -(-size[1] // factor))), note


def _opened(still: Still) -> Image.Image:
    """The picture decoded by Pillow, from a JPEG at a half, a quarter or an eighth if that is enough."""
    try:
        picture = Image.open(io.BytesIO(still.data), formats=(still.format,))
    except UnidentifiedImageError:
        raise unreadable(SPOKEN.get(still.format, still.format)) from None
    if picture.size != (still.width, still.height):
        raise damaged(SPOKEN.get(still.format, still.format))
    if still.format == "JPEG":
        scale = jpeg.draft_scale(still.width, still.height)
        picture.draft(None, (max(1, still.width // scale), max(1, still.height // scale)))
    picture.load()
    if still.format == "BMP" and picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (0, 0):
        return picture.convert("RGB")  # many programs leave the fourth byte of a BMP's pixels unused
    return picture


def _orientation(still: Still) -> int:
    """1 to 8; a broken EXIF block counts as none, since the picture can be seen without it."""
    if still.orientation != 1 or not still.exif:
        return still.orientation
    exif = Image.Exif()
    try:
        exif.load(still.exif[:EXIF_BYTES])
        value = exif.get(ExifTags.Base.Orientation, 1)
    except Exception:  # as wide as above: the parser raises whatever the bytes make it raise
        return 1
    return value if isinstance(value, int) else 1


def _scaled_note(still: Still, size: tuple[int, int], turned: bool) -> str:
    width, height = (still.height, still.width) if turned else (still.width, still.height)
    return "" if size == (width, height) else f"Scaled down from {width}×{height} to {size[0]}×{size[1]}."
