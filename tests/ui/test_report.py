"""What a page's report holds, made as a download makes it: outside of a session, from the view alone."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version

import pypdfium2
import pytest

from tests.conftest import Row
from visualizer.figures.drawing import placed
from visualizer.figures.report import Chart, Item, Link, Report, Shot, Sketch, Table, Words
from visualizer.figures.report_html import report_html
from visualizer.figures.report_pdf import report_pdf
from visualizer.resnet import preset
from visualizer.ui.heat import Lit
from visualizer.ui.look_report import look_parts
from visualizer.ui.report import foot, opening
from visualizer.ui.report_pages import activations_parts, explore_parts
from visualizer.ui.view_file import view_html
from visualizer.ui.views import START, View

SMALL = replace(START, spec=preset("resnet20"), resolution=32, select="layer2.0", seed=7)


def _report(state: View, live: str = "http://localhost:8501/?net=resnet50&select=layer1") -> Report:
    return Report("A title", (*opening(live), *explore_parts(state, Lit())), foot(state))


def test_explores_report_has_the_published_numbers_in_both_forms(golden: dict[str, Row]) -> None:
    report = _report(START)
    page = report_html(report).decode()
    text = "\n".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(report_pdf(report)))
    row = golden["tv_resnet50"]
    for number in (row["params"], row["macs"], row["conv_linear_acts"]):
        assert f"{int(number):,}" in page
        assert f"{int(number):,}" in text
    tables = [item for item in report.items if isinstance(item, Table)]
    stages = next(table for table in tables if table.head[0] == "Stage")
    assert sum(int(line[4].replace(",", "")) for line in stages.rows) == int(row["params"])


def test_a_report_leads_back_and_says_versions_and_seed() -> None:
    link, words = opening("http://localhost:8501/compare?net=resnet18")
    assert link == Link("This view, live", "http://localhost:8501/compare?net=resnet18")
    assert isinstance(words, Words)
    assert words.text.endswith("/compare?net=resnet18")
    for part in ("torch " + version("torch"), "streamlit " + version("streamlit"), "Seed of random weights: 7"):
        assert part in foot(SMALL)


def test_the_report_of_activations_has_the_maps_and_says_that_nobody_trained_the_weights() -> None:
    parts = list(activations_parts(SMALL))
    assert any(isinstance(part, Shot) and part.png.startswith(b"\x89PNG") for part in parts)
    assert any(isinstance(part, Words) and "untrained" in part.text for part in parts)


def _frames(parts: Iterable[Item]) -> list[int]:
    drawings = [part.drawing for part in parts if isinstance(part, Sketch)]
    return [sum(getattr(item, "style", "") == "halo" for item, _, _ in placed(one.items)) for one in drawings]


def test_the_map_marks_what_is_selected_as_on_the_page() -> None:
    """On Explore nothing may be selected; on Activations a block or layer always is."""
    block = replace(SMALL, select=SMALL.plan.blocks[-1].path)
    none = replace(SMALL, select="")
    assert _frames(explore_parts(none, Lit())) == [0]
    assert _frames(explore_parts(block, Lit())) == [1]
    assert _frames(activations_parts(none)) == _frames(activations_parts(block)) == [1]
    images = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", view_html(block, "dark", "").decode())
    assert any('class="halo"' in b64decode(image).decode() for image in images)


@pytest.mark.parametrize(
    ("look", "kinds"),
    [("Block", []), ("Depth", [Chart]), ("Class maps", [Shot]), ("Receptive field", [Shot, Table]), ("Switch off", [])],
)
def test_the_open_view_of_activations_is_in_the_report_and_in_the_page(look: str, kinds: list[type]) -> None:
    state = replace(SMALL, look=look)
    parts = list(look_parts(state))
    assert set(kinds) <= {type(part) for part in parts}
    assert bool(parts) == bool(kinds)
    page = view_html(state, "light", "http://localhost/activations").decode()
    assert (f"<h2>{look}</h2>" in page) == bool(kinds)
    assert set(map(repr, parts)) <= set(map(repr, activations_parts(state)))


def test_a_report_of_a_picture_that_is_gone_says_so_and_has_the_rest() -> None:
    parts = list(activations_parts(replace(SMALL, picture="ab" * 32)))
    assert not any(isinstance(part, Shot) for part in parts)
    assert any(isinstance(part, Words) and "no longer" in part.text for part in parts)
    assert any(isinstance(part, Table) for part in parts)
