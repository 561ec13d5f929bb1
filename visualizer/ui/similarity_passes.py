"""Gram matrices of the compared networks on an album: bounded, queued, and kept for all sessions like maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visualizer.analysis import costs
from visualizer.analysis.format import abbreviated, binary_size
from visualizer.analysis.memory import similarity_values
from visualizer.ui.album import inputs_in
from visualizer.ui.compare_columns import heading
from visualizer.ui.computing import MAX_MACS, MAX_VALUES, TooLargeError, check_whole_cost, model_of
from visualizer.ui.store import MAPS
from visualizer.ui.turns import Tell, telling, turn
from visualizer.ui.views import RANDOM, View

if TYPE_CHECKING:
    from visualizer.figures.similarity_chart import Axis
    from visualizer.network.similarity import Matrices, Place

Values = NDArray[np.float64]


class Similarity(NamedTuple):
    """CKA of every place of one network (rows) with every place of another, by both estimators, and what the rows and
    the columns are."""

    unbiased: Values
    biased: Values
    rows: Axis
    columns: Axis


def pair_of(state: View) -> tuple[int, int]:
    """The two networks of a view, by their places from 0; the first two where it names one that is not there."""
    first, second = (int(number) - 1 for number in state.pair.split(","))
    return (first, second) if max(first, second) < len(state.compared) else (0, 1)


def place_of(state: View) -> Place:
    """What is compared of each block: what leaves it, or F(x)."""
    return "branch" if state.place == "branch" else "out"


def check_pair_cost(state: View, count: int) -> None:
    """Raise TooLargeError where one of the two networks is not computed here on so many pictures."""
    for place in pair_of(state):
        _check(state.at(place), count, heading(place, state.compared[place]))


def _check(state: View, count: int, name: str) -> None:
    check_whole_cost(state)
    macs = count * costs(state.plan).total.macs
    if macs > MAX_MACS:
        raise TooLargeError(
            f"{count} pictures through {name} take {abbreviated(macs, 'MACs')}, and up to "
            f"{abbreviated(MAX_MACS, 'MACs')} are computed: choose fewer pixels or fewer pictures."
        )
    held = similarity_values(state.plan, count, place_of(state) == "branch")
    if held > MAX_VALUES:
        raise TooLargeError(
            f"The values of {count} pictures at one block of {name} take {binary_size(held)}, and up to "
            f"{binary_size(MAX_VALUES)} are kept: choose fewer pixels or fewer pictures."
        )


def missing_macs(state: View, count: int) -> int:
    """MACs of the passes that the similarity of the pair still needs."""
    sides = {_key(state.at(place)): state.at(place) for place in pair_of(state)}
    return sum(count * costs(side.plan).total.macs for key, side in sides.items() if not MAPS.holds(key))


def similarity_of(state: View) -> Similarity:
    """The similarity of the pair on the view's album.

    Progress and waiting are shown where this is called. Raises NoPictureError, ImageError, NoWeightsError and
    TooLargeError.
    """
    from visualizer.figures.similarity_chart import Axis
    from visualizer.network.similarity import cka, compared_places

    places = pair_of(state)
    first, second = (_grams(state, place) for place in places)
    rows, columns = (
        Axis(heading(place, state.compared[place]), tuple(compared_places(state.at(place).plan, place_of(state))))
        for place in places
    )
    return Similarity(cka(first, second, "unbiased"), cka(first, second, "biased"), rows, columns)


def _key(state: View) -> tuple[object, ...]:
    """What the Gram matrices of one network depend on; no block is off here, and no picture edited."""
    seed = state.seed if state.weights == RANDOM else 0
    return ("grams", state.spec, state.resolution, state.weights, seed, state.album, place_of(state))


def _grams(state: View, place: int) -> Matrices:
    side, name = state.at(place), heading(place, state.compared[place])
    with telling(f"Computing {name} on all pictures …", "Step") as tell:
        return MAPS.value(_key(side), lambda: _computed(side, tell), lambda found: found.nbytes)


def _computed(state: View, tell: Tell) -> Matrices:
    from visualizer.network.similarity import compared_places, gram_matrices

    pixels, model = inputs_in(state), model_of(state)
    addresses = list(compared_places(state.plan, place_of(state)).values())
    steps = gram_matrices(model, pixels, addresses, tell)
    found = []
    for _ in addresses:
        with turn():  # for each block anew, so that nobody waits for all pictures of another
            found.append(next(steps))
    return np.stack(found)
