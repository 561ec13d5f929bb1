"""The network map on a page: an SVG that pans, zooms and reports which block was chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "network_map",
    html='<div class="bar"></div><div class="view" tabindex="0" aria-label="Network map"></div>',
    css=(_HERE / "map.css").read_text(encoding="utf-8"),
    js=(_HERE / "map.js").read_text(encoding="utf-8"),
)


def network_map_view(svg: str, selected: str, key: str, on_select: Any, height: int = 560) -> None:
    """Show a map with one block marked; `on_select` is called with the path of the block that is chosen.

    `svg` is our own drawing, whose texts are escaped; it travels as data.
    """

    def chosen() -> None:
        path = st.session_state[key].selected
        if isinstance(path, str):
            on_select(path)

    _COMPONENT(key=key, data={"svg": svg, "selected": selected, "height": height}, on_selected_change=chosen)
