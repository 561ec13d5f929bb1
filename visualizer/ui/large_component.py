"""A few large pictures with what there is to say beside them; in one of them a position may be chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from visualizer.analysis.window import Box

_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "large",
    html='<div class="large"></div>',
    css=(_HERE / "large.css").read_text(encoding="utf-8"),
    js=(_HERE / "large.js").read_text(encoding="utf-8"),
)
Spot = tuple[int, int]
"""Column and row of a pixel of the network's input."""


class Marks(NamedTuple):
    """What is drawn on a picture of size × size pixels: boxes by the kind of their line, and the chosen position.

    step: how far an arrow key moves it. label: what a screen reader says of the choice.
    """

    size: int
    boxes: dict[str, Box]
    spot: Spot
    step: int
    label: str


class Figure(NamedTuple):
    """A picture (a data URI), in words for those who cannot see it, and the words below it.

    pixelated: each value a square. marks: what is drawn on it, where a position is chosen.
    """

    src: str
    alt: str
    words: str
    pixelated: bool = False
    marks: Marks | None = None


class Fact(NamedTuple):
    """A name and a value; `kind` is that of the line that it is about."""

    name: str
    value: str
    kind: str = ""


class Words(NamedTuple):
    """What stands beside the pictures; `bar` is a colour bar's SVG."""

    title: str
    flag: str
    rows: tuple[Fact, ...]
    bar: str
    caption: str


def large_view(
    figures: tuple[Figure, ...], said: Words, key: str, on_choose: Callable[[Spot], None] | None = None
) -> None:
    """The pictures and the words. `on_choose` is called with a position of the marked picture, within its size.

    What a browser sends that is none is left out.
    """
    size = next((one.marks.size for one in figures if one.marks), 0)

    def chosen() -> None:
        found = st.session_state[key].chosen
        if on_choose is None or not isinstance(found, list) or [type(part) for part in found] != [int, int]:
            return
        if all(0 <= part < size for part in found):
            on_choose((found[0], found[1]))

    rows = [row._asdict() for row in said.rows]
    data = {"figures": [_drawn(figure) for figure in figures], **said._asdict(), "rows": rows}
    _COMPONENT(key=key, data=data, on_chosen_change=chosen)


def _drawn(figure: Figure) -> dict[str, object]:
    found: dict[str, object] = {
        "src": figure.src, "alt": figure.alt, "words": figure.words, "pixelated": figure.pixelated,
    }  # fmt: skip
    if figure.marks is not None:
        boxes = [{"kind": kind, "box": list(box)} for kind, box in figure.marks.boxes.items()]
        found.update({**figure.marks._asdict(), "boxes": boxes})
    return found
