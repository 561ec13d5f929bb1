"""A table of parts of a network, each of which is chosen by a click on its row or by key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import streamlit as st

_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "rows",
    html='<div class="frame"><table></table></div>',
    css=(_HERE / "rows.css").read_text(encoding="utf-8"),
    js=(_HERE / "rows.js").read_text(encoding="utf-8"),
)


class Row(NamedTuple):
    """A part of a network by its path, and what its cells say; the first is its name."""

    path: str
    cells: tuple[str, ...]


class Rows(NamedTuple):
    """A table: what it is of, the names of its columns, of which the first `words` are text, and its rows."""

    caption: str
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    words: int = 2


def rows_view(table: Rows, selected: str, key: str, on_choose: Callable[[str], None]) -> None:
    """The table with the row of the path `selected` marked; `on_choose` is called with the path of the row clicked.

    The path may be any text: a browser can send what it likes.
    """

    def chosen() -> None:
        path = st.session_state[key].chosen
        if isinstance(path, str):
            on_choose(path)

    rows = [row._asdict() for row in table.rows]
    data = {**table._asdict(), "rows": rows, "selected": selected}
    _COMPONENT(key=key, data=data, on_chosen_change=chosen)

