"""Explore: one network, its figures, its map, the anatomy of a block, its stages, its layers, their costs, its code."""

import streamlit as st

from visualizer.ui.charts import charts_view
from visualizer.ui.code import code_view
from visualizer.ui.controls import sidebar
from visualizer.ui.costs import costs_view
from visualizer.ui.explore import light_up, map_choices, map_view, open_view, stages_view, title
from visualizer.ui.handout import left
from visualizer.ui.inspector import inspector
from visualizer.ui.layers import layers_view
from visualizer.ui.outline import outline_view
from visualizer.ui.sentences import literal
from visualizer.ui.state import refusals, view

said = refusals()
for sentence in said:
    st.warning(literal(sentence))
title(view())
found, place = map_view(view())
sidebar()
map_choices(view(), found)
inspector(view())

SHOW = left("explore", {
    "Stages": stages_view, "Layers": layers_view, "Costs": costs_view, "Charts": charts_view, "Outline": outline_view,
    "Code": code_view,
})  # fmt: skip
opened = view().view if view().view in SHOW else next(iter(SHOW))
for tab, show in zip(st.tabs(list(SHOW), key="tab", default=opened, on_change=open_view), SHOW.values(), strict=True):
    if tab.open:
        with tab:
            show(view())
light_up(view(), place, said)
