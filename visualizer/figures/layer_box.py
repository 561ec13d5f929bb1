"""The small box of one layer, where a block is drawn layer by layer, and layers below each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from visualizer.figures.captions import layer_rows, light_row, short_shape
from visualizer.figures.drawing import Box, Group, Item, Line, Text
from visualizer.figures.style import width_in
from visualizer.resnet import Layer

TEXT = 7.0
"""From a box's side to its text."""
GAP, SHAPE_GAP = 9.0, 18.0
"""Between two layers, without and with the shape that goes from one to the other."""
ARROW = 11.0
"""From a box's left side to the arrows above and below it."""
LANE = 12.0
"""Room to the right of a gate for what passes it by."""
LONGEST_NOTE = "/2, +1024 zeros"
Words = Callable[[Layer], str]
"""What is said of a layer, without its name."""
_LEADING = {"row": 16.0, "small": 12.0, "on-projection": 15.0, "on-light": 12.0, "on-pad": 12.0}


class Face(NamedTuple):
    """What the box of a layer shows: the style of the box, and rows with a style each."""

    style: str
    rows: tuple[tuple[str, str], ...]

    @property
    def height(self) -> float:
        return sum(_LEADING[style] for _, style in self.rows) + 4

    @property
    def text_width(self) -> float:
        return max(width_in(style, text) for text, style in self.rows)

    @property
    def width(self) -> float:
        return 2 * TEXT + self.text_width


class Spot(NamedTuple):
    """A layer in its place."""

    layer: Layer
    face: Face
    left: float
    top: float
    width: float

    @property
    def bottom(self) -> float:
        return self.top + self.face.height

    @property
    def middle(self) -> float:
        return self.top + self.face.height / 2

    @property
    def right(self) -> float:
        return self.left + self.width


def face(layer: Layer, note: str = "") -> Face:
    """The box of a layer: in its part's colour, on a shortcut in the shortcut's, white for what is not counted.

    note: what a padding with zeros does.
    """
    if layer.kind == "pad":
        return Face("pad-box", ((note, "on-pad"),))
    rows = layer_rows(layer)
    if layer.role == "shortcut" and rows:
        return Face("projection-box", tuple((row, "on-projection") for row in rows))
    if layer.weighted or layer.kind == "maxpool" or (layer.kind == "global_pool" and layer.role == "head"):
        return Face("box", tuple((row, "small" if line else "row") for line, row in enumerate(rows)))
    return Face("badge", ((light_row(layer), "on-light"),))


def room(layers: Iterable[Layer], gutter: float) -> float:
    """The width at which these layers, below each other, hold what is written in and between them."""
    widest = 0.0
    for layer in layers:
        gate = LANE if ".se." in layer.path else 0
        inside = face(layer, LONGEST_NOTE).width + (gutter if layer.weighted else 0) + gate
        widest = max(widest, inside, ARROW + 7 + width_in("tiny", short_shape(layer.output)) + gate)
    return float(round(widest))


def below_each_other(layers: Sequence[Layer], left: float, width: float, top: float, note: str = "") -> list[Spot]:
    """The layers from `top` down; a gate leaves room beside it for what passes it."""
    spots: list[Spot] = []
    for layer in layers:
        gate = LANE if ".se." in layer.path and layer.kind != "scale" else 0
        spots.append(Spot(layer, face(layer, note), left, top, width - gate))
        top = spots[-1].bottom + (SHAPE_GAP if changes(spots) else GAP)
    return spots


def changes(spots: Sequence[Spot]) -> bool:
    """Whether the last of these layers hands on another shape than it was handed."""
    layer = spots[-1].layer
    return layer.output != (spots[-2].layer.output if len(spots) > 1 else layer.input)


def arrows(spots: Sequence[Spot], style: str, up: bool = False) -> Iterator[Item]:
    """From each layer to the next one, with the shape that goes along where it is another."""
    for number, (spot, following) in enumerate(pairwise(spots), start=1):
        x = spot.left + ARROW
        way = ((x, spot.top), (x, following.bottom + 1)) if up else ((x, spot.bottom), (x, following.top - 1))
        yield Line(way, style, arrow=True)
        if changes(spots[:number]):
            yield shape_at(spot, up)


def shape_at(spot: Spot, up: bool = False) -> Text:
    """The shape of what a layer hands on, below its box or above it."""
    y = spot.top - 5 if up else spot.bottom + 13
    return Text(spot.left + ARROW + 7, y, short_shape(spot.layer.output), "tiny")


def past_gates(spots: Sequence[Spot]) -> Iterator[Line]:
    """What a gate scales goes past it on its right (Hu et al. 2018, fig. 3)."""
    by_path = {spot.layer.path: spot for spot in spots}
    for spot in spots:
        if spot.layer.kind == "scale":
            x = spot.right - LANE / 2 + 1
            yield Line(((x, by_path[spot.layer.reads[0]].bottom), (x, spot.top - 1)), "trunk", arrow=True)


def node(spot: Spot, base: str, words: Words, gutter: float = 0) -> Group:
    """The box of a layer as a group, with its path relative to `base`; in weighted layers the gutter is free."""
    layer, shown = spot.layer, spot.face
    x = spot.left + min(TEXT, (spot.width - shown.text_width) / 2) + (gutter if layer.weighted else 0)
    items: list[Item] = [Box(spot.left, spot.top, spot.width, shown.height, shown.style, 4)]
    y = spot.top + 2
    for text, style in shown.rows:
        y += _LEADING[style]
        items.append(Text(x, y - (4 if _LEADING[style] > 12 else 2.5), text, style))
    return Group(tuple(items), "layer", path=layer.path.removeprefix(base), label=words(layer))
