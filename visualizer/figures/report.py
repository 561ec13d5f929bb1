"""A report is a value: headings, sentences, tables, drawings, charts and pictures in the order in which they are read.

`report_html.html` and `report_pdf.pdf` render it; each is one file that opens without network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from visualizer.figures.drawing import Drawing

if TYPE_CHECKING:  # a page that makes no report does without plotly
    from plotly.graph_objects import Figure


class Heading(NamedTuple):
    """The title of a part of the report; level 1 is a part, level 2 a part of it."""

    text: str
    level: int = 1


class Words(NamedTuple):
    """A paragraph of plain text."""

    text: str


class Link(NamedTuple):
    """A link out of the report, with what is read in its place."""

    text: str
    address: str


class Table(NamedTuple):
    """Rows of plain text under their headings; cells begin at the left, of `numbers` (columns from 0) at the right.

    best: the cells, (row, column) from 0, that are set off as the best of their row.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    numbers: tuple[int, ...] = ()
    best: frozenset[tuple[int, int]] = frozenset()


class Sketch(NamedTuple):
    """A drawing with its caption."""

    drawing: Drawing
    caption: str = ""


class Chart(NamedTuple):
    """A chart with its caption; of bars, lines, points or a heat map."""

    figure: Figure
    caption: str = ""


class Shot(NamedTuple):
    """A picture of pixels (PNG), shown at most `width` pixels wide, with what is read aloud instead of it."""

    png: bytes
    alt: str
    caption: str = ""
    width: int = 900


Item = Heading | Words | Link | Table | Sketch | Chart | Shot


class Report(NamedTuple):
    """A whole report: its title, what it holds, and the foot: versions, seed, date."""

    title: str
    items: tuple[Item, ...]
    foot: str = ""
