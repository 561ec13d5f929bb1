"""Activations: a picture through the network; x, F(x), shortcut, sum and output of one block side by side."""

import streamlit as st

from visualizer.ui.activations import block_choice, block_steps, open_look
from visualizer.ui.block_view import block_view
from visualizer.ui.class_maps import class_maps_view
from visualizer.ui.controls import sidebar
from visualizer.ui.depth import depth_view
from visualizer.ui.edits import picture_edits
from visualizer.ui.handout import left as views_left
from visualizer.ui.lesions import off_banner
from visualizer.ui.live import live, live_view
from visualizer.ui.pictures import picture_choice, picture_shown
from visualizer.ui.predictions import predictions
from visualizer.ui.receptive_field_view import receptive_field_view
from visualizer.ui.sentences import literal
from visualizer.ui.state import refusals, view
from visualizer.ui.switch_off import switch_off_view
from visualizer.ui.take_activations import take_values
from visualizer.ui.weights import weights_choice

complaints = st.container()
left, right = st.columns([2, 3], gap="medium")
with left:
    st.title("Activations", anchor=False)
    seen, answer = st.columns([2, 3])
with seen:
    picture_shown()
sidebar()
with left, st.container(horizontal=True, gap="small"):
    picture_choice()
    picture_edits()
    weights_choice()
    take_values()
with right:
    block_choice()
with answer:
    predictions(view())
for sentence in refusals():
    complaints.warning(literal(sentence))
block_steps()
off_banner()
SHOW = views_left("activations", {
    "Block": live_view if live() else block_view, "Depth": depth_view, "Class maps": class_maps_view,
    "Receptive field": receptive_field_view, "Switch off": switch_off_view,
})  # fmt: skip
opened = view().look if view().look in SHOW else next(iter(SHOW))
for tab, show in zip(st.tabs(list(SHOW), key="look", default=opened, on_change=open_look), SHOW.values(), strict=True):
    if tab.open:
        with tab:
            show()
