"""The volume view: a whole ResNet as cuboids in a row, channels × height × width to scale, with every shortcut drawn.

One cuboid for the input, each output of the stem, each block or run of equal blocks, and what the head makes of it:
a map becomes smaller and longer on its way. A stage that is closed is one cuboid, its output; a block that is opened
shows each of its convolutions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from visualizer.analysis import CostTable, costs
from visualizer.analysis.format import dimensions
from visualizer.figures.captions import block_label, blocks_text, layer_label, stage_label
from visualizer.figures.cuboids import (
    LEAD,
    LEAST,
    Scale,
    Shortcut,
    Station,
    Volume,
    above,
    below,
    cuboid,
    place,
    size_of,
)
from visualizer.figures.detail import Detail, Run, Shown
from visualizer.figures.drawing import Box, Drawing, Group, Item, Line, Text
from visualizer.figures.heat import Heat
from visualizer.figures.legend import Entry, in_lines, shortcut_entries, value_entries
from visualizer.figures.look import classes_text
from visualizer.figures.style import width_in
from visualizer.resnet import Layer, Plan, Shape

WIDTH = 1120.0
"""The length of the row in user units, for networks of up to about 60 cuboids; others are longer."""
SIDE = 190.0
"""The height of the largest map."""
LONGEST = (26.0, 170.0)
"""The length of the output with the most channels: at least, and at most."""
MOST = Scale(12.0, 40.0)
"""The largest scale: more would make a network of few pixels or channels no clearer."""
MARGIN, NAMES, BETWEEN = 4.0, 46.0, 6.0
USUAL = Detail()


class Part(NamedTuple):
    """Stations of one part of the network: its style ("stage-1"), name and what is noted below; path of a stage."""

    style: str
    name: str
    note: str
    stations: tuple[Station, ...]
    path: str = ""
    label: str = ""


class Said(NamedTuple):
    """What is said of the parts: their costs, and the quantity that colours them, if it is not their stages that do."""

    table: CostTable
    heat: Heat | None

    def layer(self, layer: Layer) -> str:
        """A layer in one sentence."""
        return f"{layer.path}: {layer_label(layer, self.table.by_path[layer.path])}"

    def group(self, style: str, path: str, label: str, paths: Iterable[str], last: str = "") -> Group:
        """The group of what stands for the blocks or the layer with these paths."""
        if self.heat:  # what has no value is grey, as the head is
            shade = self.heat.shade(paths)
            style = f"{style} {shade.style if shade else 'head'}"
            label = f"{label}. {shade.sentence}" if shade else label
        return Group((), style, path=path, last=last, label=label)


def volumes(
    plan: Plan, *, detail: Detail = USUAL, title: str = "", table: CostTable | None = None, heat: Heat | None = None
) -> Drawing:
    """The volumes of a plan, in one row.

    detail: how far stages and blocks are unfolded. title: a heading, and the picture's name. table: the costs of this
    plan, if they are at hand. heat: what colours the cuboids, in place of their stages.
    """
    parts = tuple(_parts(plan, detail, Said(table or costs(plan), heat)))
    stations = [station for part in parts for station in part.stations]
    scale = _scale(plan, parts)
    middle = (38 if title else 2) + max(above(station, scale) for station in stations)
    names = middle + max(below(station, scale) for station in stations) + 10
    heading = (Text(2, 20, title, "heading"),) if title else ()
    items, end = _row(parts, scale, middle, names)
    width = max(end + MARGIN, width_in("heading", title) + 4)
    key, height = in_lines(_entries(plan, stations, scale, heat), width, names + NAMES)
    shapes = ", ".join(f"{part.name} {dimensions(part.stations[-1].volumes[-1].shape)}" for part in parts)
    return Drawing(width, height, (*heading, *items, *key), title or "Volumes", shapes)


def _row(parts: Iterable[Part], scale: Scale, middle: float, names: float) -> tuple[list[Item], float]:
    """The parts with the trunk between them, and where they end; `middle` is the trunk's height, `names` the names'."""
    groups: list[Item] = []
    trunk: list[Item] = []
    x, words, leaves = MARGIN, 0.0, 0.0
    for part in parts:
        start, placed = max(x, words - LEAD if part.stations[0].has_words else 0), []
        x = start
        for station in part.stations:
            x = max(x, words - LEAD) if station.has_words else x
            if leaves:
                trunk.append(Line(((leaves, middle), (x, middle)), "trunk"))
            found = place(station, scale)
            placed.append(found.group._replace(x=x, y=middle))
            words = max(words, x + found.words)
            x, leaves = x + found.end + BETWEEN, x + found.leaves
        x = max(x, start + 12 + max(width_in("name", part.name), width_in("note", part.note)))
        groups.append(Group((_name(part, start, x - BETWEEN, names), *placed), part.style))
    return [*groups, *trunk], max(x, words)


def _name(part: Part, start: float, end: float, y: float) -> Group:
    """A line in the part's colour with its name below; a stage that is not one cuboid is opened and closed here."""
    line, name = Box(start, y, end - start, 3, "edge", 1.5), Text(start, y + 20, part.name, "name")
    note = (Text(start, y + 36, part.note, "note"),) if part.note else ()
    return Group((line, name, *note), "stage" if part.path else "", path=part.path, label=part.label)


def _scale(plan: Plan, parts: tuple[Part, ...]) -> Scale:
    """The scale at which the row is `WIDTH` long, or nearly, if no output then is too short or too long."""
    shapes = [volume.shape for part in parts for station in part.stations for volume in station.volumes]
    most = max(shape[0] for shape in shapes)
    pixel = min(SIDE / plan.input[1], MOST.pixel)
    least, largest = (min(length / most, MOST.channel) for length in LONGEST)
    scale = Scale(pixel, least)
    for _ in range(4):  # what is written below takes less room from longer cuboids
        room = WIDTH - _row(parts, scale, 0, 0)[1]
        channel = min(max(scale.channel + room / sum(shape[0] for shape in shapes), least), largest)
        if channel == scale.channel:
            break
        scale = Scale(pixel, channel)
    return scale


def _parts(plan: Plan, detail: Detail, said: Said) -> Iterator[Part]:
    """Input, stem, stages and head; the shape of an output is written where it is another than the one before."""
    yield Part("head", "input", "", (Station((Volume(plan.input, True),), Group(()), source=True),))
    shape = plan.input
    stem = [layer for layer in plan.stem if layer.kind in ("conv", "maxpool")]
    yield Part("stem", "stem", "", tuple(_of_layers(stem, shape, said)))
    shape = plan.stem[-1].output
    for shown in detail.shown(plan):
        yield _stage(shown, shape, said)
        shape = shown.stage.output
    head = [layer for layer in plan.head if layer.kind in ("global_pool", "linear")]
    yield Part("head", "head", classes_text(plan), tuple(_of_layers(head, shape, said)))


def _of_layers(layers: Iterable[Layer], before: Shape, said: Said) -> Iterator[Station]:
    for layer in layers:
        group = said.group("layer", layer.path, said.layer(layer), (layer.path,))
        yield Station((Volume(layer.output, layer.output != before),), group)
        before = layer.output


def _stage(shown: Shown, before: Shape, said: Said) -> Part:
    stage, path = shown.stage, shown.stage.path
    style, note = f"stage-{stage.number}", blocks_text(len(stage.blocks))
    label = stage_label(stage, said.table.stages[stage.number - 1])
    if shown.closed:
        shortcuts = _shortcuts(shown.runs)
        group = said.group("stage", path, label, (block.path for block in stage.blocks))
        station = Station((Volume(stage.output, stage.output != before),), group, shortcuts)
        return Part(style, stage.name, note, (station,))
    stations = []
    for run in shown.runs:
        stations.append(_run(run, shown, before, said))
        before = run.first.output
    return Part(style, stage.name, note, tuple(stations), path, label)


def _shortcuts(runs: Iterable[Run]) -> tuple[Shortcut, ...]:
    return tuple(Shortcut(run.first.shortcut_kind, run.repeats) for run in runs if run.first.shortcut_kind != "none")


def _run(run: Run, shown: Shown, before: Shape, said: Said) -> Station:
    """Equal blocks as one cuboid, or a block that is opened as one for each convolution of its branch."""
    block = run.first
    style = "block" + (" folded" if run.repeats > 1 else "") + (" open" if run.opened else "")
    label = block_label(block, said.table.block(block), run.repeats)
    equal = shown.stage.blocks[block.index : block.index + run.repeats]
    group = said.group(style, block.path, label, (one.path for one in equal), run.last)
    inside: tuple[Volume, ...] = (Volume(block.output, block.output != before),)
    if run.opened:
        convs = [layer for layer in block.branch if layer.kind == "conv" and ".se." not in layer.path]
        reads = [before, *(layer.output for layer in convs)]
        inside = tuple(
            Volume(layer.output, layer.output != read, layer.path, said.layer(layer))
            for layer, read in zip(convs, reads, strict=False)
        )
    shortcuts = tuple(shortcut._replace(repeats=1) for shortcut in _shortcuts((run,)))
    return Station(inside, group, shortcuts, run.repeats)


def _entries(plan: Plan, stations: Iterable[Station], scale: Scale, heat: Heat | None) -> Iterator[Entry]:
    """What the picture needs in words: its axes and their scales, and its shortcuts."""
    pixels, channels = _round(12 / scale.pixel), _round(40 / scale.channel)
    size = size_of((channels, pixels, pixels), scale)
    shape = dimensions((channels, pixels, pixels))
    yield Entry(cuboid(size), size.length + size.right, f"{shape}, channels × height × width, to scale")
    yield from value_entries(heat)
    if any(LEAST in size_of(volume.shape, scale) for station in stations for volume in station.volumes):
        yield Entry((Box(0, -5, LEAST, 10, "face"),), LEAST, "what is thinner is drawn as thick as this")
    yield from shortcut_entries(plan)
    if any(station.repeats > 1 for station in stations):
        badge = (Box(0, -8, 30, 16, "badge", 8), Text(15, 4, "× n", "tiny", "middle"))
        yield Entry(badge, 30, "n equal blocks, drawn once")


def _round(most: float) -> int:
    """The greatest power of two up to this number, at least 1."""
    return 1 << max(0, int(most).bit_length() - 1)
