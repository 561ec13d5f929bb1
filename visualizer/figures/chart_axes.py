"""The axes of a plotly figure laid out on paper: where a value stands, which numbers are written at the axis.

Plotly lays a figure out in the browser; a file that opens anywhere needs that done before. Understood is what our
charts use: categories, linear and logarithmic axes, ranges, given ticks, several axes with domains.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.graphics.charts.utils import find_good_grid

Plain = Mapping[str, Any]
"""A trace or an axis as plotly writes it out."""
PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True)
class Axis:
    """An axis from `start` to `end` in points; its values are numbers (of categories, their index) from low to high."""

    start: float
    end: float
    low: float
    high: float
    categories: tuple[str, ...] = ()
    logarithmic: bool = False
    ticks: tuple[tuple[float, str], ...] = ()
    title: str = ""

    def number(self, value: Any) -> float | None:
        """What stands for a value on the axis; None for a gap, and for what a logarithm cannot show."""
        if isinstance(value, str) and value in self.categories:
            return float(self.categories.index(value))
        try:
            found = float(value)
        except (TypeError, ValueError):
            return None
        if self.logarithmic:
            return math.log10(found) if found > 0 else None
        return found if math.isfinite(found) else None

    def place(self, number: float) -> float:
        """Where a number stands, in points."""
        return self.start + (number - self.low) / (self.high - self.low) * (self.end - self.start)

    def unit(self) -> float:
        """Points between 0 and 1 on the axis."""
        return abs(self.end - self.start) / abs(self.high - self.low)


def axis(layout: Plain, name: str, traces: Sequence[Plain], start: float, end: float) -> Axis:
    """The axis of this name ("x", "y2") between two places in points."""
    letter, settings = name[0], layout.get(f"{name[0]}axis{name[1:]}", {})
    values = [value for trace in traces for value in _values(trace, letter)]
    categories = _categories(values) if settings.get("tickvals") is None or settings.get("type") == "category" else ()
    left, right = (start + (end - start) * part for part in settings.get("domain", (0, 1)))
    logarithmic = settings.get("type") == "log"
    plain = Axis(left, right, 0, 1, categories, logarithmic)
    found = [number for number in map(plain.number, values) if number is not None]
    low, high = _range(settings, found, traces, letter, categories)
    ticks = _ticks(settings, plain, min(low, high), max(low, high))
    title = settings.get("title", {})
    return Axis(
        left, right, low, high, categories, logarithmic, ticks, title.get("text", "") if title else "",
    )  # fmt: skip


def _values(trace: Plain, letter: str) -> Iterable[Any]:
    """All that stands on this axis, the ends of error bars among it."""
    given = trace.get(letter)
    found: list[Any] = [] if given is None else list(given)
    if trace["type"] == "heatmap" and not found:
        found = list(range(len(trace["z"]) if letter == "y" else len(trace["z"][0])))
    error = trace.get(f"error_{letter}")
    if error and error.get("array") is not None:
        below = error.get("arrayminus") if error.get("arrayminus") is not None else error["array"]
        for value, more, less in zip(list(found), error["array"], below, strict=True):
            found += [value + more, value - less]
    return found


def _categories(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if isinstance(value, str)))


def _range(
    settings: Plain, numbers: Sequence[float], traces: Sequence[Plain], letter: str, categories: Sequence[str]
) -> tuple[float, float]:
    if settings.get("range") is not None:
        return settings["range"][0], settings["range"][1]
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    bars = [trace for trace in traces if trace["type"] == "bar"]
    upright = letter == "y"
    if any((trace.get("orientation", "v") == "v") == upright for trace in bars):
        low, high = min(low, 0.0), high * 1.05
    if settings.get("rangemode") == "tozero":
        low, high = min(low, 0.0), max(high, 0.0)
    heat = any(trace["type"] == "heatmap" for trace in traces)
    if categories or heat or any((trace.get("orientation", "v") == "v") != upright for trace in bars):
        low, high = low - 0.5, high + 0.5
    elif high > low and not bars:
        margin = 0.05 * (high - low)
        low, high = low - (margin if low else 0), high + margin
    high = high if high > low else low + 1
    return (high, low) if settings.get("autorange") == "reversed" else (low, high)


def _ticks(settings: Plain, plain: Axis, low: float, high: float) -> tuple[tuple[float, str], ...]:
    if settings.get("visible") is False or settings.get("showticklabels") is False:
        return ()
    if settings.get("tickvals") is not None:
        texts = settings.get("ticktext")
        written = map(str, texts if texts is not None else settings["tickvals"])
        pairs = zip(map(plain.number, settings["tickvals"]), written, strict=True)
        found = [(number, text) for number, text in pairs if number is not None]
    elif plain.categories:
        found = [(float(number), text) for number, text in enumerate(plain.categories)]
    elif plain.logarithmic:
        found = _decades(low, high)
    else:
        first, last, step = find_good_grid(low, high, n=(3, 4, 5, 6))
        share = "%" in settings.get("tickformat", "")
        steps = [first + step * number for number in range(round((last - first) / step) + 1)]
        found = [(value, f"{value:.0%}" if share else brief(value, step)) for value in steps]
    edge = 1e-9 * (high - low)
    return tuple((number, text) for number, text in found if low - edge <= number <= high + edge)


def _decades(low: float, high: float) -> list[tuple[float, str]]:
    digits = (1,) if high - low > 2 else (1, 3) if high - low > 1 else (1, 2, 5)
    powers = range(math.floor(low), math.ceil(high) + 1)
    return [(power + math.log10(digit), brief(digit * 10.0**power)) for power in powers for digit in digits]


def brief(value: float, step: float = 0.0) -> str:
    """A number at an axis, shortly: "25 M", "0.5", "−3"; step: to the next, which it can be told from."""
    if abs(value) < 1e-9 * abs(step):
        return "0"
    size, sign = next(((size, f" {sign}") for size, sign in PREFIXES if abs(value) >= size), (1.0, ""))
    return f"{float(f'{value / size:.4g}'):,g}{sign}".replace("-", "−")
