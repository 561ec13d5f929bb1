"""Editing the picture on the Activations page: turned, cut, blurred, covered; everything on the page follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from visualizer.figures.encode import data_uri, png
from visualizer.figures.resizing import resized
from visualizer.images import ImageError, edits_text, parse_edits
from visualizer.images.edits import MEAN_COLOUR, MOST_BLUR, MOST_NOISE, Chain, Numbers, with_edit
from visualizer.ui.control import control
from visualizer.ui.handout import locked, shown
from visualizer.ui.inputs import whole_number
from visualizer.ui.pictures import MAX_RESOLUTION, NoPictureError, seen_of
from visualizer.ui.sentences import literal
from visualizer.ui.state import change, changes, is_open, opened, view
from visualizer.ui.store import FIGURES
from visualizer.ui.views import View

KEY = "edit_picture"
TURNS = (0, 90, 180, 270)
WHOLE = (0.0, 0.0, 1.0, 1.0)
PATCH = (0.5, 0.5, 0.25)
"""Where the patch lies at first, and its side."""
PATCH_SLIDERS = {"Across": 0.0, "Down": 0.0, "Side": 1.0}
"""What the patch's numbers are called, and the lowest percentage of each."""
BLUR_HELP = "Gaussian blur; σ in pixels that the network sees."
NOISE_HELP = (
    "Numbers from a normal distribution are added to each pixel and colour; σ in levels, of which there are 255. The "
    "same seed gives the same noise."
)
PATCH_HELP = (
    f"A square in ImageNet's mean colour, RGB {MEAN_COLOUR}: zero for the network, but for rounding (Zeiler and Fergus "
    "2014 cover one part of a picture after the other to see which of them a network needs)."
)


def picture_edits() -> None:
    """The tools beside original and result, once they are opened."""
    state = view()
    if state.resolution > MAX_RESOLUTION or not shown("edits"):
        return
    st.session_state[KEY] = is_open("edits")
    tools = st.popover("Edit the picture", key=KEY, on_change=_opened, icon=":material/tune:")
    if tools.open:  # closed, it costs a rerun no more than its heading
        with tools:
            _tools(state)


def _opened() -> None:
    change(**opened("edits", bool(st.session_state[KEY])))


def _tools(state: View) -> None:
    _previews(state)
    if state.edits and not locked("edits"):
        st.button("Back to the original", on_click=changes(edits=""), icon=":material/undo:")
    _turn()
    _alter()
    _cover()


def _previews(state: View) -> None:
    """The picture as the network sees it, without and with the edits."""
    try:
        pictures = [("Original", _preview(state, "")), ("Edited", _preview(state, state.edits))]
    except (NoPictureError, ImageError) as error:
        st.warning(literal(str(error)))
        return
    figures = [
        f'<figure style="margin:0;flex:1;max-width:224px"><img alt="{title}, as the network sees it" src="{source}" '
        'width="224" height="224" style="width:100%;height:auto;border-radius:.5rem;display:block">'
        f'<figcaption style="font-size:.875rem;padding-top:.25rem">{title}</figcaption></figure>'
        for title, source in pictures
    ]
    st.html(f'<div style="display:flex;gap:1rem">{"".join(figures)}</div>')


def _preview(state: View, edits: str) -> str:
    """The picture with these edits as the network sees it, as a data URI."""
    shown = replace(state, edits=edits)
    key = ("preview", state.picture, edits, state.resolution)
    return FIGURES.value(key, lambda: data_uri(png(resized(seen_of(shown)))), len)


def _turn() -> None:
    (turned,) = _numbers("rotate", (0.0,))
    control(
        st.segmented_control, "Turn clockwise", TURNS, key="edit_turn", value=int(turned), required=True,
        format_func=lambda angle: f"{angle}°", act=lambda angle: _edit("rotate", (angle,) if angle else None),
    )  # fmt: skip
    _switch("flip", "Exchange left and right", ())
    left, top, right, bottom = _numbers("crop", WHOLE)
    _range("Keep of the width", "edit_across", (left, right), lambda start, end: (start, top, end, bottom))
    _range("Keep of the height", "edit_down", (top, bottom), lambda start, end: (left, start, right, end))


def _range(label: str, key: str, ends: tuple[float, float], crop: Callable[[float, float], Numbers]) -> None:
    def act(chosen: Any) -> str | None:
        start, end = (_part(percent) for percent in chosen)
        numbers = crop(start, end)
        return _edit("crop", None if numbers == WHOLE else numbers)

    shown = tuple(100 * end for end in ends)
    control(st.slider, label, 0.0, 100.0, key=key, value=shown, act=act, step=1.0, format="%g %%")


def _alter() -> None:
    _switch("grey", "Grey", ())
    (blur,) = _numbers("blur", (0.0,))
    control(
        st.slider, "Blur, σ in pixels", 0.0, MOST_BLUR, key="edit_blur", value=blur, step=0.5, format="%g",
        act=lambda pixels: _edit("blur", (pixels,) if pixels else None), help=BLUR_HELP,
    )  # fmt: skip
    levels, seed = _numbers("noise", (0.0, 0.0))
    control(
        st.slider, "Noise, σ in levels", 0.0, MOST_NOISE, key="edit_noise", value=levels, step=1.0, format="%g",
        act=lambda more: _edit("noise", (more, seed) if more else None), help=NOISE_HELP,
    )  # fmt: skip
    if levels:
        whole_number("Seed of the noise", "edit_seed", int(seed), 0, 9999, lambda other: _seed(levels, other))


def _seed(levels: float, seed: int) -> None:
    _edit("noise", (levels, float(seed)))


def _cover() -> None:
    _switch("occlude", "Cover a part", PATCH, PATCH_HELP)
    covered = _numbers("occlude", ())
    for at, (name, lowest) in enumerate(PATCH_SLIDERS.items() if covered else ()):
        control(
            st.slider, name, lowest, 100.0, key=f"edit_patch_{at}", value=100 * covered[at], step=1.0,
            format="%g %%", act=partial(_move, covered, at),
        )  # fmt: skip


def _move(covered: Numbers, at: int, percent: float) -> str | None:
    return _edit("occlude", (*covered[:at], _part(percent), *covered[at + 1 :]))


def _switch(kind: str, label: str, numbers: Numbers, help: str | None = None) -> None:
    control(
        st.toggle, label, key=f"edit_{kind}", value=any(edit.kind == kind for edit in _chain()), help=help,
        act=lambda on: _edit(kind, numbers if on is True else None),
    )  # fmt: skip


def _chain() -> Chain:
    return parse_edits(view().edits)


def _numbers(kind: str, otherwise: Numbers) -> Numbers:
    """The numbers of the first edit of a kind; else what stands for none."""
    return next((edit.numbers for edit in _chain() if edit.kind == kind), otherwise)


def _part(percent: float) -> float:
    return round(percent / 100, 3)


def _edit(kind: str, numbers: Numbers | None) -> str | None:
    """Change the view's edits by one, or say why not: numbers come from a browser and may be any."""
    try:
        chain = with_edit(_chain(), kind, numbers)
    except ValueError as error:
        return str(error)
    change(edits=edits_text(chain))
    return None
