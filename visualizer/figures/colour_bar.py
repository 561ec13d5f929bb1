"""The bar beside feature maps that says which colour is which value, and the sentence that says it in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

import numpy as np

from visualizer.figures.colour import TOP, Scale
from visualizer.figures.encode import data_uri, palette_png
from visualizer.figures.palettes import Pixels

NARROWEST = 120
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# Widths in em of a wide sans serif (DejaVu Sans), so that labels stay apart in whatever font the page has.
_DIGIT, _SIGN, _BETWEEN = 0.64, 0.84, 0.6


class Tick(NamedTuple):
    """A labelled value of the bar: `x` is where its colour is, the text is centred between `left` and `right`."""

    value: float
    text: str
    x: float
    left: float
    right: float


def colour_bar(
    scale: Scale, colours: Pixels, width: int = 320, height: int = 40, font_size: int = 11, label: str = ""
) -> str:
    """Inline SVG of the scale's colours with labelled values; text and frame take the page's `currentColor`.

    colours: 256×3 uint8, the palette of the maps. label: what the values are, for a screen reader.
    ValueError: narrower than `NARROWEST`, or too low for the text.
    """
    band = height - round(1.8 * font_size)
    if width < NARROWEST or band < 4:
        least = f"{NARROWEST} × {round(1.8 * font_size) + 4}"
        raise ValueError(f"A colour bar needs at least {least} pixels, not {width} × {height}.")
    strip = data_uri(palette_png(np.arange(TOP + 1, dtype=np.uint8)[None], colours))
    said = f"{label}, colours" if label else "Colours"
    said = escape(f"{said} from {number(scale.low)} to {number(scale.high)}", quote=True)
    # An image and not a gradient: a gradient needs an id, and the id of one in a hidden tab paints nothing.
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" ',
            f'viewBox="0 0 {width} {height}" role="img" aria-label="{said}" font-size="{font_size}">',
            f'<image width="{width}" height="{band}" preserveAspectRatio="none" ',
            f'style="image-rendering:pixelated" href="{strip}"/>',
            f'<path d="M.5 .5h{width - 1}v{band - 1}h{1 - width}z" fill="none" stroke="currentColor" opacity=".4"/>',
            *(_drawn(tick, band, height - 0.35 * font_size) for tick in ticks(scale, width, font_size)),
            "</svg>",
        ]
    )


def ticks(scale: Scale, width: int, font_size: int = 11) -> list[Tick]:
    """The labelled values from low to high, never touching one another nor leaving the width.

    First the scale's own ends (the lower one gives way where there is no room for both), then zero, then
    round values in pairs of either sign as far as they fit.
    """
    placed: list[Tick] = []
    for values in _candidates(scale):
        group = [_tick(value, scale, width, font_size) for value in values]
        if all(_apart(new, old, font_size) for new in group for old in placed):
            placed += group
    return sorted(placed)


def caption(scale: Scale) -> str:
    """What the colours mean, in a sentence or two."""
    if scale.high == 0:
        return "No value differs from zero."
    ends = number(scale.high)
    text = f"Dark is zero, bright is {ends}."
    if scale.signed:
        text = (
            f"Blue is negative, orange is positive, zero is in the middle; the ends are {number(scale.low)} and {ends}."
        )
    if scale.percentile < 100:
        share = number(scale.percentile)
        text += (
            f" The ends lie at percentile {share} of the non-zero magnitudes; stronger values share the end colours."
        )
    return text


def number(value: float) -> str:
    """The value with three significant digits: 0.0123, −4.5, 1230, 1.2×10⁻⁵."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    digits, exponent = f"{abs(value):.2e}".split("e")
    power = int(exponent)
    if -3 <= power <= 4:
        text = _trimmed(f"{float(f'{digits}e{power}'):.{max(0, 2 - power)}f}")
    else:
        text = f"{_trimmed(digits)}×10{str(power).translate(_SUPERSCRIPTS)}"
    return "−" + text if value < 0 else text


def _trimmed(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _candidates(scale: Scale) -> Iterator[tuple[float, ...]]:
    """Values to label, most important first; those in one tuple are placed together or not at all."""
    yield (scale.high,)
    if scale.high == 0:
        return
    if scale.signed:
        yield (scale.low,)
    yield (0.0,)
    step = _round_step(scale.high)
    for count in range(1, math.ceil(scale.high / step)):
        yield (count * step, -count * step) if scale.signed else (count * step,)


def _round_step(high: float) -> float:
    """1, 2 or 5 times a power of ten, the largest of which at least two fit below the end."""
    power = 10.0 ** math.floor(math.log10(high / 2))
    return max((factor * power for factor in (1, 2, 5) if factor * power <= high / 2), default=high)


def _tick(value: float, scale: Scale, width: int, font_size: int) -> Tick:
    text = number(value)
    if scale.percentile < 100 and abs(value) == scale.high > 0:
        text = f"≥ {text}" if value > 0 else f"≤ {text}"
    room = font_size * sum(_SIGN if sign in "−×≥≤" else _DIGIT for sign in text)
    x = _place(value, scale) * width
    left = min(max(x - room / 2, 0), width - room)
    return Tick(value, text, x, left, left + room)


def _place(value: float, scale: Scale) -> float:
    """Where the middle of the value's colour lies, as a part of the width."""
    part = value / scale.high if scale.high else 0.0
    index = TOP * ((part + 1) / 2 if scale.signed else part)
    return (index + 0.5) / (TOP + 1)


def _apart(one: Tick, other: Tick, font_size: int) -> bool:
    gap = _BETWEEN * font_size
    return one.right + gap <= other.left or other.right + gap <= one.left


def _drawn(tick: Tick, band: int, baseline: float) -> str:
    middle = (tick.left + tick.right) / 2
    return (
        f'<path d="M{tick.x:.1f} {band}v3" stroke="currentColor"/>'
        f'<text x="{middle:.1f}" y="{baseline:.1f}" text-anchor="middle" fill="currentColor">{tick.text}</text>'
    )
