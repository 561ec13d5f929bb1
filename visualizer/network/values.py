"""Feature maps as arrays: numpy in, numpy out, so that no torch type leaves the package."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visualizer.analysis.origins import INPUT, places
from visualizer.network.entries import Entries, walk_from
from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress, UnknownAddress, block_addresses
from visualizer.resnet import Plan
from visualizer.resnet.errors import brief
from visualizer.resnet.lesion import WHOLE, Lesion

Maps = NDArray[np.float32]


def block_values(
    model: ResNet, pixels: Maps, block: str, progress: Progress | None = None, change: Lesion = WHOLE,
    entries: Entries | None = None,
) -> dict[str, Maps]:  # fmt: skip
    """x, branch, shortcut, sum and out of one block (as "layer1.0") for one picture, each C×H×W in memory of its own.

    `pixels` is 3×H×W, normalised; `change` says which blocks are off or swapped. Nothing after the block is
    computed; a plain block has no shortcut and no sum. `progress(done, steps)` is called before each step; what it
    raises ends the run. With the `entries` of this picture in the network so changed, nothing before the block is
    computed either, and the values are the same to the last bit. Raises UnknownAddress.
    """
    return _values(model, pixels, block_addresses(model.plan, block), progress, change, entries)


def values_of_blocks(
    model: ResNet, pixels: Maps, blocks: Collection[str], progress: Progress | None = None, change: Lesion = WHOLE
) -> Iterator[tuple[str, dict[str, Maps]]]:
    """What `block_values` gives of each of these blocks, by its path, in the network's order and from one pass.

    The pass goes on only as far as the next block that is asked for. Raises UnknownAddress.
    """
    addresses = {path: block_addresses(model.plan, path) for path in blocks}
    keep = [address for of_block in addresses.values() for address in of_block.values()]
    x = torch.from_numpy(pixels).unsqueeze(0)
    values = walk(model, x, keep=keep, off=change.off, progress=progress, moved=change.moved)
    for path in [block.path for block in model.plan.blocks if block.path in addresses]:
        found: dict[str, Maps] = {}
        with torch.inference_mode():  # not around the loop: who goes on meanwhile would be in it too
            while addresses[path]["out"] not in found:  # which is told last
                address, value = next(values)
                found[address] = _maps(value)
        yield path, {place: found[address] for place, address in addresses[path].items()}


def layer_values(
    model: ResNet, pixels: Maps, layer: str, progress: Progress | None = None, change: Lesion = WHOLE,
    entries: Entries | None = None,
) -> dict[str, Maps]:  # fmt: skip
    """x and out of one layer (as "layer1.0.conv2" or "maxpool"), as `block_values` gives those of a block.

    An addition has branch, shortcut and out, a scaling x, gate and out. Vectors are C×1×1.
    """
    return _values(model, pixels, layer_addresses(model.plan, layer), progress, change, entries)


def layer_addresses(plan: Plan, path: str) -> dict[str, str]:
    """The address of each place of a layer; "" is the network's input. Raises UnknownAddress."""
    layer = next((layer for layer in plan.layers if layer.path == path), None)
    if layer is None:
        raise UnknownAddress(f"This network has no layer {brief(path)}.")
    return places(plan, layer)


def magnitudes(
    model: ResNet, pixels: Maps, progress: Progress | None = None, change: Lesion = WHOLE
) -> dict[str, float]:
    """The largest |value| at every address and in the input (""), from one pass on one picture (3×H×W, normalised).

    Values are let go as soon as they have served. NaN where a value is NaN, infinite where one has grown beyond 32
    bits.
    """
    with torch.inference_mode():
        found = {INPUT: float(np.abs(pixels).max())}
        x = torch.from_numpy(pixels).unsqueeze(0)
        for address, value in walk(model, x, off=change.off, progress=progress, moved=change.moved):
            low, high = value.aminmax()
            found[address] = float(torch.maximum(-low, high))
        return found


def _values(
    model: ResNet, pixels: Maps, addresses: Mapping[str, str], progress: Progress | None, change: Lesion,
    entries: Entries | None,
) -> dict[str, Maps]:  # fmt: skip
    keep = [address for address in addresses.values() if address != INPUT]
    block = _block_before(model.plan, keep) if entries else ""
    with torch.inference_mode():
        x = torch.from_numpy(pixels).unsqueeze(0)
        if entries and block:
            values = walk_from(model, entries, block, keep, progress)
        else:
            values = walk(model, x, keep=keep, off=change.off, progress=progress, moved=change.moved)
        found = {INPUT: x, **dict(values)}
        return {place: _maps(found[address]) for place, address in addresses.items()}


def _block_before(plan: Plan, addresses: Sequence[str]) -> str:
    """The block whose x leads to all the addresses of a part: the one that it is in, the last one before the head."""
    first = addresses[0]
    block = next((block.path for block in plan.blocks if first.startswith(f"{block.path}.")), "")
    return block or ("" if first in {layer.path for layer in plan.stem} else plan.blocks[-1].path)


def _maps(value: Tensor) -> Maps:
    """The one picture's maps (C×H×W) in memory of their own."""
    maps: Maps = value[0].numpy().copy()
    return maps if maps.ndim == 3 else maps[:, None, None]
