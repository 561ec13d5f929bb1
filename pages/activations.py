"""Activations: a picture through the network; x, F(x), shortcut, sum and output of one block side by side."""

import streamlit as st

from visualizer.ui.activations import block_choice, maps_view, picture_choice, weights_choice
from visualizer.ui.explore import map_view
from visualizer.ui.state import refusals, view

st.header("Activations", anchor=False)
left, right = st.columns([1, 2])
with left:
    picture = picture_choice(view())
    weights_choice(view())
with right:
    map_view(view())
for sentence in refusals():
    st.warning(sentence)
block = block_choice(view())
if picture is not None:
    maps_view(view(), picture, block)
