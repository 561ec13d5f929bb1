"""Curves of several networks aligned by stage: every value is a point in its stage, and networks can be told apart."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.figures.conftest import Colours
from tests.strategies import specs
from visualizer.figures.colour import Theme
from visualizer.figures.depth_beside import DASHES, NETWORK_COLOURS, SYMBOLS, depth_beside, stage_places
from visualizer.figures.depth_charts import Chart, Curve
from visualizer.figures.style import TOKENS
from visualizer.resnet import ResNetSpec, parse, plan

NUMBERS = st.one_of(st.floats(-1e30, 1e30), st.sampled_from([math.nan, math.inf, 0.0]))


@settings(max_examples=20)
@given(st.lists(specs(), min_size=2, max_size=4), st.data())
def test_every_finite_value_is_a_point_in_its_stage(found: list[ResNetSpec], data: st.DataObject) -> None:
    plans = [plan(spec, 32) for spec in found]
    layers = data.draw(st.booleans())
    paths = [
        [one.path for block in network.blocks for one in (block.branch if layers else (block,))] for network in plans
    ]
    curves = tuple(Curve("", {path: data.draw(NUMBERS) for path in row}) for row in paths)
    figure: Any = depth_beside(plans, Chart("numbers", curves), "light")
    for trace, curve, row in zip(figure.data, curves, paths, strict=True):
        assert list(trace.text) == row
        assert list(trace.y) == [value if math.isfinite(value) else None for value in curve.values.values()]
        assert list(trace.x) == sorted(trace.x)
        assert len(set(trace.x)) == len(row)
        assert [f"layer{round(x)}" for x in trace.x] == [path.partition(".")[0] for path in row]


def test_blocks_stand_evenly_in_their_stage_and_layers_in_their_block() -> None:
    network = plan(parse("resnet20?depths=4,2"), 32)
    assert stage_places(network, ["layer1.0", "layer1.3", "layer2.0", "layer2.1"]) == [0.625, 1.375, 1.75, 2.25]
    assert stage_places(network, ["layer2.0.conv1", "layer2.0.conv2"]) == [1.625, 1.875]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_networks_are_told_by_colour_by_dash_and_by_symbol(theme: Theme, seen: Colours) -> None:
    assert len(set(DASHES)) == len(set(SYMBOLS)) == len(NETWORK_COLOURS[theme]) == 4
    for pair in combinations(NETWORK_COLOURS[theme], 2):
        lab = seen([list(bytes.fromhex(colour[1:])) for colour in pair])
        assert np.linalg.norm(np.diff(lab, axis=0)) > 0.15, pair


def test_the_selected_block_of_each_network_has_an_outline() -> None:
    plans = [plan(parse(name), 32) for name in ("resnet20", "resnet20?depths=1,1,1")]
    curves = tuple(Curve("<b>", {block.path: 1.0 for block in one.blocks}) for one in plans)
    figure: Any = depth_beside(plans, Chart("numbers", curves), "light", ("layer2.1", ""))
    first, second = figure.data
    ink = TOKENS["light"]["ink"]
    assert [path for path, line in zip(first.text, first.marker.line.color, strict=True) if line == ink] == ["layer2.1"]
    assert ink not in second.marker.line.color
    assert first.name == "&lt;b>"
    assert list(figure.layout.xaxis.ticktext) == ["stage 1", "stage 2", "stage 3"]
