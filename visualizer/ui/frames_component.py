"""Small pictures in rows, each of which is chosen by a click or by key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import streamlit as st

_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "frames",
    html='<div class="frames" role="group"></div>',
    css=(_HERE / "frames.css").read_text(encoding="utf-8"),
    js=(_HERE / "frames.js").read_text(encoding="utf-8"),
)


class Frame(NamedTuple):
    """A picture (a data URI) by its key, with a name and a note below it, and in words for those who cannot see it."""

    key: str
    src: str
    name: str
    note: str
    alt: str


class FrameRow(NamedTuple):
    """Frames under a title."""

    title: str
    frames: tuple[Frame, ...]


def frames_view(
    rows: tuple[FrameRow, ...], selected: str, label: str, key: str, on_choose: Callable[[str], None], size: int = 112
) -> None:
    """The rows with the frame `selected` marked; `on_choose` is called with the key of the frame clicked.

    The key may be any text: a browser can send what it likes. size: of a frame in pixels, where there is room.
    """

    def chosen() -> None:
        found = st.session_state[key].chosen
        if isinstance(found, str):
            on_choose(found)

    shown = [{"title": row.title, "frames": [frame._asdict() for frame in row.frames]} for row in rows]
    data = {"rows": shown, "selected": selected, "label": label, "size": size}
    _COMPONENT(key=key, data=data, on_chosen_change=chosen)
