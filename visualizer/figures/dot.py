"""A whole network in DOT, Graphviz's language: a node a layer, a box a stage and a block, every shortcut drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from visualizer.analysis.dataflow import Operation, operations
from visualizer.analysis.format import dimensions
from visualizer.figures.anatomy import layer_text
from visualizer.figures.colour import STAGE_COLOURS, Swatch, Theme, stage_colour
from visualizer.figures.style import TOKENS
from visualizer.resnet import Block, Layer, Plan, Stage

INPUT = "input"
_INDENT = "  "
_FILLED = ("conv", "conv1d", "linear")


def network_dot(plan: Plan, title: str = "", theme: Theme = "light") -> str:
    """The plan as a digraph; layers are named by their paths, and each edge goes from a value to what reads it."""
    lines = [*_defaults(theme), _node(INPUT, f"x\n{dimensions(plan.input)}")]
    lines += [f"label={_quoted(title)}; labelloc=t"] if title else []
    lines += _cluster("stem", "stem", stage_colour(0, theme).line, _nodes(plan.stem, theme))
    for stage in plan.stages:
        lines += _stage(stage, theme)
    lines += _cluster("head", "head", stage_colour(None, theme).line, _nodes(plan.head, theme))
    kinds = {block.path: block.shortcut_kind for block in plan.blocks}
    paths = [INPUT, *(layer.path for layer in plan.layers)]
    for operation in operations(plan):
        lines += _edges(operation, paths, kinds, theme)
    return "\n".join(["digraph network {", *_indented(lines), "}"])


def _defaults(theme: Theme) -> tuple[str, ...]:
    """How everything looks that does not say otherwise."""
    ink, paper = _quoted(TOKENS[theme]["ink"]), _quoted(TOKENS[theme]["paper"])
    sizes = 'fontname="Helvetica", fontsize='
    return (
        f"graph [{sizes}14, ranksep=0.25, nodesep=0.3, newrank=true, bgcolor={paper}, fontcolor={ink}]",
        f'node [{sizes}11, shape=box, style="rounded,filled", height=0.3, fillcolor={paper}]',
        f"node [color={ink}, fontcolor={ink}]",
        f"edge [arrowsize=0.6, color={ink}]",
    )


def _stage(stage: Stage, theme: Theme) -> list[str]:
    """A cluster of the stage, with a cluster of each block in it."""
    inner: list[str] = []
    for block in stage.blocks:
        inner += _block(block, theme)
    blocks = f"{len(stage.blocks)} block" + ("s" if len(stage.blocks) > 1 else "")
    label = f"{stage.name}: {blocks}, {dimensions(stage.output)}"
    return _cluster(stage.name, label, stage_colour(stage.number, theme).line, inner)


def _block(block: Block, theme: Theme) -> list[str]:
    line = stage_colour(block.stage, theme).line
    return _cluster(block.path, block.path, line, _nodes(block.layers, theme), style="dashed")


def _cluster(name: str, label: str, colour: str, inner: Iterable[str], style: str = "solid") -> list[str]:
    """A box around nodes; Graphviz draws one where the name of a subgraph begins with "cluster"."""
    head = f"label={_quoted(label)}; color={_quoted(colour)}; fontcolor={_quoted(colour)}; style={style}"
    return [f"subgraph {_quoted(f'cluster {name}')} {{", *_indented([head, *inner]), "}"]


def _nodes(layers: Iterable[Layer], theme: Theme) -> Iterator[str]:
    for layer in layers:
        owner = STAGE_COLOURS[theme]["projection"] if layer.role == "shortcut" else stage_colour(layer.stage, theme)
        swatch = owner if layer.kind in _FILLED else None
        text = layer_text(layer)
        yield _node(layer.path, f"{text}\n{dimensions(layer.output)}" if layer.output != layer.input else text, swatch)


def _node(name: str, label: str, swatch: Swatch | None = None) -> str:
    colour = f", fillcolor={_quoted(swatch.fill)}, fontcolor={_quoted(swatch.text)}" if swatch else ""
    return f"{_quoted(name)} [label={_quoted(label)}{colour}]"


def _edges(operation: Operation, paths: list[str], kinds: dict[str, str], theme: Theme) -> Iterator[str]:
    """An edge from each value that the operation reads; what an addition reads second is the shortcut."""
    layer = operation.layer
    for place, value in enumerate(operation.reads):
        style = ""
        if layer.role == "shortcut" or (layer.kind == "add" and place == 1):
            kind = kinds[layer.path.rpartition(".")[0].removesuffix(".downsample")]
            line = "dotted" if kind == "pad" else "bold"
            style = f" [style={line}, color={_quoted(STAGE_COLOURS[theme][kind].line)}, penwidth=2]"
        yield f"{_quoted(paths[value])} -> {_quoted(layer.path)}{style}"


def _quoted(text: str) -> str:
    """A quoted string of DOT, in which a line break is written \\n."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _indented(lines: Iterable[str]) -> list[str]:
    return [_INDENT + line for line in lines]
