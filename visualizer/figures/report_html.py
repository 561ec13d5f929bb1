"""A report as one HTML file: it opens without network, asks for nothing and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from reportlab.graphics import renderSVG

from visualizer.figures import page_file as html
from visualizer.figures.encode import data_uri
from visualizer.figures.report import Chart, Heading, Item, Link, Report, Shot, Sketch, Table, Words
from visualizer.figures.static_chart import static_chart
from visualizer.figures.svg import svg

_FONT = re.compile(r"font-family: Vera(-Bold)?;")
_WIDTH = 760
"""Of a chart, in pixels."""


def report_html(report: Report) -> bytes:
    """The report as HTML, in light colours, as it would be printed."""
    foot = [html.paragraph(report.foot, "muted")] if report.foot else []
    return html.page_file(report.title, [*parts(report.items), *foot])


def parts(items: Iterable[Item]) -> Iterator[str]:
    """Items of a report as parts of a page."""
    return map(_part, items)


def _part(item: Item) -> str:
    match item:
        case Heading(text, level):
            return html.heading(text, level + 1)
        case Words(text):
            return html.paragraph(text)
        case Link(text, address):
            return html.link(address, text)
        case Table():
            return _table(item)
        case Sketch(drawing, caption):
            return html.drawing(svg(drawing, "light"), drawing.title) + _caption(caption)
        case Chart(_, caption):
            return html.drawing(chart_svg(item), caption or "A chart") + _caption(caption)
        case Shot(png, alt, caption, width):
            picture = f'<img src="{data_uri(png)}" alt="{escape(alt)}" style="max-width:min(100%,{int(width)}px)">'
            return f"<figure>{picture}</figure>{_caption(caption)}"


def _caption(text: str) -> str:
    return html.paragraph(text, "muted") if text else ""


def chart_svg(chart: Chart) -> str:
    """The chart as SVG, in the reader's own sans serif."""
    drawn: str = renderSVG.drawToString(static_chart(chart.figure, _WIDTH))
    bare = drawn[drawn.index("<svg") :].replace("<title>...</title>", "").replace("<desc>...</desc>", "")
    return _FONT.sub(lambda font: _SANS + (" font-weight: bold;" if font[1] else ""), bare)


_SANS = "font-family: DejaVu Sans, Verdana, sans-serif;"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col"{_side(table, at)}>{escape(text)}</th>' for at, text in enumerate(table.head))
    rows = "".join(
        "<tr>" + "".join(_cell(table, number, at, text) for at, text in enumerate(row)) + "</tr>"
        for number, row in enumerate(table.rows)
    )
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return f'<div class="wide"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _side(table: Table, column: int) -> str:
    return ' class="number"' if column in table.numbers else ""


def _cell(table: Table, row: int, column: int, text: str) -> str:
    words = escape(text).replace("\n", "<br>")
    if column == 0:
        return f'<th scope="row">{words}</th>'
    return f"<td{_side(table, column)}>{f'<b>{words}</b>' if (row, column) in table.best else words}</td>"
