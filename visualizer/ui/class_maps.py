"""Class maps: where the network looks for a class, over the picture, at every block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st
from numpy.typing import NDArray

from visualizer.figures.cam_strip import frames, large, speaking_for, thinned
from visualizer.figures.colour_bar import caption, colour_bar, number
from visualizer.resnet import Block
from visualizer.ui import handout
from visualizer.ui.activations import select, selected_block
from visualizer.ui.answers import REFUSALS, percent
from visualizer.ui.block_passes import probabilities
from visualizer.ui.computing import pass_key
from visualizer.ui.frames_component import Frame, FrameRow, frames_view
from visualizer.ui.gradients import class_maps_of
from visualizer.ui.inputs import whole_number
from visualizer.ui.large_component import Fact, Figure, Words, large_view
from visualizer.ui.more_choices import words
from visualizer.ui.pictures import seen_of
from visualizer.ui.sentences import literal
from visualizer.ui.state import change, view
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme
from visualizer.ui.views import METHODS, RANDOM, View
from visualizer.ui.weight_sources import class_name, class_names, flag

if TYPE_CHECKING:
    from visualizer.network.cam import ClassMaps

Way = tuple[str, str]
"""Method and place."""
LIKELY = 5
MOST_LISTED = 2000
"""Classes that can be searched by name; more are chosen by number."""
METHOD_WORDS = {"gradcam": "Grad-CAM", "layercam": "LayerCAM"}
METHOD_HELP = (
    "Both are sums over channels of weight · value, cut off below zero, for the class's logit y (before softmax). "
    "Grad-CAM (Selvaraju et al. 2017, eq. 1 and 2): a channel has one weight, the mean of ∂y/∂value over positions. "
    "LayerCAM (Jiang et al. 2021): each position has its own, max(0, ∂y/∂value) there, which keeps early blocks sharp."
)
PLACE_WORDS = {"out": "the block's output", "branch": "F(x)", "shortcut": "the shortcut"}
PLACE_HELP = (
    "F(x) and the shortcut are looked at where they are added, so both have the gradient of their sum: before the cut "
    "at zero, Grad-CAM's map of F(x) and that of the shortcut add up to that of the sum."
)
UNTRAINED = (
    "**Untrained weights:** the classes mean nothing, and these maps show the arithmetic, not what a network looks at. "
    "Choose trained weights to see that."
)


def class_maps_view() -> None:
    """The classes that the network finds the most probable, the selected block's map large, and every block's."""
    state = view()
    if state.weights == RANDOM:
        st.warning(UNTRAINED)
    elif not class_names(state):
        st.caption("The classes of these weights have no names that are known here: they stand by their numbers.")
    try:
        found = class_maps_of(state)
    except REFUSALS as error:
        st.warning(literal(str(error)))
        return
    if state.target >= state.spec.classes:
        st.caption(f"There is no class {state.target}, only 0 to {state.spec.classes - 1}; the most probable is shown.")
    _classes(state, found)
    way_choice(state)
    way = way_of(state)
    block = selected_block(state)
    _large(state, found, block, way)
    _strip(state, found, block, way)


def _classes(state: View, found: ClassMaps) -> None:
    """The most probable classes as maps of the last block, and a search among all."""
    share, names = probabilities(found.logits), names_of(state)
    likely = [int(at) for at in share.argsort(kind="stable")[::-1][:LIKELY]]
    if found.target not in likely:
        likely.append(found.target)
    last = state.plan.blocks[-1].path

    def drawn() -> dict[str, str]:
        maps = {str(at): found.last.maps(at)[state.method, "out"] for at in likely}
        return frames(seen_of(state), maps, theme())

    key = ("class frames", *pass_key(state), state.method, tuple(likely), theme())
    pictures = FIGURES.value(key, drawn, lambda sources: sum(map(len, sources.values())))
    row = tuple(
        Frame(str(at), pictures[str(at)], names[at], percent(float(share[at])), f"Class map of {names[at]} at {last}")
        for at in likely
    )
    title = f"The most probable classes, each with its map at the last block ({last}); {flag(state)}"
    frames_view((FrameRow(title, row),), str(found.target), "Classes", "class_frames", _choose)
    class_search(names, found.target)


def names_of(state: View) -> list[str]:
    """Of all classes, in order."""
    known = class_names(state)
    return list(known) or [f"class {at}" for at in range(state.spec.classes)]


def _choose(text: str) -> None:
    """Look for this class; the text comes from a browser, which may send any."""
    known = view().spec.classes
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) < known:
        change(target=int(text))


def class_search(names: list[str], target: int) -> None:
    """Choose a class by its name, or by its number where there are too many."""
    if len(names) > MOST_LISTED:
        label = f"Another class (0 to {len(names) - 1})"
        whole_number(label, "class", target, 0, len(names) - 1, lambda number: change(target=number), width=300)
        return
    if not handout.shown("class"):
        return
    st.session_state["class"] = target
    st.selectbox(
        "Another class: type to search", range(len(names)), key="class", width=420,
        format_func=lambda at: names[at] if names[at] in (str(at), f"class {at}") else f"{names[at]} ({at})",
        on_change=lambda: _choose(str(st.session_state["class"])), disabled=handout.locked("class"),
    )  # fmt: skip


def way_choice(state: View) -> None:
    """Choose method and place; a plain network has no shortcut."""
    st.session_state["method"], st.session_state["cam_place"] = way_of(state)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    if handout.shown("method"):
        row.segmented_control(
            "Method", METHODS, key="method", required=True, format_func=words(METHOD_WORDS), help=METHOD_HELP,
            on_change=lambda: _known("method", METHODS), width="content", disabled=handout.locked("method"),
        )  # fmt: skip
    if handout.shown("place"):
        row.segmented_control(
            "Of", _places(state), key="cam_place", required=True, format_func=words(PLACE_WORDS), help=PLACE_HELP,
            on_change=lambda: _known("cam_place", tuple(PLACE_WORDS), "place"), width="content",
            disabled=handout.locked("place"),
        )  # fmt: skip


def way_of(state: View) -> Way:
    """Method and place of a view; a place that its network does not have gives way to the output."""
    return state.method, state.place if state.place in _places(state) else "out"


def _places(state: View) -> list[str]:
    return [name for name in PLACE_WORDS if name != "shortcut" or state.spec.shortcut != "none"]


def _known(key: str, choices: tuple[str, ...], field: str = "") -> None:
    """Take a choice over; a browser can send anything."""
    if st.session_state[key] in choices:
        change(**{field or key: st.session_state[key]})


def _large(state: View, found: ClassMaps, block: Block, way: Way) -> None:
    """The selected block's map over the picture and alone, with its numbers."""
    one = found.maps[block.path][way]
    key = ("class map", *pass_key(state), found.target, *way, block.path, theme())
    drawn = FIGURES.value(
        key, lambda: large(seen_of(state), one, theme()), lambda made: len(made.over) + len(made.alone)
    )
    title = f"{said(state, found, way)} of {block.path}"
    height, width = one.shape
    figures = (
        Figure(drawn.over, f"{title}, over the picture", "Over the picture: clear where nothing speaks for the class."),
        Figure(drawn.alone, f"{title}, alone", f"Alone, {height} × {width} values.", pixelated=True),
    )
    bar = colour_bar(drawn.scale, drawn.colours, width=300, label="value")
    words = f"A scale of its own. {caption(drawn.scale)}"
    large_view(figures, Words(title, flag(state), _rows(found, one, drawn.peak), bar, words), "class_map")


def said(state: View, found: ClassMaps, way: Way) -> str:
    method, place = way
    return f"{METHOD_WORDS[method]} for {class_name(state, found.target)} at {PLACE_WORDS[place]}"


def _rows(found: ClassMaps, one: NDArray[Any], peak: tuple[int, int] | None) -> tuple[Fact, ...]:
    """The class's numbers, and those of the map."""
    share = float(probabilities(found.logits)[found.target])
    most = "nothing here speaks for the class"
    if peak is not None:
        most = f"{number(float(one.max()))}, row {peak[0]}, column {peak[1]}"
    return (
        Fact("Logit", number(float(found.logits[found.target]))), Fact("Probability", percent(share)),
        Fact("Largest value", most), Fact("Below zero, cut off", f"{(one < 0).mean():.1%} of positions"),
    )  # fmt: skip


def _strip(state: View, found: ClassMaps, block: Block, way: Way) -> None:
    """Every block's map, stage by stage."""
    paths = thinned(list(found.maps), block.path)
    maps = {path: found.maps[path][way] for path in paths}
    key = ("strip", *pass_key(state), found.target, *way, block.path if len(paths) < len(found.maps) else "", theme())
    drawn = FIGURES.value(
        key, lambda: frames(seen_of(state), maps, theme()), lambda made: sum(map(len, made.values()))
    )
    rows = []
    for stage in state.plan.stages:
        shown = tuple(
            Frame(one.path, drawn[one.path], one.path, note(maps[one.path]), f"Class map at {one.path}")
            for one in stage.blocks if one.path in maps
        )  # fmt: skip
        height, width = stage.output[1:]
        rows.append(FrameRow(f"Stage {stage.number}: maps of {height} × {width}", shown))
    st.subheader("At every block", anchor=False)
    left_out = "" if len(paths) == len(found.maps) else f" Of {len(found.maps)} blocks, {len(paths)} are shown, evenly."
    st.caption(
        f"{literal(said(state, found, way))}. Each frame has a scale of its own, from zero to its largest value, "
        f"which stands below it: compare where, not how much.{left_out} Click a frame to select its block."
    )
    frames_view(tuple(rows), block.path, "Class maps of every block", "cam_frames", select)


def note(one: NDArray[Any]) -> str:
    """The largest value that speaks for the class."""
    most = float(speaking_for(one).max())
    return f"up to {number(most)}" if most else "nothing"
