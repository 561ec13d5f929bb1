"""The one place that puts a plotly figure on a page: as it is, or larger in a presentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from visualizer.ui.presentation import LARGER, LARGEST, large

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

QUIET = {"displayModeBar": False}
"""The bar of buttons would cover the title on a phone, and none of the charts needs them."""


def plotly_view(figure: Figure, key: str, alt: str, on_select: Callable[[], None] | None = None) -> None:
    """The figure, `alt` for those who cannot see it; `on_select` is called when one of its points is clicked."""
    if large():
        from visualizer.figures.enlarged import enlarged  # plotly is loaded when a figure is shown

        figure = enlarged(figure, LARGER, LARGEST)
    if on_select is None:
        st.plotly_chart(figure, key=key, alt=alt, config=QUIET)
    else:
        st.plotly_chart(figure, key=key, alt=alt, config=QUIET, on_select=on_select, selection_mode="points")
