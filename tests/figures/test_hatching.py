"""Hatching on paper: within the bar, as dense as it is said to be, in the directions of plotly's patterns."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.graphics.shapes import Path, Rect
from reportlab.lib.colors import black

from visualizer.figures.hatching import NORMALS, hatching

lengths = st.floats(0.01, 30)
shapes = st.sampled_from(list(NORMALS))
Corners = list[tuple[float, float]]


def _parts(path: Path) -> Iterator[Corners]:
    """The polygons of a path, each from one closing to the next."""
    points = list(zip(path.points[::2], path.points[1::2], strict=True))
    moves = [kind for kind in path.operators if kind != 3]
    starts = [place for place, kind in enumerate(moves) if kind == 0]
    for start, end in zip(starts, [*starts[1:], len(points)], strict=True):
        yield points[start:end]


def _area(corners: Corners) -> float:
    """With its sign: above 0 where the corners run against the clock."""
    turned = zip(corners, [*corners[1:], corners[0]], strict=True)
    return sum(x * b - a * y for (x, y), (a, b) in turned) / 2


@given(shapes, lengths, lengths, lengths, lengths, st.floats(3, 12), st.floats(0.05, 0.7), st.floats(0, 3))
def test_it_stays_within_the_bar_and_all_parts_turn_one_way(
    shape: str, x: float, y: float, width: float, height: float, size: float, solidity: float, line: float
) -> None:
    """So that what lies twice is filled, and nothing lies on the outline's inner half."""
    bar = Rect(x, y, width, height, strokeColor=black, strokeWidth=line)
    for path in hatching(shape, bar, size, solidity, black):
        for corners in _parts(path):
            assert _area(corners) >= -1e-9
            for across, up in corners:
                assert x + line / 2 - 1e-9 <= across <= x + width - line / 2 + 1e-9
                assert y + line / 2 - 1e-9 <= up <= y + height - line / 2 + 1e-9


@pytest.mark.parametrize("shape", NORMALS)
@pytest.mark.parametrize("solidity", [0.1, 0.3, 0.5])
def test_it_covers_its_share(shape: str, solidity: float) -> None:
    """Of two families that cross, each has what leaves the share when what lies twice is counted once."""
    bar = Rect(3, 5, 300, 300, strokeColor=None)
    (path,) = hatching(shape, bar, 6, solidity, black)
    covered = sum(map(_area, _parts(path))) / 300**2
    expected = 2 * (1 - sqrt(1 - solidity)) if len(NORMALS[shape]) == 2 else solidity
    assert covered == pytest.approx(expected, rel=0.04)


def _slopes(shape: str) -> set[tuple[int, int]]:
    """The directions of the long sides of the strokes in a large bar."""
    (path,) = hatching(shape, Rect(0, 0, 100, 100, strokeColor=None), 20, 0.2, black)
    found = set()
    for corners in _parts(path):
        for (x, y), (a, b) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if abs(a - x) + abs(b - y) > 60:
                right, up = round((a - x) / 60), round((b - y) / 60)
                found.add((abs(right) and 1, (right * up > 0) - (right * up < 0) if right else 1))
    return found


def test_strokes_have_the_directions_of_their_signs() -> None:
    rising, falling, level, upright = (1, 1), (1, -1), (1, 0), (0, 1)
    assert _slopes("/") == {rising}
    assert _slopes("\\") == {falling}
    assert _slopes("x") == {rising, falling}
    assert _slopes("-") == {level}
    assert _slopes("|") == {upright}
    assert _slopes("+") == {level, upright}


def test_bars_without_room_have_none_and_an_unknown_pattern_is_refused() -> None:
    assert list(hatching("/", Rect(0, 0, 5, 0, strokeColor=None), 6, 0.3, black)) == []
    with pytest.raises(ValueError, match="'o'"):
        list(hatching("o", Rect(0, 0, 5, 5), 6, 0.3, black))
