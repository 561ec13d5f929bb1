"""Values by the names that people give to places of a network: a ResNet as a feature extractor.

    "stem", "stage 3"     what leaves the stem, a stage ("layer3" is stage 3 too)
    "layer3.1"            x, branch, shortcut, sum and out of a block, as far as it has them
    "layer3.1:branch"     one of them
    "layer3.1.conv2"      what leaves a layer, of stem and head too ("conv1", "fc")
    "features"            what the classifier reads: the last maps averaged over all positions
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress, UnknownAddress, block_addresses
from visualizer.resnet import Block, Layer, Plan, Stage
from visualizer.resnet.errors import brief, closest
from visualizer.resnet.nodes import Node, find

Arrays = dict[str, NDArray[np.float32]]
_STAGE = re.compile(r"(?:stage ?|layer)(\d{1,2})", re.ASCII)


def addresses(plan: Plan, names: Iterable[str]) -> dict[str, str]:
    """The addresses of a walk by the names of arrays, for places as people name them.

    A block stands for all of its places. Raises UnknownAddress, one sentence, for a name that this network does not
    have.
    """
    return {name: address for written in names for name, address in _addresses(plan, written.strip()).items()}


def _addresses(plan: Plan, name: str) -> dict[str, str]:
    path, colon, place = name.partition(":")
    node = _node(plan, path)
    places = block_addresses(plan, node.path) if isinstance(node, Block) else {}
    if node and colon and place in places:
        return {f"{node.path}:{place}": places[place]}
    if node is None or colon:
        raise UnknownAddress(_unknown(plan, name, list(places)))
    if isinstance(node, Stage):
        return {f"stage {node.number}": f"{node.blocks[-1].path}.out"}
    if isinstance(node, Layer):
        return {name if name in _NAMED else node.path: node.path}
    return {f"{node.path}:{each}": address for each, address in places.items()}


_NAMED = ("stem", "features")


def _node(plan: Plan, path: str) -> Node | None:
    if path == "stem":
        return plan.stem[-1]
    if path == "features":
        return next(layer for layer in plan.head if layer.kind == "flatten")
    stage = _STAGE.fullmatch(path)
    return find(plan, f"layer{int(stage[1])}" if stage else path)


def _unknown(plan: Plan, name: str, places: list[str]) -> str:
    """places: those of the block that is named, if one is."""
    path, _, place = name.partition(":")
    if places:
        nearest = f"{path}:{closest(place, places, 'out')}"
    else:
        stages = [f"stage {stage.number}" for stage in plan.stages]
        paths = [*(block.path for block in plan.blocks), *(layer.path for layer in plan.layers)]
        nearest = closest(path, [*_NAMED, *stages, *paths], "features")
    return f"This network has no place {brief(name) or 'without a name'}; the nearest is {nearest}."


def extracted(
    model: ResNet, pixels: NDArray[np.float32], wanted: Mapping[str, str], progress: Progress | None = None
) -> Arrays:
    """The arrays by the names in `wanted`, for one picture (3×H×W, normalised), each in memory of its own.

    Maps are C×H×W, vectors C, all float32: bit for bit what the page Activations shows. `progress(done, steps)` is
    called before each step; what it raises ends the run.
    """
    with torch.inference_mode():
        x = torch.from_numpy(pixels).unsqueeze(0)
        found = dict(walk(model, x, keep=wanted.values(), progress=progress))
        return {name: found[address][0].numpy().copy() for name, address in wanted.items()}
