"""The map to take along: a choice of formats and a button, and the file only when the button is pressed."""

from __future__ import annotations

from hashlib import sha256

import streamlit as st

from visualizer.figures.take_along import FORMATS, taken_along
from visualizer.resnet import Plan
from visualizer.ui.state import View
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme


def take_along(state: View) -> None:
    """A button under the map that opens the choice of formats."""
    formats = st.popover("Take the map along", key="take_along", on_change="rerun", icon=":material/download:")
    if formats.open:  # closed, it costs a rerun no more than its button
        with formats:
            _choice(state)


def _choice(state: View) -> None:
    extension = st.selectbox("Format", list(FORMATS), format_func=lambda name: FORMATS[name].title, key="map_format")
    plan, shown, numbers = state.plan, theme(), state.numbers == "shown"  # a file is made outside of the session

    def content() -> bytes:
        key = ("taken along", extension, plan.spec, plan.resolution, shown, numbers)
        return FIGURES.value(key, lambda: taken_along(plan, extension, shown, numbers=numbers), len)

    marks = [mark for mark, marked in (("dark", shown == "dark"), ("numbered", numbers)) if marked]
    st.download_button(
        f"Download {extension.upper()}", content, file_name(plan, extension, *marks), FORMATS[extension].mime,
        on_click="ignore", icon=":material/download:",
    )  # fmt: skip
    st.caption(f"All of the network, {shown} as the page is. More choices: python -m visualizer draw.")


def file_name(plan: Plan, extension: str, *marks: str) -> str:
    """A file's name from the network's: letters, digits, and a digest where the rest was too long; then the marks."""
    text = str(plan.spec)
    name = "".join(letter if letter.isalnum() else "_" for letter in text)
    if len(name) > 60:
        name = f"{name[:50]}_{sha256(text.encode()).hexdigest()[:8]}"
    return f"{'_'.join((name, f'{plan.resolution}px', *marks))}.{extension}"
