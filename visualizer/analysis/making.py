"""How the channels at a place of a network are made: by which convolution, out of which other channels."""

from __future__ import annotations

from typing import NamedTuple

from visualizer.analysis.origins import layer_inputs, made_by, maker, places
from visualizer.resnet import Block, Layer, Plan

_PLACES = ("x", "branch", "shortcut", "sum", "out")


class Making(NamedTuple):
    """Where a channel comes from: the convolution that makes it, and the part whose x feeds it through `layers`.

    Both are None for what no convolution made; `part` is None too where the values that feed it are not at hand, and
    one has to go to `go` (a path and a place) to see them.
    """

    conv: Layer | None
    part: Block | Layer | None
    layers: tuple[Layer, ...]
    go: tuple[str, str] | None


def making(plan: Plan, part: Block | Layer, place: str) -> Making:
    """How the channels at a place are made: those of F(x), the sum and the output of a block by its whole branch."""
    address = places(plan, part)[place]
    conv = maker(plan, address)
    if isinstance(part, Block) and place in ("branch", "sum", "out"):
        return Making(conv, part, part.branch, None)
    if conv is None:
        return Making(None, None, (), None)
    if place == "x" or (place == "shortcut" and conv.role != "shortcut"):
        return Making(conv, None, (), destination(plan, address))
    return Making(conv, conv, (conv,), None)


def destination(plan: Plan, address: str) -> tuple[str, str] | None:
    """The part and the place of it where the values at an address are shown as something made; None: the picture."""
    blocks = {f"{block.path}.{place}": (block.path, place) for block in plan.blocks for place in _PLACES}
    layers = {layer.path for layer in plan.layers}
    while address and address not in layers:
        path, place = blocks[address]
        if made_by(plan, address) != made_by(plan, f"{path}.x"):
            return path, place
        address = layer_inputs(plan)[f"{path}.x"][0]
    return (address, "out") if address else None
