"""Charts of costs: bars add up to the network's costs, and the share of a block to the block's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.analysis import costs
from visualizer.figures.charts import COUNTS, by_kind, by_stage
from visualizer.figures.colour import STAGE_COLOURS, Theme
from visualizer.figures.style import TOKENS
from visualizer.resnet import ResNetSpec, plan, preset

SWATCH = STAGE_COLOURS["light"]["stage 4"]


@given(specs(), st.data(), st.sampled_from(sorted(COUNTS)))
def test_bars_and_shares_add_up(spec: ResNetSpec, data: st.DataObject, count: str) -> None:
    table = costs(plan(spec, 64))
    block = data.draw(st.sampled_from(table.plan.blocks))
    whole, own = COUNTS[count][1](table.total), COUNTS[count][1](table.block(block))
    for figure in (by_stage(table, count, "light", block), by_kind(table, count, SWATCH, "light", block)):
        share, rest, *samples = figure.data
        assert sum(share.y) == own
        assert sum(share.y) + sum(rest.y) == whole == sum(rest.customdata)
        assert min(rest.y) >= 0
        assert all(sample.y == (None,) for sample in samples)


def test_the_selected_block_is_marked_in_its_stage_and_in_the_legend() -> None:
    table = costs(plan(preset("resnet50")))
    figure: Any = by_stage(table, "macs", "dark", table.plan.block("layer2.1"))
    share = figure.data[0]
    assert [name for name, amount in zip(share.x, share.y, strict=True) if amount] == ["stage 2"]
    assert share.name == "stage 2, block 2"
    assert share.marker.pattern.shape == "/"
    assert figure.layout.showlegend


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_legend_shows_no_stages_colour_where_bars_have_several(theme: Theme) -> None:
    table = costs(plan(preset("resnet50")))
    figure: Any = by_stage(table, "params", theme, table.plan.block("layer2.1"))
    listed = [bar for bar in figure.data if bar.showlegend is not False]
    assert [(bar.name, bar.marker.pattern.shape) for bar in listed] == [
        ("stage 2, block 2", "/"), ("the other blocks and layers", None),
    ]  # fmt: skip
    assert {(bar.marker.color, bar.marker.line.color) for bar in listed} == {("rgba(0,0,0,0)", TOKENS[theme]["ink"])}
    assert [bar.legendgroup for bar in figure.data] == [bar.name for bar in figure.data]


def test_the_legend_shows_the_one_colour_that_all_bars_have() -> None:
    table = costs(plan(preset("resnet50")))
    figure: Any = by_kind(table, "params", SWATCH, "light", table.plan.block("layer2.1"))
    assert [set(bar.marker.color) for bar in figure.data] == [{SWATCH.fill}, {SWATCH.fill}]
    assert all(bar.showlegend is not False for bar in figure.data)


@pytest.mark.parametrize("count", COUNTS)
def test_without_a_block_there_is_one_bar_each_and_no_legend(count: str) -> None:
    figure: Any = by_stage(costs(plan(preset("resnet18"))), count, "light")
    assert len(figure.data) == 1
    assert not figure.layout.showlegend
    assert list(figure.data[0].x) == ["stem", "stage 1", "stage 2", "stage 3", "stage 4", "head"]
