"""Pictures of several networks as plain HTML: a table of grids, each row with its scale. Every text is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import NamedTuple

import numpy as np

from visualizer.figures.colour import TOP, Scale, palette
from visualizer.figures.colour_bar import number
from visualizer.figures.encode import data_uri, palette_png
from visualizer.figures.palettes import Theme

STYLE = """<style>
.rv-beside{overflow-x:auto}
.rv-beside table{border-collapse:collapse;table-layout:fixed;width:100%}
.rv-beside th,.rv-beside td{padding:.3rem .5rem .6rem 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}
.rv-beside thead th{font-weight:650;padding-bottom:0;min-width:8.5rem}
.rv-beside tbody th{border-top:1px solid rgba(128,128,128,.35);padding:.45rem 0 .1rem;font-weight:650}
.rv-beside tbody th>div{display:flex;flex-wrap:wrap;align-items:center;gap:.1rem 1rem;position:sticky;left:0;
 width:fit-content}
.rv-beside .rv-scale{display:inline-flex;align-items:center;gap:.4rem;font-weight:400;font-size:.85rem;
 font-variant-numeric:tabular-nums}
.rv-beside .rv-scale img{width:7rem;height:.7rem;border:1px solid rgba(128,128,128,.5)}
.rv-beside td>img{display:block;width:100%;max-width:340px;height:auto;image-rendering:pixelated}
.rv-beside small{display:block;font-size:.82rem;line-height:1.35;font-variant-numeric:tabular-nums}
.rv-beside .rv-flag{display:inline-block;border:1px solid rgba(128,128,128,.6);border-radius:.7rem;padding:0 .45rem;
 font-size:.78rem;line-height:1.35;margin-top:.15rem}
</style>"""
NARROWEST = 9
"""Of a column, in rem: below that the table is scrolled."""


class Cell(NamedTuple):
    """A picture (a data URI) with the same in words, lines below it and a flag; or the sentence that stands there."""

    source: str = ""
    alt: str = ""
    lines: tuple[str, ...] = ()
    flag: str = ""
    said: str = ""


class Row(NamedTuple):
    """Cells under a title, with the scale that they have in common, if there is one."""

    title: str
    cells: tuple[Cell, ...]
    scale: Scale | None = None


def table_html(label: str, head: Sequence[str], rows: Sequence[Row], theme: Theme) -> str:
    """The rows below the names of the columns; a row of one cell reaches over all of them."""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    bodies = "".join(_body(row, len(head), theme) for row in rows)
    least = f"min-width:{NARROWEST * len(head)}rem"
    return (
        f'{STYLE}<div class="rv-beside" role="region" aria-label="{escape(label)}" tabindex="0">'
        f'<table style="{least}"><thead><tr>{names}</tr></thead>{bodies}</table></div>'
    )


def _body(row: Row, wide: int, theme: Theme) -> str:
    span = f' colspan="{wide}"' if len(row.cells) == 1 else ""
    cells = "".join(f"<td{span}>{_inside(cell)}</td>" for cell in row.cells)
    title = f"<div><span>{escape(row.title)}</span>{_scale(row.scale, theme) if row.scale else ''}</div>"
    return f'<tbody><tr><th scope="rowgroup" colspan="{wide}">{title}</th></tr><tr>{cells}</tr></tbody>'


def _inside(cell: Cell) -> str:
    if cell.said:
        return f"<small>{escape(cell.said)}</small>"
    lines = "".join(f"<small>{escape(line)}</small>" for line in cell.lines)
    return f'<img src="{cell.source}" alt="{escape(cell.alt)}">{lines}<span class="rv-flag">{escape(cell.flag)}</span>'


def _scale(scale: Scale, theme: Theme) -> str:
    """The row's colours with both ends."""
    ends = number(scale.low), number(scale.high)
    return (
        f'<span class="rv-scale">{ends[0]}<img src="{_strip(theme)}" '
        f'alt="colours from {ends[0]} through 0 to {ends[1]}">{ends[1]}</span>'
    )


@cache
def _strip(theme: Theme) -> str:
    return data_uri(palette_png(np.arange(TOP + 1, dtype=np.uint8)[None], palette(True, theme)))
