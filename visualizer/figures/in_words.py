"""A network in words: its parts within each other, an alternative to the picture for everyone.

Stem, stages and head; in a stage the blocks, equal ones that follow each other as one; in a block the branch, the
shortcut, the addition and what follows it; in these the layers. `ui/outline.py` and `commands/outline.py` render it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from visualizer.analysis import Cost, CostTable, costs
from visualizer.analysis.format import dimensions, grouped
from visualizer.figures.captions import blocks_text, layer_words, shortcut_name
from visualizer.figures.detail import Detail, Run, Shown
from visualizer.figures.look import classes_text
from visualizer.figures.take_along import full_name
from visualizer.resnet import Block, Layer, Plan, Shape


class Entry(NamedTuple):
    """One part of a network: its name, what it is in words, its shapes (C×H×W), its counts, and the parts in it.

    path: of a stage, a block or a layer; last: of the last of the equal blocks that it stands for. Shapes that are
    not said are empty, and counts of equal blocks are those of each of them.
    """

    name: str
    words: str = ""
    path: str = ""
    last: str = ""
    input: Shape = ()
    output: Shape = ()
    params: int = 0
    macs: int = 0
    entries: tuple[Entry, ...] = ()

    @property
    def title(self) -> str:
        """The name, for what is no layer with its path: "blocks 2 to 3 (layer1.1 to layer1.2)"."""
        if not self.path or not self.entries:
            return self.name
        return f"{self.name} ({self.path} to {self.last})" if self.last else f"{self.name} ({self.path})"

    def holds(self, path: str) -> bool:
        """Whether the stage, block or layer with this path is this part, or in it; branch and shortcut have no path."""
        if any(entry.holds(path) for entry in self.entries):
            return True
        if not self.last:
            return bool(self.path) and path == self.path
        stage, first = self.path.split(".")
        of, _, rest = path.partition(".")
        index = rest.partition(".")[0]
        return of == stage and index.isdecimal() and int(first) <= int(index) <= int(self.last.split(".")[1])

    @property
    def facts(self) -> str:
        """Shapes and counts in words: "each 256 × 56 × 56, 70,400 parameters, 218,365,952 MACs"."""
        shapes = [shape for shape in (self.input, self.output) if shape]
        if self.input == self.output:
            shapes = shapes[:1]
        said = [" to ".join(map(dimensions, shapes))]
        said += [f"{grouped(self.params)} parameter{'s' * (self.params != 1)}"] if self.params else []
        said += [f"{grouped(self.macs)} MAC{'s' * (self.macs != 1)}"] if self.macs else []
        return ("each " if self.last else "") + ", ".join(filter(None, said))


def outline(plan: Plan) -> Entry:
    """The whole network; the numbers are those of `costs`."""
    table = costs(plan)
    parts = (
        _part("stem", plan.stem, table),
        *(_stage(shown, table) for shown in Detail("stages").shown(plan)),
        _part("head", plan.head, table),
    )
    words = f"{plan.weighted_layers} weighted layers, {classes_text(plan)}"
    total = table.total
    return Entry(full_name(plan), words, "", "", plan.input, (), total.params, total.macs, parts)


def _part(name: str, layers: tuple[Layer, ...], table: CostTable) -> Entry:
    """Stem, or head."""
    cost = table.of(layers)
    inner = _layers(layers, table)
    return Entry(name, "", "", "", layers[0].input, layers[-1].output, cost.params, cost.macs, inner)


def _stage(shown: Shown, table: CostTable) -> Entry:
    stage, cost = shown.stage, table.stages[shown.stage.number - 1]
    shapes = stage.blocks[0].input, stage.output
    blocks = tuple(_blocks(run, table) for run in shown.runs)
    words = blocks_text(len(stage.blocks))
    return Entry(stage.name, words, stage.path, "", *shapes, cost.params, cost.macs, blocks)


def _blocks(run: Run, table: CostTable) -> Entry:
    """A block, or equal ones that follow each other."""
    block, cost = run.first, table.block(run.first)
    name, words = f"block {block.index + 1}", f"{block.kind}, {shortcut_name(block)}"
    if run.last:
        name = f"blocks {block.index + 1} to {block.index + run.repeats}"
        words = f"{run.repeats} equal blocks, each {words}"
    inside = _inside(block, table)
    return Entry(name, words, block.path, run.last, block.input, block.output, cost.params, cost.macs, inside)


def _inside(block: Block, table: CostTable) -> tuple[Entry, ...]:
    """Branch, shortcut, and what begins with the addition."""
    branch = _section("branch F(x)", "", block.branch, block, table)
    shortcut = _section("shortcut", _shortcut_words(block), block.shortcut, block, table)
    return branch, shortcut, *_layers(block.after, table, block)


def _section(name: str, words: str, layers: tuple[Layer, ...], block: Block, table: CostTable) -> Entry:
    cost = table.of(layers) if layers else Cost()
    shapes = (layers[0].input, layers[-1].output) if layers else ((), ())
    return Entry(name, words, "", "", *shapes, cost.params, cost.macs, _layers(layers, table, block))


def _shortcut_words(block: Block) -> str:
    """What the shortcut hands on to the addition, in words."""
    of = "the activated x" if block.shortcut and block.shortcut[0].reads else "x"
    if block.shortcut_kind == "none":
        return "none, the block is plain"
    if block.shortcut_kind == "identity":
        return "identity, x as it is"
    if block.shortcut_kind == "projection":
        return f"projection of {of} by a 1×1 convolution"
    more = block.output[0] - block.input[0]
    words = [f"{of}, every {block.stride}nd row and column" if block.stride == 2 else of]
    words += [f"{more} channels of zeros appended"] if more > 0 else []
    words += [f"the last {-more} channels dropped"] if more < 0 else []
    return f"{shortcut_name(block).removesuffix(' shortcut')}: {', '.join(words)}"


def _layers(layers: Iterable[Layer], table: CostTable, block: Block | None = None) -> tuple[Entry, ...]:
    """Layers by their names within the block."""
    prefix = f"{block.path}." if block else ""
    return tuple(_layer(layer, layer.path.removeprefix(prefix), table.by_path[layer.path]) for layer in layers)


def _layer(layer: Layer, name: str, cost: Cost) -> Entry:
    words = "addition of branch and shortcut" if layer.kind == "add" else layer_words(layer)
    return Entry(name, words, layer.path, "", layer.input, layer.output, cost.params, cost.macs)
