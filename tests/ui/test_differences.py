"""The table of tensors that differ: bounded, whatever a file holds, and no markup comes of a tensor's name."""

from __future__ import annotations

from visualizer.network import Difference
from visualizer.ui.differences import MOST_ROWS, _title, differences_html


def test_names_of_a_file_stay_text() -> None:
    html = differences_html((Difference("<img src=x onerror=alert(1)>", (1,), None),))
    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_a_hostile_file_gives_a_bounded_table() -> None:
    many = tuple(Difference(f"{number}" + "x" * 10_000, (1,) * 10_000, ()) for number in range(MOST_ROWS + 700))
    html = differences_html(many)
    assert html.count("<tr>") == 1 + MOST_ROWS
    assert len(html) < 200_000
    assert "1 × 1 × 1 × 1 × 1 × 1 × 1 × 1 …" in html


def test_both_shapes_stand_beside_the_name() -> None:
    html = differences_html((Difference("a.weight", (64, 3, 7, 7), ()), Difference("b", None, (5,))))
    assert "a.<wbr>weight</td><td>64 × 3 × 7 × 7</td><td>a single number</td>" in html
    assert "b</td><td>none</td><td>5</td>" in html


def test_the_title_counts_what_is_listed() -> None:
    assert [_title(number) for number in (1, 2, 500, 1200)] == [
        "The tensor that differs", "All 2 tensors that differ", "All 500 tensors that differ",
        "The first 500 of the 1,200 tensors that differ",
    ]  # fmt: skip
