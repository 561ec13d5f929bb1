"""A menu of networks that are another one with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from visualizer.analysis.naming import network_name
from visualizer.analysis.variants import variants
from visualizer.resnet import ResNetSpec
from visualizer.ui.compare_actions import choose


def same_but(place: int, spec: ResNetSpec, label: str, width: Literal["content", "stretch"] = "content") -> None:
    """Set at `place` the network `spec` with one thing changed."""
    found = {variant.words: variant.spec for variant in variants(spec)}
    key = f"same_{place}"
    st.menu_button(
        label, list(found), key=key, on_click=_chosen(place, key, found), width=width,
        help=f"{network_name(spec)} with one thing changed",
    )  # fmt: skip


def _chosen(place: int, key: str, found: dict[str, ResNetSpec]) -> Callable[[], None]:
    def act() -> None:
        words = st.session_state[key]
        if words in found:  # a browser can send anything
            choose(place, found[words])

    return act
