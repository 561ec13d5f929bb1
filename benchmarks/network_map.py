"""The network map's SVG from nothing, block by block and layer by layer, beside graphviz at the same granularity.

Promises: ResNet-152 by block within 10 ms and 150 KB, ResNet-1202 within 60 ms and 1.5 MB; by layer at least 5 times
faster than `dot` alone and 30 times faster than torchview with `dot`; time that grows with the layers and not faster.
Nothing is kept between runs: the plan is given, its costs are counted, and drawing and SVG are made anew. `dot` reads a
file with a node for each block and addition, or for each layer, and the same edges; torchview traces the model first,
and is left out where it is not installed. Least processor time of several runs, that of child processes included, so
that what else the machine does counts little.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from os import times
from pathlib import Path
from shutil import which
from typing import NamedTuple

import graphviz

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.analysis.dataflow import operations
from visualizer.figures.captions import layer_words
from visualizer.figures.detail import Detail
from visualizer.figures.drawing import text_width
from visualizer.figures.network_map import network_map
from visualizer.figures.style import css
from visualizer.figures.svg import svg
from visualizer.resnet import Plan, plan, presets

NETWORKS = ("resnet18", "resnet50", "resnet152", "resnet1202")
RUNS, PEER_RUNS = 25, 3


class Measured(NamedTuple):
    """Milliseconds and bytes of our SVG at a level, and milliseconds of the peers (None: not there)."""

    ours: float
    size: int
    dot: float | None
    torchview: float | None


def ours(network: Plan, level: str) -> bytes:
    """The map as SVG, every text measured anew and the style sheet written anew."""
    text_width.cache_clear()
    css.cache_clear()
    return svg(network_map(network, detail=Detail(level))).encode()


def by_layer(network: Plan) -> graphviz.Digraph:
    """A node a layer and an edge for each value that a layer reads."""
    graph = graphviz.Digraph(node_attr={"shape": "box"})
    names = ["input", *(layer.path for layer in network.layers)]
    graph.node("input")
    for one in operations(network):
        graph.node(one.layer.path, layer_words(one.layer))
        for read in one.reads:
            graph.edge(names[read], one.layer.path)
    return graph


def by_block(network: Plan) -> graphviz.Digraph:
    """A node for each block and each addition, and for what has a box in stem and head."""
    graph = graphviz.Digraph(node_attr={"shape": "box"})
    end = "input"
    for layer in network.stem:
        graph.edge(end, layer.path)
        end = layer.path
    for block in network.blocks:
        graph.node(block.path, block.kind)
        graph.edge(end, block.path)
        graph.edge(block.path, f"{block.path} +")
        if block.shortcut_kind != "none":
            graph.edge(end, f"{block.path} +", block.shortcut_kind)
        end = f"{block.path} +"
    for layer in network.head:
        graph.edge(end, layer.path)
        end = layer.path
    return graph


def traced(network: Plan) -> bytes:
    """The network as torchview draws it, layer by layer, without a value being computed."""
    from visualizer.network import build

    draw_graph = import_module("torchview").draw_graph
    graph = draw_graph(build(network), input_size=(1, *network.input), device="meta", depth=10)
    found: bytes = graph.visual_graph.pipe("svg")
    return found


def milliseconds(run: Callable[[], object], runs: int) -> float:
    """The least processor time of one run, of this process and of those that it waits for."""
    return min(_once(run) for _ in range(runs))


def _once(run: Callable[[], object]) -> float:
    before = sum(times()[:4])
    count = 0
    while (spent := sum(times()[:4]) - before) < 0.1 or not count:  # the clock goes in steps of 10 ms
        run()
        count += 1
    return spent * 1e3 / count


def measured(network: Plan, level: str, long: bool) -> Measured:
    """Ours and the peers' at one level; `long`: what takes seconds is run once."""
    runs = 1 if long else PEER_RUNS
    graph = (by_block if level == "blocks" else by_layer)(network)
    dot = milliseconds(partial(graph.pipe, "svg"), runs) if which("dot") else None
    trace = level == "layers" and which("dot") and find_spec("torchview")
    torchview = milliseconds(partial(traced, network), runs) if trace else None
    return Measured(milliseconds(partial(ours, network, level), RUNS), len(ours(network, level)), dot, torchview)


def main() -> None:
    if not which("dot"):
        print("There is no `dot` here: install graphviz for the comparison.")
    if not find_spec("torchview"):
        print("torchview is not installed (pip install torchview): left out.")
    print(f"{'network':12}{'level':8}{'ours':>10}{'':>10}{'dot':>12}{'':>8}{'torchview + dot':>20}")
    found: dict[tuple[str, str], Measured] = {}
    layers = {}
    for name in NETWORKS:
        network = plan(presets()[name].spec, presets()[name].resolution)
        layers[name] = len(network.layers)
        for level in ("blocks", "layers"):
            one = found[name, level] = measured(network, level, name == "resnet1202")
            peers = f"{_peer(one.dot, one.ours):>20}{_peer(one.torchview, one.ours):>20}"
            print(f"{name:12}{level:8}{one.ours:7.2f} ms{one.size / 1e3:7.0f} KB{peers}", flush=True)
    _verdict(found, layers["resnet1202"] / layers["resnet152"])


def _peer(time: float | None, own: float) -> str:
    return "-" if time is None else f"{time:.0f} ms {time / own:5.0f} ×"


def _verdict(found: dict[tuple[str, str], Measured], more: float) -> None:
    """Each promise, and whether it is kept."""
    block, layer = found["resnet152", "blocks"], found["resnet152", "layers"]
    long, longest = found["resnet1202", "blocks"], found["resnet1202", "layers"]
    promises = {
        "resnet152 by block within 10 ms and 150 KB": block.ours <= 10 and block.size <= 150_000,
        "resnet1202 by block within 60 ms and 1.5 MB": long.ours <= 60 and long.size <= 1_500_000,
        f"{more:.1f} × the layers in at most {1.5 * more:.1f} × the time": longest.ours <= 1.5 * more * layer.ours,
    }
    for one, name in ((layer, "resnet152"), (longest, "resnet1202")):
        if one.dot is not None:
            promises[f"{name} by layer 5 times faster than dot"] = one.dot >= 5 * one.ours
        if one.torchview is not None:
            promises[f"{name} by layer 30 times faster than torchview"] = one.torchview >= 30 * one.ours
    for promise, kept in promises.items():
        print(f"{promise}: {'yes' if kept else 'NO'}")


if __name__ == "__main__":
    main()
