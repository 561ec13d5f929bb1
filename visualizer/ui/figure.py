"""The figure that a view asks for, as the component shows it."""

from __future__ import annotations

from dataclasses import replace

from visualizer.figures.take_along import FIGURES
from visualizer.ui.heat import Lit
from visualizer.ui.map_component import COLUMNS, Figure
from visualizer.ui.take_along import chosen
from visualizer.ui.views import View

COLOURED = ("map", "volume")
"""The figures whose parts can have the colours of values."""


def figure_of(state: View, found: Lit) -> Figure:
    """The view's figure; `found` colours it. It is drawn from the same choice as the file to take along."""
    plan, choice = state.plan, chosen(state, found, "whole")
    wrapped = choice.figure == "map" and choice.direction == "rows"
    looks_into = choice.figure != "paper"
    return Figure(
        plan,
        lambda columns: FIGURES[choice.figure](plan, replace(choice, columns=columns), ""),
        key=(choice.figure, choice.detail if looks_into else None, choice.direction, choice.numbers, found.key),
        scene=f"{choice.figure} {choice.direction}",
        columns=COLUMNS if wrapped else (None,),
        detail=choice.detail if looks_into else None,
        heat=choice.heat,
    )
