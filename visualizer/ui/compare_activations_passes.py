"""The passes behind Compare's activations: one network after another, named while they run, stopped by a click."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import NamedTuple

import streamlit as st

from visualizer.analysis import costs
from visualizer.figures.block_maps import BlockMaps, block_maps
from visualizer.resnet import Block
from visualizer.ui.compare_columns import heading
from visualizer.ui.computing import change_of, check_cost, maps_key, model_of, pass_key
from visualizer.ui.pictures import input_of
from visualizer.ui.sentences import literal
from visualizer.ui.stopping import stop_if_asked, watched
from visualizer.ui.store import MAPS
from visualizer.ui.turns import Tell, turn
from visualizer.ui.views import View
from visualizer.ui.weight_sources import flag

LONG = 10**10
"""MACs from which on a button to stop stands beside the progress: about half a second on two cores."""
_STOPPED = "_compare_stopped"
Key = tuple[object, ...]


class Lane(NamedTuple):
    """A network of the comparison: its place, its view by itself, its heading, and whose weights it has."""

    place: int
    state: View
    name: str
    flag: str

    @property
    def title(self) -> str:
        """Name and weights: networks of one spec differ in these alone."""
        return f"{self.name} ({self.flag})"


def lanes(state: View) -> list[Lane]:
    """The networks in their order, whole: nothing is switched off."""
    return [_lane(place, replace(state.at(place), off="")) for place in range(len(state.networks))]


def _lane(place: int, state: View) -> Lane:
    return Lane(place, state, heading(place, state.spec), flag(state))


def work_key(what: str, found: Sequence[Lane]) -> Key:
    """What the work for these networks depends on."""
    return (what, *(pass_key(lane.state) for lane in found))


def macs_of(found: Sequence[Lane]) -> int:
    """Of a forward pass through each of these networks."""
    return sum(costs(lane.state.plan).total.macs for lane in found)


def is_cheap(missing: Sequence[Lane]) -> bool:
    """Whether the passes of these networks take about a second or less, so that a report may wait for them."""
    return macs_of(missing) <= LONG


def stopped(key: Key) -> bool:
    """Whether a person has stopped this work; says so, with a button that goes on."""
    if st.session_state.get(_STOPPED) != key:
        return False
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Stopped; what had been computed by then is kept.", width="content")
        st.button("Go on", key="compare_go_on", on_click=partial(_stop, ()), icon=":material/play_arrow:")
    return True


@contextmanager
def stoppable(key: Key, missing: Sequence[Lane]) -> Iterator[None]:
    """A button that stops what follows, where the passes of the missing networks take so long that it is of use."""
    place = st.empty()
    if macs_of(missing) > LONG:
        place.button("Stop here", key="compare_stop", on_click=partial(_stop, key), icon=":material/stop:")
    yield
    place.empty()


def _stop(key: Key) -> None:
    """Remember what is not to be computed; the run that was on its way ends with the click."""
    st.session_state[_STOPPED] = key


@contextmanager
def named(lane: Lane, key: Key) -> Iterator[None]:
    """The network's name above the progress of what is computed inside, unless it is there already or nobody looks."""
    if MAPS.holds(key) or not watched():
        yield
        return
    place = st.empty()
    with place.container():
        st.caption(f"**{literal(lane.name)}**")
        yield
    place.empty()


def fill_maps(lane: Lane, blocks: Sequence[Block]) -> None:
    """Have the values of these blocks in the store, where `maps_of` finds them, from one pass for those not there.

    Raises what `maps_of` does, but for values beyond 32 bits.
    """
    missing = [block for block in blocks if not MAPS.holds(maps_key(lane.state, block))]
    if not missing:
        return
    for block in missing:
        check_cost(lane.state, block)
    with _telling(lane) as (tell, reach):
        values = _values(lane.state, missing, tell)
        for block in missing:
            reach(block)
            MAPS.value(maps_key(lane.state, block), partial(_next, values, block.path), lambda maps: maps.nbytes)


def _values(state: View, blocks: Sequence[Block], tell: Tell) -> Iterator[tuple[str, BlockMaps]]:
    from visualizer.network import values_of_blocks

    paths = [block.path for block in blocks]
    for path, found in values_of_blocks(model_of(state), input_of(state), paths, tell, change_of(state)):
        yield path, block_maps(found)


def _next(values: Iterator[tuple[str, BlockMaps]], path: str) -> BlockMaps:
    """This block's values. A turn is taken for each block anew: none is held while another's computation is awaited."""
    with turn():
        return next(maps for name, maps in values if name == path)


@contextmanager
def _telling(lane: Lane) -> Iterator[tuple[Tell, Callable[[Block], None]]]:
    """Shows how far a pass is as soon as it has taken half a second; each step is where it can be stopped."""
    if not watched():
        yield lambda done, steps: None, lambda block: None
        return
    place, last, on_way = st.empty(), monotonic() + 0.3, ""

    def reach(block: Block) -> None:
        nonlocal on_way
        on_way = f"stage {block.stage} of {len(lane.state.plan.stages)}"

    def tell(done: int, steps: int) -> None:
        nonlocal last
        stop_if_asked()
        if monotonic() - last > 0.2:
            last = monotonic()
            place.progress(done / max(steps, 1), f"{lane.name}: {on_way}")

    yield tell, reach
    place.empty()
