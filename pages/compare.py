"""Compare: two to four networks side by side, with what differs marked."""

import streamlit as st

from visualizer.ui.compare import (
    addition,
    block_view,
    cards,
    comparison_choice,
    figures_view,
    maps_view,
    stages_view,
    usual_size,
    words_view,
)
from visualizer.ui.state import refusals, view

st.title("Compare", anchor=False)
for sentence in refusals():
    st.warning(sentence)
comparison_choice(view())
cards(view())
addition(view())
usual_size(view())
words_view(view())
figures_view(view())
st.subheader("Maps", anchor=False)
maps_view(view())
block_view(view())
st.subheader("Stages", anchor=False)
stages_view(view())
