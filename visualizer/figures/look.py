"""What every part of one map shares, whichever way it goes: the width of its boxes, and what is written at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from visualizer.analysis import CostTable
from visualizer.analysis.counting import layer_numbers
from visualizer.figures.block_cell import Content, block_content, content
from visualizer.figures.captions import block_label, layer_label, stage_label
from visualizer.figures.detail import Run, Shown
from visualizer.figures.drawing import Group, Item, Text
from visualizer.figures.foot import coloured, foot_height, foot_width, footed
from visualizer.figures.heat import Heat
from visualizer.figures.numbering import GAP, STYLE, gutter, numbered
from visualizer.figures.open_cell import sheet_width
from visualizer.figures.thumbnails import Thumbnails
from visualizer.resnet import Layer, Plan, Stage

BOXED = ("conv", "maxpool", "global_pool", "linear")
"""Layers of stem and head that have a box of their own at every level."""


class Look(NamedTuple):
    """What holds for every box of a map: its width; the costs; the numbers of the weighted layers, if they are shown.

    numbers: by a layer's path, and gutter: the room for them in a box. heat: what colours the blocks, if not their
    stages. thumbnails: by a block's path, a small picture of what is in it. layers: whether stem and head are drawn
    layer by layer.
    """

    width: float
    table: CostTable
    numbers: Mapping[str, int]
    gutter: float
    heat: Heat | None = None
    thumbnails: Thumbnails | None = None
    layers: bool = False

    def words(self, layer: Layer) -> str:
        """What is said of a layer, without its name."""
        return layer_label(layer, self.table.by_path[layer.path])

    def counted(self, stage: Stage) -> str:
        """Which of the weighted layers a stage has, "layers 11 to 22", if they are numbered."""
        if not self.numbers:
            return ""
        ends = [layer for block in (stage.blocks[0], stage.blocks[-1]) for layer in block.branch if layer.weighted]
        return f"layers {self.numbers[ends[0].path]} to {self.numbers[ends[-1].path]}"

    @property
    def foot(self) -> float:
        """Room in the box of a block or a stage for its value and its thumbnail."""
        return foot_height(self.heat is not None, self.thumbnails is not None)

    def foot_of(self, layer: Layer) -> float:
        """Room in the box of a layer of stem or head for its value, if it has one."""
        return foot_height(self.heat is not None and layer.path in self.heat.values, False)

    def lit(self, group: Group, paths: Sequence[str]) -> Group:
        """The group of these blocks or this layer with what their values and the last one's thumbnail add to it."""
        shade = self.heat.shade(paths) if self.heat else None
        group = coloured(group, shade) if self.heat else group
        return footed(group, shade, self.thumbnails.by_path.get(paths[-1]) if self.thumbnails else None)


def look_of(
    plan: Plan, shown: Sequence[Shown], table: CostTable, numbers: bool, layers: bool, heat: Heat | None,
    thumbnails: Thumbnails | None,
) -> Look:  # fmt: skip
    """The width at which every box of the plan holds its rows, and the numbers beside them."""
    forms = {block.form: block for block in plan.blocks}.values()
    ends = (*plan.stem, *plan.head)
    contents = [block_content(block) for block in forms]
    contents += [content((layer,)) for layer in ends if layer.kind in BOXED]
    rows = max(inside.width for inside in contents)
    opened = {run.first.form: run.first.layers for stage in shown for run in stage.runs if run.opened}
    free = gutter(plan.weighted_layers, has_folded(shown)) if numbers else 0
    sheets = [sheet_width(inside, free) for inside in (*opened.values(), *([ends] if layers else ()))]
    width = max([rows + free, *sheets, *_feet(shown, ends, heat, thumbnails)])
    return Look(width, table, layer_numbers(plan) if numbers else {}, free, heat, thumbnails, layers)


def _feet(
    shown: Sequence[Shown], ends: Sequence[Layer], heat: Heat | None, thumbnails: Thumbnails | None
) -> Iterator[float]:
    """The widths that values and thumbnails need."""
    if thumbnails:
        yield foot_width("", True)
    if heat:
        runs = [run.paths for stage in shown for run in stage.runs]
        stages = [[block.path for block in stage.stage.blocks] for stage in shown if stage.closed]
        shades = map(heat.shade, [*runs, *stages, *([layer.path] for layer in ends)])
        yield from (foot_width(shade.text, False) for shade in shades if shade)


def has_folded(shown: Iterable[Shown]) -> bool:
    """Whether equal blocks are drawn as one anywhere."""
    return any(run.repeats > 1 for stage in shown for run in stage.runs if not stage.closed)


def block_group(group: Group, run: Run, look: Look) -> Group:
    """The group of a run of blocks with its path, its label and its numbers; what is in it stays shared."""
    block, count, mark, opened = run
    style = "block" + (" open" if opened else " folded" if count > 1 else "") + (" marked" if mark else "")
    label = block_label(block, look.table.block(block), count, mark)
    group = group._replace(style=style, path=block.path, last=run.last, label=label)
    if opened:
        group = group._replace(items=whole_layers(group.items, block.path, look))
    elif look.numbers:
        inside = block_content(block)._replace(foot=look.foot)
        group = with_numbers(group, inside, block.branch, look, count > 1)
    return look.lit(group, run.paths)


def with_numbers(group: Group, inside: Content, layers: tuple[Layer, ...], look: Look, folded: bool = False) -> Group:
    """The group with the numbers of these layers; those of no weight have none."""
    first = next((look.numbers[layer.path] for layer in layers if layer.weighted), 0)
    return numbered(group, inside._replace(gutter=look.gutter), first, folded)


def whole_layers(items: tuple[Item, ...], base: str, look: Look) -> tuple[Item, ...]:
    """The items of an opened block with the whole paths of its layers, in labels too, and with their numbers.

    What is in a layer, and what lies between them, stays shared by all blocks of the form.
    """
    return tuple([_whole(item, base, look) if type(item) is Group and item.path else item for item in items])


def _whole(layer: Group, base: str, look: Look) -> Group:
    path = base + layer.path
    inside, style, x, y, _, last, words = layer
    row = inside[1] if path in look.numbers else None
    if isinstance(row, Text):
        inside = (Group(inside), row._replace(x=row.x - GAP, text=str(look.numbers[path]), style=STYLE, anchor="end"))
    whole = Group(inside, style, x, y, path, last, f"{path}: {words}")
    return coloured(whole, look.heat.shade([path])) if look.heat and not base else whole


def stage_group(group: Group, shown: Shown, look: Look) -> Group:
    """The group of a stage that is one box, or of its name, with its path and its label."""
    stage = shown.stage
    marks = [run.mark for run in shown.runs if run.mark] if shown.closed else []
    label = stage_label(stage, look.table.stages[stage.number - 1], marks)
    group = group._replace(style="stage marked" if marks else "stage", path=stage.path, label=label)
    return look.lit(group, [block.path for block in stage.blocks]) if shown.closed else group


def layer_group(group: Group, layer: Layer, look: Look) -> Group:
    """The group of a layer of stem or head with its path and its label."""
    group = group._replace(style="layer", path=layer.path, label=f"{layer.path}: {look.words(layer)}")
    return look.lit(group, [layer.path]) if group.items else group


def classes_text(plan: Plan) -> str:
    return "1 class" if plan.spec.classes == 1 else f"{plan.spec.classes} classes"
