"""A decoded picture, and the one error that says why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
ACCEPTED = "JPEG, PNG, WebP, GIF, BMP or TIFF"


class ImageError(ValueError):
    """A file that gives no picture; its text is one sentence: what was wrong and what would work."""


@dataclass(frozen=True, eq=False)
class Picture:
    """An upright sRGB picture.

    pixels: H×W×3, uint8, read-only; notes: plain sentences about what decoding changed;
    digest: SHA-256 of the uploaded bytes in hexadecimal, the key for anything computed from them.
    """

    pixels: Pixels
    format: str
    notes: tuple[str, ...]
    digest: str

    def __post_init__(self) -> None:
        frozen: np.ndarray[Any, Any] = np.ascontiguousarray(self.pixels)
        if frozen.dtype != np.uint8 or frozen.ndim != 3 or frozen.shape[2] != 3 or not frozen.size:
            raise ValueError(f"pixels must be H×W×3 uint8, not {frozen.shape} {frozen.dtype}")
        if frozen.flags.writeable:
            frozen = frozen.copy()
            frozen.flags.writeable = False
        object.__setattr__(self, "pixels", frozen)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])
