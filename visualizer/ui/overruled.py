"""Widgets whose value another act has just changed: what a browser still reports of the one before is nobody's choice.

A browser sends what all its widgets show with whatever a person does. If that is soon after an act that changed other
widgets (a comparison that was opened, and the back button right after it), it has not drawn these yet, and reports
their older values: they would be taken for choices and undo a part of the act.
"""

from __future__ import annotations

from math import inf
from time import monotonic
from typing import Any

import streamlit as st

PATIENCE = 0.5
"""Seconds in which a browser may not have drawn a value yet, and in which nobody chooses back what has just gone."""
_OVERRULED = "_overruled"


def show_value(key: str, value: Any) -> None:
    """Let a widget show what the view holds; to be called before it is drawn."""
    before = st.session_state.get(key, value)
    if before != value:
        st.session_state.setdefault(_OVERRULED, {})[key] = before, monotonic()
    st.session_state[key] = value


def is_overruled(key: str) -> bool:
    """Whether a widget reports the value that it showed until a moment ago, before another act changed it."""
    before, since = st.session_state.get(_OVERRULED, {}).get(key, (None, -inf))
    return bool(monotonic() - since < PATIENCE and st.session_state[key] == before)
