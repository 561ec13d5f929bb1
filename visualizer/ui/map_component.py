"""The network map on a page: a drawing that pans, zooms and reports which block was chosen."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from visualizer.figures.network_map import NARROW, network_map
from visualizer.figures.svg import svg
from visualizer.resnet import Plan
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme

COLUMNS = (None, 3, NARROW)
"""Blocks in a row, in each form of the map: for a whole page, for a part of one, for a phone."""
_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "network_map",
    html=(_HERE / "map.html").read_text(encoding="utf-8"),
    css=(_HERE / "map.css").read_text(encoding="utf-8"),
    js=(_HERE / "map.js").read_text(encoding="utf-8"),
)


def network_map_view(
    plan: Plan, selected: str, key: str, on_select: Callable[[str], None], *, marks: Mapping[str, str] | None = None,
    title: str = "", height: int = 560, numbers: bool = False,
) -> None:  # fmt: skip
    """The map of a plan with one block marked; `on_select` is called with the path of the block that is chosen.

    The path is "" where the selection is cleared, and may be any text: a browser can send what it likes. marks: by a
    block's path, what is different about it. numbers: whether the weighted layers are numbered. height: the pixels that
    it takes, with its buttons and its hint, whatever the network, so that nothing below it moves. The browser chooses
    the form of the drawing that suits its width.
    """
    spec, size, extra = plan.spec, plan.resolution, tuple(sorted((marks or {}).items()))
    key_of_forms = ("map", spec, size, extra, title, numbers)
    forms = FIGURES.value(key_of_forms, lambda: _forms(plan, marks, title, numbers), _size)

    def chosen() -> None:
        path = st.session_state[key].selected
        if isinstance(path, str):
            on_select(path)

    data = {"forms": forms, "selected": selected, "height": height, "theme": theme()}
    _COMPONENT(key=key, data=data, height=height, on_selected_change=chosen, on_theme_change=_rerun)


def _rerun() -> None:
    """The browser's theme changed: the run that follows draws everything for it."""


def _forms(plan: Plan, marks: Mapping[str, str] | None, title: str, numbers: bool) -> list[dict[str, Any]]:
    """The drawing in several widths, the widest first, each packed: they travel again with each selection."""
    drawings = (network_map(plan, columns=columns, marks=marks, title=title, numbers=numbers) for columns in COLUMNS)
    by_width = {drawing.width: drawing for drawing in drawings}
    return [{"width": width, "code": _packed(svg(by_width[width]))} for width in sorted(by_width, reverse=True)]


def _packed(text: str) -> str:
    """About a tenth of the size: a network repeats itself."""
    return b64encode(zlib.compress(text.encode())).decode()


def _size(forms: list[dict[str, Any]]) -> int:
    return sum(len(form["code"]) for form in forms)
