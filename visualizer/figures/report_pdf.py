"""A report as a PDF of A4 pages, its letters and lines in it, its fonts too."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import toColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Image,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Table as PdfTable

from visualizer.figures.drawing import Drawing
from visualizer.figures.pdf import DRAWING, draw_on, font_name, writable
from visualizer.figures.report import Chart, Heading, Item, Link, Report, Shot, Sketch, Table, Words
from visualizer.figures.static_chart import static_chart
from visualizer.figures.style import TOKENS

MARGIN = 42
PAGE = A4
WIDTH, HEIGHT = PAGE[0] - 2 * MARGIN - 12, PAGE[1] - 2 * MARGIN - 40
"""Points that a page has for its content, a caption under a full page's picture among it."""
ROOM_FOR_TABLE = 130
"""Points below which a table begins on the next page."""
CELL = 8
"""Points of a table's letters."""
PIXEL = 0.75
"""Points."""
_INK, _MUTED, _RULE = (TOKENS["light"][name] for name in ("ink", "muted", "quiet"))


class SketchFlowable(Flowable):  # type: ignore[misc]
    """A drawing at its natural size, or as large as a page has room for."""

    def __init__(self, drawing: Drawing) -> None:
        super().__init__()
        self.drawing = drawing
        self.unit = min(PIXEL, WIDTH / drawing.width, HEIGHT / drawing.height)
        self.width, self.height = drawing.width * self.unit, drawing.height * self.unit

    def draw(self) -> None:
        draw_on(self.canv, self.drawing, "light", self.unit)


def report_pdf(report: Report) -> bytes:
    """The report as PDF; equal reports are equal files."""
    file = BytesIO()
    with DRAWING:
        pages = SimpleDocTemplate(
            file, pagesize=PAGE, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
            title=report.title, author="", creator="resnet-visualizer", lang="en", invariant=True,
            initialFontName=font_name(False),
        )  # fmt: skip
        pages.build(list(_flowables(report)), onFirstPage=_number, onLaterPages=_number)
    return file.getvalue()


def _number(canvas: Any, pages: Any) -> None:
    canvas.setFont(font_name(False), 8)
    canvas.setFillColor(toColor(_MUTED))
    canvas.drawRightString(PAGE[0] - MARGIN, MARGIN / 2, f"{canvas.getPageNumber()}")
    canvas.drawString(MARGIN, MARGIN / 2, writable(pages.title))


def _flowables(report: Report) -> Iterator[Any]:
    yield _words(report.title, 18, bold=True, after=8)
    waiting: list[Any] = []  # a heading stays with what follows it
    for item in report.items:
        made = _made(item)
        if isinstance(item, Heading):
            waiting += made
        elif isinstance(item, Table):
            yield from (CondPageBreak(ROOM_FOR_TABLE), *waiting, *made)
            waiting = []
        else:
            yield KeepTogether([*waiting, *made])
            waiting = []
    yield from waiting
    if report.foot:
        yield Spacer(0, 8)
        yield _words(report.foot, 8, colour=_MUTED)


def _made(item: Item) -> list[Any]:
    match item:
        case Heading(text, level):
            return [_words(text, 15 - 2 * level, bold=True, before=14 - 3 * level, after=4)]
        case Words(text):
            return [_words(text, 9.5, after=4)]
        case Link(text, address):
            return [_link(text, address)]
        case Table():
            return [*_caption(item.caption), _table(item), Spacer(0, 8)]
        case Sketch(drawing, caption):
            return [SketchFlowable(drawing), *_caption(caption)]
        case Chart(figure, caption):
            return [static_chart(figure, WIDTH), *_caption(caption)]
        case Shot(png, _, caption, width):
            return [_image(png, width * PIXEL), *_caption(caption)]


def _words(
    text: str, size: float, *, bold: bool = False, colour: str = _INK, before: float = 0, after: float = 2
) -> Paragraph:
    return Paragraph(escape(writable(text, bold)), _style(size, bold, colour, before, after))


def _style(
    size: float, bold: bool = False, colour: str = _INK, before: float = 0, after: float = 0, alignment: int = 0
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}{bold}{colour}{alignment}", fontName=font_name(bold), fontSize=size, leading=size * 1.35,
        textColor=toColor(colour), spaceBefore=before, spaceAfter=after, alignment=alignment,
        bulletFontName=font_name(False),
    )  # fmt: skip


def _link(text: str, address: str) -> Paragraph:
    if not address.startswith(("https://", "http://")):
        return _words(text, 9.5)
    target = escape(address, {'"': "&quot;"})
    words = f'<a href="{target}" color="{TOKENS["light"]["focus"]}">{escape(writable(text))}</a>'
    return Paragraph(words, _style(9.5, after=4))


def _caption(text: str) -> list[Paragraph]:
    return [_words(text, 8.5, colour=_MUTED, before=2, after=8)] if text else []


def _image(png: bytes, width: float) -> Image:
    across, up = ImageReader(BytesIO(png)).getSize()
    scale = min(min(width, WIDTH) / across, HEIGHT / up)
    return Image(BytesIO(png), across * scale, up * scale, hAlign="LEFT")


def _table(table: Table) -> PdfTable:
    """Cells wrap; the heading is repeated on each page."""
    head = [_cell(text, at in table.numbers, bold=True, muted=True) for at, text in enumerate(table.head)]
    rows = [
        [
            _cell(text, at in table.numbers, bold=at == 0 or (number, at) in table.best)
            for at, text in enumerate(row)
        ]
        for number, row in enumerate(table.rows)
    ]  # fmt: skip
    look = TableStyle([
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, toColor(_RULE)), ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("FONTNAME", (0, 0), (-1, -1), font_name(False)),
    ])  # fmt: skip
    return PdfTable([head, *rows], _widths(table), repeatRows=1, style=look, hAlign="LEFT")


def _widths(table: Table) -> list[float]:
    """Columns share the page by their longest lines; each has room for its longest word, if the page has."""
    columns = list(zip(table.head, *table.rows, strict=True))
    words = [max(map(_points, " ".join(column).split()), default=0.0) + 14 for column in columns]
    lines = [max(map(_points, "\n".join(column).split("\n"))) + 14 for column in columns]
    spare = WIDTH - sum(words)
    if spare <= 0:
        return [WIDTH * word / sum(words) for word in words]
    wishes = [line - word for line, word in zip(lines, words, strict=True)]
    share = min(1.0, spare / (sum(wishes) or 1))
    return [word + share * wish for word, wish in zip(words, wishes, strict=True)]


def _points(text: str) -> float:
    return float(stringWidth(writable(text, True), font_name(True), CELL))


def _cell(text: str, number: bool, bold: bool = False, muted: bool = False) -> Paragraph:
    lines = [escape(writable(line, bold)) for line in text.split("\n")]
    return Paragraph("<br/>".join(lines), _style(CELL, bold, _MUTED if muted else _INK, alignment=2 if number else 0))
