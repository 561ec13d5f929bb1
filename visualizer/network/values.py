"""Feature maps as arrays: numpy in, numpy out, so that no torch type leaves the package."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from visualizer.network.model import ResNet, walk


def block_values(model: ResNet, pixels: NDArray[np.float32], block: str) -> dict[str, NDArray[np.float32]]:
    """x, branch, shortcut, sum and out of one block (as "layer1.0") for one picture, each C×H×W.

    `pixels` is 3×H×W, normalised. The walk ends at the block; a plain block has no shortcut and no sum.
    """
    found: dict[str, NDArray[np.float32]] = {}
    with torch.inference_mode():
        for address, value in walk(model, torch.from_numpy(pixels).unsqueeze(0)):
            path, _, place = address.rpartition(".")
            if path == block and place in ("x", "branch", "shortcut", "sum", "out"):
                found[place] = value[0].numpy().copy()
            if place == "out" and path == block:
                break
    return found
