"""The legend of a network map: what in it needs a word, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from visualizer.figures.captions import shortcut_name
from visualizer.figures.detail import Run, Shown
from visualizer.figures.drawing import Box, Group, Item, Line, Mark, Text
from visualizer.figures.heat import Heat, colour_key
from visualizer.figures.style import width_in
from visualizer.figures.thumbnails import Thumbnails
from visualizer.resnet import Plan

ENTRY_HEIGHT = 22.0
BETWEEN = 22.0


class Entry(NamedTuple):
    """A sample, `width` wide around the height 0, and what it means."""

    sample: tuple[Item, ...]
    width: float
    text: str


def legend(
    plan: Plan, shown: Sequence[Shown], layers: bool, numbered: bool, width: float, y: float, *,
    heat: Heat | None = None, thumbnails: Thumbnails | None = None,
) -> tuple[list[Item], float]:  # fmt: skip
    """The legend in lines of at most `width`, from `y` down, and where it ends.

    layers: whether stem and head are drawn layer by layer.
    """
    return in_lines([*value_entries(heat, thumbnails), *_entries(plan, shown, layers, numbered)], width, y)


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
    return [Group(tuple(items), "legend")], y + ENTRY_HEIGHT / 2


def _entries(plan: Plan, shown: Sequence[Shown], layers: bool, numbered: bool) -> Iterator[Entry]:
    runs = [run for stage in shown if not stage.closed for run in stage.runs]
    opened = layers or any(run.opened for run in runs)
    yield from shortcut_entries(plan)
    if _has_signs(plan, runs, layers):
        yield Entry((Mark(7, 0, "relu"),), 14, "ReLU")
    if any(stage.closed for stage in shown):
        brackets = (Line(((end, -5), (x, -5), (x, 5), (end, 5)), "in-box") for x, end in ((4, 7), (20, 17)))
        yield Entry((Box(0, -8, 24, 16, "box", 3), *brackets), 24, "a stage of such blocks")
    if any(run.repeats > 1 for run in runs):
        cards = (Box(4, -4, 16, 12, "card", 3), Box(2, -6, 20, 12, "card", 3), Box(0, -8, 24, 12, "box", 3))
        yield Entry(cards, 24, "equal blocks, drawn once")
    if any(run.opened for run in runs):
        inside = (Box(3, -6, 18, 5, "box", 1.5), Box(3, 1, 18, 5, "badge", 1.5))
        yield Entry((Box(0, -9, 24, 18, "open", 3), *inside), 24, "a block layer by layer")
    if numbered:
        yield Entry((), 0, f"bold: weighted layers 1 to {plan.weighted_layers}")
    yield Entry((), 0, "kernel, channels /stride")
    whole = layers and all(run.opened for run in runs) and not any(stage.closed for stage in shown)
    if any(layer.kind == "bn" for layer in plan.layers) and not whole:
        yield Entry((), 0, "batch norm in open blocks only" if opened else "batch norm is not drawn")
    yield Entry((), 0, "size: channels × height × width")


def _has_signs(plan: Plan, runs: Iterable[Run], layers: bool) -> bool:
    """Whether a ReLU is drawn as a sign anywhere, and not as a box with its name."""
    signs = [] if layers else [*plan.stem, *plan.head]
    forms = {(run.first.form, run.opened): run for run in runs}
    for run in forms.values():
        signs += run.first.after if run.opened else run.first.layers
    return any(layer.kind == "relu" for layer in signs)


def value_entries(heat: Heat | None, thumbnails: Thumbnails | None = None) -> Iterator[Entry]:
    """What the colours of values and the small pictures mean, and what they come from."""
    if heat:
        yield Entry((), 0, f"colour: {heat.words}")
        yield Entry(*colour_key(heat), heat.ends[1])
    if thumbnails:
        yield Entry((), 0, "picture: strongest channel, on its own scale")
    notes = [shown.note for shown in (heat, thumbnails) if shown and shown.note]
    yield from (Entry((), 0, note) for note in dict.fromkeys(notes))


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
