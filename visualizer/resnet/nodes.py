"""Parts of a network that have a path: a stage ("layer3"), a block ("layer3.1"), a layer ("layer3.1.conv2", "fc")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from visualizer.resnet.layers import Block, Layer, Stage
from visualizer.resnet.plan import Plan

Node = Stage | Block | Layer
_PLACE = re.compile(r"(?:layer)?([0-9]{1,5})(?:\.([0-9]{1,5})(?:\.(.+))?)?")
"""A path within the stages: the stage's number, the block's index, the layer's name."""


def nodes(plan: Plan) -> Iterator[Node]:
    """Every stage, every block, every layer."""
    yield from plan.stages
    yield from plan.blocks
    yield from plan.layers


def find(plan: Plan, path: str) -> Node | None:
    """The stage, block or layer with this path, however its numbers are written ("layer01.1"); None if there is none.

    The path may be any text: it is compared, and looked for in one block or in stem and head.
    """
    place = _PLACE.fullmatch(path)
    if place is None:
        return _named(path, (*plan.stem, *plan.head))
    number, index, name = int(place[1]), int(place[2] or 0), place[3]
    if not 1 <= number <= len(plan.stages) or index >= len(plan.stages[number - 1].blocks):
        return None
    stage = plan.stages[number - 1]
    if place[2] is None:
        return stage
    block = stage.blocks[index]
    return block if name is None else _named(f"{block.path}.{name}", block.layers)


def nearest(plan: Plan, path: str) -> Node | None:
    """The node with this path, or the one that is nearest to it, which another network has there.

    Of a layer that is missing that is its block, or the layer beside it in stem and head; None for what is no path.
    """
    place = _PLACE.fullmatch(path)
    if place is None:
        return find(plan, path) or _beside(plan, path)
    if int(place[1]) < 1:
        return None
    stage = plan.stages[min(int(place[1]), len(plan.stages)) - 1]
    if place[2] is None:
        return stage
    block = stage.blocks[min(int(place[2]), len(stage.blocks) - 1)]
    return (find(plan, f"{block.path}.{place[3]}") if place[3] else None) or block


def _beside(plan: Plan, path: str) -> Layer | None:
    """What stands for a layer that some stems or heads have and this one has not."""
    if path.partition(".")[0] == "conv1":
        return next(layer for layer in plan.stem if layer.kind == "conv")
    if path in ("bn1", "relu", "maxpool"):
        return plan.stem[-1]
    return plan.head[0] if path in ("norm", "relu_last") else None


def _named(path: str, layers: tuple[Layer, ...]) -> Layer | None:
    return next((layer for layer in layers if layer.path == path), None)


def layers_of(node: Node) -> tuple[Layer, ...]:
    """The layers that a node holds; a layer holds itself."""
    return (node,) if isinstance(node, Layer) else node.layers
