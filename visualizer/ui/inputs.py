"""Inputs that show a value of the view and change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from visualizer.ui.handout import locked, name_of, shown


def whole_number(
    label: str, key: str, value: int, low: int, high: int, act: Callable[[int], None], help: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> None:  # fmt: skip
    """A whole number from low to high; `act` is called with another one. A browser may send any: it is kept inside.

    A link may have locked or hidden it (`handout`).
    """
    name = name_of(key)
    if not shown(name):
        return
    st.session_state[key] = value

    def changed() -> None:
        chosen = st.session_state[key]
        if isinstance(chosen, int | float) and chosen == chosen:
            act(int(min(max(chosen, low), high)))

    # Without bounds of its own: the browser would keep what it refuses, and say why only to a mouse that rests there.
    st.number_input(label, step=1, key=key, on_change=changed, help=help, width=width, disabled=locked(name))
