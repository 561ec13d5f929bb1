"""The theme of the page, as the browser says it."""

from __future__ import annotations

import streamlit as st

from visualizer.figures.palettes import Theme


def theme() -> Theme:
    """Whether the page is light or dark; light where the browser has not said so yet."""
    return "dark" if st.context.theme.type == "dark" else "light"
