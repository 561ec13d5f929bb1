"""Large type: every plotly figure of the app goes through one place, which makes it larger in a presentation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.running import opened
from visualizer.ui import presentation
from visualizer.ui.presentation import LARGER, LARGEST

pytestmark = pytest.mark.usefixtures("no_collector")

SOURCES = Path(__file__).parents[2]


def _fonts(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """The size of every font that a figure names, with the way to it."""
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        if key in ("font", "textfont", "tickfont") and "size" in part:
            yield f"{path}.{key}", part["size"]
        elif key != "template":
            yield from _fonts(part, f"{path}.{key}")


def _figures(page: str, **params: str) -> list[Any]:
    at = opened(page, **params)
    assert not at.exception
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


@pytest.mark.parametrize(
    ("page", "params"),
    [
        ("", {"net": "resnet18", "view": "Charts", "select": "layer2.0"}),
        ("compare", {"net": "resnet18", "vs": "resnet34", "compare": "Charts"}),
        ("activations", {"net": "resnet20", "look": "Depth"}),
    ],
)
def test_every_font_of_a_chart_is_larger_in_a_presentation(page: str, params: dict[str, str]) -> None:
    ordinary, large = _figures(page, **params), _figures(page, **params, large="shown")
    assert len(ordinary) == len(large) > 0
    for small, figure in zip(ordinary, large, strict=True):
        before, after = dict(_fonts(small)), dict(_fonts(figure))
        assert before
        assert {*after} == {*before, ".layout.hoverlabel.font"}
        assert all(after[path] >= LARGER * size for path, size in before.items())
        assert figure["layout"]["height"] >= LARGER * small["layout"]["height"] - 1


def test_every_chart_goes_through_the_place_that_makes_it_larger() -> None:
    files = [*(SOURCES / "visualizer").rglob("*.py"), *(SOURCES / "pages").glob("*.py")]
    calling = [file.name for file in files if re.search(r"\bplotly_chart\(", file.read_text(encoding="utf-8"))]
    assert calling == ["plotly_view.py"]


def test_letters_of_components_follow_the_roots() -> None:
    """No style sheet says in pixels how large letters or lines of text are."""
    for file in (SOURCES / "visualizer" / "ui").glob("*.css"):
        told = re.findall(r"(?:font|font-size|line-height):[^;}]*\dpx[^;}]*", file.read_text(encoding="utf-8"))
        assert told == [], file.name


def test_a_control_has_room_for_the_largest_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit takes the width of a control in pixels, and the server does not know how wide the screen is."""
    for on, expected in ((False, 230), (True, LARGEST * 230)):
        monkeypatch.setattr(presentation, "large", lambda on=on: on)
        assert presentation.wide(230) == expected
