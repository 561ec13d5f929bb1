"""A map in the colours of values, with thumbnails: each at its block, in its box, and said in words."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.figures.drawings import Rectangle, boxes, texts
from tests.strategies import specs
from visualizer.analysis.block_quantities import QUANTITIES
from visualizer.figures.detail import DIRECTIONS, LEVELS, Detail
from visualizer.figures.drawing import Box, Drawing, Group, Picture, Text, placed
from visualizer.figures.heat import KINDS, Heat, plan_heat
from visualizer.figures.network_map import NARROW, network_map
from visualizer.figures.svg import svg
from visualizer.figures.thumbnails import SIDE, Thumbnails, thumbnail
from visualizer.resnet import Plan, ResNetSpec, parse, plan

DETAILS = st.sampled_from(("", *LEVELS)).map(Detail)
COLUMNS = st.sampled_from((None, NARROW))


def pictures(network: Plan, note: str = "") -> Thumbnails:
    """A picture of its own for each block."""
    values = np.linspace(-1, 1, 9).reshape(3, 3)
    by_path = {block.path: thumbnail(number, values, "light") for number, block in enumerate(network.blocks)}
    return Thumbnails(by_path, note)


def lit(spec: ResNetSpec, name: str, detail: Detail, columns: int | None, direction: str = "rows") -> Drawing:
    network = plan(spec, 64)
    heat, thumbnails = plan_heat(network, name), pictures(network)
    return network_map(
        network, heat=heat, thumbnails=thumbnails, detail=detail, columns=columns, direction=direction
    )  # fmt: skip


def nodes(drawing: Drawing) -> dict[str, Group]:
    return {item.path: item for item, _, _ in placed(drawing.items) if isinstance(item, Group) and item.path}


@settings(max_examples=60)
@given(specs(), st.sampled_from(sorted(QUANTITIES)), DETAILS, st.sampled_from(DIRECTIONS))
def test_every_part_has_the_colour_the_text_and_the_sentence_of_its_value(
    spec: ResNetSpec, name: str, detail: Detail, direction: str
) -> None:
    network = plan(spec, 64)
    heat, found = plan_heat(network, name), nodes(lit(spec, name, detail, None, direction))
    for stage, closed, runs in detail.shown(network):
        whole = [(f"layer{stage.number}", [block.path for block in stage.blocks])]
        for path, paths in whole if closed else [(run.first.path, run.paths) for run in runs]:
            shade, node = heat.shade(paths), found[path]
            assert shade is not None
            assert shade.style in node.style.split()
            assert shade.sentence in node.label
            assert f"channel of the output: {network.blocks.index(network.block(paths[-1]))}" in node.label
    for layer in (*network.stem, *network.head):
        shade = heat.shade([layer.path])
        if shade is not None and layer.path in found and any(isinstance(item, Box) for item in found[layer.path].items):
            assert shade.style in found[layer.path].style.split()


@settings(max_examples=60)
@given(specs(), st.sampled_from(sorted(QUANTITIES)), st.sampled_from(("", *LEVELS[:3])), st.sampled_from(DIRECTIONS))
def test_values_and_pictures_stand_in_the_boxes_of_their_blocks(
    spec: ResNetSpec, name: str, level: str, direction: str
) -> None:
    network, drawing = plan(spec, 64), lit(spec, name, Detail(level), None, direction)
    heat = plan_heat(network, name)
    for stage, closed, runs in Detail(level).shown(network):
        whole = [(f"layer{stage.number}", [block.path for block in stage.blocks])]
        for path, paths in whole if closed else [(run.first.path, run.paths) for run in runs]:
            shade, node = heat.shade(paths), nodes(drawing)[path]
            assert shade is not None
            alone = Drawing(0, 0, node.items, "")
            (frame,) = boxes(alone, ("box",))
            (shown,) = [(item, x, y) for item, x, y in placed(node.items) if isinstance(item, Picture)]
            picture = Rectangle(shown[1] + shown[0].x, shown[2] + shown[0].y, shown[1] + shown[0].x + SIDE,
                                shown[2] + shown[0].y + SIDE)  # fmt: skip
            (value,) = [room for text, room in texts(alone) if text.style == "value"]
            assert [text.text for text, _ in texts(alone) if text.style == "value"] == [shade.text]
            assert frame.holds(picture)
            assert frame.holds(value)
            others = [room for text, room in texts(alone) if text.style != "value" and frame.holds(room)]
            assert not any(one.overlaps(other) for one, other in combinations((picture, value, *others), 2))


@settings(max_examples=60)
@given(specs(), st.sampled_from(sorted(QUANTITIES)), DETAILS, COLUMNS)
def test_the_map_has_room_for_all_of_it(spec: ResNetSpec, name: str, detail: Detail, columns: int | None) -> None:
    drawing = lit(spec, name, detail, columns)
    solid = boxes(drawing, ("box", "badge", "projection-box")) if detail.level != "layers" else []
    frames = [
        Rectangle(x + item.x, y + item.y, x + item.x + item.width, y + item.y + item.height)
        for item, x, y in placed(drawing.items) if isinstance(item, Box) and item.style == "band"
    ]  # fmt: skip
    legend_top = max(frame.bottom for frame in frames)
    assert not any(
        one.overlaps(other) for one, other in combinations([box for box in solid if box.bottom < legend_top], 2)
    )
    for item, x, y in placed(drawing.items):
        if isinstance(item, Picture):
            room = Rectangle(x + item.x, y + item.y, x + item.x + item.width, y + item.y + item.height)
            assert sum(frame.holds(room) for frame in frames) == 1


@pytest.mark.parametrize("columns", [None, NARROW])
@pytest.mark.parametrize("name", ["params", "memory", "ratio"])
def test_the_legend_says_what_the_colours_are_and_stays_in_the_picture(name: str, columns: int | None) -> None:
    network = plan(parse("resnet18"))
    note = "untrained weights, seed 0; picture: Cat"
    heat = Heat(KINDS[name], {block.path: 1.5 + number for number, block in enumerate(network.blocks)}, note)
    drawing = network_map(network, heat=heat, thumbnails=pictures(network, note), columns=columns)
    said = [text.text for text, _ in texts(drawing)]
    assert set(heat.ends) <= set(said)
    assert said.count(note) == said.count(f"colour: {KINDS[name].title}, linear steps") == 1
    assert all(room.right <= drawing.width for _, room in texts(drawing))
    assert f"coloured by {KINDS[name].title}" in drawing.description


def test_without_values_the_map_is_what_it_was() -> None:
    network = plan(parse("resnet50"))
    cold = network_map(network)
    assert "heat-" not in svg(cold)
    assert not any(isinstance(item, Picture) for item, _, _ in placed(cold.items))
    assert not any(isinstance(item, Text) and item.style == "value" for item, _, _ in placed(cold.items))


def test_what_has_no_value_is_neutral() -> None:
    network = plan(parse("resnet18"))
    found = nodes(network_map(network, heat=Heat(KINDS["mean"], {"layer1.0": 1.0, "layer1.1": 2.0})))
    assert [found[path].style for path in ("layer1.0", "layer1.1", "layer2.0", "conv1")] == [
        "block heat-0", "block heat-8", "block head", "layer head",
    ]  # fmt: skip


def test_equal_blocks_still_share_what_is_drawn() -> None:
    """ResNet-152 with colours and thumbnails: of the form of most blocks of stage 3 there is one drawing."""
    network = plan(parse("resnet152"))
    found = nodes(network_map(network, heat=plan_heat(network, "params"), thumbnails=pictures(network)))
    inside = [found[block.path].items[0] for block in network.stages[2].blocks[1:]]
    assert all(isinstance(group, Group) and group.items is inside[0].items for group in inside)  # type: ignore[union-attr]
