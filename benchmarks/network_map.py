"""The network map's SVG from nothing, beside graphviz: `dot` where there is one, else the making of its source alone.

Promise: ResNet-152 within 20 ms and 200 KB. Nothing is kept between runs: the plan is given, its costs are counted,
and drawing and SVG are made anew. The source is what the graphviz package writes for the same boxes and edges: a node
a convolution, pooling or addition, an edge a connection; it is still without any layout. Medians, one process.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import which
from statistics import median
from time import perf_counter

import graphviz

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.figures.drawing import text_width
from visualizer.figures.network_map import NARROW, network_map
from visualizer.figures.style import css
from visualizer.figures.svg import svg
from visualizer.resnet import Layer, Plan, plan, presets

NETWORKS = ("resnet18", "resnet50", "resnet152", "resnet1202")
RUNS = 31
PROMISED_MS, PROMISED_BYTES = 20, 200_000
DRAWN = ("conv", "maxpool", "add", "global_pool", "linear")


def ours(network: Plan, columns: int | None) -> bytes:
    """The map as SVG, every text measured anew and the style sheet written anew."""
    text_width.cache_clear()
    css.cache_clear()
    return svg(network_map(network, columns=columns)).encode()


def source(network: Plan) -> graphviz.Digraph:
    """The same network as DOT: what stands in a box, and what it reads."""
    graph = graphviz.Digraph(node_attr={"shape": "box"}, graph_attr={"rankdir": "LR"})
    end = _chain(graph, "", network.stem)
    for block in network.blocks:
        branch, shortcut = _chain(graph, end, block.branch), _chain(graph, end, block.shortcut)
        end = _chain(graph, branch, block.after)
        if block.shortcut_kind != "none":
            graph.edge(shortcut, end)
    _chain(graph, end, network.head)
    return graph


def _chain(graph: graphviz.Digraph, start: str, layers: tuple[Layer, ...]) -> str:
    for layer in layers:
        if layer.kind in DRAWN:
            graph.node(layer.path, f"{layer.kind} {layer.kernel}, {layer.output[0]}")
            if start:
                graph.edge(start, layer.path)
            start = layer.path
    return start


def milliseconds(run: Callable[[], object], runs: int = RUNS) -> float:
    """Median time of one run after a first one that does not count."""
    run()
    times = []
    for _ in range(runs):
        begin = perf_counter()
        run()
        times.append(perf_counter() - begin)
    return median(times) * 1e3


def peer(network: Plan) -> float:
    """Milliseconds that graphviz takes: to an SVG if `dot` is there, else to its source."""
    if which("dot"):
        return milliseconds(lambda: source(network).pipe("svg"), 5)
    return milliseconds(lambda: source(network).source)


def measured(network: Plan) -> tuple[list[float], list[int]]:
    """Milliseconds of the wide form, the narrow one, and both; bytes of the wide and the narrow form."""
    forms = (None, NARROW)
    times = [milliseconds(partial(ours, network, columns)) for columns in forms]
    times.append(milliseconds(lambda: [ours(network, columns) for columns in forms]))
    return times, [len(ours(network, columns)) for columns in forms]


def main() -> None:
    name_of_peer = "graphviz, dot to SVG" if which("dot") else "graphviz, source only"
    print(f"{'network':12}{'wide':>20}{'narrow':>20}{'both':>10}{name_of_peer:>24}")
    kept = True
    for name in NETWORKS:
        row = presets()[name]
        network = plan(row.spec, row.resolution)
        times, sizes = measured(network)
        cells = "".join(f"{time:8.2f} ms {size / 1e3:5.0f} KB" for time, size in zip(times[:2], sizes, strict=True))
        print(f"{name:12}{cells}{times[2]:7.2f} ms{peer(network):21.2f} ms")
        if name == "resnet152":
            kept = max(times[:2]) <= PROMISED_MS and max(sizes) <= PROMISED_BYTES
    print(f"promise: resnet152 within {PROMISED_MS} ms and {PROMISED_BYTES // 1000} KB: {'yes' if kept else 'no'}")


if __name__ == "__main__":
    main()
