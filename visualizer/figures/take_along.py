"""A network to take along: the map as a picture in a file, or the layers as a graph for Graphviz."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from visualizer.analysis.naming import network_name
from visualizer.figures.colour import Theme
from visualizer.figures.detail import Detail
from visualizer.figures.drawing import Drawing, Group
from visualizer.figures.network_map import USUAL, network_map
from visualizer.resnet import Plan


class Format(NamedTuple):
    """A kind of file: what people call it, its MIME type, and how a map becomes one; None: it is no picture."""

    title: str
    mime: str
    of_map: Callable[[Drawing, Theme], bytes] | None


def _svg(drawing: Drawing, theme: Theme) -> bytes:
    from visualizer.figures.svg import svg

    return f"{svg(drawing, theme)}\n".encode()


def _png(drawing: Drawing, theme: Theme) -> bytes:
    from visualizer.figures.raster import raster

    return raster(drawing, theme)


def _pdf(drawing: Drawing, theme: Theme) -> bytes:
    from visualizer.figures.pdf import pdf

    return pdf(drawing, theme)


def _tikz(drawing: Drawing, theme: Theme) -> bytes:
    from visualizer.figures.tikz import tikz

    return tikz(drawing, theme).encode()


MARGIN = 16
"""User units between the map and the edge of the picture."""
FORMATS: Mapping[str, Format] = {
    "svg": Format("SVG, for web pages and Inkscape", "image/svg+xml", _svg),
    "png": Format("PNG, at twice the size, for slides and documents", "image/png", _png),
    "pdf": Format("PDF, for papers and print", "application/pdf", _pdf),
    "tex": Format("TikZ, for LaTeX", "application/x-tex", _tikz),
    "dot": Format("DOT, layer by layer, for Graphviz", "text/vnd.graphviz", None),
}
"""The formats by the extensions of their files. Each loads what it needs when it is asked for."""


def full_name(plan: Plan) -> str:
    """What the network is called under a picture of it, with the size of what goes in."""
    return f"{network_name(plan.spec)} at {plan.resolution} × {plan.resolution} pixels"


def taken_along(
    plan: Plan, extension: str, theme: Theme, *, columns: int | None = None, detail: Detail = USUAL,
    direction: str = "rows", numbers: bool = False,
) -> bytes:  # fmt: skip
    """The content of a file of this format (a key of `FORMATS`); the other arguments are `network_map`'s.

    KeyError: another format. ValueError: fewer than one column, or another direction.
    """
    of_map = FORMATS[extension].of_map
    if of_map is None:
        from visualizer.figures.dot import network_dot

        return f"{network_dot(plan, full_name(plan), theme)}\n".encode()
    return of_map(picture(plan, columns=columns, detail=detail, direction=direction, numbers=numbers), theme)


def picture(
    plan: Plan, *, columns: int | None = None, detail: Detail = USUAL, direction: str = "rows", numbers: bool = False
) -> Drawing:  # fmt: skip
    """The map with the network's name above it and a margin around it."""
    title = full_name(plan)
    drawing = network_map(plan, columns=columns, detail=detail, direction=direction, numbers=numbers, title=title)
    inside = Group(drawing.items, "", MARGIN, MARGIN)
    return drawing._replace(width=drawing.width + 2 * MARGIN, height=drawing.height + 2 * MARGIN, items=(inside,))
