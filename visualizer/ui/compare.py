"""The views of the page Compare."""

from __future__ import annotations

import streamlit as st

from visualizer.ui.state import change
from visualizer.ui.views import COMPARED


def open_compared() -> None:
    """Go on with the view whose tab was opened."""
    opened = st.session_state["compare"]
    if opened in COMPARED:  # a browser can send anything
        change(compare=opened)
