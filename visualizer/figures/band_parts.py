"""What stands in the bands of a map: the cells of stem, stages and head."""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.analysis.format import dimensions
from visualizer.figures.bands import Band, usual_pitch
from visualizer.figures.block_cell import Cell, Content, block_cell, block_items
from visualizer.figures.captions import blocks_text
from visualizer.figures.detail import Run, Shown
from visualizer.figures.drawing import Group
from visualizer.figures.layer_cell import layer_cell, source_cell
from visualizer.figures.look import Look, classes_text, stage_group
from visualizer.figures.open_cell import chain_cell, open_cell
from visualizer.figures.plan_parts import Form, end_places, run_place
from visualizer.figures.stage_cell import stage_cell, stage_width
from visualizer.resnet import Plan

Drawn = dict[Form, Cell]


def bands(plan: Plan, shown: tuple[Shown, ...], look: Look) -> Iterator[Band]:
    """The bands of a plan as it is shown, in order; a stage that is one box takes the room of two boxes."""
    source = source_cell(Content((("input", "on-badge"),)), look.width, plan.input)
    stem = end_places(plan.stem, look, chain_cell, layer_cell)
    yield Band("stem", "stem", (dimensions(plan.stem[-1].output),), (source, *stem))
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
    yield Band("head", "head", (classes_text(plan),), tuple(end_places(plan.head, look, chain_cell, layer_cell)))


def _stage_cell(shown: Shown, width: float, look: Look) -> Cell:
    cell = stage_cell(shown.stage, width, any(run.mark for run in shown.runs), look.foot, look.counted(shown.stage))
    return cell._replace(group=stage_group(cell.group, shown, look))


def _block_cell(run: Run, look: Look, drawn: Drawn) -> Cell:
    block, count, mark, opened = run

    def draw() -> Cell:
        if opened:
            return open_cell(block, look.width, look.gutter, look.words, bool(mark), look.foot)
        items = block_items(block, look.width, count, bool(mark), look.gutter, look.foot)
        return block_cell(block, look.width, items, count, look.foot)

    return run_place(run, look, drawn, draw)
