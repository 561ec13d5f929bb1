"""The network map as one long row: bands beside each other, their names above, one straight line through all cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from visualizer.figures.bands import BAND_GAP, NAME_LINE, NOTE_LINE, PADDING, Band
from visualizer.figures.block_cell import Cell
from visualizer.figures.drawing import Box, Group, Item, Line, Text
from visualizer.figures.extent import extent
from visualizer.figures.style import width_in

BETWEEN = 8.0
"""From where the line leaves a cell to where it enters the next one, at least."""
APART = 6.0
"""Between what stands in two cells, at least."""
MARGIN = 14.0
"""From the sides of a band to what is in it."""


class Spread(NamedTuple):
    """A band in its place: where it begins, how wide it is, and where the origins of its cells are."""

    band: Band
    x: float
    width: float
    places: tuple[float, ...]

    @property
    def placed(self) -> Iterator[tuple[Cell, float]]:
        yield from zip(self.band.cells, self.places, strict=True)


class Row(NamedTuple):
    """Bands beside each other."""

    bands: tuple[Spread, ...]

    @property
    def width(self) -> float:
        return self.bands[-1].x + self.bands[-1].width

    def stacked(self, y: float) -> tuple[list[Item], float]:
        """The bands from `y` down with the line through their cells, and where they end."""
        spots = [spot for band in self.bands for spot in band.placed]
        trunk = y + PADDING + NAME_LINE + NOTE_LINE + max(cell.above for cell, _ in spots)
        bottom = trunk + max(cell.below for cell, _ in spots) + PADDING
        frames, cells = [], []
        for band in self.bands:
            style = band.band.style
            frames.append(Group((Box(band.x, y, band.width, bottom - y, "band", 10),), style))
            groups = (cell.group._replace(x=x, y=trunk) for cell, x in band.placed)
            cells.append(Group((band.band.named(_names(band, y + PADDING)), *groups), style))
        return [*frames, *_trunk(spots, trunk), *cells], bottom


class Reaches:
    """How far cells reach to the left and to the right of their origin, found once for those that share their items."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[float, float]] = {}

    def of(self, cell: Cell) -> tuple[float, float]:
        key = id(cell.group.items)
        if key not in self._found:
            self._found[key] = extent(cell.group.items)
        return self._found[key]


def row(bands: Sequence[Band]) -> Row:
    """The bands as one row, each as wide as its cells and its names need."""
    spread: list[Spread] = []
    x, reaches = 0.0, Reaches()
    for band in bands:
        spread.append(_spread(band, x, reaches))
        x += spread[-1].width + BAND_GAP
    return Row(tuple(spread))


def _spread(band: Band, x: float, reaches: Reaches) -> Spread:
    places: list[float] = []
    line = right = x + MARGIN
    for cell in band.cells:
        begins, ends = reaches.of(cell)
        at = max(line - cell.start, right - begins)
        places.append(round(at))
        line, right = places[-1] + cell.end + BETWEEN, places[-1] + ends + APART
    words = max(width_in("name", band.name), width_in("shape", _notes(band)))
    width = max(line - BETWEEN, right - APART, x + MARGIN + words) + MARGIN - x
    return Spread(band, x, round(width), tuple(places))


def _notes(band: Band) -> str:
    return " · ".join(band.notes)


def _names(spread: Spread, y: float) -> Iterator[Text]:
    yield Text(spread.x + MARGIN, y + 13, spread.band.name, "name")
    yield Text(spread.x + MARGIN, y + 13 + NOTE_LINE, _notes(spread.band), "shape")


def _trunk(spots: Sequence[tuple[Cell, float]], y: float) -> Iterator[Line]:
    """The line from where each cell ends to where the next one starts."""
    for (before, left), (after, right) in pairwise(spots):
        style = "clean" if before.leaves_clean and after.arrives_clean else "trunk"
        yield Line((*before.way_out(left, y), (right + after.start, y)), style, 10 if before.lower else 0)
