"""The weights on the Activations page: random ones with a seed, ours, ImageNet's, or those of a person's own file."""

from __future__ import annotations

import streamlit as st

from visualizer.ui.handout import locked, shown
from visualizer.ui.imagenet import imagenet
from visualizer.ui.inputs import whole_number
from visualizer.ui.own_weights import call, called, names, own_weights
from visualizer.ui.sentences import literal
from visualizer.ui.state import change, correct, refuse, view
from visualizer.ui.trained_here import all_bundled, fitting, offers, trained_here
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weight_sources import UNTRAINED, NoWeightsError, bundled_weights, checkpoint, flag, is_own

__all__ = ["UNTRAINED", "NoWeightsError", "checkpoint", "flag", "use_random_weights", "weights_choice"]

UNTRAINED_ONES, OURS, IMAGENET, FILE = SOURCES = ("Random", "Ours", "ImageNet", "From a file")
MOST_SEEDS = 10_000
MENU = "weights_menu"


def weights_choice() -> None:
    """A button that opens the choice of weights; a checkpoint that is no longer there gives way to random ones."""
    _settle(view().weights)
    if shown("weights"):
        with st.popover("Weights", key=MENU, icon=":material/model_training:"):
            _choices(view())


def _choices(state: View) -> None:
    # Not the widget's own state: that is gone after a change of page, and cannot be changed from elsewhere.
    source = st.session_state["weights_source"] = _source(state)
    side_by_side = st.container(horizontal=True)  # below each other where there is no room
    side_by_side.segmented_control(
        "Weights", SOURCES, required=True, key="weights_source", on_change=_source_changed, disabled=locked("weights")
    )
    if locked("weights"):
        st.caption(literal(called(state.weights)))
    elif source == UNTRAINED_ONES:
        with side_by_side:
            _seed(state)
        st.caption("Untrained: the maps show the structure, not what a network learns.")
        _offer(state)
    elif source == OURS:
        trained_here(state)
    elif source == IMAGENET:
        imagenet(state)
    else:
        own_weights(state)


def _source(state: View) -> str:
    """Where the weights of a view come from, or where the person is looking for others."""
    if is_own(state.weights):
        used = FILE
    elif bundled_weights(state.weights) is not None:
        used = OURS
    else:
        used = UNTRAINED_ONES if state.weights == RANDOM else IMAGENET
    looking, since = st.session_state.get("_looking", (used, state.weights))
    return looking if since == state.weights else used


def _settle(weights: str) -> None:
    if weights == RANDOM:
        return
    try:
        with st.spinner("Reading the weights …"):
            checkpoint(weights)
    except NoWeightsError as error:
        if error.absent:  # they can be fetched, which is offered
            return
        refuse(f"{error} Random weights are used instead.")
        correct(weights=RANDOM)
        return
    if is_own(weights):
        call(weights, names().get(weights, "a checkpoint"))


def _source_changed() -> None:
    """Random weights, ours and the last file used here at once; others as soon as they are chosen."""
    source = st.session_state["weights_source"]
    if source == UNTRAINED_ONES:
        use_random_weights()
        return
    ours = fitting(view()) if source == OURS else None
    if ours is not None:
        change(weights=ours.key)
    elif source == FILE and names():
        change(weights=list(names())[-1])
    st.session_state["_looking"] = source, view().weights


def use_random_weights() -> None:
    """Go back to weights that fit every network."""
    change(weights=RANDOM)
    st.session_state.pop("_looking", None)


def _offer(state: View) -> None:
    """Learned weights, a click away: those of this network, or else those that come with the project."""
    ours = fitting(state)
    offers([ours] if ours is not None else list(all_bundled()))


def _seed(state: View) -> None:
    words = (
        "Random weights after He et al. 2015 (arXiv:1502.01852); the same seed gives the same weights. Batch norm has "
        "seen no pictures yet and passes values on as they are, so they grow from block to block."
    )
    whole_number("Seed", "seed", state.seed, 0, MOST_SEEDS - 1, lambda seed: change(seed=seed), words, width=130)
