"""Charts of costs: bars add up to the network's costs, and the share of a block to the block's."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.analysis import costs
from visualizer.analysis.memory import training
from visualizer.figures.charts import COUNTS, along_depth, bar_paths, by_kind, by_stage
from visualizer.figures.colour import STAGE_COLOURS, Theme
from visualizer.figures.style import TOKENS
from visualizer.resnet import ResNetSpec, plan, preset
from visualizer.resnet.nodes import find, layers_of, nodes

SWATCH = STAGE_COLOURS["light"]["stage 4"]


@given(specs(), st.data(), st.sampled_from(sorted(COUNTS)))
def test_bars_and_shares_add_up(spec: ResNetSpec, data: st.DataObject, count: str) -> None:
    table = costs(plan(spec, 64))
    node = data.draw(st.sampled_from(list(nodes(table.plan))))
    amounts = COUNTS[count].of(table)
    whole: int = sum(amounts.values())
    own: int = sum(amounts[layer.path] for layer in layers_of(node))
    row = 2 * list(COUNTS).index(count)
    depth: Any = along_depth(table, "light", node)
    drawn = [[trace for trace in depth.data if trace.y != (None,)][row : row + 2]]
    drawn += [by_stage(table, count, "light", node).data, by_kind(table, count, SWATCH, "light", node).data]
    for share, rest, *samples in drawn:
        assert sum(share.y) == own
        assert sum(share.y) + sum(rest.y) == whole == sum(rest.customdata)
        assert min(rest.y) >= 0
        assert all(sample.y == (None,) for sample in samples)


def test_amounts_are_those_of_the_cost_table_and_of_memory() -> None:
    table = costs(plan(preset("resnet50")))
    params, macs, memory = (sum(count.of(table).values()) for count in COUNTS.values())
    assert (params, macs) == (25_557_032, 4_089_184_256)
    kept = training(table.plan, 1, "float32", "SGD").kept
    assert 0.97 * kept < memory + 4 * prod(table.plan.input) < kept  # the rest: BN's statistics and the pool's indices


@given(specs(), st.booleans())
def test_a_bar_selects_what_it_stands_for(spec: ResNetSpec, by_block: bool) -> None:
    table = costs(plan(spec, 32))
    paths = bar_paths(table, by_block)
    figure: Any = along_depth(table, "light") if by_block else by_stage(table, "params", "light")
    inner = [block.path for block in table.plan.blocks] if by_block else [stage.path for stage in table.plan.stages]
    assert paths == [table.plan.stem[0].path, *inner, "fc"]
    assert len(figure.data[0].x) == len(paths)
    for path, amount in zip(paths[1:-1], figure.data[0].customdata[1:-1], strict=True):
        node = find(table.plan, path)
        assert node is not None
        assert amount == table.of(layers_of(node)).params


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
        ("stage 2, block 2", "/"), ("all the rest", None),
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
