"""Activations: a picture through the network; x, F(x), shortcut, sum and output of one block side by side."""

import streamlit as st

from visualizer.ui.activations import block_choice, block_steps, maps_view
from visualizer.ui.pictures import picture_choice
from visualizer.ui.sentences import literal
from visualizer.ui.state import refusals
from visualizer.ui.weights import weights_choice

st.header("Activations", anchor=False)
complaints = st.container()
left, right = st.columns([2, 3], gap="medium")
with left:
    picture_choice()
    weights_choice()
with right:
    block_choice()
for sentence in refusals():
    complaints.warning(literal(sentence))
block_steps()
maps_view()
