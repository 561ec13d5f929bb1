"""The network map: a whole ResNet as one picture, with every shortcut drawn.

A band a stage, in the stage's colour; in a band the blocks from left to right, row below row. Each block is a box that
lists its branch as the papers do ("1×1, 256 / 3×3, 256 / 1×1, 1024"), under its shortcut: solid if it is the identity,
dotted if it is padded with zeros, through a box of its own if it is a projection. A plain network has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from visualizer.analysis import CostTable, costs
from visualizer.analysis.counting import layer_numbers
from visualizer.analysis.format import dimensions
from visualizer.figures.bands import BAND_GAP, Band, grid, rows, stacked
from visualizer.figures.block_cell import Cell, Content, block_cell, block_content, block_items, content, layer_cell
from visualizer.figures.captions import block_label, blocks_text
from visualizer.figures.drawing import Drawing, Group, Item, Text
from visualizer.figures.legend import legend
from visualizer.figures.numbering import gutter, numbered
from visualizer.resnet import Block, Layer, Plan, Stage

MOST_COLUMNS = 6
"""Columns of a map for a wide page: ResNet-50's longest stage is one row."""
NARROW = 2
"""With so few columns the names of the stages stand above their blocks."""
MOST_BLOCKS = 40
"""A stage of more blocks than this is folded unless one says otherwise."""


_BOXED = ("conv", "maxpool", "global_pool", "linear")
Drawn = dict[tuple[int, int, bool], Cell]


class Look(NamedTuple):
    """What holds for every box of a map: its width; the costs; the numbers of the weighted layers, if they are shown.

    numbers: by a layer's path, and gutter: the room for them in a box.
    """

    width: float
    table: CostTable
    numbers: Mapping[str, int]
    gutter: float


class Run(NamedTuple):
    """Equal blocks that follow each other, drawn as one: the first of them, and how many."""

    first: Block
    repeats: int
    mark: str


def network_map(
    plan: Plan, *, columns: int | None = None, fold: bool | None = None, marks: Mapping[str, str] | None = None,
    table: CostTable | None = None, title: str = "", numbers: bool = False,
) -> Drawing:  # fmt: skip
    """The map of a plan.

    columns: the most blocks in a row; None is as many as the network's longest row needs, up to `MOST_COLUMNS`. With
        `NARROW` or fewer the names of the stages stand above their blocks.
    fold: whether blocks that follow each other and are equal (`Block.form`) are drawn as one, "× 35"; None folds the
        stages of more than `MOST_BLOCKS` blocks.
    marks: by a block's path, what is special about it, in words; such blocks are drawn as different.
    table: the costs of this plan, if they are at hand. title: a heading, and the picture's name.
    numbers: whether the weighted layers are numbered ("count the 50").
    ValueError: fewer than one column.
    """
    if columns is not None and columns < 1:
        raise ValueError(f"A map has at least 1 column, not {columns}.")
    runs = [tuple(_runs(stage, fold, marks or {})) for stage in plan.stages]
    folded = any(run.repeats > 1 for stage in runs for run in stage)
    look = _look(plan, table or costs(plan), numbers, folded)
    bands = _bands(plan, runs, look)
    most = max(len(row) for band in bands for row in rows(band.cells, columns or MOST_COLUMNS))
    layout = grid(bands, look.width, most, beside=columns is None or columns > NARROW)
    heading: list[Item] = [Text(2, 20, title, "heading")] if title else []
    items, bottom = stacked(bands, layout, 38 if title else 1)
    key, height = legend(plan, folded, numbers, layout.width, bottom + BAND_GAP)
    name = title or "Network map"
    return Drawing(layout.width, height, (*heading, *items, *key), name, _summary(plan))


def _summary(plan: Plan) -> str:
    stages = ", ".join(f"{stage.name} of {blocks_text(len(stage.blocks))}" for stage in plan.stages)
    return f"Stem, {stages}, head; input {dimensions(plan.input)}"


def _runs(stage: Stage, fold: bool | None, marks: Mapping[str, str]) -> Iterator[Run]:
    """The stage's blocks, one by one or folded; blocks that are marked differently stay apart."""
    folded = len(stage.blocks) > MOST_BLOCKS if fold is None else fold

    def alike(block: Block) -> tuple[int, str, int]:
        return block.form, marks.get(block.path, ""), 0 if folded else block.index

    for (_, mark, _), equal in groupby(stage.blocks, alike):
        blocks = tuple(equal)
        yield Run(blocks[0], len(blocks), mark)


def _look(plan: Plan, table: CostTable, numbers: bool, folded: bool) -> Look:
    """The width at which every box of the plan holds its rows, and the numbers beside them."""
    forms = {block.form: block for block in plan.blocks}.values()
    contents = [block_content(block) for block in forms]
    contents += [content((layer,)) for layer in (*plan.stem, *plan.head) if layer.kind in _BOXED]
    width = max(inside.width for inside in contents)
    if not numbers:
        return Look(width, table, {}, 0)
    room = gutter(plan.weighted_layers, folded)
    return Look(width + room, table, layer_numbers(plan), room)


def _bands(plan: Plan, runs: list[tuple[Run, ...]], look: Look) -> list[Band]:
    source = layer_cell(Content((("input", "on-badge"),)), look.width, plan.input, source=True)
    stem = (source, *_layer_cells(plan.stem, look))
    bands = [Band("stem", "stem", (dimensions(plan.stem[-1].output),), stem)]
    drawn: Drawn = {}
    for stage, of_stage in zip(plan.stages, runs, strict=True):
        cells = tuple(_block_cell(run, look, drawn) for run in of_stage)
        notes = (blocks_text(len(stage.blocks)), dimensions(stage.output))
        bands.append(Band(f"stage-{stage.number}", stage.name, notes, cells))
    classes = "1 class" if plan.spec.classes == 1 else f"{plan.spec.classes} classes"
    return [*bands, Band("head", "head", (classes,), tuple(_layer_cells(plan.head, look)))]


def _block_cell(run: Run, look: Look, drawn: Drawn) -> Cell:
    """The cell of a run of blocks; blocks of one form share what is drawn."""
    block, count, mark = run
    key = (block.form, count, bool(mark))
    if key not in drawn:
        items = block_items(block, look.width, count, bool(mark), look.gutter)
        drawn[key] = block_cell(block, look.width, items, count)
    style = "block" + (" folded" if count > 1 else "") + (" marked" if mark else "")
    last = f"layer{block.stage}.{block.index + count - 1}" if count > 1 else ""
    label = block_label(block, look.table.block(block), count, mark)
    group = drawn[key].group._replace(style=style, path=block.path, last=last, label=label)
    if look.numbers:
        group = _numbered(group, block_content(block), block.branch, look, count > 1)
    return drawn[key]._replace(group=group)


def _numbered(group: Group, inside: Content, layers: tuple[Layer, ...], look: Look, folded: bool = False) -> Group:
    """The group with the numbers of these layers; those of no weight have none."""
    first = next((look.numbers[layer.path] for layer in layers if layer.weighted), 0)
    return numbered(group, inside._replace(gutter=look.gutter), first, folded)


def _layer_cells(layers: tuple[Layer, ...], look: Look) -> Iterator[Cell]:
    """The layers of stem or head that have a box, with the ReLU that follows, or that precedes the first."""
    starts = [number for number, layer in enumerate(layers) if layer.kind in _BOXED]
    for start, following in zip(starts, [*starts[1:], len(layers)], strict=True):
        before = start == starts[0] and any(layer.kind == "relu" for layer in layers[:start])
        after = any(layer.kind == "relu" for layer in layers[start:following])
        relu = "before" if before else "after" if after else ""
        inside = content((layers[start],))._replace(gutter=look.gutter)
        cell = layer_cell(inside, look.width, layers[start].output, relu)
        if look.numbers:
            cell = cell._replace(group=_numbered(cell.group, inside, (layers[start],), look))
        yield cell
