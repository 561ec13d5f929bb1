"""What enters each block on one picture, kept so that who looks at a block later computes that block alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress, program, run
from visualizer.resnet import Plan
from visualizer.resnet.lesion import WHOLE, Lesion


class Entries(NamedTuple):
    """x of every block by its path, 1×C×H×W each, and the network that it was made in.

    The tensors are the walk's own, in its memory layout, so that a run from one of them is the walk to the last bit;
    nothing writes to them.
    """

    x: Mapping[str, Tensor]
    change: Lesion

    @property
    def nbytes(self) -> int:
        return sum(value.nbytes for value in self.x.values())


def block_entries(
    model: ResNet, pixels: NDArray[np.float32], progress: Progress | None = None, change: Lesion = WHOLE
) -> Entries:
    """The entries of one picture (3×H×W, normalised), from one pass up to the last block; `progress` as in `walk`."""
    addresses = {f"{block.path}.x": block.path for block in model.plan.blocks}
    with torch.inference_mode():
        values = walk(
            model, torch.from_numpy(pixels).unsqueeze(0), addresses, change.off, progress=progress, moved=change.moved
        )
        return Entries({addresses[address]: value for address, value in values}, change)


def entries_size(plan: Plan) -> int:
    """Bytes of the entries of one picture, known before anything is computed."""
    return 4 * sum(prod(block.input) for block in plan.blocks)


def walk_from(
    model: ResNet, entries: Entries, block: str, keep: list[str], progress: Progress | None = None
) -> Iterator[tuple[str, Tensor]]:
    """The values at the addresses in `keep`, which lie in a block or after it, computed from that block's x on.

    That x is an address too; everything else is as in `walk`.
    """
    entry, x, change = f"{block}.x", entries.x[block], entries.change
    if entry in keep:
        yield entry, x
    wanted = frozenset(keep) - {entry}
    if wanted:
        steps = program(model.plan, wanted, frozenset(change.off), moved=change.moved, start=block)
        yield from run(model, steps, x, progress)
