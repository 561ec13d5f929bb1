"""Where the values of a network come from: what each layer reads, and which convolution made the channels at a place.

An address is a layer's path, or "<block>.x", ".branch", ".shortcut", ".sum", ".out" of a block, as the walk of a model
tells them; "" is the network's input.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from visualizer.resnet import Block, Layer, Plan

INPUT = ""
CONVOLUTIONS = ("conv", "linear")
"""Kinds that make new channels out of all of their input's (or of their group's)."""
_PLACES = ("x", "branch", "shortcut", "sum", "out")
_TWO_INPUTS = {"add": ("branch", "shortcut"), "scale": ("x", "gate")}
"""What the inputs of a kind of layer are called that has two."""
_KEEPING = ("maxpool", "avgpool", "global_pool", "flatten", "pad")
"""Kinds whose output is nowhere below zero if their input is not."""


@lru_cache(maxsize=16)
def layer_inputs(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """The addresses that each layer reads, by its path, and the one that each block's address stands for."""
    found: dict[str, tuple[str, ...]] = {}
    before = _chain(plan.stem, INPUT, found)
    for block in plan.blocks:
        before = _block(block, before, found)
    _chain(plan.head, before, found)
    return found


def places(plan: Plan, part: Block | Layer) -> dict[str, str]:
    """The address of each place of a block or layer, in the order in which they are read.

    A block has x, branch, shortcut, sum and out, a plain one no shortcut and no sum; a layer x and out, an addition
    branch, shortcut and out, a scaling x, gate and out.
    """
    if isinstance(part, Block):
        joined = part.shortcut_kind != "none"
        return {place: f"{part.path}.{place}" for place in _PLACES if joined or place not in ("shortcut", "sum")}
    names = _TWO_INPUTS.get(part.kind, ("x",))
    return {**dict(zip(names, layer_inputs(plan)[part.path], strict=True)), "out": part.path}


def maker(plan: Plan, address: str) -> Layer | None:
    """The convolution, or classifier, that made the channels at an address: of a sum, that of the branch.

    None for the network's input. KeyError: the network has no such address.
    """
    layers = {layer.path: layer for layer in plan.layers}
    for path in _back(plan, address):
        if path in layers and layers[path].kind in CONVOLUTIONS:
            return layers[path]
    return None


def made_by(plan: Plan, address: str) -> str:
    """The path of the layer whose output is the value at an address; "" for the network's input."""
    inputs, layers = layer_inputs(plan), {layer.path for layer in plan.layers}
    while address and address not in layers:
        address = inputs[address][0]
    return address


def after_relu(plan: Plan, address: str) -> bool:
    """Whether the values at an address have gone through a ReLU, and since then at most through pools and padding."""
    layers = {layer.path: layer for layer in plan.layers}
    for path in _back(plan, address):
        if path in layers and layers[path].kind not in _KEEPING:
            return layers[path].kind == "relu"
    return False


def _back(plan: Plan, address: str) -> Iterator[str]:
    """An address and those before it, up to the input; from what has two inputs along the first."""
    inputs = layer_inputs(plan)
    while address != INPUT:
        yield address
        address = inputs[address][0]


def _block(block: Block, before: str, found: dict[str, tuple[str, ...]]) -> str:
    places = {place: f"{block.path}.{place}" for place in _PLACES}
    found[places["x"]] = (before,)
    found[places["branch"]] = (_chain(block.branch, places["x"], found),)
    if block.shortcut_kind != "none":
        found[places["shortcut"]] = (_chain(block.shortcut, places["x"], found),)
        found[places["sum"]] = (block.after[0].path,)
    found[places["out"]] = (_chain(block.after, places["branch"], found),)
    return places["out"]


def _chain(layers: Iterable[Layer], before: str, found: dict[str, tuple[str, ...]]) -> str:
    """Layers in a row, each reading the one before it unless it names what it reads; the last one's path."""
    for layer in layers:
        found[layer.path] = layer.reads or (before,)
        before = layer.path
    return before
