"""Reports as HTML and PDF: all that they hold is in the file, nothing is fetched, nothing of a visitor's is markup."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects as go
import pypdfium2
import pytest

from visualizer.figures.drawing import Box, Drawing, Text
from visualizer.figures.encode import png
from visualizer.figures.report import Chart, Heading, Link, Report, Shot, Sketch, Table, Words
from visualizer.figures.report_html import chart_svg, report_html
from visualizer.figures.report_pdf import HEIGHT, WIDTH, SketchFlowable, report_pdf

PNG = png(np.zeros((2, 2, 3), np.uint8))
HOSTILE = '<script>alert("1")</script> & <b>'
CHART = Chart(go.Figure([go.Bar(x=["stage 1"], y=[3])]), "A chart of bars")
TABLE = Table(("", "1 · ResNet-50", HOSTILE), (("Parameters", "25,557,032", "x\n−3 %"),), "Totals", (1, 2))
DRAWING = Drawing(100, 50, (Box(0, 0, 100, 50, "page"), Text(5, 20, "A drawing", "note")), "The title")
REPORT = Report(
    "ResNet-50 beside ResNet-34",
    (
        Heading("What differs"), Words(HOSTILE), Link("Live", "http://localhost/compare?net=resnet50&vs=resnet34"),
        Link("Harmless", "javascript:alert(1)"), TABLE, Heading("Maps", 2), Sketch(DRAWING, "The maps"), CHART,
        Shot(PNG, "One pixel", "Maps of activations"),
    ),
    "torch 2.13.0, seed 0",
)  # fmt: skip


def _pdf_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_pdf_holds_every_part() -> None:
    text = _pdf_text(report_pdf(REPORT))
    for words in (
        "ResNet-50 beside ResNet-34", "What differs", "Live", "Harmless", "Totals", "25,557,032", "−3 %", "Maps",
        "A drawing", "The maps", "stage 1", "A chart of bars", "Maps of activations", "torch 2.13.0, seed 0",
        "<script>",
    ):  # fmt: skip
        assert words in text, words


def test_the_html_holds_every_part_and_fetches_nothing() -> None:
    page = report_html(REPORT).decode()
    for words in ("What differs", "25,557,032", "x<br>−3 %", "The maps", "A chart of bars", "One pixel", "seed 0"):
        assert words in page, words
    assert "<script" not in page
    assert "javascript:" not in page
    assert "default-src 'none'" in page
    assert all(source.startswith("data:") for source in re.findall(r'src="([^"]*)"', page))
    assert re.findall(r'href="([^"]*)"', page) == ["http://localhost/compare?net=resnet50&amp;vs=resnet34"]


def test_a_chart_is_well_formed_svg_with_its_texts_in_it() -> None:
    root = ElementTree.fromstring(chart_svg(CHART))
    assert "stage 1" in [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Vera" not in chart_svg(CHART)


def test_equal_reports_are_equal_files() -> None:
    assert report_pdf(REPORT) == report_pdf(REPORT)
    assert report_html(REPORT) == report_html(REPORT)


@pytest.mark.parametrize(("width", "height"), [(100, 50), (9000, 100), (100, 20_000)])
def test_a_drawing_fits_on_a_page(width: float, height: float) -> None:
    fitted = SketchFlowable(Drawing(width, height, (), ""))
    assert fitted.width <= WIDTH + 1e-6
    assert fitted.height <= HEIGHT + 1e-6
    assert fitted.width / fitted.height == pytest.approx(width / height)


def test_a_long_table_goes_over_pages_and_repeats_its_heading() -> None:
    rows = tuple((f"row {number}", "1") for number in range(150))
    pdf = pypdfium2.PdfDocument(report_pdf(Report("Long", (Table(("Name", "Number"), rows),))))
    assert len(pdf) > 1
    assert all("Number" in page.get_textpage().get_text_range() for page in pdf)
