"""What a page is about is painted before the rest of it is sent.

A browser that opens a link for the first time works half a second on a whole page before it paints any of it, and loads
its code for each kind of widget in the order in which they stand. So each page draws first what its link is about, then
calls `paint`, then goes on with its controls (benchmarks/open_link.py). What has been painted should stay where it is:
nothing is put above it later, and what changes its height when its code is loaded is painted before what follows it.
"""

from __future__ import annotations

from time import sleep

import streamlit as st

PAUSES = {"style": 0.3, "words": 0.15, "figures": 0.4}
"""Seconds, once a session, in which a browser loads its code for styles, else it would paint the page in small letters
first; in which it paints words alone; and what it has to load code for."""
_PAINTED = "_painted"


def paint(part: str) -> None:
    """Give the browser time to paint a part that has been drawn, the first time in a session; a key of `PAUSES`."""
    painted: set[str] = st.session_state.setdefault(_PAINTED, set())
    if part not in painted:
        sleep(PAUSES[part])
        painted.add(part)
