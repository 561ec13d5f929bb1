"""The most probable classes of the whole network beside those of the one with blocks off."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from visualizer.images import ImageError
from visualizer.ui.block_passes import Logits, logits_of, probabilities
from visualizer.ui.computing import NotFiniteError, TooLargeError, change_of
from visualizer.ui.lesions import in_words
from visualizer.ui.pictures import NoPictureError
from visualizer.ui.sentences import literal
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weight_sources import class_name
from visualizer.ui.weights import NoWeightsError, flag

SHOWN = 5
"""Classes of an answer."""
REFUSALS = (TooLargeError, NotFiniteError, NoPictureError, NoWeightsError, ImageError)
"""Why there may be no answer; each is one sentence."""
BAR = '<span style="display:block;height:4px;width:{:.2f}%;background:currentColor;opacity:.5"></span>'


def answers(state: View) -> None:
    """The most probable classes of the whole network, and of the one with blocks off."""
    st.subheader("The answer", anchor=False)
    try:
        whole = logits_of(replace(state, off=""))
        sides: list[tuple[str, Logits, Logits | None]] = [("Whole network", whole, None)]
        if change_of(state):
            sides.append((in_words(change_of(state)).rstrip("."), logits_of(state), whole))
    except REFUSALS as error:
        st.warning(literal(str(error)))
        return
    for place, (title, logits, before) in zip(st.columns(2), sides, strict=False):
        place.html(answer_html(title, logits, before, state))
    if len(sides) == 1:
        st.caption("Choose blocks above, and the answer without them stands beside this one.")
    if state.weights == RANDOM:
        st.caption(
            f"{flag(state).capitalize()}: the classes mean nothing and the probabilities are those of chance weights; "
            "what can be seen is how much of the answer hangs on a block."
        )


def answer_html(title: str, logits: Logits, before: Logits | None, state: View) -> str:
    """The five most probable classes with their probabilities, and how these differ from those of other logits."""
    found = probabilities(logits)
    was = None if before is None else probabilities(before)
    rows = []
    for number in (-found).argsort(kind="stable")[:SHOWN]:
        change = "" if was is None else _points(float(found[number] - was[number]))
        name, share = escape(class_name(state, int(number))), float(found[number])
        rows.append(f"<tr><td>{name}{BAR.format(100 * share)}</td><td>{percent(share)}</td><td>{change}</td></tr>")
    head = '<th scope="col">{}</th>'.format("" if was is None else "change")
    return (
        f'<table style="width:100%;max-width:30rem;border-collapse:collapse">'
        f'<caption style="text-align:left;font-weight:600">{escape(title)}</caption>'
        f'<thead><tr style="text-align:left"><th scope="col" style="width:50%">class</th>'
        f'<th scope="col" style="width:25%">probability</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def percent(share: float) -> str:
    """A probability with one decimal; a small one is not written as none."""
    return "< 0.1%" if 0 < share < 0.0005 else "> 99.9%" if 0.9995 <= share < 1 else f"{share:.1%}"


def _points(change: float) -> str:
    """A change of probability in percentage points."""
    text = f"{100 * change:+.1f}".replace("-", "−")
    return f"{text} points"


