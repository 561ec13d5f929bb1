"""Class maps of the compared networks: where each looks for a class, at the last block of every stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st
from numpy.typing import NDArray

from visualizer.figures.cam_strip import beside, frames
from visualizer.figures.encode import from_data_uri
from visualizer.figures.report import Heading, Item, Shot, Words
from visualizer.ui.answers import REFUSALS, percent
from visualizer.ui.block_passes import probabilities
from visualizer.ui.class_maps import METHOD_WORDS, Way, class_search, names_of, note, way_choice, way_of
from visualizer.ui.compare_actions import select
from visualizer.ui.compare_activations_passes import Lane, is_cheap, named, stoppable, stopped, work_key
from visualizer.ui.computing import pass_key
from visualizer.ui.frames_component import Frame, FrameRow, frames_view
from visualizer.ui.gradients import class_maps_key, class_maps_of
from visualizer.ui.pictures import seen_of
from visualizer.ui.sentences import literal
from visualizer.ui.store import FIGURES, MAPS
from visualizer.ui.theme import theme
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weight_sources import class_name, class_names

if TYPE_CHECKING:
    from visualizer.figures.palettes import Theme
    from visualizer.network.cam import ClassMaps

AT_WORDS = {"out": "the output of the last block", "branch": "F(x) of the last block", "shortcut": "the last shortcut"}
SIZE = 192
"""Pixels a side of a frame: a strip has at most five."""
SMALL = 150
"""The same in a report."""
BACK = 3
"""A way there and back costs about so many forward passes."""


class Looked(NamedTuple):
    """A network, its view with the class that is looked for, and its class maps, or why there are none."""

    lane: Lane
    state: View
    found: ClassMaps | str


def cams_view(state: View, found: list[Lane]) -> None:
    """A strip a network; a click on a frame selects its block in all of them."""
    edited = found[state.slot].state
    way_choice(edited)
    key = work_key("class maps", found)
    if stopped(key):
        return
    with stoppable(key, _missing(found) * BACK):
        looked = looked_for(state, found)
    own = looked[state.slot]
    if not isinstance(own.found, str):
        class_search(names_of(edited), own.found.target)
    st.caption(f"{literal(_said(looked, way_of(edited)))} Click a frame to select its block.")
    for one in looked:
        _strip(one, way_of(edited))


def looked_for(state: View, found: Sequence[Lane]) -> list[Looked]:
    """Every network's class maps: of one class by its name where a network knows it, else of its most probable one.

    The class is that of the network that the sidebar edits, or of the first one whose classes have names.
    """
    wanted = ""
    looked: dict[int, Looked] = {}
    for lane in sorted(found, key=lambda lane: (not class_names(lane.state), lane.place != state.slot)):
        names = class_names(lane.state)
        target = names.index(wanted) if wanted in names else lane.state.target if lane.place == state.slot else -1
        one = _looked(lane, replace(lane.state, target=target))
        looked[lane.place] = one
        if not wanted and names and not isinstance(one.found, str):
            wanted = names[one.found.target]
    return [looked[lane.place] for lane in found]


def _looked(lane: Lane, state: View) -> Looked:
    likely = replace(state, target=-1)
    try:
        if MAPS.holds(class_maps_key(likely)) and class_maps_of(likely).target == state.target:
            return Looked(lane, state, class_maps_of(likely))
        with named(lane, class_maps_key(state)):
            return Looked(lane, state, class_maps_of(state))
    except REFUSALS as error:
        return Looked(lane, state, str(error))


def _missing(found: Sequence[Lane]) -> list[Lane]:
    """The networks whose class maps are not in the store for their own class or the most probable one."""
    views = {lane: (lane.state, replace(lane.state, target=-1)) for lane in found}
    return [lane for lane in found if not any(MAPS.holds(class_maps_key(view)) for view in views[lane])]


def _said(looked: Sequence[Looked], way: Way) -> str:
    """What is shown, and what can be compared."""
    method, place = way
    shown = {class_name(one.state, one.found.target) for one in looked if not isinstance(one.found, str)}
    same = "the same class" if len(shown) == 1 else "each network's own class, since they have none in common"
    return (
        f"{METHOD_WORDS[method]} at {AT_WORDS[place]} of every stage, for {same}. Each frame has "
        "a scale of its own, from zero to its largest value: compare where, not how much."
    )


def _strip(one: Looked, way: Way) -> None:
    if isinstance(one.found, str):
        st.markdown(f"**{literal(one.lane.title)}**")
        st.warning(literal(one.found))
        return
    place, drawn = one.lane.place, _drawn(one, way, theme())
    row = FrameRow(
        f"{one.lane.title}: {answer(one)}",
        tuple(
            Frame(path, source, path, note(map_of(one, path, way)), f"Class map of {one.lane.name} at {path}")
            for path, source in drawn.items()
        ),
    )
    frames_view(
        (row,), one.lane.state.block, f"Class maps of {one.lane.name}", f"compare_cams_{place}",
        partial(select, place), SIZE,
    )  # fmt: skip


def answer(one: Looked) -> str:
    """The most probable class with its probability, and the class that is looked for where it is another."""
    assert not isinstance(one.found, str)
    share, target = probabilities(one.found.logits), one.found.target
    top = int(share.argmax())
    said = f"most probable {class_name(one.state, top)} ({percent(float(share[top]))})"
    if top != target:
        said += f", map for {class_name(one.state, target)} ({percent(float(share[target]))})"
    if one.state.weights == RANDOM:
        return f"the classes mean nothing; {said}"
    return said if class_names(one.state) else f"its outputs have no names; {said}"


def map_of(one: Looked, path: str, way: Way) -> NDArray[Any]:
    """The class map of a block; of its output where it does not have the place."""
    assert not isinstance(one.found, str)
    maps = one.found.maps[path]
    return maps[way] if way in maps else maps[way[0], "out"]


def _drawn(one: Looked, way: Way, colours: Theme) -> dict[str, str]:
    """A frame for the last block of every stage, by its path."""
    assert not isinstance(one.found, str)
    maps = {stage.blocks[-1].path: map_of(one, stage.blocks[-1].path, way) for stage in one.state.plan.stages}
    key = ("strip beside", *pass_key(one.state), one.found.target, *way, colours)
    return FIGURES.value(
        key, lambda: frames(seen_of(one.state), maps, colours, SIZE), lambda made: sum(map(len, made.values()))
    )


def cams_report(state: View, found: list[Lane]) -> list[Item]:
    """A picture a network: its frames from the first stage to the last."""
    if not is_cheap(_missing(found) * BACK):
        return [Words("These class maps are not computed yet: open the view, and make the report again.")]
    looked, way = looked_for(state, found), way_of(found[state.slot].state)
    items: list[Item] = [Words(_said(looked, way))]
    for one in looked:
        items.append(Heading(one.lane.title, 2))
        if isinstance(one.found, str):
            items.append(Words(one.found))
            continue
        drawn = _drawn(one, way, "light")
        pictures = beside([from_data_uri(source) for source in drawn.values()])
        alt = f"Class maps of {one.lane.name} at {', '.join(drawn)}"
        said = f"{answer(one)}; from left to right {', '.join(drawn)}."
        items.append(Shot(pictures, alt, said[:1].upper() + said[1:], SMALL * len(drawn)))
    return items
