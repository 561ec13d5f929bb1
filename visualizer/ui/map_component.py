"""The network map on a page: an SVG that pans, zooms and reports which block was chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from visualizer.figures.network_map import NARROW, network_map
from visualizer.figures.svg import svg
from visualizer.resnet import Plan
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme

_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "network_map",
    html='<div class="bar"></div><div class="view" tabindex="0" aria-label="Network map"></div>',
    css=(_HERE / "map.css").read_text(encoding="utf-8"),
    js=(_HERE / "map.js").read_text(encoding="utf-8"),
)


def network_map_view(
    plan: Plan, selected: str, key: str, on_select: Callable[[str], None], *, marks: Mapping[str, str] | None = None,
    title: str = "", height: int = 560,
) -> None:  # fmt: skip
    """The map of a plan with one block marked; `on_select` is called with the path of the block that is chosen.

    marks: by a block's path, what is different about it. height: the most pixels that it takes. The drawing is our
    own and travels as data; the browser chooses between its wide and its narrow form.
    """
    spec, size, extra = plan.spec, plan.resolution, tuple(sorted((marks or {}).items()))
    wide, narrow = FIGURES.value(("map", spec, size, extra, title), lambda: _drawings(plan, marks, title), _size)

    def chosen() -> None:
        path = st.session_state[key].selected
        if isinstance(path, str):
            on_select(path)

    data = {"wide": wide, "narrow": narrow, "selected": selected, "height": height, "theme": theme()}
    _COMPONENT(key=key, data=data, on_selected_change=chosen)


def _drawings(plan: Plan, marks: Mapping[str, str] | None, title: str) -> tuple[str, str]:
    wide = network_map(plan, marks=marks, title=title)
    narrow = network_map(plan, columns=NARROW, marks=marks, title=title)
    return svg(wide), svg(narrow)


def _size(drawings: tuple[str, str]) -> int:
    return sum(map(len, drawings))
