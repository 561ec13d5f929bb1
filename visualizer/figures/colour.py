"""What colour a value has, and what colour a part of the network has.

A feature map is drawn as *indices* into a palette (`palettes`), never as colours: the index is what a
lossless picture keeps, and a `Scale` says which values its ends stand for. Zero always has the same index, so
"nothing here" looks the same in every picture of one kind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visualizer.figures.palettes import CENTRE, EMPTY, GAP, MISSING, TOP, Pixels, Theme, palette, steps

__all__ = [
    "CENTRE",
    "EMPTY",
    "GAP",
    "HEAT_COLOURS",
    "MISSING",
    "STAGE_COLOURS",
    "TOP",
    "Scale",
    "Swatch",
    "Theme",
    "beyond",
    "indices",
    "is_signed",
    "own_scales",
    "palette",
    "scale_to",
    "shared_scale",
    "stage_colour",
]

Floats = NDArray[Any]


@dataclass(frozen=True)
class Scale:
    """The values at the two ends of a palette; zero is the middle of a signed scale and the start of an unsigned one.

    `percentile` below 100 says that the scale was made to let the strongest values saturate (see
    `shared_scale`). low = high = 0 is the scale of data that are zero everywhere. ValueError: ends that are
    not finite or not so placed.
    """

    low: float
    high: float
    signed: bool
    percentile: float = 100.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.high) and self.high >= 0):
            raise ValueError(f"A scale ends at a finite value of at least 0, not at {self.high}.")
        if self.low != (-self.high if self.signed else 0):
            rule = "signed scale runs from -high" if self.signed else "scale without a sign runs from 0"
            raise ValueError(f"A {rule} to high, not from {self.low} to {self.high}.")


def scale_to(limit: float, signed: bool, percentile: float = 100.0) -> Scale:
    """The scale whose strongest colour stands for `limit` (and -limit if signed)."""
    return Scale(-limit if signed else 0.0, limit, signed, percentile)


def shared_scale(*arrays: ArrayLike, percentile: float = 100.0, signed: bool | None = None) -> Scale:
    """One scale for all the arrays, of any shapes: up to the largest magnitude, so that no value saturates.

    signed: None looks at the data: any value below zero makes it signed.
    percentile: below 100, the scale ends at that percentile of the *non-zero* magnitudes (zeros are most of a
    map after
        ReLU and would pull the end to zero), and stronger values share the end colour: `beyond` counts them.
    Not finite values are left out; without any value the scale is that of zeros. ValueError: percentile not
    in (0, 100].
    """
    kept = [values for values in map(_finite, arrays) if values.size]
    if signed is None:
        signed = any(values.min() < 0 for values in kept)
    return scale_to(_limit(kept, percentile), signed, percentile)


def own_scales(maps: Floats, percentile: float = 100.0, signed: bool | None = None) -> tuple[Scale, ...]:
    """A scale of its own for each of the maps (C×H×W); signed for all or for none, since they share a palette."""
    if signed is None:
        signed = shared_scale(maps).signed
    return tuple(shared_scale(one, percentile=percentile, signed=signed) for one in maps)


def indices(values: ArrayLike, *scales: Scale) -> Pixels:
    """Palette indices of the values, in their shape; zero is exactly `CENTRE` (signed) or 0, not finite is `MISSING`.

    scales: one for all values, or one for each entry of the first axis. Values beyond a scale take its end
    colour.
    """
    values = _floating(values)
    signed = is_signed(scales)
    with np.errstate(all="ignore"):
        high = np.array([scale.high for scale in scales]).astype(values.dtype)
        if len(scales) > 1:
            high = high.reshape(-1, *[1] * (values.ndim - 1))
        ratio = values / np.maximum(high, np.finfo(values.dtype).smallest_subnormal)
    ratio = np.clip(ratio, -1 if signed else 0, 1) * (CENTRE if signed else TOP)
    level = np.rint(ratio) + (CENTRE if signed else 0)
    return np.where(np.isfinite(values), level, MISSING).astype(np.uint8)


def is_signed(scales: Sequence[Scale]) -> bool:
    """Whether the scales are signed. ValueError: some are and some are not, or there is none."""
    kinds = {scale.signed for scale in scales}
    if len(kinds) != 1:
        raise ValueError("Scales that share one palette must be all signed or all unsigned, and at least one.")
    return kinds.pop()


def beyond(values: ArrayLike, scale: Scale) -> int:
    """How many finite values lie outside the scale, and so share its end colours."""
    values = _floating(values)
    outside = (values > values.dtype.type(scale.high)) | (values < values.dtype.type(scale.low))
    return int(np.count_nonzero(outside & np.isfinite(values)))


class Swatch(NamedTuple):
    """Colours of one part of a network, as #rrggbb: of its box, of lines and marks on the page, of text on the box."""

    fill: str
    line: str
    text: str


def _readable(fill: str) -> str:
    """The text that can be read on a fill: white, or where that is too faint near-black.

    The limit is the relative luminance (WCAG 2.2) at which white's contrast falls below 4.5.
    """
    encoded = np.array(list(bytes.fromhex(fill[1:]))) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return "#ffffff" if linear @ (0.2126, 0.7152, 0.0722) <= 1.05 / 4.5 - 0.05 else "#1a1a20"


# Purple, green, red and blue for stages 1 to 4 follow figure 3 of He 2015. Within those hues, lightness and
# chroma were searched so that any two boxes stay apart for people without red, green or blue cones too.
_PARTS = {  # part: box and line on a light page, both on a dark one
    "stem": ("#edcb9e", "#8f6a35", "#c3a07f"),
    "stage 1": ("#9f85b8", "#6d4c8c", "#d0a6ee"),
    "stage 2": ("#629565", "#3a6e3f", "#98dbc1"),
    "stage 3": ("#ed98a3", "#b8475a", "#d25d51"),
    "stage 4": ("#82bceb", "#2a73ad", "#3095d3"),
    "stage 5": ("#caa338", "#866800", "#eac75b"),
    "head": ("#e8e7ed", "#6a6973", "#84878f"),
    "identity": ("#b9bcc4", "#5d616b", "#a5a9b3"),
    "projection": ("#f08a4b", "#b3480a", "#ff9a52"),
    "pad": ("#b3a3f7", "#5a3fd0", "#a08cff"),
}
STAGE_COLOURS: Mapping[Theme, Mapping[str, Swatch]] = MappingProxyType(
    {
        "light": MappingProxyType({name: Swatch(fill, line, "#1a1a20") for name, (fill, line, _) in _PARTS.items()}),
        "dark": MappingProxyType({name: Swatch(both, both, "#0e1117") for name, (_, _, both) in _PARTS.items()}),
    }
)


_OUTLINES: Mapping[Theme, str] = {"light": "#5d616b", "dark": "#a5a9b3"}
HEAT_COLOURS: Mapping[Theme, tuple[Swatch, ...]] = MappingProxyType({
    theme: tuple(Swatch(fill, line, _readable(fill)) for fill in steps(theme)) for theme, line in _OUTLINES.items()
})  # fmt: skip
"""Of a value in steps, the lowest first: one outline for all, since the palest fill is nearly paper."""


def stage_colour(stage: int | None, theme: Theme = "light") -> Swatch:
    """The swatch of a stage as a plan numbers them: 0 is the stem, 1 to 5 the stages, None the head."""
    name = "head" if stage is None else "stem" if stage == 0 else f"stage {stage}"
    return STAGE_COLOURS[theme][name]


def _floating(values: ArrayLike) -> Floats:
    """The values as float32 or float64: half precision and integers are widened, so that dividing them is safe."""
    array = np.asarray(values)
    if array.dtype in (np.float32, np.float64):
        return array
    return array.astype(np.float32 if array.dtype == np.float16 else np.float64)


def _finite(values: ArrayLike) -> Floats:
    """The finite values: as one axis, or as they are if all of them are finite."""
    array = _floating(values)
    if array.size and math.isfinite(array.min()) and math.isfinite(array.max()):
        return array
    finite: Floats = array[np.isfinite(array)]
    return finite


def _limit(arrays: Sequence[Floats], percentile: float) -> float:
    """The largest magnitude, or that percentile of the non-zero ones (a value that occurs, never one in between)."""
    if not 0 < percentile <= 100:
        raise ValueError(f"A percentile lies above 0 and is at most 100, which keeps the full range: not {percentile}.")
    if percentile == 100:
        return max((float(max(values.max(), -values.min())) for values in arrays), default=0.0)
    strong = np.concatenate([np.abs(values[values != 0]) for values in arrays] or [np.zeros(0)])
    return float(np.percentile(strong, percentile, method="higher")) if strong.size else 0.0
