"""What the container readers hand to the decoder: one picture's bytes, stripped of everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from visualizer.images.picture import ImageError

ANIMATED = "Animated: the first frame is used."
PAGES = "Several pages: the first page is used."
SIXTEEN_BIT = "16-bit values scaled to 8 bit."


@dataclass(frozen=True)
class Still:
    """One picture inside a file, before its pixels are decoded.

    width, height: as stored, before orientation; data: a minimal file of the same format, without metadata or further
    frames; memory: bytes the decoder will need; exif, profile: the raw blocks, if any; transparent: the one colour
    (grey, or red, green, blue) that means "nothing here", in the values that Pillow decodes to; white: the largest
    sample value of 16-bit greys; white_is_zero: greys are stored inverted and Pillow leaves them so; bands: a way to
    decode the picture some rows at a time, from the number of rows wanted per band.
    """

    format: str
    width: int
    height: int
    data: bytes
    memory: int
    notes: tuple[str, ...] = ()
    exif: bytes = b""
    profile: bytes = b""
    orientation: int = 1
    transparent: tuple[int, ...] = ()
    white: int = 65_535
    white_is_zero: bool = False
    bands: Callable[[int], Iterator[Image.Image]] | None = None


def cut_short(format: str) -> ImageError:
    return ImageError(f"This {format} file is cut short: part of the picture is missing; "
                      "upload the complete file again.")


def damaged(format: str) -> ImageError:
    return ImageError(f"This {format} file is damaged and cannot be decoded; "
                      "save it again from an image program, or upload another copy.")


def unsupported(format: str, what: str) -> ImageError:
    return ImageError(f"This {format} file {what}, which is not supported; save it as PNG or JPEG and upload that.")


def unreadable(format: str) -> ImageError:
    return ImageError(f"This {format} file is damaged or of a rare kind that is not supported; "
                      "save it as PNG or JPEG and upload that.")
