"""The network map: a whole ResNet as one picture, with every shortcut drawn, at every level of detail.

A band a stage, in the stage's colour; in a band the blocks from left to right, row below row. Each block is a box that
lists its branch as the papers do ("1×1, 256 / 3×3, 256 / 1×1, 1024"), under its shortcut: solid if it is the identity,
dotted if it is padded with zeros, through a box of its own if it is a projection. A plain network has none. A stage may
be one such box with the shortcuts of all its blocks, and a block may be open: then each of its layers is a box.

Every part that is drawn is a group with its path and a label: a stage or its name ("layer3"), a block ("layer3.1"), and
in it its layers ("layer3.1.conv2"), with whole paths; what a layer looks like is shared by all blocks of one form.
"""

from __future__ import annotations

from collections.abc import Mapping

from visualizer.analysis import CostTable, costs
from visualizer.analysis.format import dimensions
from visualizer.figures.across import Row, row
from visualizer.figures.band_parts import bands as band_parts
from visualizer.figures.bands import BAND_GAP, Stack, grid, rows
from visualizer.figures.captions import blocks_text
from visualizer.figures.detail import DIRECTIONS, Detail, Shown
from visualizer.figures.down import Column, column
from visualizer.figures.down_parts import parts
from visualizer.figures.drawing import Drawing
from visualizer.figures.heading import heading
from visualizer.figures.heat import Heat
from visualizer.figures.legend import legend
from visualizer.figures.look import Look, look_of
from visualizer.figures.thumbnails import Thumbnails
from visualizer.resnet import Plan

USUAL = Detail()
"""Every block, but in long stages, which are folded."""
MOST_COLUMNS = 6
"""Columns of a map for a wide page: ResNet-50's longest stage is one row."""
NARROW = 2
"""With so few columns the names of the stages stand above their blocks."""

def network_map(
    plan: Plan, *, columns: int | None = None, detail: Detail = USUAL, direction: str = "rows",
    marks: Mapping[str, str] | None = None, table: CostTable | None = None, title: str = "", numbers: bool = False,
    heat: Heat | None = None, thumbnails: Thumbnails | None = None,
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
    heat: what colours the blocks, in place of their stages. thumbnails: by a block's path, its strongest channel.
    ValueError: fewer than one column, or another direction.
    """
    if columns is not None and columns < 1:
        raise ValueError(f"A map has at least 1 column, not {columns}.")
    if direction not in DIRECTIONS:
        raise ValueError(f"A map's direction is one of {', '.join(DIRECTIONS)}, not {direction!r}.")
    shown = detail.shown(plan, marks)
    look = look_of(plan, shown, table or costs(plan), numbers, detail.level == "layers", heat, thumbnails)
    arranged = _arranged(plan, shown, look, columns, direction)
    above, top = heading(title, arranged.width)
    items, bottom = arranged.stacked(top)
    key, height = legend(
        plan, shown, look.layers, numbers, arranged.width, bottom + BAND_GAP,
        heat=heat, thumbnails=thumbnails,
    )  # fmt: skip
    name = title or "Network map"
    return Drawing(arranged.width, height, (*above, *items, *key), name, _summary(plan, heat))


def _arranged(
    plan: Plan, shown: tuple[Shown, ...], look: Look, columns: int | None, direction: str
) -> Stack | Row | Column:  # fmt: skip
    """The parts of the network, one after the other in this direction."""
    if direction == "down":
        return column(parts(plan, shown, look))
    bands = tuple(band_parts(plan, shown, look))
    if direction == "across":
        return row(bands)
    most = max(len(cells) for band in bands for cells in rows(band.cells, columns or MOST_COLUMNS))
    return Stack(bands, grid(bands, look.width, most, beside=columns is None or columns > NARROW))


def _summary(plan: Plan, heat: Heat | None) -> str:
    stages = ", ".join(f"{stage.name} of {blocks_text(len(stage.blocks))}" for stage in plan.stages)
    colours = f"; coloured by {heat.kind.title}" if heat else ""
    return f"Stem, {stages}, head; input {dimensions(plan.input)}{colours}"
