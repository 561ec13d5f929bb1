"""A network to take along: the map as a picture in a file, or the layers as a graph for Graphviz."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from visualizer.analysis.naming import network_name
from visualizer.figures.colour import Theme
from visualizer.figures.cropping import cropped
from visualizer.figures.detail import Detail
from visualizer.figures.drawing import Drawing, Group
from visualizer.figures.heat import Heat
from visualizer.figures.network_map import USUAL, network_map
from visualizer.figures.paper_figure import paper_columns, paper_figure
from visualizer.figures.thumbnails import Thumbnails
from visualizer.figures.volumes import volumes
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


class Window(NamedTuple):
    """A part of a drawing, in its units."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Choice:
    """All that is chosen of a picture of a network: what is drawn, how, and which part of it.

    figure: one of `FIGURES`. columns, detail, direction, numbers, heat and thumbnails are `network_map`'s; detail and
    heat are the volumes' too. window: the part that is taken along, without name and legend; None: all of it.
    """

    figure: str = "map"
    columns: int | None = None
    detail: Detail = USUAL
    direction: str = "rows"
    numbers: bool = False
    heat: Heat | None = None
    thumbnails: Thumbnails | None = None
    window: Window | None = None


WHOLE = Choice()
"""The whole map as one finds it."""


def _map(plan: Plan, choice: Choice, title: str) -> Drawing:
    return network_map(
        plan, columns=choice.columns, detail=choice.detail, direction=choice.direction, numbers=choice.numbers,
        heat=choice.heat, thumbnails=choice.thumbnails, title=title,
    )  # fmt: skip


def _paper(plan: Plan, choice: Choice, title: str) -> Drawing:
    return paper_figure(paper_columns(plan), title=title)


def _volume(plan: Plan, choice: Choice, title: str) -> Drawing:
    return volumes(plan, detail=choice.detail, heat=choice.heat, title=title)


FIGURES: Mapping[str, Callable[[Plan, Choice, str], Drawing]] = {"map": _map, "paper": _paper, "volume": _volume}
"""What can be drawn of a network, by name."""


def taken_along(plan: Plan, extension: str, theme: Theme, choice: Choice = WHOLE) -> bytes:
    """The content of a file of this format (a key of `FORMATS`); a graph is of the whole network, whatever the choice.

    KeyError: another format or figure. ValueError: what `network_map` or `cropped` refuses.
    """
    of_map = FORMATS[extension].of_map
    if of_map is None:
        from visualizer.figures.dot import network_dot

        return f"{network_dot(plan, full_name(plan), theme)}\n".encode()
    return of_map(picture(plan, choice), theme)


def picture(plan: Plan, choice: Choice = WHOLE) -> Drawing:
    """The figure with the network's name above it and a margin around it, or the part in the window as it is."""
    name = full_name(plan)
    draw = FIGURES[choice.figure]
    if choice.window:
        return cropped(draw(plan, choice, ""), *choice.window)._replace(title=f"Part of {name}")
    return framed(draw(plan, choice, name))


def framed(drawing: Drawing) -> Drawing:
    """The drawing with a margin around it."""
    inside = Group(drawing.items, "", MARGIN, MARGIN)
    return drawing._replace(width=drawing.width + 2 * MARGIN, height=drawing.height + 2 * MARGIN, items=(inside,))
