"""What the network takes the picture for: its five most probable classes by name, where its weights have classes."""

from __future__ import annotations

import streamlit as st

from visualizer.ui.answers import REFUSALS, answer_html
from visualizer.ui.block_passes import logits_of
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weight_sources import class_names, is_own

UNTRAINED_WORDS = "Untrained: the maps show the structure, not what a network learns. Trained ones are under “Weights”."
NO_CLASSES = "Trained; these weights have no classes with names."


def predictions(state: View) -> None:
    """The five most probable classes, or that the weights have none; nothing where there is no answer.

    Why there is none is said where the maps would be.
    """
    try:
        if not class_names(state):
            st.caption(UNTRAINED_WORDS if state.weights == RANDOM else NO_CLASSES)
            return
        logits = logits_of(state)
    except REFUSALS:
        return
    st.html(answer_html("What the network sees", logits, None, state))
    if is_own(state.weights):
        st.caption("Names are ImageNet's in their usual order; the file itself has none.")
