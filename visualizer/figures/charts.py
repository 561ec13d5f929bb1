"""Charts of costs, as plotly figures: bars, and in each bar the share of one block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import plotly.graph_objects as go

from visualizer.analysis import Cost, CostTable
from visualizer.figures.captions import KIND_NAMES
from visualizer.figures.colour import STAGE_COLOURS, Swatch, Theme
from visualizer.figures.style import TOKENS
from visualizer.resnet import Block, Layer

COUNTS: Mapping[str, tuple[str, Callable[[Cost], int]]] = {
    "params": ("parameters", lambda cost: cost.params),
    "macs": ("MACs", lambda cost: cost.macs),
}
HATCH = {"shape": "/", "fillmode": "overlay", "size": 7, "solidity": 0.3}


def by_stage(table: CostTable, count: str, theme: Theme, block: Block | None = None) -> go.Figure:
    """Bars of parameters or MACs: stem, each stage, head; in its stage, the share of `block`."""
    title, value = COUNTS[count]
    names = ["stem", *(stage.name for stage in table.plan.stages), "head"]
    values = [value(cost) for cost in (table.stem, *table.stages, table.head)]
    own = [value(table.block(block)) if block and block.stage == number else 0 for number in range(len(names))]
    colours = [STAGE_COLOURS[theme][name] for name in names]
    return _figure(names, values, own, colours, f"{title} by stage", title, theme, block)


def by_kind(table: CostTable, count: str, swatch: Swatch, theme: Theme, block: Block | None = None) -> go.Figure:
    """Bars of parameters or MACs by kind of layer, the largest first, with the share of `block` in each.

    Kinds without any are left out.
    """
    title, value = COUNTS[count]
    sums = _sums(table, table.plan.layers, value)
    own = _sums(table, block.layers if block else (), value)
    kinds = sorted((kind for kind, amount in sums.items() if amount), key=lambda kind: -sums[kind])
    names = [KIND_NAMES[kind] for kind in kinds]
    values, shares = [sums[kind] for kind in kinds], [own[kind] for kind in kinds]
    return _figure(names, values, shares, [swatch] * len(kinds), f"{title} by kind of layer", title, theme, block)


def _sums(table: CostTable, layers: Iterable[Layer], value: Callable[[Cost], int]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for layer in layers:
        sums[layer.kind] += value(table.by_path[layer.path])
    return sums


def _figure(
    names: Sequence[str], values: Sequence[int], own: Sequence[int], colours: Sequence[Swatch], title: str, unit: str,
    theme: Theme, block: Block | None,
) -> go.Figure:  # fmt: skip
    """Bars of `values`; the part `own` of each is hatched, stands at the foot, and has an entry in the legend."""
    fills = [swatch.fill for swatch in colours]
    bars = []
    if block:
        outline = {"color": TOKENS[theme]["ink"], "width": [2 if some else 0 for some in own]}
        bars.append(go.Bar(
            x=list(names), y=list(own), name=f"stage {block.stage}, block {block.index + 1}",
            marker={"color": fills, "pattern": HATCH, "line": outline},
            hovertemplate=f"{block.path}, %{{x}}: %{{y:,}} {unit}<extra></extra>",
        ))  # fmt: skip
    rest = [whole - part for whole, part in zip(values, own, strict=True)]
    bars.append(go.Bar(
        x=list(names), y=rest, customdata=list(values), name="the other blocks and layers" if block else unit,
        marker={"color": fills, "line": {"width": 0}},
        hovertemplate="%{x}: %{customdata:,} " + unit + " in all<extra></extra>",
    ))  # fmt: skip
    if block and len(set(fills)) > 1:
        bars += _samples(bars, theme)
    layout = {
        "title": {"text": f"{title[0].upper()}{title[1:]} (computed)", "font": {"size": 15}},
        "height": 340,
        "barmode": "stack",
        "margin": {"l": 10, "r": 10, "t": 48, "b": 10},
        "yaxis": {"title": {"text": unit}, "tickformat": "~s"},
        "showlegend": block is not None,
        "legend": {"orientation": "h", "y": -0.18, "traceorder": "normal"},
        "dragmode": False,
    }
    return go.Figure(bars, layout)


def _samples(bars: Sequence[go.Bar], theme: Theme) -> list[go.Bar]:
    """Empty outlines that stand in the legend for `bars`, which would show the colour of their first stage."""
    samples = []
    for bar in bars:
        line = {"color": TOKENS[theme]["ink"], "width": 2 if bar.marker.pattern.shape else 1}
        hatch = {**bar.marker.pattern.to_plotly_json(), "fgcolor": TOKENS[theme]["ink"]}
        marker = {"color": "rgba(0,0,0,0)", "pattern": hatch, "line": line}
        samples.append(go.Bar(x=[bar.x[0]], y=[None], name=bar.name, legendgroup=bar.name, marker=marker))
        bar.update(showlegend=False, legendgroup=bar.name)
    return samples
