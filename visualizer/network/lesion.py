"""What the network says of a picture when blocks are left out (Veit et al. 2016, arXiv:1605.06431, sec. 4.1)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress, program, run
from visualizer.resnet.lesion import WHOLE, Lesion, removable

Logits = NDArray[np.float32]
"""What the classifier gives, one number a class."""


def class_logits(
    model: ResNet, pixels: NDArray[np.float32], change: Lesion = WHOLE, progress: Progress | None = None
) -> Logits:
    """The logits of one picture (3×H×W, normalised) in the network changed so; `progress` as in `walk`."""
    last = [model.plan.head[-1].path]
    with torch.inference_mode():
        picture = torch.from_numpy(pixels).unsqueeze(0)
        ((_, logits),) = walk(model, picture, last, change.off, progress=progress, moved=change.moved)
        return _numbers(logits)


def sweep(
    model: ResNet, pixels: NDArray[np.float32], progress: Progress | None = None
) -> Iterator[tuple[str, Logits]]:
    """The logits with each block off alone, by its path and in order, and last those of the whole network under "".

    What comes before a block is computed once: one pass hands each block's x on, and from there a run without its
    branch goes to the end. The numbers are those of a pass of its own for each, to the last bit. Blocks without a
    shortcut are left out. `progress(done, steps)` is called before each layer of a run; what it raises ends the sweep.
    """
    last = model.plan.head[-1].path
    starts = {f"{block.path}.x": block.path for block in model.plan.blocks if removable(block)}
    with torch.inference_mode():
        values = walk(model, torch.from_numpy(pixels).unsqueeze(0), [*starts, last])
    for done in range(len(starts) + 1):
        # Not around the loop: a generator that waits would leave the mode on for whoever goes on meanwhile.
        with torch.inference_mode():
            address, value = next(values)
            found = _from(model, starts[address], value, done, progress) if address in starts else value
            logits = _numbers(found)
        yield starts.get(address, ""), logits


def _from(model: ResNet, block: str, x: Tensor, done: int, progress: Progress | None) -> Tensor:
    """The logits from a block on, whose input is x and whose branch is left out."""
    steps = program(model.plan, frozenset([model.plan.head[-1].path]), frozenset([block]), start=block)
    count = len(model.plan.blocks)
    ((_, logits),) = run(model, steps, x, progress and (lambda *_: progress(done, count)))
    return logits


def _numbers(logits: Tensor) -> Logits:
    found: Logits = logits[0].numpy().copy()
    return found
