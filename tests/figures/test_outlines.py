"""A drawing as paths: what is painted is what the SVG paints, at the same places, in the same order and colours."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.figures.drawing import Area, Box, Drawing, Group, Line, Mark, Picture, Text, placed
from visualizer.figures.network_map import network_map
from visualizer.figures.outlines import SYMBOLS, Path, outlines, painted
from visualizer.resnet import ResNetSpec, plan

LENGTHS = st.floats(1, 500)


def ends(path: Path) -> list[tuple[float, float]]:
    return [piece.points[-1] for piece in path.pieces if piece.points]


@given(spec=specs(most_stages=3, most_blocks=3))
def test_everything_is_painted_once_in_order_where_it_stands(spec: ResNetSpec) -> None:
    drawing = network_map(plan(spec), title="A title")
    expected = [
        (item.x + x, item.y + y, item.text) if isinstance(item, Text) else path.style
        for item, x, y in placed(drawing.items) if not isinstance(item, Group)
        for path in ((item,) if isinstance(item, Text) else outlines(item))
    ]  # fmt: skip
    found = [
        (thing.x, thing.y, thing.text) if isinstance(thing, Text) else thing.style
        for thing, _ in painted(drawing) if not isinstance(thing, Picture)
    ]  # fmt: skip
    assert found == expected


@given(spec=specs(most_stages=3, most_blocks=3))
def test_paths_begin_with_a_move_and_stay_in_the_picture(spec: ResNetSpec) -> None:
    drawing = network_map(plan(spec))
    for thing, _ in painted(drawing):
        if isinstance(thing, Path):
            assert thing.pieces[0].kind == "move"
            assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in ends(thing))


@given(width=LENGTHS, height=LENGTHS, radius=st.floats(0, 300))
def test_a_box_keeps_its_size_whatever_its_radius(width: float, height: float, radius: float) -> None:
    (path,) = outlines(Box(3, 5, width, height, "box", radius))
    xs, ys = zip(*ends(path), strict=True)
    assert (min(xs), min(ys)) == pytest.approx((3, 5))
    assert (max(xs), max(ys)) == pytest.approx((3 + width, 5 + height))
    corners = sum(piece.kind == "curve" for piece in path.pieces)
    assert corners == (4 if radius else 0)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_mark_is_a_circle_around_its_place(symbol: str) -> None:
    (path,) = outlines(Mark(20, 30, symbol))
    radius = SYMBOLS[symbol].radius
    curves = [(a.points[-1], b.points) for a, b in pairwise(path.pieces) if b.kind == "curve"]
    assert len(curves) == (4 if radius else 0)
    for start, (first, second, end) in curves:
        middle = [(a + 3 * b + 3 * c + d) / 8 for a, b, c, d in zip(start, first, second, end, strict=True)]
        for x, y in (start, middle, end):
            assert hypot(x - 20, y - 30) == pytest.approx(radius, rel=1e-3)


def test_a_rounded_corner_is_the_curve_that_svg_draws() -> None:
    (path,) = outlines(Line(((0, 0), (30, 0), (30, 30)), "identity", 6))
    assert " ".join(piece.kind for piece in path.pieces) == "move line curve line"
    points = [point for piece in path.pieces[1:3] for point in piece.points]
    assert points == [(24, 0), pytest.approx((28, 0)), pytest.approx((30, 2)), (30, 6)]


def test_only_a_dotted_arrow_has_a_head_of_its_own() -> None:
    points = ((0.0, 0.0), (30.0, 0.0))
    assert [path.style for path in outlines(Line(points, "pad", 0, True))] == ["pad", "pad-end"]
    assert [path.style for path in outlines(Line(points, "identity", 0, True))] == ["identity"]


def test_the_nearest_group_that_names_a_part_gives_the_colours() -> None:
    area = Area(((0, 0), (1, 0), (1, 1)), "edge")
    inner = Group((area,), "block folded")
    items = (area, Group((area, inner, Group((area,), "stem")), "stage-2 more"))
    assert [part for _, part in painted(Drawing(9, 9, items, ""))] == ["head", "stage 2", "stage 2", "stem"]
