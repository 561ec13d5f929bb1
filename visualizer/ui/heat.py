"""What colours the map on Explore, and the small picture that each block may carry: values, controls, sentences.

Quantities of the plan need no torch; those of a picture come from one forward pass, which is kept for all sessions and
bounded and queued like those on Activations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from visualizer.analysis.block_quantities import QUANTITIES
from visualizer.figures.heat import KINDS, Heat, plan_heat
from visualizer.figures.thumbnails import Thumbnails, thumbnail
from visualizer.images import ImageError
from visualizer.ui.computing import TooLargeError, change_of, responses_key, responses_of
from visualizer.ui.control import control
from visualizer.ui.more_choices import words
from visualizer.ui.pictures import SAMPLES, NoPictureError, titles
from visualizer.ui.presentation import wide
from visualizer.ui.sentences import literal
from visualizer.ui.state import change
from visualizer.ui.store import FIGURES, MAPS
from visualizer.ui.theme import theme
from visualizer.ui.views import HEATS, RANDOM, SEEN, View
from visualizer.ui.weight_sources import NoWeightsError, weights_words

if TYPE_CHECKING:
    from visualizer.network import Response

ACTIVATIONS = Path(__file__).resolve().parents[2] / "pages" / "activations.py"
HEAT_WORDS = {
    "none": "Stages",
    "params": "Parameters",
    "macs": "MACs",
    "memory": "Activation memory",
    "field": "Receptive field",
    "mean": "Mean activation (of a picture)",
    "zeros": "Share of zeros (of a picture)",
    "ratio": "‖F(x)‖ / ‖shortcut‖ (of a picture)",
}
HEAT_HELP = (
    "Activation memory: bytes in float32 of the layer outputs that autograd keeps of one picture for the way back. "
    "Receptive field: in pixels after the block, along the longest path. Mean and zeros: of the block's output. "
    "‖F(x)‖ / ‖shortcut‖: √Σ F(x)² over √Σ s² of all channels and positions, where s is what F(x) is added to."
)
OF_PICTURE: Mapping[str, Callable[[Response], float]] = {
    "mean": lambda response: response.mean,
    "zeros": lambda response: response.zeros,
    "ratio": lambda response: response.ratio,
}
"""The quantities that a picture gives, from a block's response to it."""
BYTES_PER_VALUE = 200


class Lit(NamedTuple):
    """What a view wants of its map beside structure: colours of values, a small picture by a block's path.

    key: what both depend on beside network and resolution, for those who keep drawings. sentence: why something that
    was wanted is missing.
    """

    heat: Heat | None = None
    thumbnails: Thumbnails | None = None
    key: tuple[object, ...] = ()
    sentence: str = ""


def needs_picture(state: View) -> bool:
    """Whether the map shows what comes of a picture."""
    return state.heat in OF_PICTURE or state.thumbnails == SEEN[1]


def is_waiting(state: View) -> bool:
    """Whether the map shows what comes of a picture, and the picture has still to go through the network."""
    return needs_picture(state) and not MAPS.holds(responses_key(state))


def at_once(state: View) -> Lit:
    """The colours of a view's map as far as they need no picture."""
    of_plan = _of_plan(state) if state.heat in QUANTITIES else None
    return Lit(of_plan, key=(state.heat if of_plan else HEATS[0],))


def lit(state: View) -> Lit:
    """The colours and small pictures of a view's map; where there can be none, a sentence and the stages' colours.

    Progress and waiting are shown where this is called.
    """
    plain = at_once(state)
    if not needs_picture(state):
        return plain
    try:
        found = responses_of(state)
    except (TooLargeError, NoPictureError, NoWeightsError, ImageError) as error:
        return plain._replace(sentence=str(error))
    heat, sentence = (plain.heat, "") if state.heat not in OF_PICTURE else _of_picture(state, found)
    shown = _thumbnails(state, found) if state.thumbnails == SEEN[1] else None
    return Lit(heat, shown, (state.heat, *responses_key(state), theme() if shown else ""), sentence)


def _of_plan(state: View) -> Heat:
    name, key = state.heat, ("heat", state.heat, state.spec, state.resolution)
    return FIGURES.value(key, lambda: plan_heat(state.plan, name), lambda heat: BYTES_PER_VALUE * len(heat.values))


def _of_picture(state: View, found: Mapping[str, Response]) -> tuple[Heat | None, str]:
    """The heat of a picture's quantity, and a sentence where blocks have no value."""
    value = OF_PICTURE[state.heat]
    values = {path: value(response) for path, response in found.items()}
    known = {path: number for path, number in values.items() if math.isfinite(number)}
    if len(known) == len(values):
        return Heat(KINDS[state.heat], known, origin(state)), ""
    if state.heat == "ratio" and all(block.shortcut_kind == "none" for block in state.plan.blocks):
        return None, "A plain network has no shortcut to compare F(x) with, so the stages are coloured."
    missing = next(path for path in values if path not in known)
    sentence = f"From {missing} on, values have grown beyond what 32-bit numbers hold: such blocks are not coloured."
    return (Heat(KINDS[state.heat], known, origin(state)) if known else None), sentence


def origin(state: View) -> str:
    """Whose weights and which picture gave the values, and what is off or swapped meanwhile, for the legend."""
    shown = SAMPLES[state.picture].title if state.picture in SAMPLES else state.picture[:8]
    edited, changed = ", edited" if state.edits else "", changed_text(state)
    return f"weights: {weights_words(state)}; picture: {shown}{edited}" + (f"; {changed}" if changed else "")


def changed_text(state: View) -> str:
    """How many blocks are off or swapped, as Activations says block by block."""
    off, moved = change_of(state).off, change_of(state).moved
    words = [f"without {off[0] if len(off) == 1 else f'{len(off)} blocks'}"] if off else []
    return ", ".join([*words, *([f"{len(moved)} blocks swapped"] if moved else [])])


def _thumbnails(state: View, found: Mapping[str, Response]) -> Thumbnails:
    colours = theme()

    def drawn() -> Thumbnails:
        by_path = {path: thumbnail(one.channel, one.strongest, colours) for path, one in found.items()}
        return Thumbnails(by_path, origin(state))

    return FIGURES.value(("thumbnails", *responses_key(state), colours), drawn, _bytes)


def _bytes(thumbnails: Thumbnails) -> int:
    return sum(len(one.png) + BYTES_PER_VALUE for one in thumbnails.by_path.values())


def heat_controls(state: View, beside: Callable[[], None]) -> None:
    """What colours the map, whether blocks carry their strongest channel, of which picture; `beside` draws the rest."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        control(
            st.selectbox, "Colour by", HEATS, key="heat", value=state.heat, format_func=words(HEAT_WORDS),
            act=lambda heat: change(heat=heat) if heat in HEATS else None, help=HEAT_HELP, width=wide(270),
        )  # fmt: skip
        if needs_picture(state):
            _picture(state)
        control(
            st.toggle, "Show each block's strongest channel", key="thumbnails", value=state.thumbnails == SEEN[1],
            act=lambda shown: change(thumbnails=SEEN[shown is True]),
        )  # fmt: skip
        beside()
    if needs_picture(state):
        _elsewhere(state)


def _picture(state: View) -> None:
    known = titles()
    known.setdefault(state.picture, "An uploaded picture")  # of a link
    control(
        st.selectbox, "Picture", list(known), key="heat_picture", value=state.picture, format_func=words(known),
        act=lambda name: change(picture=name) if name in known else None, width=wide(175),
    )  # fmt: skip


def _elsewhere(state: View) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if state.weights == RANDOM:
            st.caption(f"{weights_words(state).capitalize()}: structure, not what a network learns.", width="content")
        st.page_link(ACTIVATIONS, label="Your own picture and weights: on Activations", width="content")


def complaint(found: Lit) -> None:
    """Say below the map what could not be shown."""
    if found.sentence:
        st.warning(literal(found.sentence))
