"""A whole network in DOT, Graphviz's language: a node a layer, a box a stage and a block, every shortcut drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from visualizer.analysis.dataflow import Operation, operations
from visualizer.analysis.format import dimensions
from visualizer.figures.anatomy import layer_text
from visualizer.figures.colour import STAGE_COLOURS, stage_colour
from visualizer.resnet import Block, Layer, Plan, Stage

INPUT = "input"
_INDENT = "  "
_DEFAULTS = (
    'graph [fontname="Helvetica", fontsize=14, ranksep=0.25, nodesep=0.3, newrank=true]',
    'node [fontname="Helvetica", fontsize=11, shape=box, style="rounded,filled", fillcolor=white, height=0.3]',
    "edge [arrowsize=0.6]",
)
_FILLED = ("conv", "conv1d", "linear")


def network_dot(plan: Plan, title: str = "") -> str:
    """The plan as a digraph; layers are named by their paths, and each edge goes from a value to what reads it."""
    lines = [*_DEFAULTS, _node(INPUT, f"x\n{dimensions(plan.input)}")]
    lines += [f"label={_quoted(title)}; labelloc=t"] if title else []
    lines += _cluster("stem", "stem", stage_colour(0).line, _nodes(plan.stem))
    for stage in plan.stages:
        lines += _stage(stage)
    lines += _cluster("head", "head", stage_colour(None).line, _nodes(plan.head))
    kinds = {block.path: block.shortcut_kind for block in plan.blocks}
    paths = [INPUT, *(layer.path for layer in plan.layers)]
    for operation in operations(plan):
        lines += _edges(operation, paths, kinds)
    return "\n".join(["digraph network {", *_indented(lines), "}"])


def _stage(stage: Stage) -> list[str]:
    """A cluster of the stage, with a cluster of each block in it."""
    inner: list[str] = []
    for block in stage.blocks:
        inner += _block(block)
    blocks = f"{len(stage.blocks)} block" + ("s" if len(stage.blocks) > 1 else "")
    label = f"{stage.name}: {blocks}, {dimensions(stage.output)}"
    return _cluster(stage.name, label, stage_colour(stage.number).line, inner)


def _block(block: Block) -> list[str]:
    return _cluster(block.path, block.path, stage_colour(block.stage).line, _nodes(block.layers), style="dashed")


def _cluster(name: str, label: str, colour: str, inner: Iterable[str], style: str = "solid") -> list[str]:
    """A box around nodes; Graphviz draws one where the name of a subgraph begins with "cluster"."""
    head = f"label={_quoted(label)}; color={_quoted(colour)}; fontcolor={_quoted(colour)}; style={style}"
    return [f"subgraph {_quoted(f'cluster {name}')} {{", *_indented([head, *inner]), "}"]


def _nodes(layers: Iterable[Layer]) -> Iterator[str]:
    for layer in layers:
        swatch = STAGE_COLOURS["light"]["projection"] if layer.role == "shortcut" else stage_colour(layer.stage)
        fill = swatch.fill if layer.kind in _FILLED else ""
        text = layer_text(layer)
        yield _node(layer.path, f"{text}\n{dimensions(layer.output)}" if layer.output != layer.input else text, fill)


def _node(name: str, label: str, fill: str = "") -> str:
    colour = f", fillcolor={_quoted(fill)}" if fill else ""
    return f"{_quoted(name)} [label={_quoted(label)}{colour}]"


def _edges(operation: Operation, paths: list[str], kinds: dict[str, str]) -> Iterator[str]:
    """An edge from each value that the operation reads; what an addition reads second is the shortcut."""
    layer = operation.layer
    for place, value in enumerate(operation.reads):
        style = ""
        if layer.role == "shortcut" or (layer.kind == "add" and place == 1):
            kind = kinds[layer.path.rpartition(".")[0].removesuffix(".downsample")]
            line = "dotted" if kind == "pad" else "bold"
            style = f" [style={line}, color={_quoted(STAGE_COLOURS['light'][kind].line)}, penwidth=2]"
        yield f"{_quoted(paths[value])} -> {_quoted(layer.path)}{style}"


def _quoted(text: str) -> str:
    """A quoted string of DOT, in which a line break is written \\n."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _indented(lines: Iterable[str]) -> list[str]:
    return [_INDENT + line for line in lines]
