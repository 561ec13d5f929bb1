"""The ladder of output sizes: to scale, every step named, nothing on top of anything, on a wide and a narrow page."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.drawings import Rectangle, texts
from tests.strategies import specs
from visualizer.figures.drawing import Area, Drawing, placed
from visualizer.figures.ladder import LEAST, ladder
from visualizer.resnet import ResNetSpec, plan, preset

WIDTHS = st.sampled_from((320.0, 560.0, 900.0))


def _fronts(drawing: Drawing) -> list[Rectangle]:
    found = []
    for item, x, y in placed(drawing.items):
        if isinstance(item, Area) and item.style == "face":
            across, down = zip(*item.points, strict=True)
            found.append(Rectangle(x + min(across), y + min(down), x + max(across), y + max(down)))
    return found


@given(specs(), st.integers(1, 512), WIDTHS)
def test_fronts_are_squares_to_scale(spec: ResNetSpec, resolution: int, width: float) -> None:
    network = plan(spec, resolution)
    fronts = _fronts(ladder(network, width=width))
    sides = [front.right - front.left for front in fronts]
    assert [front.bottom - front.top for front in fronts] == pytest.approx(sides)
    shapes = [network.input, *(layer.output for layer in network.stem if layer.kind in ("conv", "maxpool"))]
    convolutions = 3 if spec.stem in ("deep", "tiered") else 1
    shapes[1:convolutions] = []  # of several convolutions the last is a step
    heights = [shape[1] for shape in (*shapes, *(stage.output for stage in network.stages))]
    scale = sides[0] / network.input[1]
    assert sides == pytest.approx([max(LEAST, height * scale) for height in heights])


@given(specs(), st.integers(1, 512), WIDTHS)
def test_nothing_leaves_the_picture_or_stands_on_anything(spec: ResNetSpec, resolution: int, width: float) -> None:
    drawing = ladder(plan(spec, resolution), width=width)
    page = Rectangle(0, 0, drawing.width, drawing.height)
    fronts, words = _fronts(drawing), texts(drawing)
    assert drawing.width <= width
    for item, x, y in placed(drawing.items):
        if isinstance(item, Area):
            assert all(0 <= x + px <= drawing.width and 0 <= y + py <= drawing.height for px, py in item.points)
    assert all(page.holds(room) for _, room in words)
    assert not [pair for pair in combinations(fronts, 2) if pair[0].overlaps(pair[1])]
    assert not [pair for pair in combinations(words, 2) if pair[0][1].overlaps(pair[1][1])]
    assert not [text for text, room in words if any(front.overlaps(room) for front in fronts)]


def test_every_step_of_resnet_50_is_named_with_its_shape() -> None:
    said = [text.text for text, _ in texts(ladder(plan(preset("resnet50"))))]
    shapes = ["3 × 224 × 224", "64 × 112 × 112", "64 × 56 × 56", "256 × 56 × 56", "512 × 28 × 28", "1024 × 14 × 14"]
    assert [word for word in said if word in shapes] == shapes
    assert "2048 × 7 × 7" in said
