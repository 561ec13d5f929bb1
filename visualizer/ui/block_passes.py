"""What takes more than one look at a picture's way through the network: answers with blocks off, pictures side by side.

Bounded, queued and kept for all sessions like the maps (`computing`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visualizer.analysis import costs
from visualizer.analysis.format import abbreviated
from visualizer.resnet.lesion import removable
from visualizer.ui.computing import NotFiniteError, TooLargeError, change_of, check_whole_cost, model_of, pass_key
from visualizer.ui.pictures import input_of
from visualizer.ui.store import MAPS
from visualizer.ui.turns import Tell, progress, telling, turn
from visualizer.ui.views import View

if TYPE_CHECKING:
    from visualizer.network.distances import Distance

MAX_SWEEP_MACS = 5 * 10**12
"""About a minute on two cores."""
BYTES_PER_BLOCK = 500
Logits = NDArray[np.float32]


class Effect(NamedTuple):
    """What switching one block off does to the answer.

    moved: ‖l′ − l‖ / ‖l‖ of the logits l of the whole network and l′ of the one without the block; NaN where they have
    grown beyond 32 bits. gained: the change in probability of the class that the whole network finds the most
    probable. top: the class that is the most probable without the block.
    """

    moved: float
    gained: float
    top: int


class Effects(NamedTuple):
    """The whole network's most probable class, its probability, and the effect of each block, by its path."""

    top: int
    probability: float
    by_path: dict[str, Effect]


def logits_of(state: View) -> Logits:
    """What the classifier says of a view's picture, with its blocks off; raises what `maps_of` does."""
    check_whole_cost(state)
    with telling("Computing the answer …") as tell:
        found = MAPS.value(("logits", *pass_key(state)), lambda: _logits(state, tell), lambda found: found.nbytes)
    _check_finite(found)
    return found


def distances_of(one: View, other: View) -> dict[str, Distance]:
    """How far the outputs of every block are apart in two views of one network; raises what `maps_of` does.

    They differ in picture, edits, or blocks that are off.
    """
    check_whole_cost(one)
    key = ("distances", *pass_key(one), *pass_key(other))
    with telling("Comparing all blocks …") as tell:
        return MAPS.value(key, lambda: _distances(one, other, tell), lambda found: BYTES_PER_BLOCK * len(found))


def effects_of(state: View) -> Effects:
    """The effect of each block with a shortcut, off alone; raises what `maps_of` does."""
    check_sweep_cost(state)
    with progress("Block") as tell:
        return MAPS.value(
            effects_key(state), lambda: _effects(state, tell), lambda found: BYTES_PER_BLOCK * len(found.by_path)
        )


def effects_key(state: View) -> tuple[object, ...]:
    """What the effects of all blocks depend on: each is off alone, whatever else is off in the view."""
    return ("effects", *pass_key(replace(state, off="")))


def check_sweep_cost(state: View) -> None:
    """Raise TooLargeError where switching every block off in turn would take too long."""
    check_whole_cost(state)
    macs = sweep_macs(state)
    if macs > MAX_SWEEP_MACS:
        raise TooLargeError(
            f"All blocks in turn take {abbreviated(macs, 'MACs')}, and up to {abbreviated(MAX_SWEEP_MACS, 'MACs')} are "
            "computed: choose fewer pixels, or less depth or width."
        )


def sweep_macs(state: View) -> int:
    """Of one pass through all, and for each block that can be off another from there to the end without its branch."""
    table = costs(state.plan)
    macs, left = table.total.macs, table.total.macs - table.stem.macs
    for block in state.plan.blocks:
        macs += left - table.of(block.branch).macs if removable(block) else 0
        left -= table.block(block).macs
    return macs


def effects(found: dict[str, Logits]) -> Effects:
    """From the logits with each block off, by its path, and those of the whole network under "".

    Raises NotFiniteError where the whole network's have grown beyond 32 bits.
    """
    whole = found.pop("")
    _check_finite(whole)
    before, size = probabilities(whole), _norm(whole)
    top = int(before.argmax())
    by_path = {}
    for path, logits in found.items():
        gained = probabilities(logits)[top] - before[top] if np.isfinite(logits).all() else np.nan
        moved = _norm(logits.astype(np.float64) - whole) / size if size else np.nan
        by_path[path] = Effect(float(moved), float(gained), int(logits.argmax()))
    return Effects(top, float(before[top]), by_path)


def probabilities(logits: Logits) -> NDArray[np.float64]:
    """The softmax of finite logits, in double precision."""
    grown = np.exp(logits.astype(np.float64) - float(logits.max()))
    found: NDArray[np.float64] = grown / grown.sum()
    return found


def _logits(state: View, tell: Tell) -> Logits:
    from visualizer.network.lesion import class_logits

    pixels = input_of(state)
    with turn():
        return class_logits(model_of(state), pixels, change_of(state), tell)


def _distances(one: View, other: View, tell: Tell) -> dict[str, Distance]:
    from visualizer.network.distances import Pass, block_distances

    first, second = (Pass(input_of(state), change_of(state)) for state in (one, other))
    with turn():
        return block_distances(model_of(one), first, second, tell)


def _effects(state: View, tell: Tell) -> Effects:
    from visualizer.network.lesion import sweep

    found: dict[str, Logits] = {}
    steps = sweep(model_of(state), input_of(state), tell)
    while "" not in found:
        with turn():  # for each block anew, so that nobody waits for the whole sweep of another
            path, logits = next(steps)
        found[path] = logits
    return effects(found)


def _check_finite(logits: Logits) -> None:
    if not np.isfinite(logits).all():
        raise NotFiniteError(
            "On the way to the classifier the values have grown beyond what 32-bit numbers hold, since every block "
            "adds to them and batch norm has not been trained to hold them back: choose a shallower network, or open "
            "trained weights."
        )


def _norm(values: NDArray[np.float32] | NDArray[np.float64]) -> float:
    return float(np.linalg.norm(values.astype(np.float64)))
