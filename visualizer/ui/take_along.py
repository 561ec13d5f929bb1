"""The figure to take along: a choice of format and of part, and the file only when the button is pressed."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from math import isfinite

import streamlit as st

from visualizer.figures.colour import Theme
from visualizer.figures.detail import Detail
from visualizer.figures.take_along import FIGURES, FORMATS, Choice, Window, taken_along
from visualizer.resnet import Plan
from visualizer.ui import handout, store
from visualizer.ui.heat import Lit
from visualizer.ui.map_component import COLUMNS
from visualizer.ui.theme import theme
from visualizer.ui.views import View

KEY, WINDOW = "take_along", "_take_along_window"
PARTS = {
    "whole": "The whole map, as it is folded",
    "screen": "What is on screen",
    "blocks": "Every block",
}
"""How much of the figure is taken along."""
PLAIN = Lit()
"""A map in the colours of its stages."""
Report = tuple[float, float, float, float, float]
"""Left, top, width and height of what is on screen, and the width of the whole drawing, in its units."""


def watching() -> bool:
    """Whether the choice is open, so that the browser is to tell what is on screen."""
    return st.session_state.get(KEY) is True


def keep_window(report: list[float]) -> None:
    """Remember what is on screen; a browser can send any five numbers, and those that are no window are left alone."""
    if len(report) == 5 and all(map(isfinite, report)) and min(report[2:]) > 0:
        st.session_state[WINDOW] = tuple(report)


def take_along(state: View, found: Lit = PLAIN) -> None:
    """A button under the map that opens the choice; `found`: what colours the map, and its small pictures."""
    if not handout.shown("take"):
        return
    formats = st.popover(
        "Take the map along", key=KEY, on_change="rerun", icon=":material/download:", disabled=handout.locked("take")
    )
    if formats.open:  # closed, it costs a rerun no more than its button
        with formats:
            _choice(state, found)


def _choice(state: View, found: Lit) -> None:
    extension = st.selectbox("Format", list(FORMATS), format_func=lambda name: FORMATS[name].title, key="map_format")
    graph = FORMATS[extension].of_map is None
    part = "whole" if graph else _part(state)
    shown: Theme = theme()
    choice, report = chosen(state, found, part), st.session_state.get(WINDOW) if part == "screen" else None
    depends = (state.spec, state.resolution, state.figure, state.direction, state.numbers, choice.detail, found.key)

    def content() -> bytes:  # made outside of the session
        key = ("taken along", extension, shown, report, *(depends[:2] if graph else depends))
        return store.FIGURES.value(key, lambda: _content(state.plan, extension, shown, choice, report), len)

    st.download_button(
        f"Download {extension.upper()}", content, file_name(state.plan, extension, *_marks(choice, part, shown, graph)),
        FORMATS[extension].mime, on_click="ignore", icon=":material/download:",
    )  # fmt: skip
    of = "Every layer of the network" if graph else PARTS[part]
    st.caption(f"{of}, {shown} as the page is. More choices: python -m visualizer draw.")


def _part(state: View) -> str:
    parts = [part for part in PARTS if part != "blocks" or state.figure != "paper"]
    part = st.radio("Part", parts, format_func=PARTS.__getitem__, key="map_part")
    return part if part in parts else parts[0]  # a browser can send anything


def chosen(state: View, found: Lit, part: str) -> Choice:
    """What is taken along of a view's figure; the window is not yet in it."""
    detail = Detail("blocks") if part == "blocks" else state.detail
    heat, thumbnails = found.heat, found.thumbnails
    numbers = state.numbers == "shown"
    return Choice(state.figure, None, detail, state.direction, numbers, heat, thumbnails)


def _content(plan: Plan, extension: str, shown: Theme, choice: Choice, report: Report | None) -> bytes:
    """The file; all of the figure where nothing of it is on screen, or nobody has told what is."""
    if report:
        try:
            return taken_along(plan, extension, shown, on_screen(plan, choice, report))
        except ValueError:
            pass
    return taken_along(plan, extension, shown, choice)


def on_screen(plan: Plan, choice: Choice, report: Report) -> Choice:
    """The choice of what is in the window, of the form of the drawing that the browser shows."""
    *window, width = report
    columns = COLUMNS if choice.figure == "map" and choice.direction == "rows" else (None,)

    def misses(many: int | None) -> float:
        return abs(FIGURES[choice.figure](plan, replace(choice, columns=many), "").width - width)

    return replace(choice, columns=min(columns, key=misses), window=Window(*window))


def _marks(choice: Choice, part: str, shown: Theme, graph: bool) -> list[str]:
    """What a file's name says beside the network."""
    marks = {
        "dark": shown == "dark", choice.figure: choice.figure != "map", "part": part == "screen",
        "blocks": part == "blocks", "numbered": choice.numbers and choice.figure == "map",
    }  # fmt: skip
    return [mark for mark, marked in marks.items() if marked and (mark == "dark" or not graph)]


def file_name(plan: Plan, extension: str, *marks: str) -> str:
    """A file's name from the network's: letters, digits, and a digest where the rest was too long; then the marks."""
    return f"{'_'.join((plain_name(str(plan.spec)), f'{plan.resolution}px', *marks))}.{extension}"


def plain_name(text: str) -> str:
    """A text as part of a file's name: letters, digits, and a digest where the rest was too long."""
    name = "".join(letter if letter.isalnum() else "_" for letter in text)
    return name if len(name) <= 60 else f"{name[:50]}_{sha256(text.encode()).hexdigest()[:8]}"
