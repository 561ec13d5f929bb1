"""The same weights, faster, for live pictures: the quickest of a few ways, by measurement, that stays within 1 %.

The ways are the walk in float32, and its convolutions fused (`fused.py`) in float32 and in bfloat16, all channels last
but the walk. Which is the quickest depends on the processor, so it is measured where it runs, in bounded time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from statistics import median
from time import monotonic, perf_counter
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visualizer.network.fused import Fused
from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress, program
from visualizer.resnet.lesion import WHOLE, Lesion

Maps = NDArray[np.float32]
Values = dict[str, Tensor]
Way = Callable[[Tensor], Values]
FLOAT32 = "float32"
FUSED = {"float32, fused": torch.float32, "bf16, fused": torch.bfloat16}
MOST_ERROR = 0.01
"""Of the values shown, as a part of their norm; what strays further is not used."""
GAIN = 0.95
"""Another way has to take less than this part of the walk's time: a smaller gain may be chance."""
SECONDS, ROUNDS = 3.0, 7
"""After how long no further run is begun, and how often each way is timed at most."""


class Measured(NamedTuple):
    """A way's median time for one picture in seconds, and the largest relative error of a value it shows."""

    name: str
    seconds: float
    error: float


class Fast(NamedTuple):
    """The way chosen for certain addresses of a network, what it was chosen from, and the bytes of its own weights.

    Several threads may use it at once; the model whose weights they are is never written to.
    """

    chosen: Measured
    measured: tuple[Measured, ...]
    way: Way
    nbytes: int

    def values(self, pixels: Maps) -> dict[str, Maps]:
        """The value at each address for a picture (3×H×W, normalised), each C×H×W float32 in memory of its own."""
        with torch.inference_mode():
            found = self.way(torch.from_numpy(pixels).unsqueeze(0))
            return {address: _maps(value) for address, value in found.items()}


def fastest(
    model: ResNet, pixels: Maps, keep: Iterable[str], change: Lesion = WHOLE, progress: Progress | None = None,
    seconds: float = SECONDS,
) -> Fast:  # fmt: skip
    """The quickest way to the addresses in `keep`, tried on this picture (3×H×W, normalised, of the plan's size).

    The walk in float32 stays where no other is clearly quicker, or none within the error, or where `seconds` are over
    before another is ready. `progress(done, steps)` is called before each run; what it raises ends the measurement.
    Raises UnknownAddress.
    """
    start, addresses = monotonic(), tuple(keep)
    tell = progress or (lambda done, steps: None)
    with torch.inference_mode():
        x = torch.from_numpy(pixels).unsqueeze(0)
        exact = _walked(model, addresses, change)
        expected = exact(x)
        ways: dict[str, tuple[Way, float, int]] = {FLOAT32: (exact, 0.0, 0)}
        for number, (name, dtype) in enumerate(FUSED.items()):
            tell(number, len(FUSED) + ROUNDS)
            if monotonic() - start < seconds:
                ways |= _tried(name, model, addresses, change, dtype, x, expected)
        times = _timed({name: way for name, (way, _, _) in ways.items()}, x, start + seconds, tell)
    measured = tuple(Measured(name, times[name], ways[name][1]) for name in ways)
    chosen = min(measured[1:], key=lambda one: one.seconds, default=measured[0])
    if chosen.seconds >= GAIN * measured[0].seconds:
        chosen = measured[0]
    way, _, nbytes = ways[chosen.name]
    return Fast(chosen, measured, way, nbytes)


def error_of(found: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> float:
    """The largest ‖v′ − v‖ / ‖v‖ of all values; infinite where one is not finite, or not zero where it should be."""
    return max((_error(found[address].double(), value.double()) for address, value in expected.items()), default=0.0)


def _error(found: Tensor, expected: Tensor) -> float:
    apart, size = float((found - expected).norm()), float(expected.norm())
    relative = apart / size if size else (math.inf if apart else 0.0)
    return relative if math.isfinite(relative) else math.inf


def _walked(model: ResNet, addresses: tuple[str, ...], change: Lesion) -> Way:
    return lambda x: dict(walk(model, x, addresses, change.off, moved=change.moved))


def _tried(
    name: str, model: ResNet, addresses: tuple[str, ...], change: Lesion, dtype: torch.dtype, x: Tensor,
    expected: Values,
) -> dict[str, tuple[Way, float, int]]:  # fmt: skip
    """A way by its name, with its error and its bytes; none where this machine cannot go it, or it strays too far."""
    steps = program(model.plan, frozenset(addresses), frozenset(change.off), moved=change.moved)
    try:
        fused = Fused(model, steps, dtype)
        error = error_of(fused.values(x), expected)
    except (RuntimeError, AttributeError, NotImplementedError):  # no oneDNN in this build, or not for these numbers
        return {}
    return {name: (fused.values, error, fused.nbytes)} if error < MOST_ERROR else {}


def _timed(ways: Mapping[str, Way], x: Tensor, until: float, tell: Progress) -> dict[str, float]:
    """The median time of each way, all in turn, once at least."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        tell(len(FUSED) + number, len(FUSED) + ROUNDS)
        for name, way in ways.items():
            begin = perf_counter()
            way(x)
            times[name].append(perf_counter() - begin)
        if monotonic() > until:
            break
    return {name: median(found) for name, found in times.items()}


def _maps(value: Tensor) -> Maps:
    """The one picture's maps (C×H×W) in memory of their own."""
    maps: Maps = np.array(value[0].to(torch.float32).numpy(), order="C")
    return maps if maps.ndim == 3 else maps[:, None, None]
