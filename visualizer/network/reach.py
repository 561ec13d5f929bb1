"""What one position of a map does see of a picture, measured: how its value moves with each pixel of the input."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.autograd import grad

from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress
from visualizer.resnet.lesion import WHOLE, Lesion


class Measured(NamedTuple):
    """The gradient of one value of a block's output.

    channel: the one with the largest magnitude at the position, and `value` its value there. weights: H×W, the sum over
    the input's channels of |∂ value / ∂ input|, the input being the normalised picture. All are zero where the value is
    one that the last ReLU stopped.
    """

    channel: int
    value: float
    weights: NDArray[np.float32]


def measured_field(
    model: ResNet, pixels: NDArray[np.float32], block: str, row: int, column: int, change: Lesion = WHOLE,
    progress: Progress | None = None,
) -> Measured:  # fmt: skip
    """The measured receptive field of a position of a block's output ("layer3.1") for one picture (3×H×W, normalised).

    The way back goes block by block, and no weight's gradient is computed; nothing is written to the model. `change`:
    blocks that are off or swapped. `progress(done, steps)` is called before each step of the forward pass and before
    each block on the way back; what it raises ends it. UnknownAddress: no such block. IndexError: no such position.
    """
    x = torch.from_numpy(pixels).unsqueeze(0).requires_grad_()
    paths = [one.path for one in model.plan.blocks]
    keep = [f"{path}.out" for path in paths[: paths.index(block) + 1]] if block in paths else [f"{block}.out"]
    with torch.enable_grad():
        values = walk(model, x, keep, change.off, until=keep[-1], progress=progress, moved=change.moved)
        ways = [x, *(value for _, value in values)]
    here = ways[-1].detach()[0, :, row, column]
    channel = int(here.abs().argmax())
    gradient = torch.zeros_like(ways[-1])
    gradient[0, channel, row, column] = 1
    for done in range(len(keep)):
        if progress is not None:
            progress(done, len(keep))
        out = ways.pop()
        (gradient,) = grad(out, ways[-1], gradient)
    return Measured(channel, float(here[channel]), gradient[0].abs().sum(0).numpy())
