"""The 256 colours that palette indices of feature maps stand for.

Entries 0 to 252 are data, an odd number so that one entry lies exactly in the middle; the last three say what
data cannot: `MISSING` (NaN or infinite), `EMPTY` (no channel here, transparent) and `GAP` (between two maps).

Signed data run blue, neutral, orange, with zero in the very middle; data without a sign run dark to bright
from zero. Both go in even steps of OKLab (B. Ottosson, "A perceptual color space for image processing",
2020), and both go through lightness, so they survive every kind of colour blindness; the sequential one
survives a grey printer too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Theme = Literal["light", "dark"]
Pixels = NDArray[np.uint8]
Point = tuple[float, float, float]  # OKLCh: lightness, chroma, hue in degrees

TOP = 252
CENTRE = 126
MISSING, EMPTY, GAP = 253, 254, 255

# Both arms of a theme have the same lightness at every step, so that v and -v look equally strong. From zero
# outwards.
_BLUE: Mapping[Theme, Sequence[Point]] = {
    "light": ((0.975, 0, 0), (0.84, 0.072, 252), (0.71, 0.132, 254), (0.58, 0.155, 257), (0.43, 0.130, 260)),
    "dark": ((0.170, 0, 0), (0.33, 0.075, 254), (0.50, 0.110, 248), (0.67, 0.115, 240), (0.84, 0.085, 228)),
}
_ORANGE: Mapping[Theme, Sequence[Point]] = {
    "light": ((0.975, 0, 0), (0.84, 0.085, 58), (0.71, 0.145, 51), (0.58, 0.150, 43), (0.43, 0.120, 37)),
    "dark": ((0.170, 0, 0), (0.33, 0.075, 40), (0.50, 0.115, 47), (0.67, 0.135, 58), (0.84, 0.115, 74)),
}
_NIGHT_TO_STRAW: Sequence[Point] = (
    (0.200, 0.085, 300),
    (0.290, 0.135, 283),
    (0.390, 0.130, 262),
    (0.480, 0.095, 240),
    (0.570, 0.088, 212),
    (0.665, 0.108, 178),
    (0.760, 0.145, 150),
    (0.850, 0.150, 122),
    (0.940, 0.140, 104),
)
# What is in a few steps stands on paper, with text on it: pale to night, or night to pale on a dark page.
_PALE_TO_NIGHT: Sequence[Point] = (
    (0.965, 0.050, 104),
    (0.880, 0.095, 145),
    (0.770, 0.105, 178),
    (0.660, 0.105, 212),
    (0.530, 0.125, 248),
    (0.410, 0.135, 268),
    (0.290, 0.110, 283),
)
STEPS = 9
# One colour for what is missing cannot stand apart from all three ramps, also for colour-blind people: one
# for each.
_MISSING_SIGNED: Mapping[Theme, str] = {"light": "#000000", "dark": "#ffffff"}
_MISSING_UNSIGNED = "#ee1100"
_GAPS: Mapping[Theme, str] = {"light": "#b4b8bf", "dark": "#4a4f59"}

_LAB_TO_CONES = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_CONES_TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


@lru_cache
def palette(signed: bool, theme: Theme = "light") -> Pixels:
    """The colours (256×3, read-only) for a signed scale or one without a sign."""
    if signed:
        data = np.concatenate([_ramp(_BLUE[theme], CENTRE + 1)[::-1], _ramp(_ORANGE[theme], CENTRE + 1)[1:]])
    else:
        data = _ramp(_NIGHT_TO_STRAW, TOP + 1)
    missing = _MISSING_SIGNED[theme] if signed else _MISSING_UNSIGNED
    marks = [list(bytes.fromhex(colour[1:])) for colour in (missing, "#ffffff", _GAPS[theme])]
    colours: Pixels = np.concatenate([data, marks]).astype(np.uint8)
    colours.flags.writeable = False
    return colours


@lru_cache
def steps(theme: Theme) -> tuple[str, ...]:
    """`STEPS` colours as #rrggbb, the lowest value's first, which is the one nearest to the paper."""
    ramp = _ramp(_PALE_TO_NIGHT, STEPS).astype(np.uint8)
    colours = ["#" + colour.tobytes().hex() for colour in ramp]
    return tuple(colours if theme == "light" else colours[::-1])


def _ramp(points: Sequence[Point], count: int) -> NDArray[Any]:
    """`count` colours (count×3, 0 to 255) along the points, at even distances in OKLab."""
    lightness, chroma, degrees = np.array(points, np.float64).T
    hue = np.radians(degrees)
    lab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)])
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(lab), axis=0))])
    even = np.linspace(0, along[-1], count)
    path = np.stack([np.interp(even, along, row) for row in lab], axis=1)
    linear = np.clip((path @ _LAB_TO_CONES.T) ** 3 @ _CONES_TO_RGB.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    colours: NDArray[Any] = np.rint(255 * encoded)
    return colours
