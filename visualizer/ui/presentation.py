"""Presentation: the page in large type, for a projector, without the sidebar until it is asked for."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from visualizer.ui.first_paint import paint
from visualizer.ui.state import changes, view
from visualizer.ui.views import SEEN

KEY = "leave_presentation"
LARGER, LARGEST = 1.25, 1.5
"""Times an ordinary page's letters; on a wide screen."""
STYLE = f"""<style>
html{{font-size:{16 * LARGER:g}px;--map-hint:none}}
@media(min-width:1700px){{html{{font-size:{16 * LARGEST:g}px}}}}
@media(max-width:800px){{html{{font-size:18px}}}}
[data-testid=stMainBlockContainer]{{padding-top:4rem}}
.st-key-{KEY}{{position:fixed;top:.55rem;right:4rem;width:auto!important;z-index:999991}}
</style>"""
"""All of Streamlit's lengths, and the map's scale, follow the root's letters. The map's hint of keys is left out."""


def large() -> bool:
    """Whether the page is for a projector."""
    return view().large == SEEN[1]


def tall(pixels: int) -> int:
    """The height of a figure that has so many pixels on an ordinary page."""
    return round(LARGER * pixels) if large() else pixels


def wide(pixels: int) -> int:
    """The width of a control that has so many pixels on an ordinary page: room for the largest letters."""
    return round(LARGEST * pixels) if large() else pixels


def sidebar_state() -> Literal["auto", "collapsed"]:
    """How the sidebar is at first: in a presentation the room is the network's."""
    return "collapsed" if large() else "auto"


def presentation() -> None:
    """The style of a presentation and the way out of it. Before anything else, so that the page is first painted so."""
    if not large():
        return
    st.html(STYLE)
    paint("style")
    st.button(
        "Leave presentation", key=KEY, on_click=changes(large=SEEN[0]), icon=":material/close_fullscreen:",
        type="tertiary",
    )  # fmt: skip
