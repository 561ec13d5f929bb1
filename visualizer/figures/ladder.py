"""The ladder 224 → 112 → 56 → 28 → 14 → 7 as a picture: from step to step the area shrinks and the channels grow."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

from visualizer.analysis.format import dimensions
from visualizer.figures.drawing import Area, Drawing, Group, Item, Text
from visualizer.figures.style import width_in
from visualizer.resnet import Layer, Plan, Shape

SIDE, DEPTH, LEAST = 128.0, 52.0, 2.0
"""The largest side and the largest thickness in user units, and the least side that is still drawn."""
SLANT = (0.8, -0.55)
"""Where the thickness goes, of length about 1: to the right and up."""
BETWEEN, LABELS, LINE, MARGIN = 20.0, 40.0, 17.0, 4.0
NAMES = {"maxpool": "max-pool", "conv": "convolution"}


class Step(NamedTuple):
    """One output: its name, its part of the network ("stage-1"), and its shape, C×H×W."""

    name: str
    part: str
    shape: Shape


def ladder(plan: Plan, *, width: float = 900) -> Drawing:
    """Input, stem and stages as boxes side by side, in rows of at most `width` where they do not all fit.

    A box's front is height × width, to scale (one that would be too small to see is drawn `LEAST` wide); its thickness
    goes with the square root of the channels.
    """
    steps = tuple(_steps(plan))
    cells = [_cell(step, steps) for step in steps]
    rows = _rows([size for _, size in cells], width)
    items: list[Item] = []
    y, widest, start = MARGIN, 0.0, 0
    for length in rows:
        row = cells[start : start + length]
        y += max(height for _, (_, height) in row)
        x = MARGIN
        for drawn, (cell_width, _) in row:
            items.append(drawn._replace(x=x, y=y))
            x += cell_width + BETWEEN
        y, widest, start = y + LABELS + 14, max(widest, x - BETWEEN + MARGIN), start + length
    notes = _notes(max(widest, 200))
    items += [Text(MARGIN, y + LINE * (number + 0.5), note, "note") for number, note in enumerate(notes)]
    widest = max(widest, *(2 * MARGIN + width_in("note", note) for note in notes))
    shapes = ", ".join(f"{step.name} {dimensions(step.shape)}" for step in steps)
    return Drawing(widest, y + LINE * len(notes), tuple(items), "Output sizes", shapes)


def _notes(width: float) -> tuple[str, ...]:
    notes = ("Fronts: height × width, to scale.", "Thickness: √channels.", "Size: channels × height × width.")
    joined = " ".join(notes)
    return (joined,) if width_in("note", joined) <= width else notes


def _steps(plan: Plan) -> Iterator[Step]:
    """The input, what the stem makes of it, and the output of each stage."""
    yield Step("input", "head", plan.input)
    yield from (Step(NAMES[layer.kind], "stem", layer.output) for layer in _stem_steps(plan))
    yield from (Step(stage.name, f"stage-{stage.number}", stage.output) for stage in plan.stages)


def _stem_steps(plan: Plan) -> Iterator[Layer]:
    """The stem's convolution, the last if there are several, and its pooling."""
    convs = [layer for layer in plan.stem if layer.kind == "conv"]
    yield convs[-1]
    yield from (layer for layer in plan.stem if layer.kind == "maxpool")


def _rows(sizes: list[tuple[float, float]], width: float) -> list[int]:
    """How many cells go into each row."""
    rows = [0]
    x = 0.0
    for cell_width, _ in sizes:
        if rows[-1] and x + cell_width + 2 * MARGIN > width:
            rows.append(0)
            x = 0.0
        rows[-1] += 1
        x += cell_width + BETWEEN
    return rows


def _cell(step: Step, steps: tuple[Step, ...]) -> tuple[Group, tuple[float, float]]:
    """A step standing on the origin's height with its labels below, and how wide and how high it is."""
    channels, height, _ = step.shape
    side = max(LEAST, SIDE * height / max(other.shape[1] for other in steps))
    depth = DEPTH * sqrt(channels / max(other.shape[0] for other in steps))
    labels = [Text(0, 20, step.name, "shape"), Text(0, 36, dimensions(step.shape), "tiny")]
    items: tuple[Item, ...] = (*_cuboid(side, SLANT[0] * depth, SLANT[1] * depth), *labels)
    words = max(width_in(label.style, label.text) for label in labels)
    return Group(items, step.part), (max(side + SLANT[0] * depth, words), side - SLANT[1] * depth)


def _cuboid(side: float, right: float, up: float) -> tuple[Area, Area, Area]:
    """A front of this side standing on the origin, and the top and the flank that its thickness shows."""
    back = side + right
    front = Area(((0, 0), (side, 0), (side, -side), (0, -side)), "face")
    top = Area(((0, -side), (side, -side), (back, up - side), (right, up - side)), "side")
    flank = Area(((side, 0), (back, up), (back, up - side), (side, -side)), "side")
    return top, flank, front
