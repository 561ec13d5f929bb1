"""Compare: two to four networks side by side, so that the difference is what one sees."""

import streamlit as st

from visualizer.ui.compare import open_compared
from visualizer.ui.compare_activations import activations_view
from visualizer.ui.compare_charts import charts_view
from visualizer.ui.compare_choice import addition, cards, comparison_choice, usual_size
from visualizer.ui.compare_maps import maps_view
from visualizer.ui.compare_report import compare_report
from visualizer.ui.compare_tables_view import tables_view
from visualizer.ui.compare_words import names_view, words_view
from visualizer.ui.controls import sidebar
from visualizer.ui.first_paint import paint
from visualizer.ui.handout import left, locked, shown
from visualizer.ui.measured import measured_view
from visualizer.ui.sentences import literal
from visualizer.ui.similarity import similarity_view
from visualizer.ui.state import refusals, view
from visualizer.ui.weights_fit import settle_weights

st.title("Compare", anchor=False)
names_view(view())
settle_weights()
for sentence in refusals():
    st.warning(literal(sentence))
paint("words")
if shown("comparisons"):
    comparison_choice(view())
if shown("cards"):
    cards(view())
    if not locked("cards"):
        addition(view())
usual_size(view())
sidebar()
words_view(view())
compare_report(view())
SHOW = left("compare", {
    "Maps": maps_view, "Tables": tables_view, "Charts": charts_view,
    "Measured here": measured_view, "Activations": activations_view, "Similarity": similarity_view,
})  # fmt: skip
opened = view().compare if view().compare in SHOW else next(iter(SHOW))
tabs = st.tabs(list(SHOW), key="compare", default=opened, on_change=open_compared)
for tab, show in zip(tabs, SHOW.values(), strict=True):
    if tab.open:
        with tab:
            show(view())
