"""What was measured of networks on a machine: forward passes in turns, their spread, memory, and the circumstances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median, quantiles
from typing import NamedTuple

from visualizer.resnet import ResNetSpec

BATCHES = (1, 8)
"""Pictures in a pass, ascending: where a peak of memory cannot be set back, it is still right."""
CLEAR = 1.02
"""A peak of memory below another by less than this factor may be chance."""
BUSY = 0.15
"""From this share of the processors on that others take, times say little."""


class Machine(NamedTuple):
    """Where passes ran: the processor as its system names it, its cores that we may use, threads of one pass."""

    processor: str
    cores: int
    threads: int
    system: str
    python: str
    torch: str


class Timing(NamedTuple):
    """Forward passes of one network on `batch` pictures: seconds of each pass that counts, by turn.

    A turn is a few passes in a row, before the next network has its own. peak: bytes, None where they are not known.
    """

    batch: int
    turns: tuple[tuple[float, ...], ...]
    peak: int | None

    @property
    def seconds(self) -> list[float]:
        """Of every pass, in the order in which they ran."""
        return [one for turn in self.turns for one in turn]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Half of all passes took a time between these two."""
        found = self.seconds
        if len(found) < 2:
            return found[0], found[0]
        first, _, third = quantiles(found, n=4, method="inclusive")
        return first, third

    @property
    def rate(self) -> float:
        """Pictures per second."""
        return self.batch / self.median


class Measurement(NamedTuple):
    """Networks that were measured together, in turns, so that what slows the machine slows them all.

    timings: by network, one a batch. failed: a sentence for each network that could not be measured. others: how much
    of all processors other programs took meanwhile, from 0 to 1; None where that is not known.
    """

    machine: Machine
    resolution: int
    at: datetime
    timings: Mapping[ResNetSpec, tuple[Timing, ...]]
    failed: Mapping[ResNetSpec, str]
    others: float | None = None

    def timing(self, spec: ResNetSpec, batch: int) -> Timing | None:
        """The passes of a network on batches of this size; None if it failed before, or was not there."""
        return next((one for one in self.timings.get(spec, ()) if one.batch == batch), None)


def fastest(timings: Sequence[Timing | None]) -> list[bool]:
    """For each network whether none is clearly faster: its lower quartile is not above the upper one of the fastest."""
    found = [one for one in timings if one]
    if not found:
        return [False] * len(timings)
    best = min(found, key=lambda one: one.median)
    return [one is not None and one.quartiles[0] <= best.quartiles[1] for one in timings]


def least(timings: Sequence[Timing | None]) -> list[bool]:
    """For each network whether none takes clearly less memory, which is by a factor of `CLEAR`."""
    peaks = [one.peak if one else None for one in timings]
    known = [peak for peak in peaks if peak is not None]
    return [peak is not None and peak < CLEAR * min(known) for peak in peaks]


def pictures(batch: int) -> str:
    """A batch in words: "1 picture", "8 pictures"."""
    return f"{batch} picture{'s' if batch > 1 else ''}"


def milliseconds(seconds: float) -> str:
    """Seconds in milliseconds, three digits or more: 8.21, 68.8, 1,610."""
    return digits(1000 * seconds)


def digits(value: float) -> str:
    """A number of 1 or more with three digits or all before the point, a smaller one with three that count."""
    if value < 0.9995:
        return f"{value:.3g}"
    return f"{value:,.{2 if value < 9.995 else 1 if value < 99.95 else 0}f}"


def spread(timing: Timing) -> str:
    """The quartiles of a pass: "64.7 to 73.1 ms"."""
    first, third = map(milliseconds, timing.quartiles)
    return f"{first} to {third} ms"
