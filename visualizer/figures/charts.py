"""Charts of costs, as plotly figures: bars, and in each bar the share of what is selected.

A bar by block or by stage says whose it is (`bar_paths`), so that a click on it can select that part of the network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from visualizer.analysis import CostTable
from visualizer.analysis.memory import layers as layer_memory
from visualizer.figures.captions import KIND_NAMES, node_name
from visualizer.figures.colour import STAGE_COLOURS, Swatch, Theme
from visualizer.figures.style import TOKENS
from visualizer.resnet import Layer
from visualizer.resnet.nodes import Node, layers_of

HATCH = {"shape": "/", "fillmode": "overlay", "size": 7, "solidity": 0.3}
BYTES = 4
"""Of a value in float32."""
_ROW = 150
"""Pixels of a row of the chart along the depth."""


class Count(NamedTuple):
    """Something that is counted layer by layer: its title, its unit, and its amount by the path of each layer."""

    title: str
    unit: str
    of: Callable[[CostTable], dict[str, int]]


def _kept(table: CostTable) -> dict[str, int]:
    """Bytes that autograd keeps of each layer's output, for one picture in float32."""
    return {one.layer.path: BYTES * one.elements * one.kept for one in layer_memory(table.plan)}


COUNTS: Mapping[str, Count] = {
    "params": Count("parameters", "parameters", lambda table: {path: c.params for path, c in table.by_path.items()}),
    "macs": Count("MACs", "MACs", lambda table: {path: c.macs for path, c in table.by_path.items()}),
    "memory": Count("memory kept for training", "bytes", _kept),
}


class Bar(NamedTuple):
    """What a bar stands for: its name, what a click on it selects, its layers and its colour."""

    name: str
    path: str
    layers: tuple[Layer, ...]
    swatch: Swatch


def _stage_bars(table: CostTable, theme: Theme) -> list[Bar]:
    """Stem, each stage, head; the stem's bar selects its first layer, the head's the classifier."""
    plan, colours = table.plan, STAGE_COLOURS[theme]
    stages = [Bar(stage.name, stage.path, stage.layers, colours[stage.name]) for stage in plan.stages]
    return [
        Bar("stem", plan.stem[0].path, plan.stem, colours["stem"]), *stages,
        Bar("head", plan.head[-1].path, plan.head, colours["head"]),
    ]  # fmt: skip


def _block_bars(table: CostTable, theme: Theme) -> list[Bar]:
    """Stem, each block, head."""
    stem, *_, head = _stage_bars(table, theme)
    colours = {stage.number: STAGE_COLOURS[theme][stage.name] for stage in table.plan.stages}
    blocks = [Bar(node_name(block), block.path, block.layers, colours[block.stage]) for block in table.plan.blocks]
    return [stem, *blocks, head]


def bar_paths(table: CostTable, blocks: bool) -> list[str]:
    """What a click on each bar selects, in the order of the bars: by block or by stage."""
    return [bar.path for bar in (_block_bars if blocks else _stage_bars)(table, "light")]


def by_stage(table: CostTable, count: str, theme: Theme, node: Node | None = None) -> go.Figure:
    """Bars of one of `COUNTS`: stem, each stage, head; in them the share of `node`."""
    found = COUNTS[count]
    traces = _traces(_stage_bars(table, theme), found, found.of(table), theme, node)
    return go.Figure(_with_legend(traces, theme), _layout(found, "by stage", theme, node))


def by_kind(table: CostTable, count: str, swatch: Swatch, theme: Theme, node: Node | None = None) -> go.Figure:
    """Bars of one of `COUNTS` by kind of layer, the largest first, with the share of `node` in each.

    Kinds without any are left out.
    """
    found = COUNTS[count]
    amounts = found.of(table)
    kinds: dict[str, list[Layer]] = defaultdict(list)
    for layer in table.plan.layers:
        kinds[layer.kind].append(layer)
    sums = {kind: sum(amounts[layer.path] for layer in layers) for kind, layers in kinds.items()}
    order = sorted((kind for kind, amount in sums.items() if amount), key=lambda kind: -sums[kind])
    bars = [Bar(KIND_NAMES[kind], "", tuple(kinds[kind]), swatch) for kind in order]
    traces = _traces(bars, found, amounts, theme, node)
    return go.Figure(traces, _layout(found, "by kind of layer", theme, node))


def along_depth(table: CostTable, theme: Theme, node: Node | None = None) -> go.Figure:
    """A row for each of `COUNTS`, and in it a bar for each block from the stem to the head, on one common axis."""
    bars = _block_bars(table, theme)
    traces: list[go.Bar] = []
    layout: dict[str, Any] = _frame(theme, node, _ROW * len(COUNTS) + 70)
    for row, found in enumerate(COUNTS.values(), start=1):
        rest = _traces(bars, found, found.of(table), theme, node, places=range(len(bars)))
        for trace in rest:
            trace.update(yaxis=f"y{row}", showlegend=False)
        traces += rest if row > 1 else _with_legend(rest, theme)
        title = {"text": found.title.replace(" kept", "<br>kept") + (", bytes" if found.unit == "bytes" else "")}
        top = 1 - (row - 1) / len(COUNTS)
        domain = [top - 1 / len(COUNTS) + 0.04, top]
        layout[f"yaxis{row}"] = {"title": title, "tickformat": "~s", "domain": domain, "nticks": 4}
    ticks, names = zip(*_stage_ticks(bars), strict=True)
    layout["xaxis"] = {"tickvals": ticks, "ticktext": names, "anchor": f"y{len(COUNTS)}", "showgrid": False}
    layout["title"] = {"text": "Block by block, from the input to the output (computed)", "font": {"size": 15}}
    return go.Figure(traces, layout)


def _stage_ticks(bars: Sequence[Bar]) -> Iterator[tuple[float, str]]:
    """Where the names of stem, stages and head stand below the bars: in the middle of each."""
    numbers = [bar.layers[0].stage for bar in bars]
    for number in dict.fromkeys(numbers):
        places = [place for place, other in enumerate(numbers) if other == number]
        name = "head" if number is None else f"stage {number}" if number else "stem"
        yield (places[0] + places[-1]) / 2, name


def _traces(
    bars: Sequence[Bar], count: Count, amounts: Mapping[str, int], theme: Theme, node: Node | None,
    places: Sequence[int] | None = None,
) -> list[go.Bar]:  # fmt: skip
    """Bars at their names or at `places`; the part of `node` in each is hatched, at the foot, and in the legend."""
    names, fills = [bar.name for bar in bars], [bar.swatch.fill for bar in bars]
    x = names if places is None else list(places)
    chosen = {layer.path for layer in layers_of(node)} if node else set()
    values = [sum(amounts[layer.path] for layer in bar.layers) for bar in bars]
    own = [sum(amounts[layer.path] for layer in bar.layers if layer.path in chosen) for bar in bars]
    traces = []
    if node:
        outline = {"color": TOKENS[theme]["ink"], "width": [2 if some else 0 for some in own]}
        traces.append(go.Bar(
            x=x, y=own, hovertext=names, name=node_name(node), **_STILL,
            marker={"color": fills, "pattern": HATCH, "line": outline},
            hovertemplate=f"{node.path}, %{{hovertext}}: %{{y:,}} {count.unit}<extra></extra>",
        ))  # fmt: skip
    rest = [whole - part for whole, part in zip(values, own, strict=True)]
    traces.append(go.Bar(
        x=x, y=rest, hovertext=names, customdata=values, name="all the rest" if node else count.unit, **_STILL,
        marker={"color": fills, "line": {"width": 0}},
        hovertemplate="%{hovertext}: %{customdata:,} " + count.unit + " in all<extra></extra>",
    ))  # fmt: skip
    return traces


_STILL = {"unselected": {"marker": {"opacity": 1}}, "selected": {"marker": {"opacity": 1}}}
"""A click changes what is selected on the whole page, and plotly need not fade the other bars."""


def _layout(count: Count, by: str, theme: Theme, node: Node | None) -> dict[str, Any]:
    title = f"{count.title} {by}"
    return {
        **_frame(theme, node, 340),
        "title": {"text": f"{title[0].upper()}{title[1:]} (computed)", "font": {"size": 15}},
        "yaxis": {"title": {"text": count.unit}, "tickformat": "~s"},
    }


def _frame(theme: Theme, node: Node | None, height: int) -> dict[str, Any]:
    """What all charts have in common; `height` in pixels."""
    return {
        "height": height,
        "barmode": "stack",
        "margin": {"l": 10, "r": 10, "t": 48, "b": 10},
        "showlegend": node is not None,
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "traceorder": "normal"},
        "dragmode": False,
    }


def _with_legend(bars: Sequence[go.Bar], theme: Theme) -> list[go.Bar]:
    """The bars, and empty outlines that stand in the legend for them: bars of several colours show the first one's."""
    samples = []
    for bar in bars if len(bars) > 1 else ():
        line = {"color": TOKENS[theme]["ink"], "width": 2 if bar.marker.pattern.shape else 1}
        hatch = {**bar.marker.pattern.to_plotly_json(), "fgcolor": TOKENS[theme]["ink"]}
        marker = {"color": "rgba(0,0,0,0)", "pattern": hatch, "line": line}
        samples.append(go.Bar(x=[bar.x[0]], y=[None], name=bar.name, legendgroup=bar.name, marker=marker))
        bar.update(showlegend=False, legendgroup=bar.name)
    return [*bars, *samples]
