"""The networks of a comparison with their headings and plans, and what is drawn of them once for all."""

from __future__ import annotations

from collections.abc import Callable

from visualizer.analysis.compared import Named
from visualizer.analysis.naming import network_name, numbered
from visualizer.resnet import ResNetSpec
from visualizer.ui.sentences import literal
from visualizer.ui.store import FIGURES
from visualizer.ui.views import View, kept_plan


def heading(place: int, spec: ResNetSpec) -> str:
    """A network's number in the comparison and its name: "2 · ResNet-50"."""
    return numbered(place, network_name(spec))


def columns(state: View) -> list[Named]:
    """The networks with their headings and plans."""
    size = state.resolution
    return [Named(heading(place, spec), kept_plan(spec, size)) for place, spec in enumerate(state.compared)]


def kept(name: str, state: View, draw: Callable[[list[Named]], str]) -> str:
    """HTML of these networks, drawn once for all who compare the same."""
    key = ("compare", name, state.compared, state.resolution)
    return FIGURES.value(key, lambda: draw(columns(state)), len)


def selected_words(state: View, row: str) -> str:
    """Which row of a table, or which group of bars, holds what is selected: "Selected: stage 3 (layer3.1 of 1 · …)"."""
    return literal(f"Selected: {row} ({state.select} of {heading(state.slot, state.spec)}).")
