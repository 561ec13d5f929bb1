"""Charts of several networks, as plotly figures: grouped bars by stage.

The colour of a bar is its stage's, as everywhere; its network is told by its pattern and by the number above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from visualizer.analysis import costs
from visualizer.analysis.format import signed
from visualizer.analysis.receptive_field import receptive_fields
from visualizer.analysis.table import row_of
from visualizer.figures.charts import COUNTS, HATCH
from visualizer.figures.colour import STAGE_COLOURS, Theme
from visualizer.figures.style import TOKENS
from visualizer.resnet import Layer, Plan
from visualizer.resnet.nodes import Node

PATTERNS = ("", "/", "x", ".")
"""Of the bars of each network, by its place."""
TITLES: Mapping[str, tuple[str, str]] = {
    **{key: (f"{count.title[0].upper()}{count.title[1:]} by stage", count.unit) for key, count in COUNTS.items()},
    "field": ("Receptive field at the end of each stage", "pixels"),
}
"""What is shown by stage: its title and its unit."""
GAP = 0.2
"""Between the groups of bars, as a share of a group's room."""


class Place(NamedTuple):
    """A part of a network, whose bar it is: what a click on it selects, and its layers."""

    path: str
    layers: tuple[Layer, ...]


def places(plan: Plan) -> dict[str, Place]:
    """Stem, stages and head by their names; the stem's bar selects its first layer, the head's the classifier."""
    stages = {stage.name: Place(stage.path, stage.layers) for stage in plan.stages}
    return {"stem": Place(plan.stem[0].path, plan.stem), **stages, "head": Place(plan.head[-1].path, plan.head)}


def names(plans: Sequence[Plan], quantity: str) -> list[str]:
    """The groups of bars, aligned by stage: stem, every stage that one of the networks has, head.

    Without the head for receptive fields: it sees the whole map.
    """
    longest = max(plans, key=lambda plan: len(plan.stages))
    return [name for name in places(longest) if quantity != "field" or name != "head"]


def amounts(plan: Plan, quantity: str) -> dict[str, int]:
    """Of each part by its name: a sum over its layers, or the receptive field in pixels where the part ends."""
    if quantity == "field":
        fields = receptive_fields(plan)
        return {name: fields[place.layers[-1].path].size for name, place in places(plan).items() if name != "head"}
    of = COUNTS[quantity].of(costs(plan))
    return {name: sum(of[layer.path] for layer in place.layers) for name, place in places(plan).items()}


def group_of(node: Node) -> str:
    """The name of the group of bars that a stage, a block or a layer is in; the pool is in the stem's."""
    row = row_of(node)
    return "stem" if row == "pool" else row


def beside(
    networks: Sequence[tuple[str, Plan]], quantity: str, theme: Theme, selected: str = "", group: str = ""
) -> go.Figure:  # fmt: skip
    """A group of bars a stage, in it a bar a network (its heading and its plan); bars of `selected` stand out.

    quantity: a key of `TITLES`. selected: the path of a stage, or of the layer that stem or head select. group: the
    name of the group that holds what is selected, which is marked too, more quietly where it is not all of it.
    """
    groups = names([plan for _, plan in networks], quantity)
    title, unit = TITLES[quantity]
    found = [amounts(plan, quantity) for _, plan in networks]
    values = [[own.get(group) for group in groups] for own in found]
    bars = [
        _bars(place, networks[place], groups, values, unit, theme, (selected, group)) for place in range(len(networks))
    ]  # fmt: skip
    samples = [_sample(place, name, groups[0], theme) for place, (name, _) in enumerate(networks)]
    most = max(value for row in values for value in row if value is not None)
    return go.Figure([*bars, *samples], {
        "title": {"text": f"{title} (computed)", "font": {"size": 15}},
        "height": 420, "barmode": "group", "bargap": GAP, "dragmode": False,
        "margin": {"l": 10, "r": 10, "t": 48, "b": 10},
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": groups},
        "yaxis": {"title": {"text": unit}, "tickformat": "~s", "range": [0, 1.12 * most]},
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "traceorder": "normal"},
        "showlegend": True, "annotations": list(_numbers(values, theme)),
    })  # fmt: skip


def _bars(
    place: int, network: tuple[str, Plan], groups: Sequence[str], values: Sequence[Sequence[int | None]], unit: str,
    theme: Theme, marked: tuple[str, str],
) -> go.Bar:  # fmt: skip
    name, plan = network
    own, of_first = values[place], values[0]
    paths = places(plan)
    selected, of_part = marked
    outlines = [3 if one in paths and paths[one].path == selected else 2 if one == of_part else 1 for one in groups]
    return go.Bar(
        x=groups, y=own, name=name, showlegend=False, legendgroup=name, offsetgroup=str(place),
        customdata=[_beside_first(place, one, first) for one, first in zip(own, of_first, strict=True)],
        marker={
            "color": [STAGE_COLOURS[theme][group].fill for group in groups],
            "pattern": {**HATCH, "shape": PATTERNS[place]},
            "line": {"color": TOKENS[theme]["ink"], "width": outlines},
        },
        unselected={"marker": {"opacity": 1}}, selected={"marker": {"opacity": 1}},
        hovertemplate=f"{name}, %{{x}}: %{{y:,}} {unit}%{{customdata}}<extra></extra>",
    )  # fmt: skip


def _beside_first(place: int, one: int | None, first: int | None) -> str:
    """What is said of the difference to the first network: "; +6,144 beside 1"."""
    return "" if not place or one is None or first is None else f"; {signed(one - first)} beside 1"


def _sample(place: int, name: str, group: str, theme: Theme) -> go.Bar:
    """What stands in the legend for a network, whose bars have the colours of their stages."""
    ink = TOKENS[theme]["ink"]
    pattern = {**HATCH, "shape": PATTERNS[place], "fgcolor": ink}
    marker = {"color": "rgba(0,0,0,0)", "pattern": pattern, "line": {"color": ink, "width": 1}}
    return go.Bar(x=[group], y=[None], name=name, legendgroup=name, offsetgroup=str(place), marker=marker)


def _numbers(values: Sequence[Sequence[int | None]], theme: Theme) -> Iterator[dict[str, Any]]:
    """The number of its network above every bar."""
    width = (1 - GAP) / len(values)
    for place, row in enumerate(values):
        shift = (place - (len(values) - 1) / 2) * width
        for group, value in enumerate(row):
            if value is not None:
                yield {
                    "x": group + shift, "y": value, "yshift": 9, "text": str(place + 1), "showarrow": False,
                    "font": {"size": 11, "color": TOKENS[theme]["ink"]},
                }  # fmt: skip
