"""The numbers of the weighted layers on the network map: "count the 50", each at its row."""

from __future__ import annotations

from visualizer.figures.block_cell import PADDING, Content, baseline
from visualizer.figures.drawing import Group, Item, Text
from visualizer.figures.style import width_in

STYLE = "number"
GAP = 6.0
"""From a number to its row."""


def gutter(most: int, folded: bool) -> float:
    """The room that numbers up to `most` need beside the rows of a box."""
    return round(width_in(STYLE, _number(most, folded)) + GAP)


def _number(number: int, folded: bool) -> str:
    return f"{number}…" if folded else str(number)


def numbered(group: Group, inside: Content, first: int, folded: bool) -> Group:
    """The group of a box with numbers from `first` on at the rows of `inside` that count.

    Equal blocks that are `folded` into one show the first block's numbers, "2…". What is in the group stays one value,
    so that blocks of one form still share it.
    """
    x = PADDING + 1 + inside.gutter - GAP
    edges = inside.edges
    numbers: list[Item] = [
        Text(x, baseline(edges[row + 1], inside.rows[row][1]), _number(number, folded), STYLE, "end")
        for number, row in enumerate(inside.counted, start=first)
    ]
    return group._replace(items=(Group(group.items), *numbers))
