"""How the values of one map are distributed: bars of counts, and the exact zeros as a bar apart."""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visualizer.analysis.format import grouped
from visualizer.figures.colour import Scale, indices
from visualizer.figures.colour_bar import number
from visualizer.figures.palettes import Pixels

BINS = 40
WIDTH, HEIGHT, TOP_EDGE, BASE = 360, 120, 16, 98
_ZERO_LEFT, _ZERO_WIDTH, _LEFT = 6, 22, 52


class Histogram(NamedTuple):
    """Counts of the finite values of a map.

    zeros: values that are exactly 0. counts: of the others, in bins of equal width. edges: one more than bins, from
    the scale's lower end (0 where no value is negative) to its upper.
    """

    zeros: int
    counts: NDArray[np.intp]
    edges: NDArray[np.float64]

    @property
    def total(self) -> int:
        return self.zeros + int(self.counts.sum())


def counted(one_map: NDArray[Any], bins: int = BINS) -> Histogram:
    """The histogram of a map of any shape; of nothing but zeros all bins are empty."""
    values = one_map[np.isfinite(one_map)].astype(np.float64)
    others = values[values != 0]
    high = float(np.abs(others).max()) if others.size else 1.0
    low = -high if others.size and others.min() < 0 else 0.0
    counts, edges = np.histogram(others, bins=bins, range=(low, high))
    return Histogram(values.size - others.size, counts, edges)


def histogram(one_map: NDArray[Any], scale: Scale, colours: Pixels) -> str:
    """Inline SVG of a map's histogram, each bar in the colour of its middle value.

    The bar of the zeros stands apart and is a part of all values; the others share an axis of counts. colours: 256×3
    uint8, the palette of `scale`.
    """
    found = counted(one_map)
    share = found.zeros / found.total if found.total else 0.0
    said = f"Histogram: {grouped(found.zeros)} of {grouped(found.total)} values are zero, "
    said += f"the others lie between {number(found.edges[0])} and {number(found.edges[-1])}"
    middle = _place(0.0, found)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" ',
        f'role="img" aria-label="{escape(said, quote=True)}" font-size="11" fill="currentColor">',
        _bar(_ZERO_LEFT, _ZERO_WIDTH, share, "currentColor"),
        *_bars(found, scale, colours),
        f'<path d="M{_ZERO_LEFT - 4} {BASE}h{_ZERO_WIDTH + 8}M{_LEFT} {BASE}H{WIDTH - 1}" stroke="currentColor"/>',
        _text(_ZERO_LEFT + _ZERO_WIDTH / 2, HEIGHT - 6, "zero"),
        _text(_ZERO_LEFT - 4, 11, f"{100 * share:.0f} %", "start"),
        _text(WIDTH - 1, 11, f"highest bar: {_values(int(found.counts.max()))}", "end"),
        _text(_LEFT, HEIGHT - 6, number(found.edges[0]), "start"),
        _text(WIDTH - 1, HEIGHT - 6, number(found.edges[-1]), "end"),
        _text(middle, HEIGHT - 6, "0") if found.edges[0] < 0 else "",
        "</svg>",
    ]
    return "".join(parts)


def _values(count: int) -> str:
    return f"{grouped(count)} value" + "s" * (count != 1)


def _bars(found: Histogram, scale: Scale, colours: Pixels) -> list[str]:
    middles = (found.edges[1:] + found.edges[:-1]) / 2
    fills = colours[indices(middles, scale)]
    width = (WIDTH - _LEFT) / len(found.counts)
    highest = max(int(found.counts.max()), 1)
    return [
        _bar(_LEFT + place * width, width, count / highest, f"#{fill.tobytes().hex()}")
        for place, (count, fill) in enumerate(zip(found.counts, fills, strict=True))
        if count
    ]


def _bar(left: float, width: float, part: float, fill: str) -> str:
    height = part * (BASE - TOP_EDGE)
    return (
        f'<rect x="{left:.1f}" y="{BASE - height:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" '
        'stroke="currentColor" stroke-opacity=".45" stroke-width=".6"/>'
    )


def _place(value: float, found: Histogram) -> float:
    low, high = found.edges[0], found.edges[-1]
    return float(_LEFT + (value - low) / (high - low) * (WIDTH - _LEFT))


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{text}</text>'
