"""What stands in the column of a map that goes down the page: the tiles of stem, stages and head."""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.analysis.format import dimensions
from visualizer.figures.block_cell import Content
from visualizer.figures.captions import blocks_text
from visualizer.figures.detail import Run, Shown
from visualizer.figures.down import Part
from visualizer.figures.down_cell import Lanes, Tile, block_tile, lanes, layer_tile, shortcut_room, source_tile
from visualizer.figures.down_open import chain_tile, open_room, open_tile
from visualizer.figures.down_stage import down_width, stage_tile
from visualizer.figures.drawing import Group
from visualizer.figures.look import Look, classes_text, stage_group
from visualizer.figures.plan_parts import Form, end_places, run_place
from visualizer.resnet import Plan

Drawn = dict[Form, Tile]


def parts(plan: Plan, shown: tuple[Shown, ...], look: Look) -> Iterator[Part]:
    """The parts of a plan as they are shown, in order; stages that are one box are equally wide."""
    opened = {run.first.form: open_room(run.first) for one in shown for run in one.runs if run.opened}
    at = lanes(plan, look.width, max([shortcut_room(plan), *opened.values()]))
    source = source_tile(Content((("input", "on-badge"),)), look.width, plan.input)
    stem = end_places(plan.stem, look, chain_tile, layer_tile)
    yield Part("stem", "stem", (dimensions(plan.stem[-1].output),), (source, *stem))
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
    yield Part("head", "head", (classes_text(plan),), tuple(end_places(plan.head, look, chain_tile, layer_tile)))


def _stage_tile(shown: Shown, width: float, look: Look) -> Tile:
    tile = stage_tile(shown.stage, width, any(run.mark for run in shown.runs), look.foot, look.counted(shown.stage))
    return tile._replace(group=stage_group(tile.group, shown, look))


def _block_tile(run: Run, at: Lanes, look: Look, drawn: Drawn) -> Tile:
    block, count, mark, opened = run

    def draw() -> Tile:
        if opened:
            return open_tile(block, at, look.gutter, look.words, bool(mark), look.foot)
        return block_tile(block, at, count, bool(mark), look.gutter, look.foot)

    return run_place(run, look, drawn, draw)
