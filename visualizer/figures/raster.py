"""A drawing as PNG at twice its natural size: its PDF, painted by PDFium, which needs no font of the machine."""

from __future__ import annotations

from io import BytesIO
from math import sqrt
from threading import Lock

from PIL.PngImagePlugin import PngInfo
from pypdfium2 import PdfDocument

from visualizer.figures.colour import Theme
from visualizer.figures.drawing import Drawing
from visualizer.figures.outlines import points_a_unit
from visualizer.figures.pdf import pdf

SCALE = 2.0
"""Pixels a user unit: sharp on a screen of today and at 192 dots an inch on paper."""
MOST_PIXELS = 40_000_000
"""Of one picture, which bounds its memory (4 bytes a pixel); a larger one is made with fewer pixels a unit."""
INCH = 96
"""User units an inch, as in CSS."""
_PAINTING = Lock()  # PDFium may run in one thread at a time


def scale(drawing: Drawing) -> float:
    """Pixels a user unit: `SCALE`, or as many as `MOST_PIXELS` allows."""
    return min(SCALE, sqrt(MOST_PIXELS / (drawing.width * drawing.height)))


def raster(drawing: Drawing, theme: Theme) -> bytes:
    """The drawing as PNG, with its title, its description and its natural size."""
    pixels = scale(drawing)
    file = BytesIO()
    words = PngInfo()
    words.add_itxt("Title", drawing.title)
    words.add_itxt("Description", drawing.description)
    with _PAINTING, PdfDocument(pdf(drawing, theme)) as document:
        picture = document[0].render(scale=pixels / points_a_unit(drawing)).to_pil()
        picture.save(file, "PNG", dpi=(INCH * pixels, INCH * pixels), pnginfo=words)
    return file.getvalue()
