"""Compare's report: every view of the page, from the view alone, and a sentence where a part could not be made."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2

from tests.conftest import Row
from visualizer.figures.report import Chart, Heading, Report, Sketch, Table, Words
from visualizer.figures.report_html import report_html
from visualizer.figures.report_pdf import report_pdf
from visualizer.resnet import parse, preset
from visualizer.ui.compare_report import PARTS, parts
from visualizer.ui.views import START

COMPARED = replace(START, spec=parse("resnet34?shortcut=A"), others=(preset("resnet34"),))


def test_every_view_is_in_the_report_in_both_forms(golden: dict[str, Row]) -> None:
    items = list(parts(COMPARED))
    report = Report("A and B", tuple(items))
    page = report_html(report).decode()
    text = "\n".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(report_pdf(report)))
    for name in ("resnet34_option_plain_or_A", "resnet34_option_B"):
        assert f"{int(golden[name]['params']):,}" in page
        assert f"{int(golden[name]['params']):,}" in text
    assert "+173,824" in page  # the projections of option B
    assert Words("1 · ResNet-34 with shortcut A is what the others are compared with.") in items
    assert {Table, Sketch, Chart} <= {type(item) for item in items}
    headings = [item.text for item in items if isinstance(item, Heading)]
    shown = [title for title in PARTS if title != "Similarity"]  # which is not computed yet
    assert [heading.split(":")[0].split(",")[0] for heading in headings] == shown


def test_whose_the_weights_are_stands_at_the_beginning() -> None:
    first, second = list(parts(replace(COMPARED, weights_beside=("ab" * 32,))))[:2]
    assert first == Words("1 · ResNet-34 with shortcut A: resnet34?shortcut=A; weights: untrained, random with seed 0.")
    assert isinstance(second, Words)
    assert "abababab" in second.text
