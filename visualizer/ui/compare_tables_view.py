"""The tables of a comparison on the page."""

from __future__ import annotations

import streamlit as st

from visualizer.ui.compare_columns import kept
from visualizer.ui.compare_tables import figures_html, stages_html
from visualizer.ui.theme import theme
from visualizer.ui.views import View


def ground() -> None:
    """Give the headings of rows, which stay in sight while a wide table is scrolled, the page's own ground."""
    colour = st.get_option(f"theme.{theme()}.backgroundColor")
    headings = ".rv-compare th[scope=row],.rv-compare thead th:first-child"
    rule = f"{headings}{{position:sticky;left:0;z-index:1;background:{colour}}}"
    st.html(f"<style>@media(max-width:800px){{{rule}}}</style>")


def figures_view(state: View) -> None:
    """The headline figures side by side."""
    st.html(kept("figures", state, figures_html))


def stages_view(state: View) -> None:
    """Table 1 side by side."""
    st.html(kept("stages", state, stages_html))


def tables_view(state: View) -> None:
    """The figures, and Table 1."""
    ground()
    figures_view(state)
    st.subheader("Stages", anchor=False)
    stages_view(state)
