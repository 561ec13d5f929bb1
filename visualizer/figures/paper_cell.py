"""One network of the paper view as a chain of cells from top to bottom: a box a layer, the boxes of a block together.

A cell's origin is the upper left corner of its first box. Under a block's boxes comes the addition; its shortcut leaves
the trunk above the boxes and passes them on their right side.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from visualizer.figures.detail import Detail, Run
from visualizer.figures.drawing import Box, Item, Line, Mark, Text
from visualizer.figures.style import width_in
from visualizer.resnet import Block, Layer, Plan, Sequential

BOX, INNER = 20.0, 6.0
"""Height of a box, and the space between the boxes of a block."""
AFTER_LAYER, AFTER_BLOCK = 14.0, 30.0
"""From the last box of a cell to the next cell."""
ADD, LEAVE = 9.0, 10.5
"""From a block's last box down to the addition, and from its first box up to where the shortcut leaves."""
SIGN = 5.5
"""Radius of the addition."""
REACH, RADIUS = 24.0, 13.0
"""From the boxes to the shortcut beside them, and the radius of its corners."""
PADDING = 9.0
NOTE = 16.0
"""Height of the box of one layer on a shortcut."""
MOST_BLOCKS = 20
"""A network of more blocks than this is folded unless one says otherwise."""
HEAD_SIDE = 1
"""The output size of what is no map any more."""


class Cell(NamedTuple):
    """What is drawn together: the side of its output in pixels, the part whose colour it has, its layers with a box.

    run: the blocks for which it stands, if it is one block or several equal ones.
    """

    side: int
    part: str
    layers: tuple[Layer, ...]
    run: Run | None = None

    @property
    def height(self) -> float:
        """From the first box to the end of the last."""
        return len(self.layers) * (BOX + INNER) - INNER

    @property
    def after(self) -> float:
        """Space to the next cell; without a shortcut the same, so that plain and residual networks stand in line."""
        return AFTER_BLOCK if self.run else AFTER_LAYER


def cells(network: Plan | Sequential, fold: bool | None = None) -> Iterator[Cell]:
    """The cells in order; fold: whether equal blocks that follow each other are one, None for long networks only."""
    if isinstance(network, Sequential):
        for section in network.sections:
            yield from _of_layers(section.layers, f"stage-{section.number}")
    else:
        yield from _of_layers(network.stem, "stem")
        folded = len(network.blocks) > MOST_BLOCKS if fold is None else fold
        for shown in Detail("stages" if folded else "blocks").shown(network):
            for run in shown.runs:
                boxed = tuple(filter(box_text, run.first.branch))
                yield Cell(run.first.output[1], f"stage-{run.first.stage}", boxed, run)
    yield from (cell._replace(side=HEAD_SIDE) for cell in _of_layers(network.head, "head"))


def _of_layers(layers: tuple[Layer, ...], part: str) -> Iterator[Cell]:
    """A cell a layer; pools have the head's grey, so that a colour stands for weights."""
    for layer in filter(box_text, layers):
        yield Cell(layer.output[-1], part if layer.kind == "conv" else "head", (layer,))


def box_text(layer: Layer) -> str:
    """What stands in a layer's box, as in the paper's figure: "3×3 conv, 128, /2"; "" for what has no box."""
    stride = f", /{layer.stride}" if layer.stride > 1 else ""
    if ".se." in layer.path:  # a gate has one box: of its two convolutions the first, with the inner width
        return f"SE, {layer.output[0]}" if layer.path.endswith("fc1") else ""
    if layer.kind == "conv":
        groups = f", {layer.groups} groups" if layer.groups > 1 else ""
        return f"{layer.kernel}×{layer.kernel} conv, {layer.output[0]}{groups}{stride}"
    texts = {
        "conv1d": f"ECA, {layer.kernel}",
        "maxpool": f"max pool{stride}",
        "avgpool": f"avg pool{stride}",
        "adaptive_pool": f"avg pool to {layer.output[-1]}×{layer.output[-1]}",
        "global_pool": "avg pool",
        "linear": f"fc {layer.output[0]}",
    }
    return texts.get(layer.kind, "")


def box(layer: Layer, width: float) -> tuple[Item, ...]:
    """A layer's box with its text."""
    text = Text(width / 2, BOX / 2 + 4.3, box_text(layer), "row", "middle")
    return Box(0, 0, width, BOX, "box", 4), text


def box_width(cell: Cell) -> float:
    return max(width_in("row", box_text(layer)) for layer in cell.layers) + 2 * PADDING


def shortcut(block: Block, width: float, height: float) -> list[Item]:
    """The shortcut of a block with boxes of this width and height in all, and the addition; nothing if it is plain."""
    if block.shortcut_kind == "none":
        return []
    middle, right, end = width / 2, width + _line_at(block), height + ADD
    way = ((middle, -LEAVE), (right, -LEAVE), (right, end), (middle + SIGN + 1, end))
    line = Line(way, block.shortcut_kind, RADIUS, arrow=True)
    return [line, Mark(middle, -LEAVE, "junction"), *_notes(block, right, height), Mark(middle, end, "small-add")]


def _notes(block: Block, x: float, height: float) -> Iterator[Item]:
    """The layers of a projection, each in a box on the line."""
    texts = _note_texts(block)
    top = (height + ADD - LEAVE - NOTE * len(texts)) / 2
    for number, text in enumerate(texts):
        width = _note_width(text)
        yield Box(x - width / 2, top + NOTE * number, width, NOTE, "projection-box", 3)
        yield Text(x, top + NOTE * number + 12, text, "on-projection", "middle")


def _note_texts(block: Block) -> list[str]:
    if block.shortcut_kind != "projection":
        return []
    boxed = [layer for layer in block.shortcut if layer.kind in ("conv", "avgpool")]
    return [f"{layer.kernel}×{layer.kernel}" if layer.kind == "conv" else "avg" for layer in boxed]


def _note_width(text: str) -> float:
    return width_in("on-projection", text) + 8


def _line_at(block: Block) -> float:
    """How far to the right of the boxes the shortcut passes: what stands on it clears them."""
    return max(REACH, *(_note_width(text) / 2 + 5 for text in _note_texts(block)), 0)


def reach(cell: Cell) -> float:
    """How far a cell's shortcut goes beyond its boxes."""
    if cell.run is None or cell.run.first.shortcut_kind == "none":
        return 0
    block = cell.run.first
    return _line_at(block) + max(map(_note_width, _note_texts(block)), default=2) / 2 + 1


def folded(run: Run, width: float, height: float) -> list[Item]:
    """A frame around the boxes that are drawn once, and how often they are there, at its left; none for one block."""
    if run.repeats == 1:
        return []
    room = badge_width(run)
    badge = Box(-8 - room, height / 2 - 10, room, 20, "badge", 10)
    times = Text(-8 - room / 2, height / 2 + 4.5, f"× {run.repeats}", "on-badge", "middle")
    return [Box(-4, -3, width + 8, height + 6, "card", 7), badge, times]


def badge_width(run: Run) -> float:
    return width_in("on-badge", f"× {run.repeats}") + 14


def lead(cell: Cell) -> float:
    """The room that a cell needs at the left of its boxes."""
    return badge_width(cell.run) + 10 if cell.run and cell.run.repeats > 1 else 0
