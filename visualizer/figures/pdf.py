"""A drawing as a PDF of one page, in lines and letters, with its fonts in it.

The fonts are Bitstream Vera, which the PDF library brings along, so nothing depends on what is installed. Its letters
are as wide as those that the drawings are measured with (`drawing.text_width`).
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from threading import Lock
from typing import Any

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from visualizer.figures.colour import Theme
from visualizer.figures.drawing import Drawing, Picture, Point, Text
from visualizer.figures.outlines import Path, painted, points_a_unit
from visualizer.figures.style import STYLES, Style, colour, paint

FONTS = {False: ("Vera", "Vera.ttf"), True: ("Vera-Bold", "VeraBd.ttf")}
"""Name and file of the font, by whether it is bold."""
ALIKE = {
    "ε": "epsilon", "→": "to", "←": "from", "‖": "||", "Σ": "sum ", "σ": "sigma", "γ": "gamma", "′": "'", "⁻": "-",
    **dict(zip("⁰⁴⁵⁶⁷⁸⁹", "0456789", strict=True)),
}  # fmt: skip
"""What is written for characters that we use and the fonts do not have, or have as an empty box."""
DRAWING = Lock()
"""Held by who draws a PDF: the library keeps its fonts for the whole process."""


def pdf(drawing: Drawing, theme: Theme) -> bytes:
    """The drawing as PDF, at its natural size or, if it is longer than a page can be, as large as a page."""
    file = BytesIO()
    unit = points_a_unit(drawing)
    size = drawing.width * unit, drawing.height * unit
    with DRAWING:
        # No date, so that equal drawings are equal bytes; and no font that would not be in the file.
        canvas = Canvas(file, size, invariant=True, lang="en", initialFontName=font_name(False))
        canvas.setAuthor("")
        canvas.setCreator("resnet-visualizer")
        canvas.setTitle(drawing.title)
        canvas.setSubject(drawing.description)
        canvas.setFillColor(colour("paper", theme))
        canvas.rect(0, 0, *size, stroke=0, fill=1)
        draw_on(canvas, drawing, theme, unit)
        canvas.save()
    return file.getvalue()


def draw_on(canvas: Canvas, drawing: Drawing, theme: Theme, unit: float) -> None:
    """Draw on a canvas whose origin is the drawing's lower left corner; `unit`: points of one of its units."""
    height = drawing.height * unit
    for thing, part in painted(drawing):
        if isinstance(thing, Picture):
            _show(canvas, thing, unit, height)
            continue
        style = STYLES[thing.style]
        fill, stroke = paint(style.fill, theme, part), paint(style.stroke, theme, part)
        if isinstance(thing, Text):
            _write(canvas, thing, style, fill, unit, height)
        else:
            _draw(canvas, thing, style, (fill, stroke), unit, height)


def _write(canvas: Canvas, text: Text, style: Style, fill: str, unit: float, height: float) -> None:
    canvas.setFillColor(fill)
    canvas.setFillAlpha(1)
    canvas.setFont(font_name(style.bold), style.size * unit)
    write = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}
    write[text.anchor](text.x * unit, height - text.y * unit, writable(text.text, style.bold))


def _show(canvas: Canvas, picture: Picture, unit: float, height: float) -> None:
    with Image.open(BytesIO(picture.png)) as image:
        pixels = ImageReader(image.convert("RGB"))
    below = height - (picture.y + picture.height) * unit
    canvas.drawImage(pixels, picture.x * unit, below, picture.width * unit, picture.height * unit)


def _draw(canvas: Canvas, path: Path, style: Style, colours: tuple[str, str], unit: float, height: float) -> None:
    fill, stroke = colours
    if fill:
        canvas.setFillColor(fill)
        canvas.setFillAlpha(style.opacity)
    if stroke:
        canvas.setStrokeColor(stroke)
        canvas.setLineWidth(style.width * unit)
        canvas.setLineCap(0 if style.blunt else 1)
        canvas.setLineJoin(1)
        canvas.setDash([float(length) * unit for length in style.dash.split()])
    non_zero = 1  # the rule by which SVG fills
    canvas.drawPath(_outline(canvas, path, unit, height), stroke=bool(stroke), fill=bool(fill), fillMode=non_zero)


def _outline(canvas: Canvas, path: Path, unit: float, height: float) -> Any:
    """The path in the page's coordinates: points from the lower left corner."""

    def on_page(point: Point) -> Point:
        return point[0] * unit, height - point[1] * unit

    outline = canvas.beginPath()
    steps = {"move": outline.moveTo, "line": outline.lineTo, "curve": outline.curveTo, "close": outline.close}
    for piece in path.pieces:
        steps[piece.kind](*(number for point in piece.points for number in on_page(point)))
    return outline


def writable(text: str, bold: bool = False) -> str:
    """The text in the characters that the font has; a question mark for any other that we know no words for."""
    glyphs = pdfmetrics.getFont(font_name(bold)).face.charToGlyph
    return "".join(ALIKE.get(letter) or (letter if ord(letter) in glyphs else "?") for letter in text)


@cache
def font_name(bold: bool) -> str:
    """The name of a font that the library knows by then."""
    name, file = FONTS[bold]
    pdfmetrics.registerFont(TTFont(name, file))
    return name
