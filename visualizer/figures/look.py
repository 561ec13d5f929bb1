"""What every part of one map shares, whichever way it goes: the width of its boxes, and what is written at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from visualizer.analysis import CostTable
from visualizer.analysis.counting import layer_numbers
from visualizer.figures.block_cell import Content, block_content, content
from visualizer.figures.captions import block_label
from visualizer.figures.detail import Run, Shown
from visualizer.figures.drawing import Group
from visualizer.figures.numbering import gutter, numbered
from visualizer.resnet import Layer, Plan

BOXED = ("conv", "maxpool", "global_pool", "linear")
"""Layers of stem and head that have a box of their own at every level."""


class Look(NamedTuple):
    """What holds for every box of a map: its width; the costs; the numbers of the weighted layers, if they are shown.

    numbers: by a layer's path, and gutter: the room for them in a box. heat: what colours the blocks, if not their
    stages. thumbnails: by a block's path, a small picture of what is in it.
    """

    width: float
    table: CostTable
    numbers: Mapping[str, int]
    gutter: float
    heat: Any = None
    thumbnails: Mapping[str, Any] | None = None


def look_of(
    plan: Plan, shown: Iterable[Shown], table: CostTable, numbers: bool, heat: Any, thumbnails: Mapping[str, Any] | None
) -> Look:
    """The width at which every box of the plan holds its rows, and the numbers beside them."""
    forms = {block.form: block for block in plan.blocks}.values()
    contents = [block_content(block) for block in forms]
    contents += [content((layer,)) for layer in (*plan.stem, *plan.head) if layer.kind in BOXED]
    width = max(inside.width for inside in contents)
    if not numbers:
        return Look(width, table, {}, 0, heat, thumbnails)
    room = gutter(plan.weighted_layers, has_folded(shown))
    return Look(width + room, table, layer_numbers(plan), room, heat, thumbnails)


def has_folded(shown: Iterable[Shown]) -> bool:
    """Whether equal blocks are drawn as one anywhere."""
    return any(run.repeats > 1 for stage in shown for run in stage.runs)


def block_group(group: Group, run: Run, look: Look) -> Group:
    """The group of a run of blocks with its path, its label and its numbers; what is in it stays shared."""
    block, count, mark, _ = run
    style = "block" + (" folded" if count > 1 else "") + (" marked" if mark else "")
    label = block_label(block, look.table.block(block), count, mark)
    group = group._replace(style=style, path=block.path, last=run.last, label=label)
    return with_numbers(group, block_content(block), block.branch, look, count > 1) if look.numbers else group


def with_numbers(group: Group, inside: Content, layers: tuple[Layer, ...], look: Look, folded: bool = False) -> Group:
    """The group with the numbers of these layers; those of no weight have none."""
    first = next((look.numbers[layer.path] for layer in layers if layer.weighted), 0)
    return numbered(group, inside._replace(gutter=look.gutter), first, folded)


def classes_text(plan: Plan) -> str:
    return "1 class" if plan.spec.classes == 1 else f"{plan.spec.classes} classes"
