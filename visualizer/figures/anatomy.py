"""The anatomy of one block as DOT: branch, shortcut, addition, and what follows, layer by layer, with shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import graphviz

from visualizer.analysis.format import dimensions
from visualizer.figures.captions import KIND_NAMES
from visualizer.figures.colour import STAGE_COLOURS, Swatch, Theme, stage_colour
from visualizer.figures.style import TOKENS
from visualizer.resnet import Block, Layer

_FONT = "Source Sans Pro, Source Sans 3, Helvetica, Arial, sans-serif"
_SIGNS = {"add": "+", "scale": "× gate"}
_SHAPED = ("conv", "maxpool", "avgpool", "global_pool", "pad", "linear")
"""Kinds that say their output's shape: all that can change it."""
_NODE, _MORE, _BETWEEN = 29.0, 21.0, 21.0
"""Heights in pixels: of a node with one line, of each further line, and between nodes."""


def layer_text(layer: Layer) -> str:
    """A layer in the papers' words, in one line or two: "3×3 conv, 64, /2"."""
    stride = f", /{layer.stride}" if layer.stride > 1 else ""
    window = f"{layer.kernel}×{layer.kernel}"
    if layer.kind == "conv":
        groups = f"\nin {layer.groups} groups" if layer.groups > 1 else ""
        return f"{window} conv, {layer.output[0]}{stride}{groups}"
    if layer.kind == "conv1d":
        return f"conv across channels, {layer.kernel}"
    if layer.kind in ("maxpool", "avgpool"):
        return f"{window} {'max' if layer.kind == 'maxpool' else 'average'} pool{stride}"
    if layer.kind == "linear":
        return f"linear, {layer.output[0]}"
    if layer.kind == "pad":
        more = layer.output[0] - layer.input[0]
        channels = [f"+{more} zero channels"] if more > 0 else [f"drops {-more} channels"] if more else []
        return "\n".join((["every 2nd pixel"] if layer.stride == 2 else []) + channels)
    return _SIGNS.get(layer.kind) or KIND_NAMES[layer.kind]


def anatomy(block: Block, theme: Theme, chosen: str = "") -> graphviz.Digraph:
    """The block drawn top to bottom: x at the top, F(x) on the left, the shortcut on the right, the sum below.

    chosen: the path of the layer that has a double frame.
    """
    graph = _graph("block", theme)
    graph.node("x", f"x\n{dimensions(block.input)}", shape="plaintext")
    projection = STAGE_COLOURS[theme]["projection"]
    for layers, swatch in (
        (block.branch, stage_colour(block.stage, theme)), (block.shortcut, projection), (block.after, projection),
    ):  # fmt: skip
        _add_layers(graph, layers, swatch, theme, chosen)
    branch_end = _chain(graph, "x", block.branch)
    plain = block.shortcut_kind == "none"
    end = _chain(graph, branch_end, block.after) if plain else _joined(graph, block, branch_end, theme)
    graph.node("out", f"output\n{dimensions(block.output)}", shape="plaintext")
    graph.edge(end, "out")
    return graph


def chain(layers: Sequence[Layer], part: str, theme: Theme, chosen: str = "") -> graphviz.Digraph:
    """The layers of the stem or the head (`part`) one below the other, one of them with a double frame."""
    graph = _graph(part, theme)
    graph.node("x", f"input\n{dimensions(layers[0].input)}", shape="plaintext")
    _add_layers(graph, layers, STAGE_COLOURS[theme][part], theme, chosen)
    graph.node("out", f"output\n{dimensions(layers[-1].output)}", shape="plaintext")
    graph.edge(_chain(graph, "x", layers), "out")
    return graph


def _graph(name: str, theme: Theme) -> graphviz.Digraph:
    ink = TOKENS[theme]["ink"]
    graph = graphviz.Digraph(name, node_attr=_node_style(ink), edge_attr=_edge_style(ink))
    graph.attr(bgcolor="transparent", ranksep="0.22", nodesep="0.3", margin="0.03")
    return graph


def anatomy_height(block: Block) -> int:
    """Pixels that the drawing takes at most: from x to the output down the branch, which is the longest way."""
    return chain_height((*block.branch, *block.after))


def chain_height(layers: Sequence[Layer]) -> int:
    """Pixels that layers below each other take, with what goes in and what comes out."""
    texts = ["x\nshape", *map(_node_text, layers), "output\nshape"]
    nodes = sum(_NODE + _MORE * text.count("\n") for text in texts)
    return round(nodes + (len(texts) - 1) * _BETWEEN) + 12


def _node_text(layer: Layer) -> str:
    return layer_text(layer) + (f"\n{dimensions(layer.output)}" if layer.kind in _SHAPED else "")


def _node_style(ink: str) -> dict[str, str]:
    return {
        "fontname": _FONT, "fontsize": "12", "shape": "box", "style": "rounded", "color": ink, "fontcolor": ink,
        "height": "0.3", "margin": "0.12,0.04",
    }  # fmt: skip


def _edge_style(ink: str) -> dict[str, str]:
    return {"fontname": _FONT, "fontsize": "11", "color": ink, "fontcolor": ink, "arrowsize": "0.6"}


def _add_layers(
    graph: graphviz.Digraph, layers: Iterable[Layer], swatch: Swatch, theme: Theme, chosen: str
) -> None:
    for layer in layers:
        style = {}
        if layer.kind in ("conv", "conv1d", "linear"):
            style = {"style": "rounded,filled", "fillcolor": swatch.fill, "fontcolor": swatch.text}
        if layer.kind == "add":
            style = {"shape": "circle", "width": "0.32", "fixedsize": "true"}
        if layer.path == chosen:
            style |= {"peripheries": "2", "penwidth": "2.4", "color": TOKENS[theme]["focus"]}
        graph.node(layer.path, _node_text(layer), tooltip=layer.path, **style)


def _chain(graph: graphviz.Digraph, start: str, layers: Iterable[Layer], **style: str) -> str:
    """Edges through the layers, each from what it reads, and the path of the last."""
    end = start
    for layer in layers:
        reads = [path for path in layer.reads if not path.endswith((".branch", ".shortcut"))]
        for source in reads or [end]:
            graph.edge(source, layer.path, **style)
        end = layer.path
    return end


def _joined(graph: graphviz.Digraph, block: Block, branch_end: str, theme: Theme) -> str:
    """Draw the shortcut from x to the addition, and what follows the addition; the path of the last value."""
    add, *rest = block.after
    graph.edge(branch_end, add.path, xlabel="F(x)")
    line = STAGE_COLOURS[theme][block.shortcut_kind].line
    style = {"penwidth": "2.2", "color": line, "style": "dotted" if block.shortcut_kind == "pad" else "solid"}
    shortcut_end = _chain(graph, "x", block.shortcut, **style)
    graph.edge(shortcut_end, add.path, label="  identity" if block.shortcut_kind == "identity" else "", **style)
    return _chain(graph, add.path, rest)
