"""What stands in the column of a map that goes down the page: the tiles of stem, stages and head."""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.analysis.format import dimensions
from visualizer.figures.block_cell import Content, boxed, content
from visualizer.figures.captions import blocks_text
from visualizer.figures.detail import Run, Shown
from visualizer.figures.down import Part
from visualizer.figures.down_cell import Lanes, Tile, block_tile, lanes, layer_tile, shortcut_room, source_tile
from visualizer.figures.down_open import chain_tile, open_room, open_tile
from visualizer.figures.down_stage import down_width, stage_tile
from visualizer.figures.drawing import Group
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
from visualizer.resnet import Layer, Plan

Drawn = dict[tuple[int, int, bool, bool], Tile]


def parts(plan: Plan, shown: tuple[Shown, ...], look: Look) -> Iterator[Part]:
    """The parts of a plan as they are shown, in order; stages that are one box are equally wide."""
    opened = {run.first.form: open_room(run.first) for one in shown for run in one.runs if run.opened}
    at = lanes(plan, look.width, max([shortcut_room(plan), *opened.values()]))
    source = source_tile(Content((("input", "on-badge"),)), look.width, plan.input)
    yield Part("stem", "stem", (dimensions(plan.stem[-1].output),), (source, *_layer_tiles(plan.stem, look)))
    width = max([look.width, *(down_width(one.stage, look.counted(one.stage)) for one in shown if one.closed)])
    drawn: Drawn = {}
    for one in shown:
        stage = one.stage
        if one.closed:
            tiles: tuple[Tile, ...] = (_stage_tile(one, width, look),)
        else:
            tiles = tuple([_block_tile(run, at, look, drawn) for run in one.runs])
        notes = (blocks_text(len(stage.blocks)), dimensions(stage.output))
        node = Group(()) if one.closed else stage_group(Group(()), one, look)
        yield Part(f"stage-{stage.number}", stage.name, notes, tiles, node)
    yield Part("head", "head", (classes_text(plan),), tuple(_layer_tiles(plan.head, look)))


def _stage_tile(shown: Shown, width: float, look: Look) -> Tile:
    tile = stage_tile(shown.stage, width, any(run.mark for run in shown.runs), look.foot, look.counted(shown.stage))
    return tile._replace(group=stage_group(tile.group, shown, look))


def _block_tile(run: Run, at: Lanes, look: Look, drawn: Drawn) -> Tile:
    """The tile of a run of blocks; blocks of one form share what is drawn."""
    block, count, mark, opened = run
    key = (block.form, count, bool(mark), opened)
    if key not in drawn:
        if opened:
            drawn[key] = open_tile(block, at, look.gutter, look.words, bool(mark), look.foot)
        else:
            drawn[key] = block_tile(block, at, count, bool(mark), look.gutter, look.foot)
    return drawn[key]._replace(group=block_group(drawn[key].group, run, look))


def _layer_tiles(layers: tuple[Layer, ...], look: Look) -> Iterator[Tile]:
    """The layers of stem or head that have a box, each with those around it that have none."""
    starts = [number for number, layer in enumerate(layers) if layer.kind in BOXED]
    for start, following in zip([0, *starts[1:]], [*starts[1:], len(layers)], strict=True):
        together = layers[start:following]
        if look.layers and len(together) > 1:
            tile = chain_tile(together, look.width, look.gutter, look.words)
            yield tile._replace(group=Group(whole_layers(tile.group.items, "", look)))
        else:
            yield _layer_tile(together, look)


def _layer_tile(layers: tuple[Layer, ...], look: Look) -> Tile:
    """The one layer of these that has a box, and the ReLU before or after it."""
    (boxed_layer,) = (layer for layer in layers if layer.kind in BOXED)
    relu = next((layer for layer in layers if layer.kind == "relu"), None)
    inside = content((boxed_layer,))._replace(gutter=look.gutter, foot=look.foot_of(boxed_layer))
    box = layer_group(Group(tuple(boxed(inside, look.width))), boxed_layer, look)
    if look.numbers:
        box = with_numbers(box, inside, (boxed_layer,), look)
    sign = layer_group(Group(()), relu, look) if relu else None
    before = relu is not None and layers.index(relu) < layers.index(boxed_layer)
    return layer_tile(box, inside.height / 2, look.width, boxed_layer.output, sign, before)
