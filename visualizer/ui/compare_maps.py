"""The maps of the compared networks in one figure, aligned by stage and block, and the selected block of each."""

from __future__ import annotations

import re
from functools import partial

import streamlit as st

from visualizer.analysis.compared import Named
from visualizer.analysis.difference import lacking, marks
from visualizer.analysis.naming import network_name
from visualizer.figures.aligned_map import aligned_map
from visualizer.figures.drawing import Drawing
from visualizer.figures.report import Heading, Item, Sketch, Words
from visualizer.figures.take_along import FORMATS, framed
from visualizer.resnet import text
from visualizer.ui import store
from visualizer.ui.compare_actions import select
from visualizer.ui.compare_columns import columns, kept
from visualizer.ui.compare_tables import block_html
from visualizer.ui.control import control
from visualizer.ui.handout import locked, shown
from visualizer.ui.map_component import COLUMNS, Figure, network_map_view
from visualizer.ui.more_choices import words
from visualizer.ui.state import change
from visualizer.ui.take_along import plain_name
from visualizer.ui.theme import theme
from visualizer.ui.views import USUAL, View

MAP_HEIGHT = 780
"""In pixels, with the map's buttons and its hint."""
FOLDED: dict[str, bool | None] = {USUAL: None, "network": True, "stages": True, "blocks": False, "layers": False}
"""Whether equal blocks are drawn once, by the level at which maps are shown; None: in long stages."""
FOLD_WORDS = {USUAL: "Once in long stages", "stages": "Once", "blocks": "Each"}
SIGNS = (
    "Blocks that stand above each other are compared with network 1. Faint: as in 1. ≠: changed, and in what. "
    "+: not in 1. Dashed: nothing there; with −, 1 has a block there. Select a block, or an empty place, to see what "
    "stands there in all networks."
)


def maps_view(state: View) -> None:
    """One map of all networks; a click selects a block, and lights up what stands beside it in the others."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = next(level for level in FOLD_WORDS if FOLDED[level] is FOLDED[state.level])
        control(
            st.segmented_control, "Draw equal blocks", list(FOLD_WORDS), key="level", value=level, required=True,
            act=lambda level: change(level=level) if level in FOLD_WORDS else None, format_func=words(FOLD_WORDS),
        )  # fmt: skip
        _take_along(state)
    st.caption(SIGNS)
    network_map_view(_figure(state), _selected(state), "compare_map", chosen, height=MAP_HEIGHT)
    block_view(state)


_PATH = re.compile(r"(?:[1-9]:)?([1-9]):([^:]*)", re.ASCII)


def chosen(path: str) -> None:
    """Select a part of the figure by its path with its network's number, "2:layer3.1"; any other text selects none.

    At an empty place, "1:2:layer3.1", that is what stands beside it.
    """
    found = _PATH.fullmatch(path)
    select(*((int(found[1]) - 1, found[2]) if found else (0, "")))


def _selected(state: View) -> str:
    return f"{state.slot + 1}:{state.select}" if state.select else ""


def _figure(state: View) -> Figure:
    found = columns(state)
    key = ("compare", "marks", state.compared, state.resolution)
    notes = store.FIGURES.value(key, lambda: _notes(found), lambda made: sum(map(len, made.values())) + 150 * len(made))
    folded = FOLDED[state.level]
    first, *others = (column.plan for column in found)
    return Figure(
        first, partial(_drawing, state), ("aligned", folded), f"aligned {folded}", COLUMNS,
        beside=tuple(others), notes=notes,
    )  # fmt: skip


def _drawing(state: View, columns_of_form: int | None, title: str = "") -> Drawing:
    named = [(network_name(column.plan.spec), column.plan) for column in columns(state)]
    return aligned_map(
        named, columns=columns_of_form, folded=FOLDED[state.level], alignment=state.alignment, title=title
    )  # fmt: skip


def _notes(compared: list[Named]) -> dict[str, str]:
    """How each block differs from the first network's, or which networks lack it, by its path in the figure."""
    first, *others = compared
    found = [
        lacking(first.plan, [(other.name, other.plan) for other in others]),
        *(marks(first.plan, other.plan, first.name) for other in others),
    ]
    return {f"{number}:{path}": words for number, one in enumerate(found, 1) for path, words in one.items()}


def block_view(state: View) -> None:
    """The selected block, or the one that the selected layer is in, and what stands beside it, side by side."""
    if not state.block:
        return
    paths = tuple(state.at(place).block for place in range(len(state.compared)))
    stage, index = state.block.removeprefix("layer").split(".")
    st.subheader(f"Stage {stage}, block {int(index) + 1}", anchor=False)
    st.html(kept(f"block {' '.join(paths)}", state, lambda columns: block_html(columns, paths)))


# ---------------------------------------------------------------- to take along


def title(state: View) -> str:
    """What the figure is called under a picture of it."""
    names = " · ".join(network_name(spec) for spec in state.compared)
    return f"{names} at {state.resolution} × {state.resolution} pixels"


def _take_along(state: View) -> None:
    """A button that opens the choice of a format; the file is made when it is asked for."""
    if not shown("take"):
        return
    formats = st.popover(
        "Take the maps along", key="take_aligned", on_change="rerun", icon=":material/download:",
        disabled=locked("take"),
    )  # fmt: skip
    if not formats.open:
        return
    with formats:
        known = [extension for extension, one in FORMATS.items() if one.of_map]
        extension = st.selectbox("Format", known, format_func=lambda name: FORMATS[name].title, key="aligned_format")
        name = plain_name("_".join(map(text, state.compared)))
        st.download_button(
            f"Download {extension.upper()}", _content(state, extension), f"{name}_{state.resolution}px.{extension}",
            FORMATS[extension].mime, on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        st.caption(f"All of the figure, {theme()} as the page is.")


def _content(state: View, extension: str) -> partial[bytes]:
    """What makes the file, outside of the session."""
    of_map, theme_now = FORMATS[extension].of_map, theme()
    key = ("taken along", "aligned", extension, theme_now, state.compared, state.resolution, FOLDED[state.level])

    def drawn() -> bytes:
        return of_map(framed(_drawing(state, None, title(state))), theme_now) if of_map else b""

    return partial(store.FIGURES.value, key, drawn, len)


def report(state: View) -> list[Item]:
    """The figure as on the page, with what its signs mean."""
    return [Heading("Maps, aligned", 1), Words(SIGNS.rpartition(" Select")[0]), Sketch(_drawing(state, None))]
