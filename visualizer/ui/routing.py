"""The pages and the navigation between those of them that a link leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from visualizer.ui.control_names import PAGES
from visualizer.ui.controls import sidebar
from visualizer.ui.handout import pages_left

FOLDER = Path(__file__).resolve().parents[2] / "pages"


def open_page() -> Callable[[], None]:
    """Draw the navigation, and return what draws the page that is open: of one that a link hides, a sentence."""
    left = pages_left()
    pages = {
        name: st.Page(
            FOLDER / f"{name}.py", title=title, default=name == next(iter(PAGES)),
            visibility="visible" if name in left else "hidden",
        )
        for name, title in PAGES.items()
    }  # fmt: skip
    opened = st.navigation(list(pages.values()), position="top" if len(left) > 1 else "hidden")
    if opened.title in (PAGES[name] for name in left):
        return opened.run
    return lambda: _left_out(opened.title, [pages[name] for name in left])


def _left_out(title: str, pages: list[StreamlitPage]) -> None:
    st.info(f"The link that you opened leaves out the page {title}.")
    for page in pages:
        st.page_link(page)
    sidebar()
