"""How far two passes through one network are apart, block by block: two pictures, or one with and without blocks."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress
from visualizer.resnet.lesion import WHOLE, Lesion


class Pass(NamedTuple):
    """A picture (3×H×W, normalised) and what is changed of the network that it goes through."""

    pixels: NDArray[np.float32]
    change: Lesion = WHOLE


class Distance(NamedTuple):
    """Of two outputs a and b of one block, over all C×H×W values; NaN where they have grown beyond 32 bits.

    relative: ‖a − b‖ / ½(‖a‖ + ‖b‖), from 0 (equal) to 2 (opposite); 0 where both are zero. cosine: Σ ab / (‖a‖ ‖b‖),
    NaN where one is zero.
    """

    relative: float
    cosine: float


def block_distances(model: ResNet, one: Pass, other: Pass, progress: Progress | None = None) -> dict[str, Distance]:
    """The distance of the two passes' outputs at every block, by its path.

    They go side by side, so that no more than two values of each are kept. `progress` is that of the first one.
    """
    keep = [f"{block.path}.out" for block in model.plan.blocks]
    with torch.inference_mode(), np.errstate(all="ignore"):
        first, second = (
            walk(model, torch.from_numpy(pixels).unsqueeze(0), keep, change.off, progress=tell, moved=change.moved)
            for (pixels, change), tell in ((one, progress), (other, None))
        )
        return {
            block.path: distance(a[0].numpy(), b[0].numpy())
            for block, (_, a), (_, b) in zip(model.plan.blocks, first, second, strict=True)
        }


def distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> Distance:
    """Of two arrays of one shape, summed in double precision."""
    one, other = _norm(a), _norm(b)
    lengths, size = one * other, (one + other) / 2
    along = float(np.einsum("i,i->", a.ravel(), b.ravel(), dtype=np.float64))
    apart = 0.0 if size == 0 else _norm(a - b) / size
    return Distance(apart, along / lengths if lengths else math.nan)


def _norm(values: NDArray[np.float32]) -> float:
    flat = values.ravel()
    return math.sqrt(np.einsum("i,i->", flat, flat, dtype=np.float64))
