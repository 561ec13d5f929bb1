"""What every block makes of one picture, in a few numbers and one channel each, from a single forward pass.

Values are let go block by block, so that the pass takes hardly more memory than a plain one. Sums are in double
precision, whatever torch's threads.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress, block_addresses
from visualizer.resnet import Block
from visualizer.resnet.lesion import WHOLE, Lesion

Maps = NDArray[np.float32]


class Response(NamedTuple):
    """One block on one picture. A plain block has no shortcut and no sum: what needs them is NaN.

    mean, zeros: of the block's output; zeros is the share of values that are 0, from 0 to 1.
    x_norm, branch_norm, shortcut_norm, sum_norm: √Σv² over all C×H×W values of x, F(x), the shortcut and the sum.
    cosine: Σ F(x)·shortcut / (‖F(x)‖ ‖shortcut‖), whether the branch goes on with what it is added to or against it.
    deviations: by the path of each weighted convolution of the branch, the standard deviation of its response (He et
        al. 2015, fig. 7): after the batch norm that follows it, if one does, and before the nonlinearity.
    channel, strongest: the channel of the output whose mean |v| is the largest (the first of equal ones), and its map
        H×W in memory of its own.
    """

    mean: float
    zeros: float
    x_norm: float
    branch_norm: float
    shortcut_norm: float
    sum_norm: float
    cosine: float
    deviations: Mapping[str, float]
    channel: int
    strongest: Maps

    @property
    def ratio(self) -> float:
        """‖F(x)‖ / ‖shortcut‖, where the shortcut is what F(x) is added to; NaN for a plain block or a zero one."""
        return self.branch_norm / self.shortcut_norm if self.shortcut_norm else math.nan


def block_responses(
    model: ResNet, pixels: Maps, progress: Progress | None = None, change: Lesion = WHOLE
) -> dict[str, Response]:
    """The response of every block by its path, for one picture (3×H×W, normalised), in the network changed so.

    `progress(done, steps)` is called before each step of the pass; what it raises ends it.
    """
    blocks = model.plan.blocks
    places = {block.path: block_addresses(model.plan, block.path) for block in blocks}
    measured = {block.path: dict(_measured(block)) for block in blocks}
    keep = [address for block in blocks for address in (*places[block.path].values(), *measured[block.path].values())]
    with torch.inference_mode():
        picture = torch.from_numpy(pixels).unsqueeze(0)
        values = walk(model, picture, keep, change.off, progress=progress, moved=change.moved)
        return {block.path: _response(values, places[block.path], measured[block.path]) for block in blocks}


def _measured(block: Block) -> Iterator[tuple[str, str]]:
    """Each weighted convolution of the branch, with the address of its response."""
    for layer, following in zip(block.branch, (*block.branch[1:], None), strict=True):
        if layer.weighted:
            yield layer.path, following.path if following and following.kind == "bn" else layer.path


def _response(values: Iterator[tuple[str, Tensor]], places: Mapping[str, str], measured: Mapping[str, str]) -> Response:
    """Takes a block's values as they come, up to its output, which is told last."""
    kinds = {address: place for place, address in places.items()}
    layers = {address: path for path, address in measured.items()}
    found: dict[str, Maps] = {}
    deviations: dict[str, float] = {}
    with np.errstate(all="ignore"):  # values that have grown beyond 32 bits give NaN
        while "out" not in found:
            address, value = next(values)
            maps = value[0].numpy()
            if address in layers:
                deviations[layers[address]] = float(maps.std(dtype=np.float64))
            if address in kinds:
                found[kinds[address]] = maps
        return _summary(found, deviations)


def _summary(found: Mapping[str, Maps], deviations: Mapping[str, float]) -> Response:
    out = found["out"]
    norms = {place: math.sqrt(_product(maps, maps)) for place, maps in found.items()}
    nothing = math.nan
    along = _product(found["branch"], found["shortcut"]) if "shortcut" in found else nothing
    lengths = norms["branch"] * norms.get("shortcut", nothing)
    channel = _strongest(out)
    return Response(
        mean=float(out.mean(dtype=np.float64)),
        zeros=1 - int(np.count_nonzero(out)) / out.size,
        x_norm=norms["x"],
        branch_norm=norms["branch"],
        shortcut_norm=norms.get("shortcut", nothing),
        sum_norm=norms.get("sum", nothing),
        cosine=along / lengths if lengths else nothing,
        deviations=deviations,
        channel=channel,
        strongest=out[channel].copy(),
    )


def _product(one: Maps, other: Maps) -> float:
    """The sum of the products of two arrays' values, in double precision without a copy."""
    return float(np.einsum("i,i->", one.ravel(), other.ravel(), dtype=np.float64))


def _strongest(maps: Maps) -> int:
    """The channel that is first on the Activations page (`figures.maps.channel_order`)."""
    activity = np.abs(np.ascontiguousarray(maps)).mean(axis=(1, 2), dtype=np.float64)
    return int(np.argmax(np.where(np.isfinite(activity), activity, -np.inf)))
