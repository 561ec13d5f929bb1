"""The network map: a whole ResNet as one picture, with every shortcut drawn.

A band a stage, in the stage's colour; in a band the blocks from left to right, row below row. Each block is a box that
lists its branch as the papers do ("1×1, 256 / 3×3, 256 / 1×1, 1024"), under its shortcut: solid if it is the identity,
dotted if it is padded with zeros, through a box of its own if it is a projection. A plain network has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from visualizer.analysis import CostTable, costs
from visualizer.analysis.format import dimensions
from visualizer.figures.across import Row, row
from visualizer.figures.bands import BAND_GAP, Band, Stack, grid, rows
from visualizer.figures.block_cell import Cell, Content, block_cell, block_items, content, layer_cell
from visualizer.figures.captions import blocks_text
from visualizer.figures.detail import DIRECTIONS, Detail, Run, Shown
from visualizer.figures.down import Column, column
from visualizer.figures.down_parts import parts
from visualizer.figures.drawing import Drawing
from visualizer.figures.heading import heading
from visualizer.figures.legend import legend
from visualizer.figures.look import BOXED, Look, block_group, classes_text, has_folded, look_of, with_numbers
from visualizer.resnet import Layer, Plan

USUAL = Detail()
"""Every block, but in long stages, which are folded."""
MOST_COLUMNS = 6
"""Columns of a map for a wide page: ResNet-50's longest stage is one row."""
NARROW = 2
"""With so few columns the names of the stages stand above their blocks."""

Drawn = dict[tuple[int, int, bool], Cell]


def network_map(
    plan: Plan, *, columns: int | None = None, detail: Detail = USUAL, direction: str = "rows",
    marks: Mapping[str, str] | None = None, table: CostTable | None = None, title: str = "", numbers: bool = False,
    heat: Any = None, thumbnails: Mapping[str, Any] | None = None,
) -> Drawing:  # fmt: skip
    """The map of a plan.

    columns: the most blocks in one of the "rows"; None is as many as the network's longest row needs, up to
        `MOST_COLUMNS`. With `NARROW` or fewer the names of the stages stand above their blocks.
    detail: how far stages and blocks are unfolded; blocks are drawn as one, "× 35", only if they are equal.
    direction: how blocks follow each other, one of `DIRECTIONS`: in "rows" from left to right, the stages below each
        other; "across" in one long row; "down" in one column, as in the papers' figures.
    marks: by a block's path, what is special about it, in words; such blocks are drawn as different.
    table: the costs of this plan, if they are at hand. title: a heading, and the picture's name.
    numbers: whether the weighted layers are numbered ("count the 50").
    heat: what colours the blocks, in place of their stages. thumbnails: by a block's path, a picture of what is in it.
    ValueError: fewer than one column, or another direction.
    """
    if columns is not None and columns < 1:
        raise ValueError(f"A map has at least 1 column, not {columns}.")
    if direction not in DIRECTIONS:
        raise ValueError(f"A map's direction is one of {', '.join(DIRECTIONS)}, not {direction!r}.")
    shown = detail.shown(plan, marks)
    look = look_of(plan, shown, table or costs(plan), numbers, heat, thumbnails)
    arranged = _arranged(plan, shown, look, columns, direction)
    above, top = heading(title, arranged.width)
    items, bottom = arranged.stacked(top)
    key, height = legend(plan, has_folded(shown), numbers, arranged.width, bottom + BAND_GAP)
    name = title or "Network map"
    return Drawing(arranged.width, height, (*above, *items, *key), name, _summary(plan))


def _arranged(
    plan: Plan, shown: tuple[Shown, ...], look: Look, columns: int | None, direction: str
) -> Stack | Row | Column:  # fmt: skip
    """The parts of the network, one after the other in this direction."""
    if direction == "down":
        return column(parts(plan, shown, look))
    bands = _bands(plan, shown, look)
    if direction == "across":
        return row(bands)
    most = max(len(cells) for band in bands for cells in rows(band.cells, columns or MOST_COLUMNS))
    return Stack(tuple(bands), grid(bands, look.width, most, beside=columns is None or columns > NARROW))


def _summary(plan: Plan) -> str:
    stages = ", ".join(f"{stage.name} of {blocks_text(len(stage.blocks))}" for stage in plan.stages)
    return f"Stem, {stages}, head; input {dimensions(plan.input)}"


def _bands(plan: Plan, shown: tuple[Shown, ...], look: Look) -> list[Band]:
    source = layer_cell(Content((("input", "on-badge"),)), look.width, plan.input, source=True)
    stem = (source, *_layer_cells(plan.stem, look))
    bands = [Band("stem", "stem", (dimensions(plan.stem[-1].output),), stem)]
    drawn: Drawn = {}
    for stage, _, runs in shown:
        cells = tuple(_block_cell(run, look, drawn) for run in runs)
        notes = (blocks_text(len(stage.blocks)), dimensions(stage.output))
        bands.append(Band(f"stage-{stage.number}", stage.name, notes, cells))
    return [*bands, Band("head", "head", (classes_text(plan),), tuple(_layer_cells(plan.head, look)))]


def _block_cell(run: Run, look: Look, drawn: Drawn) -> Cell:
    """The cell of a run of blocks; blocks of one form share what is drawn."""
    block, count, mark, _ = run
    key = (block.form, count, bool(mark))
    if key not in drawn:
        items = block_items(block, look.width, count, bool(mark), look.gutter)
        drawn[key] = block_cell(block, look.width, items, count)
    return drawn[key]._replace(group=block_group(drawn[key].group, run, look))


def _layer_cells(layers: tuple[Layer, ...], look: Look) -> Iterator[Cell]:
    """The layers of stem or head that have a box, with the ReLU that follows, or that precedes the first."""
    starts = [number for number, layer in enumerate(layers) if layer.kind in BOXED]
    for start, following in zip(starts, [*starts[1:], len(layers)], strict=True):
        before = start == starts[0] and any(layer.kind == "relu" for layer in layers[:start])
        after = any(layer.kind == "relu" for layer in layers[start:following])
        relu = "before" if before else "after" if after else ""
        inside = content((layers[start],))._replace(gutter=look.gutter)
        cell = layer_cell(inside, look.width, layers[start].output, relu)
        if look.numbers:
            cell = cell._replace(group=with_numbers(cell.group, inside, (layers[start],), look))
        yield cell
