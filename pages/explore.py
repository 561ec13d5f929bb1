"""Explore: one network, its figures, its stages, its layers, and the anatomy of a block."""

import streamlit as st

from visualizer.ui.explore import anatomy_view, charts_view, layers_view, map_view, stages_view, title
from visualizer.ui.state import VIEWS, change, refusals, view

for sentence in refusals():
    st.warning(sentence)
title(view())
map_view(view())
anatomy_view(view())

tabs = st.tabs(VIEWS, key="tab", default=view().view, on_change=lambda: change(view=st.session_state["tab"]))
for tab, name in zip(tabs, VIEWS, strict=True):
    if tab.open:
        with tab:
            {"Stages": stages_view, "Layers": layers_view, "Charts": charts_view}[name](view())
