"""Laws of maps that go down the page or across it, over random networks shown at random levels of detail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.drawings import IN_BOXES, Rectangle, assert_clear, boxes, texts
from tests.strategies import resolutions, specs
from visualizer.figures.detail import DIRECTIONS, LEVELS, Detail
from visualizer.figures.drawing import Box, Drawing, Group, Item, Line, Mark, Point, placed
from visualizer.figures.heat import plan_heat
from visualizer.figures.network_map import network_map
from visualizer.figures.stage_cell import stage_runs
from visualizer.figures.style import SHORTCUTS, STYLES
from visualizer.figures.svg import svg
from visualizer.resnet import Block, Plan, ResNetSpec, parse, plan, preset, presets

NEW = ("down", "across")
FRAMES = ("box", "badge", "projection-box", "pad-box")
SHOWN = (
    "resnet18", "resnet50", "plain34", "resnet20", "resnet50v2", "resnext50_32x4d", "seresnet50", "resnet50d",
    "resnet18?order=relu_before_add", "resnet18?order=bn_after_add", "resnet18v2?attention=eca",
    "resnet34?shortcut=C&stride_block=last&avg_down=true", "resnet34?norm=none",
)  # fmt: skip


class Case(NamedTuple):
    """A network and how far it is unfolded."""

    network: Plan
    detail: Detail

    def drawn(self, direction: str, numbers: bool = False, marked: bool = False) -> Drawing:
        marks = {block.path: "Not in the other network" for block in self.network.blocks[1::3]} if marked else None
        return network_map(self.network, detail=self.detail, direction=direction, numbers=numbers, marks=marks)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A random network at a level of its own, some of its stages and blocks at another one."""
    network = plan(draw(specs(most_stages=2, most_blocks=3)), draw(resolutions))
    detail = Detail(draw(st.sampled_from(LEVELS)))
    parts = [stage.path for stage in network.stages] + [block.path for block in network.blocks]
    for path in draw(st.lists(st.sampled_from(parts), max_size=4)):
        detail = draw(st.sampled_from((detail.opened, detail.closed)))(network, path)
    return Case(network, detail)


def published(name: str, level: str) -> Case:
    row = presets()[name.partition("?")[0]]
    return Case(plan(parse(name), row.resolution), Detail(level))


def nodes(drawing: Drawing) -> list[Group]:
    return [item for item, _, _ in placed(drawing.items) if isinstance(item, Group) and item.path]


def lines(drawing: Drawing) -> Iterator[Line]:
    """Every line in the picture's own coordinates, but those that are signs in a box and those of the legend."""
    for item, x, y in placed(_network(drawing)):
        if isinstance(item, Line) and item.style != "in-box":
            yield item._replace(points=tuple((x + px, y + py) for px, py in item.points))


def marks(drawing: Drawing, symbol: str) -> list[Point]:
    found = placed(_network(drawing))
    return [(x + item.x, y + item.y) for item, x, y in found if isinstance(item, Mark) and item.symbol == symbol]


def _network(drawing: Drawing) -> tuple[Item, ...]:
    """What is drawn of the network, without the legend."""
    return tuple(item for item in drawing.items if not (isinstance(item, Group) and item.style == "legend"))


# Shortcuts


def expected_shortcuts(case: Case) -> list[str]:
    """The kind of every shortcut that is to be drawn, in order."""
    kinds = []
    for stage, closed, runs in case.detail.shown(case.network):
        blocks: list[Block] = [run.block for run in stage_runs(stage)] if closed else [run.first for run in runs]
        kinds += [block.shortcut_kind for block in blocks if block.shortcut_kind != "none"]
    return kinds


@pytest.mark.parametrize("direction", NEW)
@given(case=cases())
def test_a_shortcut_leaves_the_trunk_and_comes_into_an_addition_unless_there_is_none(
    direction: str, case: Case
) -> None:
    drawing = case.drawn(direction)
    forks, additions = marks(drawing, "junction"), marks(drawing, "add")
    found = [line for line in lines(drawing) if line.style in SHORTCUTS]
    leaving = [line.style for line in found if near(line.points[0], forks, 0.1)]
    arriving = [line.style for line in found if near(line.points[-1], additions, 10)]
    assert leaving == arriving == expected_shortcuts(case)
    assert len(additions) == len(arriving)


def near(point: Point, others: list[Point], distance: float) -> bool:
    return any(abs(point[0] - x) + abs(point[1] - y) <= distance for x, y in others)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", ["resnet50v2", "resnet164v2", "resnet18?order=relu_before_add"])
def test_where_the_sum_is_handed_on_the_shortcut_runs_straight_down(name: str, level: str) -> None:
    """He et al. 2016, fig. 1: the clean path; at level `network` stages are boxes with shortcuts at their side."""
    drawing = published(name, level).drawn("down")
    trunk = {x for line in drawing.items if isinstance(line, Line) for x, _ in line.points}
    assert len(trunk) == 1
    ways = {x for line in lines(drawing) if line.style in SHORTCUTS for x, _ in line.points}
    assert (ways == trunk) == (level != "network")


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_sum_that_is_handed_on_arrives_at_a_closed_stage_as_it_came(direction: str) -> None:
    """Its line is thick up to the box of the later stages, and thin behind the stem."""
    drawing = published("resnet18v2?shortcut=A", "network").drawn(direction)
    ways = list(lines(drawing))
    last = [line for line in ways if line.style == "clean" and line.arrow]
    assert len(last) == 3
    for line in last:
        before = [other for other in ways if other is not line and on_line(line.points[0], other)]
        assert [other.style for other in before] == ["clean"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("direction", NEW)
def test_a_plain_network_has_neither_lane_nor_addition(direction: str, level: str) -> None:
    drawing = published("plain34", level).drawn(direction)
    assert not [line for line in lines(drawing) if line.style in SHORTCUTS]
    assert not marks(drawing, "add")
    assert not marks(drawing, "junction")


# Room


@pytest.mark.parametrize("direction", NEW)
@given(case=cases(), numbers=st.booleans(), marked=st.booleans())
def test_nothing_stands_on_anything_else(direction: str, case: Case, numbers: bool, marked: bool) -> None:
    assert_free(case.drawn(direction, numbers, marked))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("direction", NEW)
@pytest.mark.parametrize("name", SHOWN)
def test_nothing_stands_on_anything_else_in_published_networks(name: str, direction: str, level: str) -> None:
    assert_free(published(name, level).drawn(direction, numbers=True, marked=True))


@pytest.mark.parametrize("direction", NEW)
@pytest.mark.parametrize("name", ["resnet152", "resnet164v2", "resnet1202"])
def test_nothing_stands_on_anything_else_in_long_networks_that_are_folded(name: str, direction: str) -> None:
    assert_free(published(name, "stages").drawn(direction, numbers=True))


def assert_free(drawing: Drawing) -> None:
    """Nothing stands on anything else, no line runs through a box or a text, and no text stands on a sign."""
    assert_clear(drawing)
    words = texts(drawing)
    outside = [room for text, room in words if text.style not in IN_BOXES]
    obstacles = [*boxes(drawing, ("box", "badge", "pad-box")), *outside]
    for line in lines(drawing):
        assert not any(crosses(line, room) for room in obstacles), line
    signs = [Rectangle(x - 7, y - 7, x + 7, y + 7) for kind in ("add", "relu") for x, y in marks(drawing, kind)]
    assert not [room for room in outside if any(sign.overlaps(room) for sign in signs)]


def crosses(line: Line, room: Rectangle) -> bool:
    """Whether the line runs through the room, and not only up to it."""
    inner = Rectangle(room.left + 1.5, room.top + 1.5, room.right - 1.5, room.bottom - 1.5)
    for (x, y), (to_x, to_y) in pairwise(line.points):
        if Rectangle(min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)).overlaps(inner):
            return True
    return False


@pytest.mark.parametrize("direction", DIRECTIONS)
@given(case=cases())
def test_no_line_runs_behind_a_value(direction: str, case: Case) -> None:
    heat = plan_heat(case.network, "params")
    drawing = network_map(case.network, detail=case.detail, direction=direction, heat=heat)
    values = [room for text, room in texts(drawing) if text.style == "value"]
    assert values
    for line in lines(drawing):
        assert not any(crosses(line, room) for room in values), line


@pytest.mark.parametrize("direction", NEW)
@given(case=cases())
def test_every_line_ends_at_something(direction: str, case: Case) -> None:
    drawing = case.drawn(direction)
    ends = boxes(drawing, (*FRAMES, "open", "card"))
    signs = [point for symbol in ("add", "relu", "junction") for point in marks(drawing, symbol)]
    ways = list(lines(drawing))
    for line in ways:
        others = [other for other in ways if other is not line]
        for point in (line.points[0], line.points[-1]):
            held = any(touches(point, box) for box in ends) or near(point, signs, 10)
            assert held or any(on_line(point, other) for other in others), (line, point)


@pytest.mark.parametrize("direction", NEW)
def test_what_a_gate_scales_goes_past_it(direction: str) -> None:
    """Hu et al. 2018, fig. 3: the scaling reads F(x) and the gate."""
    drawing = network_map(plan(parse("resnet18?attention=se")), detail=Detail("layers"), direction=direction)
    arriving = [line.points[-1] for line in lines(drawing) if line.arrow]
    scales = [
        Rectangle(x + box.x, y + box.y, x + box.x + box.width, y + box.y + box.height)
        for group, x, y in placed(drawing.items)
        if isinstance(group, Group) and group.path.endswith(".se.scale")
        for box in group.items
        if isinstance(box, Box)
    ]
    assert len(scales) == 8
    assert all(sum(touches(point, box) for point in arriving) == 2 for box in scales)


def touches(point: Point, box: Rectangle) -> bool:
    """Whether the point is on the rim of the box."""
    x, y = point
    outer = Rectangle(box.left - 2, box.top - 2, box.right + 2, box.bottom + 2)
    inner = Rectangle(box.left + 2, box.top + 2, box.right - 2, box.bottom - 2)
    here = Rectangle(x, y, x, y)
    return outer.holds(here) and not inner.holds(here)


def on_line(point: Point, line: Line) -> bool:
    here = Rectangle(*point, *point)
    spans = (
        Rectangle(min(x, to_x) - 2, min(y, to_y) - 2, max(x, to_x) + 2, max(y, to_y) + 2)
        for (x, y), (to_x, to_y) in pairwise(line.points)
    )
    return any(span.holds(here) for span in spans)


# Nodes and words


@pytest.mark.parametrize("direction", NEW)
@given(case=cases())
def test_nodes_come_in_the_networks_order_each_once_and_say_what_they_are(direction: str, case: Case) -> None:
    found = nodes(case.drawn(direction))
    order = [layer.path for layer in case.network.stem]
    for stage in case.network.stages:
        order.append(stage.path)
        for block in stage.blocks:
            order += [block.path, *(layer.path for layer in block.layers)]
    order += [layer.path for layer in case.network.head]
    places = [order.index(group.path) for group in found]
    assert all(one < other for one, other in pairwise(places))
    assert all(group.label for group in found)


@pytest.mark.parametrize("direction", NEW)
@given(spec=specs(most_stages=2))
def test_at_the_last_level_every_layer_is_a_node(direction: str, spec: ResNetSpec) -> None:
    network = plan(spec, 64)
    case = Case(network, Detail("layers"))
    layers = [group.path for group in nodes(case.drawn(direction)) if "layer" in group.style.split()]
    assert layers == [layer.path for layer in network.layers]


@given(case=cases(), numbers=st.booleans())
def test_down_the_page_a_map_says_what_it_says_in_rows(case: Case, numbers: bool) -> None:
    """But for shapes within opened blocks, which stand where there is room for them."""
    opened = any(run.opened for stage in case.detail.shown(case.network) for run in stage.runs)

    def said(direction: str) -> Counter[tuple[str, str]]:
        found = [text for text, _ in texts(case.drawn(direction, numbers))]
        return Counter((text.style, text.text) for text in found if text.style != "tiny" or not opened)

    assert said("down") == said("rows")


@pytest.mark.parametrize("direction", NEW)
@given(case=cases(), marked=st.booleans())
def test_every_style_is_one_that_exists(direction: str, case: Case, marked: bool) -> None:
    for item, _, _ in placed(case.drawn(direction, marked=marked).items):
        if isinstance(item, Box | Line):
            assert item.style in STYLES


# Size


@pytest.mark.parametrize("direction", NEW)
def test_equal_blocks_share_what_is_drawn(direction: str) -> None:
    network = plan(preset("resnet152"))
    drawing = network_map(network, direction=direction)
    drawn = {id(group.items) for group in nodes(drawing) if "block" in group.style.split()}
    assert len(drawn) == len({block.form for block in network.blocks}) < 10
    assert len(svg(drawing).encode()) <= 150_000


@pytest.mark.parametrize("direction", NEW)
def test_a_long_heading_stays_in_the_picture(direction: str) -> None:
    title = "A heading of several words that is wider than a column of blocks can be"
    drawing = network_map(plan(preset("resnet18")), direction=direction, title=title)
    found = [(text, room) for text, room in texts(drawing) if text.style == "heading"]
    assert " ".join(text.text for text, _ in found) == title
    assert all(room.right <= drawing.width for _, room in found)
    assert (len(found) > 1) == (direction == "down")


def test_another_direction_is_refused() -> None:
    with pytest.raises(ValueError, match="one of rows, down, across, not 'up'"):
        network_map(plan(preset("resnet18")), direction="up")
