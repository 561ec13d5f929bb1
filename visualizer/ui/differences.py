"""Which tensors keep a checkpoint from a network: every one of them, under the sentence that counts them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from visualizer.analysis.format import dimensions, grouped
from visualizer.resnet.errors import brief
from visualizer.ui.tables import STYLE

if TYPE_CHECKING:
    from visualizer.network import Difference

MOST_ROWS = 500
MOST_SIZES = 8
"""Sizes of one shape: a file may declare a tensor of any number of dimensions."""


def differences_view(differences: tuple[Difference, ...]) -> None:
    """The tensors that differ, to be opened; nothing where none is known to."""
    if not differences:
        return
    with st.expander(_title(len(differences))):
        st.html(differences_html(differences))


def _title(number: int) -> str:
    if number == 1:
        return "The tensor that differs"
    if number <= MOST_ROWS:
        return f"All {number} tensors that differ"
    return f"The first {MOST_ROWS} of the {grouped(number)} tensors that differ"


def differences_html(differences: tuple[Difference, ...]) -> str:
    """A table of names and shapes, of at most `MOST_ROWS` rows; the names are a visitor's."""
    rows = "".join(
        f'<tr><td style="white-space:normal;overflow-wrap:anywhere">{_name(one.name)}</td>'
        f"<td>{_shape(one.held)}</td><td>{_shape(one.wanted)}</td></tr>"
        for one in differences[:MOST_ROWS]
    )
    names = ("Tensor", "Shape in the file", "Shape in this network")
    head = "".join(f'<th scope="col" style="white-space:normal">{name}</th>' for name in names)
    return (
        f'{STYLE}<div class="rv-scroll" style="max-height:24rem" tabindex="0"><table class="rv-table rv-compact">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _name(name: str) -> str:
    """A tensor's name as HTML that breaks, where there is no room, after a dot or an underscore."""
    return escape(brief(name)).replace(".", ".<wbr>").replace("_", "_<wbr>")


def _shape(shape: tuple[int, ...] | None) -> str:
    if shape is None:
        return "none"
    more = " …" if len(shape) > MOST_SIZES else ""
    return f"{dimensions(shape[:MOST_SIZES])}{more}" if shape else "a single number"
