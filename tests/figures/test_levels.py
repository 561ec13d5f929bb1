"""Laws of a map's levels over random specs and openings, and six small maps whose structure is kept as text.

The texts are in `golden/`. To write them anew after a change that is meant, and then to read the difference:

    REWRITE=1 python -m pytest tests/figures/test_levels.py; git diff tests/figures/golden
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.drawings import assert_clear, blocks, nodes, shortcuts
from tests.figures.structure import Structure
from tests.strategies import resolutions, specs
from visualizer.analysis.dataflow import operations
from visualizer.figures.detail import LEVELS, Detail
from visualizer.figures.drawing import Drawing
from visualizer.figures.network_map import NARROW, network_map
from visualizer.figures.stage_cell import stage_runs
from visualizer.figures.svg import svg
from visualizer.resnet import Plan, ResNetSpec, parse, plan, preset

GOLDEN = Path(__file__).parent / "golden"
SIX = {
    "resnet18_blocks": ("resnet18", 224, Detail()),
    "plain18_blocks": ("plain18", 224, Detail("blocks")),
    "resnet50_stages": ("resnet50", 224, Detail("stages", (("layer1", "network"),))),
    "resnet18v2_layers": ("resnet18v2?depths=2,1", 64, Detail("layers")),
    "resnet20_network": ("resnet20?depths=3,1,2", 32, Detail("network")),
    "seresnext_opened": (
        "seresnext50_32x4d?depths=1,2&avg_down=true", 224, Detail("blocks", (("layer2.0", "layers"),)),
    ),
}  # fmt: skip
columns = st.sampled_from((None, 1, NARROW))


@st.composite
def details(draw: st.DrawFn, network: Plan) -> Detail:
    """A level, and some stages and blocks that are shown otherwise."""
    detail = Detail(draw(st.sampled_from(("", *LEVELS))))
    places = [*(stage.path for stage in network.stages), *(block.path for block in network.blocks)]
    for path in draw(st.lists(st.sampled_from(places), max_size=4)):
        detail = draw(st.sampled_from((detail.opened, detail.closed)))(network, path)
    return detail


small_specs = specs(most_stages=3, most_blocks=3)


@given(st.data(), small_specs, columns, resolutions, st.booleans())
def test_nothing_stands_on_anything_else(
    data: st.DataObject, spec: ResNetSpec, most: int | None, size: int, numbers: bool
) -> None:
    network = plan(spec, size)
    detail = data.draw(details(network))
    marks = data.draw(st.sampled_from(({}, {network.blocks[-1].path: "Another stride"})))
    assert_clear(network_map(network, columns=most, detail=detail, numbers=numbers, marks=marks))


@given(st.data(), small_specs)
def test_the_skips_of_all_blocks_are_there_at_every_level(data: st.DataObject, spec: ResNetSpec) -> None:
    network = plan(spec, 64)
    detail = data.draw(details(network))
    drawn = {group.path: group for group in nodes(network_map(network, detail=detail))}
    for shown in detail.shown(network):
        if shown.closed:
            kinds = [run.block.shortcut_kind for run in stage_runs(shown.stage)]
            found = [line.style for line in shortcuts(drawn[shown.stage.path])]
            assert found == [kind for kind in kinds if kind != "none"]
            continue
        for run in shown.runs:
            found = [line.style for line in shortcuts(drawn[run.first.path])]
            assert found == [run.first.shortcut_kind] * (run.first.shortcut_kind != "none")


@given(st.data(), small_specs, columns, resolutions)
def test_every_line_ends_at_a_box_or_a_sign_or_goes_on(
    data: st.DataObject, spec: ResNetSpec, most: int | None, size: int
) -> None:
    network = plan(spec, size)
    assert not Structure(network_map(network, columns=most, detail=data.draw(details(network)))).loose_ends()


@given(small_specs, columns, resolutions)
def test_what_is_connected_layer_by_layer_is_what_the_network_computes(
    spec: ResNetSpec, most: int | None, size: int
) -> None:
    network = plan(spec, size)
    names = ["input", *(layer.path for layer in network.layers)]
    computed = {(names[read], names[one.writes]) for one in operations(network) for read in one.reads}
    found = Structure(network_map(network, columns=most, detail=Detail("layers"))).edges()
    assert {(edge.source, edge.target) for edge in found} == computed


@given(small_specs, resolutions)
def test_every_layer_is_one_node_layer_by_layer_in_its_block(spec: ResNetSpec, size: int) -> None:
    network = plan(spec, size)
    drawing = network_map(network, detail=Detail("layers"))
    layers = [node.path for node in nodes(drawing) if node.style == "layer"]
    assert Counter(layers) == Counter(layer.path for layer in network.layers)
    for group, block in zip(blocks(drawing), network.blocks, strict=True):
        inside = nodes(Drawing(0, 0, group.items, ""))
        assert (group.path, [node.path for node in inside]) == (block.path, [layer.path for layer in block.layers])


@given(st.data(), small_specs)
def test_a_path_is_one_node_and_every_stage_is_one(data: st.DataObject, spec: ResNetSpec) -> None:
    network = plan(spec, 64)
    drawn = nodes(network_map(network, detail=data.draw(details(network))))
    assert max(Counter(node.path for node in drawn).values()) == 1
    stages = [node.path for node in drawn if "stage" in node.style.split()]
    assert stages == [stage.path for stage in network.stages]
    assert all(node.label for node in drawn)


@given(st.data(), small_specs)
def test_to_open_and_then_to_close_is_the_same_picture(data: st.DataObject, spec: ResNetSpec) -> None:
    network = plan(spec, 64)
    detail = data.draw(details(network))
    shown = detail.shown(network)
    pointed = [one.stage.path for one in shown] + [run.first.path for one in shown for run in one.runs]
    path = data.draw(st.sampled_from(pointed))
    opened = detail.opened(network, path)
    if opened.shown(network) != shown and path in [node.path for node in nodes(network_map(network, detail=detail))]:
        assert network_map(network, detail=opened.closed(network, path)) == network_map(network, detail=detail)
        assert network_map(network, detail=opened) != network_map(network, detail=detail)


@pytest.mark.parametrize("name", SIX)
def test_the_structure_of_six_small_maps(name: str) -> None:
    net, size, detail = SIX[name]
    written = Structure(network_map(plan(parse(net), size), detail=detail)).written()
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("REWRITE"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(written, encoding="utf-8")
    assert written.splitlines() == file.read_text(encoding="utf-8").splitlines()


def test_shapes_are_written_where_they_change() -> None:
    """ResNet-50's second stage, first block: 1×1 to 128 channels, 3×3 with stride 2, 1×1 to 512; He 2015, table 1."""
    drawing = network_map(plan(preset("resnet50")), detail=Detail("blocks", (("layer2.0", "layers"),)))
    texts = [text for owner, text in Structure(drawing).texts if owner == "layer2.0"]
    assert texts == ["128×56×56", "128×28×28", "512×28×28", "512×28×28"]  # the last one is on the projection


@pytest.mark.parametrize(
    ("net", "size", "level", "most"),
    [
        ("resnet152", 224, "blocks", 150_000), ("resnet1202", 32, "blocks", 1_500_000),
        ("resnet152", 224, "layers", 300_000),
    ],
)  # fmt: skip
def test_long_networks_stay_small(net: str, size: int, level: str, most: int) -> None:
    assert len(svg(network_map(plan(preset(net), size), detail=Detail(level))).encode()) <= most


def test_equal_blocks_share_what_their_layers_look_like() -> None:
    first, second = blocks(network_map(plan(preset("resnet50")), detail=Detail("layers")))[-2:]
    inside = zip(nodes(Drawing(0, 0, first.items, "")), nodes(Drawing(0, 0, second.items, "")), strict=True)
    assert all(one.items is other.items and one.path != other.path for one, other in inside)
