"""The parts of a plan as any direction of a map draws them: what is drawn once for equal blocks, and stem and head."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from visualizer.figures.block_cell import Cell, boxed, content
from visualizer.figures.detail import Run
from visualizer.figures.down_cell import Tile
from visualizer.figures.drawing import Group
from visualizer.figures.layer_box import Words
from visualizer.figures.look import BOXED, Look, block_group, layer_group, whole_layers, with_numbers
from visualizer.resnet import Layer, Shape

Place = TypeVar("Place", Cell, Tile)
Form = tuple[int, int, bool, bool]
"""What makes runs of blocks look alike: the block's form, how many, whether they are marked, whether they are open."""


def run_place(run: Run, look: Look, drawn: dict[Form, Place], draw: Callable[[], Place]) -> Place:
    """A run of blocks in its place; those of one form share what `draw` draws, which is kept in `drawn`."""
    key = (run.first.form, run.repeats, bool(run.mark), run.opened)
    if key not in drawn:
        drawn[key] = draw()
    return drawn[key]._replace(group=block_group(drawn[key].group, run, look))


def end_places(
    layers: tuple[Layer, ...], look: Look, chain: Callable[[tuple[Layer, ...], float, float, Words], Place],
    single: Callable[[Group, float, float, Shape, Group | None, bool], Place],
) -> Iterator[Place]:  # fmt: skip
    """The layers of stem or head that have a box, each with those around it that have none.

    chain: draws layers that each have a box of their own. single: draws one box, of this half height and width and with
    this output, and the ReLU's sign if there is one, before the box or after it.
    """
    for together in boxed_together(layers):
        if look.layers and len(together) > 1:
            place = chain(together, look.width, look.gutter, look.words)
            yield place._replace(group=Group(whole_layers(place.group.items, "", look)))
        else:
            yield single(*_single(together, look))


def boxed_together(layers: tuple[Layer, ...]) -> Iterator[tuple[Layer, ...]]:
    """The layers of stem or head, each that has a box with those after it that have none; the first with all before."""
    starts: list[int] = [number for number, layer in enumerate(layers) if layer.kind in BOXED]
    for start, following in zip([0, *starts[1:]], [*starts[1:], len(layers)], strict=True):
        yield layers[start:following]


def _single(layers: tuple[Layer, ...], look: Look) -> tuple[Group, float, float, Shape, Group | None, bool]:
    """The one layer of these that has a box, and the ReLU before or after it."""
    (boxed_layer,) = (layer for layer in layers if layer.kind in BOXED)
    relu = next((layer for layer in layers if layer.kind == "relu"), None)
    inside = content((boxed_layer,))._replace(gutter=look.gutter, foot=look.foot_of(boxed_layer))
    box = layer_group(Group(tuple(boxed(inside, look.width))), boxed_layer, look)
    if look.numbers:
        box = with_numbers(box, inside, (boxed_layer,), look)
    sign = layer_group(Group(()), relu, look) if relu else None
    before = relu is not None and layers.index(relu) < layers.index(boxed_layer)
    return (box, inside.height / 2, look.width, boxed_layer.output, sign, before)
