"""The volume view: cuboids to scale, in order, apart from each other, and a shortcut where there is one."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.figures.drawings import Rectangle, texts
from tests.strategies import specs
from visualizer.figures.cuboids import LEAST, SLANT
from visualizer.figures.detail import LEVELS, Detail
from visualizer.figures.drawing import Area, Drawing, Group, Item, Line, Mark, placed
from visualizer.figures.heat import KINDS, plan_heat
from visualizer.figures.style import SHORTCUTS
from visualizer.figures.volumes import MOST, SIDE, volumes
from visualizer.resnet import Plan, ResNetSpec, Shape, parse, plan, usual_resolution

DETAILS = st.sampled_from(["", *LEVELS]).map(Detail)


class Cuboid(NamedTuple):
    """What is measured: the sides, and the room that it takes."""

    length: float
    height: float
    depth: float
    room: Rectangle


def cuboids(drawing: Drawing, legend: bool = False) -> list[Cuboid]:
    """The cuboids from left to right as they are painted: flank, upper side, front."""
    areas = [(item, x, y) for item, x, y in placed(drawing.items) if isinstance(item, Area)]
    found = [_cuboid(areas[start : start + 3]) for start in range(0, len(areas), 3)]
    return found if legend else found[:-1]


def _cuboid(areas: list[tuple[Area, float, float]]) -> Cuboid:
    (flank, *_), (_, *_), (front, *_) = areas
    assert [area.style for area, _, _ in areas] == ["side", "top", "face"]
    _, x, y = areas[0]
    (left, top), (right, _), (_, bottom), _ = front.points
    (near, low), (far, high), *_ = flank.points
    assert (near, low) == (right, bottom)
    assert (high - low) / (far - near) == pytest.approx(SLANT[1] / SLANT[0])
    points = [point for area, _, _ in areas for point in area.points]
    across, down = [px for px, _ in points], [py for _, py in points]
    room = Rectangle(x + min(across), y + min(down), x + max(across), y + max(down))
    return Cuboid(right - left, bottom - top, (far - near) / SLANT[0], room)


def shapes(network: Plan, detail: Detail) -> list[Shape]:
    """What is to be drawn, from the plan alone."""
    found = [network.input, *(layer.output for layer in network.stem if layer.kind in ("conv", "maxpool"))]
    for stage, closed, runs in detail.shown(network):
        if closed:
            found.append(stage.output)
            continue
        for run in runs:
            convs = [layer for layer in run.first.branch if layer.kind == "conv" and ".se." not in layer.path]
            found += [layer.output for layer in convs] if run.opened else [run.first.output]
    return [*found, (network.features[0], 1, 1), (network.spec.classes, 1, 1)]


@given(specs(), st.integers(1, 512), DETAILS)
@settings(max_examples=60)
def test_every_side_is_to_scale(spec: ResNetSpec, resolution: int, detail: Detail) -> None:
    network = plan(spec, resolution)
    drawn, wanted = cuboids(volumes(network, detail=detail)), shapes(network, detail)
    assert len(drawn) == len(wanted)
    pixel = drawn[0].height / resolution
    assert pixel * resolution == pytest.approx(min(SIDE, MOST.pixel * resolution))
    longest, most = max((cuboid.length, shape[0]) for cuboid, shape in zip(drawn, wanted, strict=True))
    channel = longest / most
    for cuboid, (channels, height, width) in zip(drawn, wanted, strict=True):
        assert cuboid.length == pytest.approx(max(LEAST, channels * channel))
        assert cuboid.height == pytest.approx(max(LEAST, height * pixel))
        assert cuboid.depth == pytest.approx(max(LEAST, width * pixel))


@given(specs(), st.integers(1, 300), DETAILS, st.sampled_from(["", "A network"]))
@example(parse("resnet18?depths=3&shortcut=C&width=1"), 1, Detail("network"), "")
@example(parse("plain18?depths=1,1,2&width=2&classes=1"), 16, Detail("layers"), "")
@settings(max_examples=60)
def test_nothing_leaves_the_picture_or_stands_on_anything(
    spec: ResNetSpec, resolution: int, detail: Detail, title: str
) -> None:
    assert_apart(volumes(plan(spec, resolution), detail=detail, title=title))


@pytest.mark.parametrize("level", ["", *LEVELS])
@pytest.mark.parametrize("name", ["resnet50", "resnet50d", "plain34", "resnet20", "wrn_28_10", "seresnet50"])
def test_nothing_stands_on_anything_in_published_networks(name: str, level: str) -> None:
    assert_apart(volumes(plan(parse(name), usual_resolution(name)), detail=Detail(level), title=name))


def assert_apart(drawing: Drawing) -> None:
    """Everything is within the picture; cuboids and words have room of their own."""
    page = Rectangle(0, 0, drawing.width, drawing.height)
    drawn, words = cuboids(drawing, legend=True), texts(drawing)
    assert all(page.holds(cuboid.room) for cuboid in drawn)
    assert all(page.holds(room) for _, room in words)
    assert all(one.room.right < other.room.left for one, other in pairwise(drawn[:-1]))
    assert not [pair for pair in combinations(words, 2) if pair[0][1].overlaps(pair[1][1])]
    assert not [text for text, room in words if any(cuboid.room.overlaps(room) for cuboid in drawn)]
    for item, x, y in placed(drawing.items):
        if isinstance(item, Line):
            assert all(0 <= x + px <= drawing.width and 0 <= y + py <= drawing.height for px, py in item.points)


@given(specs(), st.integers(1, 300), DETAILS)
@settings(max_examples=60)
def test_shortcuts_are_those_of_the_plan_and_pass_over_their_cuboids(
    spec: ResNetSpec, resolution: int, detail: Detail
) -> None:
    network = plan(spec, resolution)
    stations = _stations(volumes(network, detail=detail))
    for stage, closed, runs in detail.shown(network):
        groups = [(f"layer{stage.number}", runs)] if closed else [(run.first.path, (run,)) for run in runs]
        for path, of_group in groups:
            wanted = [run.first.shortcut_kind for run in of_group if run.first.shortcut_kind != "none"]
            lines = [item for item in stations[path].items if isinstance(item, Line) and item.style in SHORTCUTS]
            marks = [item for item in stations[path].items if isinstance(item, Mark) and item.symbol == "small-add"]
            assert [line.style for line in lines] == wanted
            assert len(marks) == len(wanted)
            _assert_over(stations[path], lines, marks)


def _assert_over(station: Group, lines: list[Line], marks: list[Mark]) -> None:
    """From the trunk before the first cuboid up over all of them, and down into the addition behind the last."""
    if not lines:
        return
    found = cuboids(Drawing(0, 0, (station._replace(x=0, y=0),), ""), legend=True)
    points = [point for line in lines for point in line.points]
    assert points[0] == pytest.approx((0, 0))
    assert points[0][0] < found[0].room.left
    assert found[-1].room.right < points[-1][0] == marks[-1].x
    assert marks[-1].y == 0
    assert all(y < min(cuboid.room.top for cuboid in found) for _, y in points[1:-1])


def _stations(drawing: Drawing) -> dict[str, Group]:
    """The groups that hold cuboids, by path."""

    def has_cuboids(items: tuple[Item, ...]) -> bool:
        return any(isinstance(item, Area) for item, _, _ in placed(items))

    groups = [item for item, _, _ in placed(drawing.items) if isinstance(item, Group) and item.path]
    return {group.path: group for group in groups if has_cuboids(group.items)}


@given(specs(), DETAILS)
@settings(max_examples=40)
def test_every_part_is_a_node_once_and_in_order(spec: ResNetSpec, detail: Detail) -> None:
    network = plan(spec, 64)
    nodes = [item for item, _, _ in placed(volumes(network, detail=detail).items) if isinstance(item, Group)]
    paths = [node.path for node in nodes if node.path]
    wanted = [layer.path for layer in network.stem if layer.kind in ("conv", "maxpool")]
    for stage, closed, runs in detail.shown(network):
        wanted.append(f"layer{stage.number}")
        for run in () if closed else runs:
            wanted.append(run.first.path)
            convs = [layer for layer in run.first.branch if layer.kind == "conv" and ".se." not in layer.path]
            wanted += [layer.path for layer in convs] if run.opened else []
    assert paths == [*wanted, "avgpool", "fc"]
    assert all(node.label for node in nodes if node.path)


@pytest.mark.parametrize("name", ["params", "macs", "memory", "field"])
@given(spec=specs(), detail=DETAILS)
@example(spec=parse("resnet34"), detail=Detail("stages"))
@settings(max_examples=20)
def test_heat_colours_every_station_by_its_value_and_says_it(name: str, spec: ResNetSpec, detail: Detail) -> None:
    network = plan(spec, 64)
    heat = plan_heat(network, name)
    drawing = volumes(network, detail=detail, heat=heat)
    stations = _stations(drawing)
    for stage, closed, runs in detail.shown(network):
        groups = [(f"layer{stage.number}", stage.blocks)]
        if not closed:
            groups = [(run.first.path, stage.blocks[run.first.index :][: run.repeats]) for run in runs]
        for path, blocks in groups:
            shade = heat.shade(block.path for block in blocks)
            assert shade
            assert shade.style in stations[path].style.split()
            assert stations[path].label.endswith(shade.sentence)
    assert any(KINDS[name].title in text.text for text, _ in texts(drawing))
    assert_apart(drawing)


def test_resnet_152_folded_says_how_often_and_every_new_shape() -> None:
    drawing = volumes(plan(parse("resnet152")), detail=Detail("stages"))
    said = [text.text for text, _ in texts(drawing)]
    assert [text for text in said if text.startswith("× ") and text != "× n"] == ["× 2", "× 7", "× 35", "× 2"]
    sizes = ["3×224×224", "64×112×112", "64×56×56", "256×56×56", "512×28×28", "1024×14×14", "2048×7×7", "2048×1×1"]
    assert [text for text in said if text in sizes] == sizes
    assert drawing.width < 1300


@pytest.mark.parametrize("name", ["resnet18", "resnet34", "resnet50", "seresnet50"])
def test_the_usual_networks_fit_a_wide_page(name: str) -> None:
    assert volumes(plan(parse(name))).width < 1300
