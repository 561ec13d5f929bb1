"""The legend of a network map: what in it needs a word, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from visualizer.figures.captions import shortcut_name
from visualizer.figures.drawing import Box, Group, Item, Line, Mark, Text
from visualizer.figures.style import width_in
from visualizer.resnet import Plan

ENTRY_HEIGHT = 22.0
BETWEEN = 22.0


class Entry(NamedTuple):
    """A sample, `width` wide around the height 0, and what it means."""

    sample: tuple[Item, ...]
    width: float
    text: str


def legend(plan: Plan, folded: bool, numbered: bool, width: float, y: float) -> tuple[list[Item], float]:
    """The legend in lines of at most `width`, from `y` down, and where it ends."""
    return in_lines(_entries(plan, folded, numbered), width, y)


def in_lines(entries: Iterable[Entry], width: float, y: float) -> tuple[list[Item], float]:
    """Entries in lines of at most `width`, from `y` down, and where they end."""
    items: list[Item] = []
    x = left = 4.0
    y += ENTRY_HEIGHT / 2
    for entry in entries:
        room = entry.width + (7 if entry.width else 0)
        needed = room + width_in("note", entry.text)
        if x > left and x + needed > width:
            x, y = left, y + ENTRY_HEIGHT
        items += [Group(entry.sample, "head", x, y)] if entry.sample else []
        items.append(Text(x + room, y + 4, entry.text, "note"))
        x += needed + BETWEEN
    return items, y + ENTRY_HEIGHT / 2


def _entries(plan: Plan, folded: bool, numbered: bool) -> Iterator[Entry]:
    yield from shortcut_entries(plan)
    if any(layer.kind == "relu" for layer in plan.layers):
        yield Entry((Mark(7, 0, "relu"),), 14, "ReLU")
    if folded:
        cards = (Box(4, -4, 16, 12, "card", 3), Box(2, -6, 20, 12, "card", 3), Box(0, -8, 24, 12, "box", 3))
        yield Entry(cards, 24, "equal blocks, drawn once")
    if numbered:
        yield Entry((), 0, f"bold: weighted layers 1 to {plan.weighted_layers}")
    yield Entry((), 0, "kernel, channels /stride")
    if any(layer.kind == "bn" for layer in plan.layers):
        yield Entry((), 0, "batch norm is not drawn")
    yield Entry((), 0, "size: channels × height × width")


def shortcut_entries(plan: Plan) -> Iterator[Entry]:
    """The kinds of shortcut that the network has, each with its line, and the addition; or that it has none."""
    forms = {block.form: block for block in plan.blocks}.values()
    kinds = {block.shortcut_kind for block in forms}
    if "identity" in kinds:
        yield Entry((Line(((0, 0), (30, 0)), "identity", arrow=True),), 30, "identity shortcut")
    for name in sorted({shortcut_name(block) for block in forms if block.shortcut_kind == "pad"}, reverse=True):
        yield Entry((Line(((0, 0), (30, 0)), "pad", arrow=True),), 30, name)
    if "projection" in kinds:
        box = (Line(((0, 0), (40, 0)), "projection", arrow=True), Box(11, -6, 15, 12, "projection-box", 3))
        yield Entry(box, 40, "projection shortcut")
    if "none" in kinds:
        yield Entry((), 0, "a plain network: no shortcuts")
    else:
        yield Entry((Mark(8, 0, "add"),), 16, "addition")
