"""The anatomy of one block as DOT: branch, shortcut, addition, and what follows, layer by layer."""

from __future__ import annotations

from collections.abc import Iterable

import graphviz

from visualizer.resnet import Block, Layer, Shape

_FONT = "Source Sans Pro, Source Sans 3, Helvetica, Arial, sans-serif"
_NAMES = {
    "bn": "batch norm",
    "relu": "ReLU",
    "sigmoid": "sigmoid",
    "scale": "× gate",
    "add": "+",
    "global_pool": "global average pool",
    "pad": "zero-padding shortcut",
    "flatten": "flatten",
    "linear": "linear",
}


def shape_text(shape: Shape) -> str:
    """Channels × height × width, as "256 × 56 × 56"."""
    return " × ".join(str(size) for size in shape)


def layer_text(layer: Layer) -> str:
    """A layer in the papers' words: "3×3 conv, 64, /2"."""
    stride = f", /{layer.stride}" if layer.stride > 1 else ""
    if layer.kind == "conv":
        groups = f", {layer.groups} groups" if layer.groups > 1 else ""
        return f"{layer.kernel}×{layer.kernel} conv, {layer.output[0]}{stride}{groups}"
    if layer.kind == "conv1d":
        return f"conv across channels, {layer.kernel}"
    if layer.kind in ("maxpool", "avgpool"):
        kind = "max" if layer.kind == "maxpool" else "average"
        return f"{layer.kernel}×{layer.kernel} {kind} pool{stride}"
    if layer.kind == "linear":
        return f"linear, {layer.output[0]}"
    return _NAMES[layer.kind] + stride


def anatomy(block: Block, fill: str, ink: str, line: str) -> graphviz.Digraph:
    """The block drawn top to bottom: x at the top, F(x) on the left, the shortcut on the right, the sum below.

    Colours are CSS colours: `fill` and `ink` for convolutions and the text on them, `line` for edges and other text.
    """
    graph = graphviz.Digraph("block", node_attr=_node_style(line), edge_attr=_edge_style(line))
    graph.attr(bgcolor="transparent", ranksep="0.22", nodesep="0.35", margin="0.05")
    graph.node("x", f"x\n{shape_text(block.input)}", shape="plaintext")
    _add_layers(graph, block.branch, fill, ink)
    _add_layers(graph, block.shortcut, fill, ink)
    _add_layers(graph, block.after, fill, ink)
    branch_end = _chain(graph, "x", block.branch)
    plain = block.shortcut_kind == "none"
    end = _chain(graph, branch_end, block.after) if plain else _joined(graph, block, branch_end)
    graph.node("out", shape_text(block.output), shape="plaintext")
    graph.edge(end, "out")
    return graph


def _node_style(line: str) -> dict[str, str]:
    return {
        "fontname": _FONT, "fontsize": "12", "shape": "box", "style": "rounded", "color": line, "fontcolor": line,
        "height": "0.3", "margin": "0.12,0.04",
    }  # fmt: skip


def _edge_style(line: str) -> dict[str, str]:
    return {"fontname": _FONT, "fontsize": "11", "color": line, "fontcolor": line, "arrowsize": "0.6"}


def _add_layers(graph: graphviz.Digraph, layers: Iterable[Layer], fill: str, ink: str) -> None:
    for layer in layers:
        style = {}
        if layer.kind in ("conv", "conv1d", "linear"):
            style = {"style": "rounded,filled", "fillcolor": fill, "fontcolor": ink}
        if layer.kind == "add":
            style = {"shape": "circle", "width": "0.32", "fixedsize": "true"}
        graph.node(layer.path, layer_text(layer), tooltip=layer.path, **style)


def _chain(graph: graphviz.Digraph, start: str, layers: Iterable[Layer], **style: str) -> str:
    """Edges through the layers, each from what it reads; a shape stands at the edge where it changes."""
    end = start
    for layer in layers:
        reads = [path for path in layer.reads if not path.endswith((".branch", ".shortcut"))]
        for source in reads or [end]:
            graph.edge(source, layer.path, **style)
        end = layer.path
    return end


def _joined(graph: graphviz.Digraph, block: Block, branch_end: str) -> str:
    """Draw the shortcut from x to the addition, and what follows the addition; the path of the last value."""
    add, *rest = block.after
    graph.edge(branch_end, add.path, xlabel="F(x)")
    style = {"penwidth": "2", "style": "dotted" if block.shortcut_kind == "pad" else "solid"}
    shortcut_end = _chain(graph, "x", block.shortcut, **style)
    graph.edge(shortcut_end, add.path, label="  identity" if block.shortcut_kind == "identity" else "", **style)
    return _chain(graph, add.path, rest)
