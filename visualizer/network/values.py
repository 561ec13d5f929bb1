"""Feature maps as arrays: numpy in, numpy out, so that no torch type leaves the package."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress, block_addresses


def block_values(
    model: ResNet, pixels: NDArray[np.float32], block: str, progress: Progress | None = None
) -> dict[str, NDArray[np.float32]]:
    """x, branch, shortcut, sum and out of one block (as "layer1.0") for one picture, each C×H×W in memory of its own.

    `pixels` is 3×H×W, normalised. Nothing after the block is computed; a plain block has no shortcut and no sum.
    `progress(done, steps)` is called before each step; what it raises ends the run. Raises UnknownAddress.
    """
    places = block_addresses(model.plan, block)
    with torch.inference_mode():
        values = walk(model, torch.from_numpy(pixels).unsqueeze(0), keep=places.values(), progress=progress)
        found = dict(values)
        return {place: found[address][0].numpy().copy() for place, address in places.items()}
