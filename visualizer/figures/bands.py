"""Cells in rows, rows in bands, bands down the page, and the line that runs through all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from visualizer.figures.block_cell import EXIT, LEAD, Cell
from visualizer.figures.drawing import Box, Group, Item, Line, Text
from visualizer.figures.style import width_in

LEAD_IN = 30.0
"""From where a row's line comes down to the junction before its first cell."""
BETWEEN = 24.0
"""From where a cell ends to the next box: room for the next junction."""
ROW_GAP, BAND_GAP = 12.0, 14.0
"""Between rows and between bands; the line from one to the next runs in the middle."""
PADDING = 8.0
NAME_LINE, NOTE_LINE = 18.0, 17.0


class Band(NamedTuple):
    """Part of the network that stands together: its style ("stage-1"), its name and notes, its cells.

    node: an empty group with the path and label of the part, if its name stands for it.
    """

    style: str
    name: str
    notes: tuple[str, ...]
    cells: tuple[Cell, ...]
    node: Group = Group(())

    def named(self, words: Iterable[Text]) -> Group:
        """The texts of the name as a group, which is a node if the name stands for the part."""
        return self.node._replace(items=tuple(words))


class Grid(NamedTuple):
    """Where things stand: `columns` boxes a row from `left` on, names `beside` the cells or above.

    pitch: from box to box. width: of a band, and of all bands.
    """

    pitch: float
    columns: int
    left: float
    beside: bool
    width: float


class Stack(NamedTuple):
    """Bands below each other."""

    bands: tuple[Band, ...]
    grid: Grid

    @property
    def width(self) -> float:
        return self.grid.width

    def stacked(self, y: float) -> tuple[list[Item], float]:
        """The bands from `y` down with the line through their cells, and where they end."""
        return stacked(self.bands, self.grid, y)


class Spot(NamedTuple):
    """A cell in its place; `gutter` is the height at which the line arrives if it comes from another row."""

    cell: Cell
    x: float
    y: float
    gutter: float


class Placed(NamedTuple):
    """A band in its place: its frame, and its cells."""

    band: Band
    top: float
    bottom: float
    spots: tuple[Spot, ...]


def usual_pitch(box: float) -> float:
    """From box to box, for boxes of this width of which nothing reaches further than a ReLU after an addition."""
    return box + EXIT + BETWEEN


def grid(bands: Sequence[Band], box: float, columns: int, beside: bool) -> Grid:
    """The grid for these bands, with their names `beside` the cells or, for a narrow screen, above them."""
    words = max(width_in(style, text) for band in bands for style, text in _words(band))
    left = LEAD + LEAD_IN + 14 + (words + 10 if beside else 0)
    longest = [max(cell.end for cell in band.cells) for band in bands]
    exits = [end for band, end in zip(bands, longest, strict=True) if len(band.cells) > 1]
    pitch = max([usual_pitch(box), *(end + BETWEEN for end in exits)])
    return Grid(pitch, columns, left, beside, left + max((columns - 1) * pitch + box + EXIT, *longest) + 22)


def _words(band: Band) -> Iterator[tuple[str, str]]:
    yield "name", band.name
    yield from (("shape", note) for note in band.notes)


def rows(cells: tuple[Cell, ...], columns: int) -> list[tuple[Cell, ...]]:
    """The cells in as few rows as `columns` allows, all about equally long."""
    count = -(-len(cells) // columns)
    length = -(-len(cells) // count)
    return [cells[start : start + length] for start in range(0, len(cells), length)]


def stacked(bands: Iterable[Band], grid: Grid, y: float) -> tuple[list[Item], float]:
    """The bands below each other from `y` down, with the line through their cells; and where they end."""
    placed = []
    for band in bands:
        placed.append(_placed(band, grid, y))
        y = placed[-1].bottom + BAND_GAP
    frames: list[Item] = [Group((_frame(one, grid),), one.band.style) for one in placed]
    cells: list[Item] = [
        Group((one.band.named(_names(one, grid)), *_cells(one)), one.band.style) for one in placed
    ]
    return [*frames, *_trunk([spot for one in placed for spot in one.spots]), *cells], y - BAND_GAP


def _placed(band: Band, grid: Grid, top: float) -> Placed:
    y, gutter = top + PADDING + _header(band, grid), top - BAND_GAP / 2
    spots = []
    for row in rows(band.cells, grid.columns):
        y += max(cell.above for cell in row)
        spots += [Spot(cell, grid.left + number * grid.pitch, y, gutter) for number, cell in enumerate(row)]
        y += max(cell.below for cell in row) + ROW_GAP
        gutter = y - ROW_GAP / 2
    return Placed(band, top, y - ROW_GAP + PADDING, tuple(spots))


def _header(band: Band, grid: Grid) -> float:
    """Room for the names above the cells."""
    if grid.beside:
        return 0
    return NAME_LINE + (0 if _on_one_line(band, grid) else NOTE_LINE)


def _on_one_line(band: Band, grid: Grid) -> bool:
    words = width_in("name", band.name) + width_in("shape", _joined(band.notes))
    return grid.left + words < grid.width


def _joined(notes: Iterable[str]) -> str:
    return " · ".join(notes)


def _frame(placed: Placed, grid: Grid) -> Box:
    return Box(0, placed.top, grid.width, placed.bottom - placed.top, "band", 10)


def _names(placed: Placed, grid: Grid) -> list[Text]:
    """The band's name and notes: beside its first row, or above it."""
    band = placed.band
    if grid.beside:
        y = max(placed.spots[0].y - NOTE_LINE * len(band.notes) / 2 + 5, placed.top + PADDING + 14)
        notes = [Text(14, y + NOTE_LINE * (number + 1), note, "shape") for number, note in enumerate(band.notes)]
        return [Text(14, y, band.name, "name"), *notes]
    x, y = grid.left - LEAD - LEAD_IN + 12, placed.top + PADDING + 13
    name = Text(x, y, band.name, "name")
    if _on_one_line(band, grid):
        return [name, Text(grid.width - 14, y, _joined(band.notes), "shape", "end")]
    return [name, Text(x, y + NOTE_LINE, _joined(band.notes), "shape")]


def _cells(placed: Placed) -> list[Item]:
    return [spot.cell.group._replace(x=spot.x, y=spot.y) for spot in placed.spots]


def _trunk(spots: Sequence[Spot]) -> Iterator[Line]:
    """The line from the end of each cell to the next one's junction, down a gutter where that is on another row."""
    for before, after in pairwise(spots):
        way, end = before.cell.way_out(before.x, before.y), (after.x + after.cell.start, after.y)
        style = "clean" if before.cell.leaves_clean and after.cell.arrives_clean else "trunk"
        if before.y == after.y:
            yield Line((*way, end), style, 10 if before.cell.lower else 0)
            continue
        start = way[0]
        out, back = start[0] + 9, after.x - LEAD - LEAD_IN
        way = (start, (out, start[1]), (out, after.gutter), (back, after.gutter), (back, end[1]), end)
        yield Line(way, style, 8)
