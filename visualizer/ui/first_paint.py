"""What a page is about is painted before the rest of it is sent.

A browser that opens a link for the first time works half a second on a whole page before it paints any of it, and loads
its code for each kind of widget in the order in which they stand. So each page draws first what its link is about, then
calls `paint`, then goes on with its controls (benchmarks/open_link.py).
"""

from __future__ import annotations

from time import sleep

import streamlit as st

PAUSE = 0.4
"""Seconds, once a session, in which the browser paints a page's first elements and the map; tests without one set 0."""
_PAINTED = "_painted"


def paint() -> None:
    """Give the browser time to paint what has been drawn; to be called once nothing will be put above it."""
    if not st.session_state.get(_PAINTED, False):
        sleep(PAUSE)
        st.session_state[_PAINTED] = True
