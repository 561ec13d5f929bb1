"""What stands in the bands of a map: the cells of stem, stages and head."""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.analysis.format import dimensions
from visualizer.figures.bands import Band, usual_pitch
from visualizer.figures.block_cell import Cell, Content, block_cell, block_items, boxed, content
from visualizer.figures.captions import blocks_text
from visualizer.figures.detail import Run, Shown
from visualizer.figures.drawing import Group
from visualizer.figures.layer_cell import layer_cell, source_cell
from visualizer.figures.look import (
    BOXED,
    Look,
    block_group,
    classes_text,
    layer_group,
    stage_group,
    whole_layers,
    with_numbers,
)
from visualizer.figures.open_cell import chain_cell, open_cell
from visualizer.figures.stage_cell import stage_cell, stage_width
from visualizer.resnet import Layer, Plan

Drawn = dict[tuple[int, int, bool, bool], Cell]


def bands(plan: Plan, shown: tuple[Shown, ...], look: Look) -> Iterator[Band]:
    """The bands of a plan as it is shown, in order; a stage that is one box takes the room of two boxes."""
    source = source_cell(Content((("input", "on-badge"),)), look.width, plan.input)
    yield Band("stem", "stem", (dimensions(plan.stem[-1].output),), (source, *_layer_cells(plan.stem, look)))
    closed = [stage_width(stage.stage, look.counted(stage.stage)) for stage in shown if stage.closed]
    width = max(usual_pitch(look.width) + look.width, *closed) if closed else 0
    drawn: Drawn = {}
    for one in shown:
        stage = one.stage
        if one.closed:
            cells: tuple[Cell, ...] = (_stage_cell(one, width, look),)
        else:
            cells = tuple([_block_cell(run, look, drawn) for run in one.runs])
        notes = (blocks_text(len(stage.blocks)), dimensions(stage.output))
        node = Group(()) if one.closed else stage_group(Group(()), one, look)
        yield Band(f"stage-{stage.number}", stage.name, notes, cells, node)
    yield Band("head", "head", (classes_text(plan),), tuple(_layer_cells(plan.head, look)))


def _stage_cell(shown: Shown, width: float, look: Look) -> Cell:
    cell = stage_cell(shown.stage, width, any(run.mark for run in shown.runs), look.foot, look.counted(shown.stage))
    return cell._replace(group=stage_group(cell.group, shown, look))


def _block_cell(run: Run, look: Look, drawn: Drawn) -> Cell:
    """The cell of a run of blocks; blocks of one form share what is drawn."""
    block, count, mark, opened = run
    key = (block.form, count, bool(mark), opened)
    if key not in drawn:
        if opened:
            drawn[key] = open_cell(block, look.width, look.gutter, look.words, bool(mark), look.foot)
        else:
            items = block_items(block, look.width, count, bool(mark), look.gutter, look.foot)
            drawn[key] = block_cell(block, look.width, items, count, look.foot)
    return drawn[key]._replace(group=block_group(drawn[key].group, run, look))


def _layer_cells(layers: tuple[Layer, ...], look: Look) -> Iterator[Cell]:
    """The layers of stem or head that have a box, each with those around it that have none."""
    starts = [number for number, layer in enumerate(layers) if layer.kind in BOXED]
    for start, following in zip([0, *starts[1:]], [*starts[1:], len(layers)], strict=True):
        together = layers[start:following]
        if look.layers and len(together) > 1:
            cell = chain_cell(together, look.width, look.gutter, look.words)
            yield cell._replace(group=Group(whole_layers(cell.group.items, "", look)))
        else:
            yield _layer_cell(together, look)


def _layer_cell(layers: tuple[Layer, ...], look: Look) -> Cell:
    """The one layer of these that has a box, and the ReLU before or after it."""
    (boxed_layer,) = (layer for layer in layers if layer.kind in BOXED)
    relu = next((layer for layer in layers if layer.kind == "relu"), None)
    inside = content((boxed_layer,))._replace(gutter=look.gutter, foot=look.foot_of(boxed_layer))
    box = layer_group(Group(tuple(boxed(inside, look.width))), boxed_layer, look)
    if look.numbers:
        box = with_numbers(box, inside, (boxed_layer,), look)
    sign = layer_group(Group(()), relu, look) if relu else None
    before = relu is not None and layers.index(relu) < layers.index(boxed_layer)
    return layer_cell(box, inside.height / 2, look.width, boxed_layer.output, sign, before)
