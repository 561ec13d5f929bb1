"""What takes a way back through the network: class maps, and what one position sees of the picture.

Bounded, queued and kept for all sessions like the maps (`computing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from visualizer.analysis.format import binary_size
from visualizer.analysis.memory import layers
from visualizer.resnet import Block
from visualizer.ui.computing import (
    NotFiniteError,
    TooLargeError,
    change_of,
    check_cost,
    check_whole_cost,
    model_of,
    pass_key,
)
from visualizer.ui.pictures import input_of
from visualizer.ui.store import MAPS
from visualizer.ui.turns import telling, turn
from visualizer.ui.views import View

if TYPE_CHECKING:
    from visualizer.network.cam import ClassMaps
    from visualizer.network.reach import Measured

MAX_KEPT = 512 * 2**20
"""Bytes that autograd may keep for one way back: ResNet-152 at 384 pixels, ResNet-50 at 560."""
GROWN = (
    "The values of this network, or their gradients, have grown beyond what 32-bit numbers hold, since batch norm has "
    "not been trained to hold them back: choose less depth, or open trained weights."
)


def class_maps_of(state: View) -> ClassMaps:
    """The maps of a view's class (-1: the most probable) at every block; raises what `maps_of` does."""
    check_whole_cost(state)
    _check_kept(state)
    key = class_maps_key(state)

    def computed() -> ClassMaps:
        from visualizer.network.cam import class_maps

        pixels = input_of(state)
        with turn():
            return class_maps(model_of(state), pixels, key[-1], change_of(state), progress=tell)

    with telling("Computing the class maps …", "Step") as tell:
        found = MAPS.value(key, computed, _size)
    if not all(np.isfinite(one).all() for one in (found.logits, *_all(found))):
        raise NotFiniteError(GROWN)
    return found


def class_maps_key(state: View) -> tuple[Any, ...]:
    """What the class maps of a view depend on, its class at the end: -1 for the most probable, or where it has none."""
    target = state.target if state.target < state.spec.classes else -1
    return ("class maps", *pass_key(state), target)


def measured_of(state: View, block: Block, row: int, column: int) -> Measured:
    """What a position of a block's output sees of the picture; raises what `maps_of` does."""
    check_cost(state, block)
    _check_kept(state, block)
    key = ("measured field", *pass_key(state), block.path, row, column)

    def computed() -> Measured:
        from visualizer.network.reach import measured_field

        pixels = input_of(state)
        with turn():
            return measured_field(model_of(state), pixels, block.path, row, column, change_of(state), tell)

    with telling("Measuring …", "Step") as tell:
        found = MAPS.value(key, computed, lambda found: found.weights.nbytes)
    if not np.isfinite(found.weights).all():
        raise NotFiniteError(GROWN)
    return found


def _check_kept(state: View, last: Block | None = None) -> None:
    """Raise TooLargeError where autograd would keep too much for the way back from a block, or from the end."""
    kept = 0
    for one in layers(state.plan):
        kept += 4 * one.elements if one.kept else 0
        if last is not None and one.layer == last.layers[-1]:
            break
    if kept > MAX_KEPT:
        raise TooLargeError(
            f"The way back needs {binary_size(kept)} of values from the way there, and up to {binary_size(MAX_KEPT)} "
            "are kept: choose fewer pixels, or less depth or width."
        )


def _size(found: ClassMaps) -> int:
    last = (found.last.classifier, *found.last.values.values(), *found.last.slopes.values())
    return sum(one.nbytes for one in (*_all(found), *last))


def _all(found: ClassMaps) -> Iterator[NDArray[np.float32]]:
    for maps in found.maps.values():
        yield from maps.values()
