"""Grids of maps side by side as one picture to take along: what they are of, their signs and titles, the colour scale.

The grids are not touched: each value has the pixels that it has on the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple
from xml.etree import ElementTree

from PIL import Image, ImageDraw, ImageFont

from visualizer.figures.encode import from_data_uri
from visualizer.figures.palettes import Theme
from visualizer.figures.style import colour

MARGIN, GAP, LINE = 24, 40, 22
NARROWEST = 560
"""Pixels, for the texts above and below a single small grid."""
LABEL, SMALL, TEXT, HEADING = 11, 13, 15, 20
_SVG = "{http://www.w3.org/2000/svg}"
_UNKNOWN = {"→": "to", "σ": "std. dev.", "ε": "epsilon", "Σ": "sum of", "‖": "||"}
"""What is written for characters that the font does not have, or has as an empty box."""
_POWER = re.compile("10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


class Panel(NamedTuple):
    """A grid: the sign before it, its title, a line that says more, and its PNG as a data URI."""

    sign: str
    title: str
    note: str
    source: str


def maps_picture(
    heading: str, lines: Sequence[str], panels: Sequence[Panel], bar: str, caption: str, theme: Theme = "light"
) -> bytes:
    """A PNG of the panels from left to right under a heading and lines of text, over a colour bar and its caption.

    bar: the SVG of `colour_bar`.
    """
    row = _row(panels, theme)
    width = max(row.width, NARROWEST)
    bands = (_head(heading, lines, width, theme), row, _scale(bar, caption, width, theme))
    height = sum(band.height + MARGIN for band in bands) + MARGIN
    picture, top = Image.new("RGB", (width + 2 * MARGIN, height), colour("paper", theme)), MARGIN
    for band in bands:
        picture.paste(band, (MARGIN, top))
        top += band.height + MARGIN
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _head(heading: str, lines: Sequence[str], width: int, theme: Theme) -> Image.Image:
    wrapped = [line for text in lines for line in _wrapped(text, width)]
    band, pen = _paper(width, LINE * (len(wrapped) + 1) + 8, theme)
    pen.text((0, 0), _known(heading), colour("ink", theme), _font(HEADING, True))
    _write(pen, wrapped, (0, LINE + 8), theme)
    return band


def _row(panels: Sequence[Panel], theme: Theme) -> Image.Image:
    """The panels beside each other, their grids at one height, each with its sign before it."""
    grids = [Image.open(BytesIO(from_data_uri(panel.source))).convert("RGBA") for panel in panels]
    widths = [max(grid.width, _title_width(panel), 120) for grid, panel in zip(grids, panels, strict=True)]
    notes = [_wrapped(panel.note, width) for panel, width in zip(panels, widths, strict=True)]
    under = LINE * (1 + max(map(len, notes))) + 6
    size = sum(widths) + GAP * (len(panels) - 1), under + max(grid.height for grid in grids)
    band, pen = _paper(*size, theme)
    left = 0
    for panel, grid, width, note in zip(panels, grids, widths, notes, strict=True):
        _sign(pen, panel.sign, left - GAP // 2, colour("ink", theme))
        pen.text((left, 0), _known(panel.title), colour("ink", theme), _font(TEXT, True))
        _write(pen, note, (left, LINE), theme)
        band.paste(grid, (left, under), grid)
        left += width + GAP
    return band


def _sign(pen: ImageDraw.ImageDraw, sign: str, x: int, ink: str) -> None:
    """A sign between two panels; the font has no arrow, so it is drawn."""
    y = LINE // 2
    if sign != "→":
        pen.text((x, y - 2), _known(sign), ink, _font(HEADING, True), anchor="mm")
        return
    pen.line((x - 9, y, x + 9, y), ink, 2)
    pen.line((x + 3, y - 5, x + 9, y, x + 3, y + 5), ink, 2)


def _scale(bar: str, caption: str, width: int, theme: Theme) -> Image.Image:
    """The colour bar, read from its own SVG, a strip of colours and texts centred at places; and its caption."""
    root, lines = ElementTree.fromstring(bar), _wrapped(caption, width)
    height = int(root.attrib["height"]) + 8
    band, pen = _paper(width, height + LINE * len(lines), theme)
    for image in root.iter(f"{_SVG}image"):
        strip = Image.open(BytesIO(from_data_uri(image.attrib["href"]))).convert("RGB")
        size = int(image.attrib["width"]), int(image.attrib["height"])
        pen.rectangle((0, 0, size[0] + 1, size[1] + 1), outline=colour("quiet", theme))
        band.paste(strip.resize(size, Image.Resampling.NEAREST), (1, 1))
    for text in root.iter(f"{_SVG}text"):
        place = float(text.attrib["x"]) + 1, float(text.attrib["y"]) + 2
        pen.text(place, _known(text.text or ""), colour("ink", theme), _font(LABEL), anchor="ms")
    _write(pen, lines, (0, height), theme)
    return band


def _paper(width: int, height: int, theme: Theme) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    band = Image.new("RGB", (width, height), colour("paper", theme))
    return band, ImageDraw.Draw(band)


def _write(pen: ImageDraw.ImageDraw, lines: Sequence[str], at: tuple[int, int], theme: Theme) -> None:
    for number, line in enumerate(lines):
        pen.text((at[0], at[1] + number * LINE), line, colour("muted", theme), _font(SMALL))


@cache
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Bitstream Vera, which the PDF library brings along: nothing depends on what is installed."""
    name = "VeraBd.ttf" if bold else "Vera.ttf"
    return ImageFont.truetype(BytesIO(files("reportlab").joinpath("fonts", name).read_bytes()), size)


def _title_width(panel: Panel) -> int:
    return round(_font(TEXT, True).getlength(_known(panel.title))) + 1


def _wrapped(text: str, width: int) -> list[str]:
    """The words in lines of at most so many pixels; a word that is longer is cut."""
    lines: list[str] = []
    for word in _known(text).split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and _font(SMALL).getlength(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(_cut(word, width))
    return lines


def _cut(word: str, width: int) -> str:
    while len(word) > 2 and _font(SMALL).getlength(word) > width:
        word = f"{word[: len(word) * 3 // 4 - 1]}…"
    return word


def _known(text: str) -> str:
    """The text in characters that the font has, on one line."""
    text = _POWER.sub(lambda power: f"10^{power[1].translate(_PLAIN)}", text)
    text = "".join(_UNKNOWN.get(char, char if char.isprintable() else " ") for char in text)
    return " ".join(text.split())
