"""One layer of stem or head on the network map: its box on the trunk, with the ReLU after or before it."""

from __future__ import annotations

from visualizer.figures.block_cell import EARLY, EXIT, LEAD, RELU, Cell, Content, boxed
from visualizer.figures.captions import short_shape
from visualizer.figures.drawing import Group, Item, Line, Mark, Text
from visualizer.resnet import Shape


def layer_cell(
    box: Group, half: float, width: float, output: Shape, relu: Group | None = None, before: bool = False
) -> Cell:  # fmt: skip
    """A layer of stem or head: its `box`, twice `half` high, its output, and the group of a ReLU after or before it."""
    line = Line(((-LEAD, 0), (-1, 0)), "trunk", arrow=True)
    note = Text(width / 2, half + 13, short_shape(output), "tiny", "middle")
    items: tuple[Item, ...] = (line, box, note)
    start, end = -LEAD, width
    if relu and before:
        items = (Line(((-EARLY, 0), (-LEAD, 0)), "trunk"), line, _sign(relu, -EARLY), box, note)
        start = -EARLY
    elif relu:
        items = (line, Line(((width, 0), (width + RELU - 7, 0)), "trunk"), box, _sign(relu, width + RELU), note)
        end = width + EXIT
    return Cell(Group(items), half + 4, half + 16, end, start)


def _sign(relu: Group, x: float) -> Group:
    return relu._replace(items=(Mark(x, 0, "relu"),))


def source_cell(inside: Content, width: float, output: Shape) -> Cell:
    """Where the network begins: a box that reads nothing, and what it hands on."""
    half = inside.height / 2
    note = Text(width / 2, half + 13, short_shape(output), "tiny", "middle")
    return Cell(Group((*boxed(inside, width, "badge"), note)), half + 4, half + 16, width)
