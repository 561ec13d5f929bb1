"""Texts of a plotly figure on paper: without markup, in letters that the file brings along, cut where they must be."""

from __future__ import annotations

import re
from html import unescape

from reportlab.graphics.shapes import Drawing, Group, String
from reportlab.lib.colors import Color, toColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from visualizer.figures.pdf import font_name, writable
from visualizer.figures.style import TOKENS

INK, MUTED = (toColor(TOKENS["light"][name]) for name in ("ink", "muted"))
SIZE = 9
_TAGS = re.compile(r"<br ?/?>|</?(?:b|i|sub|sup|span|a)\b[^>]*>")


def plain(text: str) -> str:
    """A text without plotly's markup."""
    return unescape(_TAGS.sub(lambda tag: " " if tag[0].startswith("<br") else "", text))


def write(
    drawing: Drawing, x: float, y: float, text: str, *, size: float = SIZE, anchor: str = "start", bold: bool = False,
    colour: Color = INK, most: float = 0,
) -> None:  # fmt: skip
    """A text, cut where there is only room for `most` points."""
    name, shown = font_name(bold), writable(text, bold)
    while most and len(shown) > 4 and stringWidth(shown, name, size) > most:
        shown = shown[:-2].rstrip() + "…"
    drawing.add(String(x, y, shown, fontName=name, fontSize=size, textAnchor=anchor, fillColor=colour))


def sideways(drawing: Drawing, x: float, y: float, text: str) -> None:
    shown = String(
        0, 0, writable(text), fontName=font_name(False), fontSize=SIZE, textAnchor="middle", fillColor=MUTED
    )
    turned = Group(shown)
    turned.translate(x, y)
    turned.rotate(90)
    drawing.add(turned)
