"""What stands in the column of a map that goes down the page: the tiles of stem, stages and head."""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.analysis.format import dimensions
from visualizer.figures.block_cell import Content, content
from visualizer.figures.captions import blocks_text
from visualizer.figures.detail import Run, Shown
from visualizer.figures.down import Part
from visualizer.figures.down_cell import Lanes, Tile, block_tile, lanes, layer_tile, shortcut_room
from visualizer.figures.look import BOXED, Look, block_group, classes_text, with_numbers
from visualizer.resnet import Layer, Plan

Drawn = dict[tuple[int, int, bool], Tile]


def parts(plan: Plan, shown: tuple[Shown, ...], look: Look) -> Iterator[Part]:
    """The parts of a plan as they are shown, in order."""
    at = lanes(plan, look.width, shortcut_room(plan))
    source = layer_tile(Content((("input", "on-badge"),)), look.width, plan.input, source=True)
    stem = (source, *_layer_tiles(plan.stem, look))
    yield Part("stem", "stem", (dimensions(plan.stem[-1].output),), stem)
    drawn: Drawn = {}
    for stage, _, runs in shown:
        tiles = tuple(_block_tile(run, at, look, drawn) for run in runs)
        notes = (blocks_text(len(stage.blocks)), dimensions(stage.output))
        yield Part(f"stage-{stage.number}", stage.name, notes, tiles)
    yield Part("head", "head", (classes_text(plan),), tuple(_layer_tiles(plan.head, look)))


def _block_tile(run: Run, at: Lanes, look: Look, drawn: Drawn) -> Tile:
    """The tile of a run of blocks; blocks of one form share what is drawn."""
    key = (run.first.form, run.repeats, bool(run.mark))
    if key not in drawn:
        drawn[key] = block_tile(run.first, at, run.repeats, bool(run.mark), look.gutter)
    return drawn[key]._replace(group=block_group(drawn[key].group, run, look))


def _layer_tiles(layers: tuple[Layer, ...], look: Look) -> Iterator[Tile]:
    starts = [number for number, layer in enumerate(layers) if layer.kind in BOXED]
    for start, following in zip(starts, [*starts[1:], len(layers)], strict=True):
        before = start == starts[0] and any(layer.kind == "relu" for layer in layers[:start])
        after = any(layer.kind == "relu" for layer in layers[start:following])
        relu = "before" if before else "after" if after else ""
        inside = content((layers[start],))._replace(gutter=look.gutter)
        tile = layer_tile(inside, look.width, layers[start].output, relu)
        if look.numbers:
            tile = tile._replace(group=with_numbers(tile.group, inside, (layers[start],), look))
        yield tile
