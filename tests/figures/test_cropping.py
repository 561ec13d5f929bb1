"""A window of a drawing: what is in it and nothing else, at its place, cut at the page's edge."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.figures.drawings import Rectangle, boxes
from tests.strategies import specs
from visualizer.figures.cropping import LEGEND, MARGIN, STROKE, cropped
from visualizer.figures.detail import LEVELS, Detail
from visualizer.figures.drawing import Box, Drawing, Group, Item, Text, placed
from visualizer.figures.network_map import network_map
from visualizer.figures.raster import raster
from visualizer.figures.svg import svg
from visualizer.figures.take_along import FIGURES, Choice, Window, picture
from visualizer.figures.tikz import tikz
from visualizer.resnet import ResNetSpec, parse, plan

SHARES = st.tuples(*[st.floats(0, 1)] * 4)
STRANGE = st.floats(-1e9, 1e9) | st.sampled_from((0.0, -0.0, 1e300, -1e300))


def without_legend(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(item for item in items if not (isinstance(item, Group) and item.style == LEGEND))


def leaves(drawing: Drawing) -> Iterator[tuple[Item, float, float]]:
    return ((item, x, y) for item, x, y in placed(drawing.items) if not isinstance(item, Group))


def solid(drawing: Drawing, at: tuple[float, float]) -> list[tuple[Box, Rectangle]]:
    """The boxes but those of the legend, each with its place in the drawing whose point `at` is this one's origin."""
    found = []
    for item, x, y in leaves(drawing._replace(items=without_legend(drawing.items))):
        if isinstance(item, Box):
            left, top = at[0] + x + item.x, at[1] + y + item.y
            sides = (left, top, left + item.width, top + item.height)
            found.append((item, Rectangle(*(round(side, 6) for side in sides))))
    return found


def offset(part: Drawing) -> tuple[float, float]:
    (inside,) = part.items
    assert isinstance(inside, Group)
    return -inside.x, -inside.y


@given(specs(most_stages=2, most_blocks=2), st.sampled_from(LEVELS), SHARES)
@settings(max_examples=30)
def test_a_part_holds_what_is_in_the_window_at_its_place(
    spec: ResNetSpec, level: str, shares: tuple[float, float, float, float]
) -> None:
    drawing = network_map(plan(spec), detail=Detail(level))
    left, top = shares[0] * drawing.width, shares[1] * drawing.height
    width, height = shares[2] * (drawing.width - left) + 1, shares[3] * (drawing.height - top) + 1
    window = Rectangle(left, top, left + width, top + height)
    wanted = [(item, place) for item, place in solid(drawing, (0, 0)) if place.overlaps(window)]
    try:
        part = cropped(drawing, left, top, width, height)
    except ValueError:
        assert not wanted
        return
    around = Rectangle(left - STROKE, top - STROKE, left + width + STROKE, top + height + STROKE)
    kept = [(item, place) for item, place in solid(part, offset(part)) if place.overlaps(window)]
    assert kept == wanted
    assert all(place.overlaps(around) for _, place in solid(part, offset(part)))
    assert part.width <= width + 1e-6
    assert part.height <= height + 1e-6


@given(specs(most_stages=2, most_blocks=2))
@settings(max_examples=30)
def test_a_window_of_everything_is_all_but_the_legend(spec: ResNetSpec) -> None:
    drawing = network_map(plan(spec))
    part = cropped(drawing, -10, -10, drawing.width + 20, drawing.height + 20)
    said = [item for item, _, _ in leaves(part)]
    assert said == [item for item, _, _ in leaves(drawing._replace(items=without_legend(drawing.items)))]
    assert solid(part, offset(part)) == solid(drawing, (0, 0))
    assert part.height < drawing.height - 10
    assert max(box.bottom for box in boxes(part, ("band",))) <= part.height


@given(st.tuples(STRANGE, STRANGE, STRANGE, STRANGE))
def test_a_strange_window_is_a_part_or_refused(window: tuple[float, float, float, float]) -> None:
    drawing = network_map(plan(parse("resnet18")))
    try:
        part = cropped(drawing, *window)
    except ValueError:
        return
    assert 0 < part.width <= drawing.width
    assert 0 < part.height <= drawing.height
    assert svg(part, "light")


@pytest.mark.parametrize("window", [(float("nan"), 0, 9, 9), (0, 0, float("inf"), 9), (0, 0, 0, 0), (9e9, 0, 9, 9)])
def test_no_window_is_refused(window: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="window"):
        cropped(network_map(plan(parse("resnet18"))), *window)


@pytest.mark.parametrize("figure", FIGURES)
def test_the_pixels_of_a_part_are_those_of_the_whole(figure: str) -> None:
    network = plan(parse("resnet18"))
    whole = FIGURES[figure](network, Choice(figure), "")
    left, top, width, height = 40.0, 30.0, 400.0, 160.0
    part = picture(network, Choice(figure, window=Window(left, top, width, height)))
    x, y = offset(part)
    assert (x, y) == (round(x), round(y)), "else pixels lie between others"
    seen, wanted = (np.asarray(_pixels(drawing), int) for drawing in (part, whole))
    wanted = wanted[2 * int(y) :, 2 * int(x) :][: seen.shape[0], : seen.shape[1]]
    inner = slice(4, -4)  # the last pixels of a page may be half of one
    assert np.mean(np.abs(seen - wanted)[inner, inner] > 90) < 0.01


def _pixels(drawing: Drawing) -> Image.Image:
    with Image.open(BytesIO(raster(drawing, "light"))) as image:
        return image.convert("RGB")


def test_tikz_cuts_what_reaches_beyond_the_page() -> None:
    part = cropped(network_map(plan(parse("resnet18"))), 50, 50, 200, 100)
    lines = tikz(part, "light").splitlines()
    clip = next(number for number, line in enumerate(lines) if line.startswith(r"\clip"))
    first = next(number for number, line in enumerate(lines) if line.startswith((r"\path", r"\node")))
    assert clip < first


def test_what_is_whole_stays_the_same_thing() -> None:
    drawing = network_map(plan(parse("resnet152")))
    part = cropped(drawing, 0, 0, drawing.width, drawing.height / 2)
    before = {id(item.items) for item, _, _ in placed(drawing.items) if isinstance(item, Group)}
    blocks = [item for item, _, _ in placed(part.items) if isinstance(item, Group) and item.style == "block"]
    assert len(blocks) > 10
    assert sum(id(block.items) in before for block in blocks) >= len(blocks) - 6  # a row is cut


def test_empty_paper_around_is_left_out() -> None:
    drawing = Drawing(500, 500, (Box(100, 200, 30, 40, "box"), Text(300, 400, "far", "row")), "A box")
    part = cropped(drawing, 50, 50, 200, 300)
    x, y = offset(part)
    assert 100 - MARGIN - 3 < x < 100
    assert 200 - MARGIN - 3 < y < 200
    assert part.width < 30 + 2 * MARGIN + 5
    assert part.height < 40 + 2 * MARGIN + 5
