"""The weights of one network of a comparison: random, ours, ImageNet's, or those of a person's own file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from visualizer.analysis.format import binary_size
from visualizer.resnet import ResNetSpec
from visualizer.ui.compare_actions import choose, weigh
from visualizer.ui.downloads import DOWNLOADS, TooManyError
from visualizer.ui.own_weights import called, names
from visualizer.ui.sentences import literal
from visualizer.ui.state import refuse, remember, view
from visualizer.ui.store import FIGURES
from visualizer.ui.trained_here import fitting
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weight_sources import UNTRAINED, NoWeightsError, is_own, published
from visualizer.ui.weights_fit import fits

if TYPE_CHECKING:
    from visualizer.network.published_weights import Published
    from visualizer.network.recognition import Question


def weights(state: View, place: int) -> None:
    """Which weights the network has, and others to choose."""
    network = state.networks[place]
    label = f"Weights: {called(network.weights)}"
    popover = st.popover(literal(label), key=f"weights_{place}", on_change="rerun")
    if popover.open:  # closed it costs nothing, and torch is not needed
        with popover:
            _choice(state, place)


def _choice(state: View, place: int) -> None:
    spec, used = state.networks[place]
    with st.spinner("Looking for weights …"):
        options = _options(state, place)
    key = f"weights_of_{place}"
    st.session_state[key] = used
    st.radio(
        "Weights of exactly this network", list(options), key=key, format_func=options.__getitem__,
        on_change=_chosen(place, key, options),
    )  # fmt: skip
    if len(options) == 1:
        st.caption("None are published or trained here; a file of your own is opened under “Your own”.")
    row = published(used)
    if row is not None:
        terms = "" if row.free else ", not for commercial use"
        st.caption(f"{literal(row.recipe[:1].upper() + row.recipe[1:])}. Licence {row.licence}{terms}.")
    if is_own(used):
        _ask(place, spec, usual=False)


def _options(state: View, place: int) -> dict[str, str]:
    """The weights that there are for a network, in words: random, ours, published, those of files of this session."""
    from visualizer.network.published_weights import weights_for

    spec, used = state.networks[place]
    ours = fitting(state.at(place))
    found = {RANDOM: f"Random, seed {state.seed}: {UNTRAINED}"}
    found |= {ours.key: literal(ours.title)} if ours is not None else {}
    found |= {row.key: _published(row) for row in weights_for(spec)}
    found |= {digest: literal(name) for digest, name in names().items() if digest == used or _fits(spec, digest)}
    return found if used in found else {**found, used: literal(called(used))}


def _published(row: Published) -> str:
    there = "" if _kept(row) else f", to be fetched: {binary_size(row.size)}"
    return literal(f"{row.name} ({row.host}), {row.top1:.1f} % top 1{there}")


def _kept(row: Published) -> bool:
    from visualizer.network.hub import kept

    return kept(row) is not None


def _fits(spec: ResNetSpec, digest: str) -> bool:
    try:
        return fits(spec, digest)
    except NoWeightsError:
        return False


def _chosen(place: int, key: str, options: dict[str, str]) -> Callable[[], None]:
    def act() -> None:
        chosen = st.session_state[key]
        if chosen in options:  # a browser can send anything
            weigh(place, chosen)

    return act


def what_is_needed(state: View, place: int) -> None:
    """The download of published weights that are not here yet, and what no tensor of a person's own file tells."""
    network = state.networks[place]
    if network.weights == RANDOM:
        return
    row = published(network.weights)
    if row is not None and not _kept(row):
        _fetch(row, place)
    if is_own(network.weights):
        _ask(place, network.spec, usual=True)


def _fetch(row: Published, place: int) -> None:
    download = DOWNLOADS.find(row.key)
    if download is not None and not download.error:
        _progress(row.key, place)
        return
    if download is not None:
        st.warning(literal(download.error))
    again = "Try again" if download is not None else "Fetch"
    st.button(f"{again}: {binary_size(row.size)} from {row.server}", key=f"fetch_{place}", width="stretch",
              on_click=lambda: _start(row))  # fmt: skip


def _start(row: Published) -> None:
    try:
        DOWNLOADS.start(row)
    except TooManyError as error:
        refuse(str(error))


@st.fragment(run_every=1.0)
def _progress(key: str, place: int) -> None:
    """How far a download is; at its end the page is drawn anew."""
    download = DOWNLOADS.find(key)
    if download is None or download.ended:
        st.rerun()
    share = min(download.done / max(download.size, 1), 1.0)
    words = f"{binary_size(download.done)} of {binary_size(download.size)}" if download.done else "Asking for it …"
    st.progress(share, "Stopping …" if download.stopped else words)
    st.button("Stop", key=f"stop_{place}", on_click=lambda: DOWNLOADS.stop(key))
    remember()


def _ask(place: int, spec: ResNetSpec, usual: bool) -> None:
    """What no tensor of the network tells: what people have to know, or the rest."""
    from visualizer.network.recognition import questions

    for question in FIGURES.value(("questions", spec), lambda: questions(spec), lambda found: 1000):
        if question.usual is usual:
            _question(place, spec, question)


def _question(place: int, spec: ResNetSpec, question: Question) -> None:
    words = dict(question.choices)
    key = f"tells_{place}_{question.field}"
    st.session_state[key] = getattr(spec, question.field)
    st.radio(
        question.asks, list(words), format_func=words.__getitem__, key=key,
        on_change=_answered(place, question, key),
    )  # fmt: skip


def _answered(place: int, question: Question, key: str) -> Callable[[], None]:
    def act() -> None:
        chosen = st.session_state[key]
        networks = view().networks
        if chosen in dict(question.choices) and place < len(networks):  # a browser can send anything
            choose(place, replace(networks[place].spec, **{question.field: chosen}))

    return act
