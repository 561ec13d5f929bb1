"""Stem and head of several networks side by side, box by box."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from visualizer.analysis.alignment import before
from visualizer.figures.aligned_place import Beside, Named, Place, empty_node, numbered
from visualizer.figures.aligned_signs import flagged
from visualizer.figures.aligned_words import Said, Together, alike, end_sentence, end_words
from visualizer.figures.block_cell import Cell, Content
from visualizer.figures.drawing import Box, Group, Item
from visualizer.figures.layer_cell import layer_cell, source_cell
from visualizer.figures.look import BOXED, Look
from visualizer.figures.open_cell import chain_cell
from visualizer.figures.plan_parts import boxed_together, end_places

Thing = TypeVar("Thing")
Looks = Sequence[Look]
Layers = Callable[[Named], Together]


def stem_columns(networks: Sequence[Named], looks: Looks) -> Iterator[tuple[Place, ...]]:
    """What comes in, then the boxes of the stems."""
    shapes = [one.plan.input for one in networks]
    column = []
    for network, look, shape in zip(networks, looks, shapes, strict=True):
        same = len(set(shapes)) == 1 if network.place == 0 else shape == shapes[0]
        said = Said("", (), "", same) if same or network.place == 0 else Said("≠", ("channels",))
        cell = flagged(source_cell(Content((("input", "on-badge"),)), look.width, shape), said, look.width)
        column.append(Place(cell._replace(group=cell.group._replace(style=said.style)), said, 0))
    yield tuple(column)
    yield from end_columns(networks, looks, lambda one: one.plan.stem, "stem")


def end_columns(
    networks: Sequence[Named], looks: Looks, layers: Layers, name: str
) -> Iterator[tuple[Place, ...]]:  # fmt: skip
    """The boxes of stem or head; a shorter one has its gap where most of its boxes are then beside an equal one."""
    parts = [list(boxed_together(layers(one))) for one in networks]
    places = [
        list(end_places(layers(one), look, chain_cell, layer_cell)) for one, look in zip(networks, looks, strict=True)
    ]  # fmt: skip
    kinds = [[alike(part) for part in row] for row in parts]
    longest = max(kinds, key=len)
    gaps = [before(row, longest) for row in kinds]
    for number, (column, cells) in enumerate(zip(_spread(parts, gaps), _spread(places, gaps), strict=True)):
        found = zip(networks, looks, cells, end_said(column, networks), strict=True)
        beside = f"beside-{name}{number}"
        there = [_there(network, part) for network, part in zip(networks, column, strict=True) if part]
        yield tuple(
            Place(_end_cell(network, look, cell, said, beside), said, 0) if cell
            else Place(None, said, 0, empty_node(network, "layer", there, beside))
            for network, look, cell, said in found
        )  # fmt: skip


def _there(network: Named, part: Together) -> Beside:
    """A part of stem or head, by its layer that has a box, beside a place where another network has none."""
    return Beside(network, next(layer.path for layer in part if layer.kind in BOXED))


def _spread(rows: Sequence[Sequence[Thing]], gaps: Sequence[int]) -> Iterator[tuple[Thing | None, ...]]:
    """The columns of rows with gaps that make all of them equally long."""
    length = max(map(len, rows))
    full = [(*row[:gap], *[None] * (length - len(row)), *row[gap:]) for row, gap in zip(rows, gaps, strict=True)]
    return zip(*full, strict=True)


def end_said(column: Sequence[Together | None], networks: Sequence[Named]) -> Iterator[Said]:
    """How each network's part of stem or head stands to the first's."""
    first, name = column[0], networks[0].heading
    same = [part is not None and first is not None and alike(part) == alike(first) for part in column]
    for place, part in enumerate(column):
        if part is None:
            yield Said("−" if first else "", (f"not in {place + 1}",))
        elif first is None:
            yield Said("+", ("not in 1",), f"Not in {name}")
        elif place == 0:
            yield Said("", (), "", all(same))
        elif same[place]:
            yield Said("", (), f"As in {name}", True)
        else:
            yield Said("≠", end_words(first, part, BOXED), end_sentence(first, part, name))


def _end_cell(network: Named, look: Look, cell: Cell, said: Said, beside: str) -> Cell:
    """A cell of stem or head with its network's number, and what is said of it."""
    cell = flagged(cell, said, look.width)
    items = [_end_item(item, network, said, beside) for item in cell.group.items]
    return cell._replace(group=cell.group._replace(items=tuple(items), style=said.style))


def _end_item(item: Item, network: Named, said: Said, beside: str) -> Item:
    """A layer's group numbered; the one with the box says what is said of all of it."""
    if not isinstance(item, Group) or not item.path:
        return item
    boxed = any(isinstance(thing, Box) for thing in item.items)
    words = f". {said.sentence}" if said.sentence and boxed else ""
    return numbered(item._replace(label=item.label + words), network, f"layer {beside}" if boxed else "layer")
