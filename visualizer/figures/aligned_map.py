"""Two to four networks as one picture, aligned by stage and block, so that the difference is what one sees.

A band a stage, and in it a row a network: blocks that stand above each other are those that are compared. What is as in
the first network is faint; what is changed has ≠ and a few words, what the first lacks has +, and where a network has
nothing its line passes through an empty frame. Every shortcut is drawn. Equal columns of a long stage are drawn once.

Parts are groups as in `network_map`; their paths begin with the network's number ("2:layer3.1"), and those that stand
beside each other share a style ("beside-3-1"), which a browser follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from visualizer.analysis.alignment import Alignment
from visualizer.figures.aligned_parts import aligned_bands, aligned_looks
from visualizer.figures.aligned_place import AlignedBand, Label, Named, Place
from visualizer.figures.aligned_signs import ABSENT, absent, hit, number_badge, sign_entries
from visualizer.figures.aligned_words import in_lines
from visualizer.figures.bands import BAND_GAP, BETWEEN, NAME_LINE, PADDING, ROW_GAP, usual_pitch
from visualizer.figures.block_cell import EXIT, LEAD, Cell
from visualizer.figures.drawing import Box, Drawing, Group, Item, Line, Point, Text
from visualizer.figures.heading import heading
from visualizer.figures.legend import Entry, shortcut_entries
from visualizer.figures.legend import in_lines as legend_lines
from visualizer.figures.network_map import NARROW
from visualizer.figures.style import width_in
from visualizer.resnet import Plan

MOST_COLUMNS = 6
"""Columns for a wide page."""
LEAD_IN = 28.0
"""From where a row's line begins to the junction before its first cell."""
STUB = 16.0
"""From the end of a row to where its line stops: it goes on in the next line or band."""
NAME_LEFT, NAME_WIDTH = 34.0, 136.0
"""Where a network's name begins in its row, and how wide its lines are at most."""
NAME_LINES, LINE = 4, 15.0
LINE_GAP = 22.0
"""Between two lines of a band that is wrapped."""


class Frame(NamedTuple):
    """Where things stand: columns from `left` on, `pitch` apart, `many` in a line; names beside the rows or not."""

    left: float
    pitch: float
    box: float
    many: int
    beside: bool

    @property
    def width(self) -> float:
        return self.left + (self.many - 1) * self.pitch + self.box + EXIT + STUB + 6

    def x(self, column: int) -> float:
        return self.left + column * self.pitch


def aligned_map(
    networks: Sequence[tuple[str, Plan]], *, columns: int | None = None, folded: bool | None = None,
    alignment: Alignment | None = None, title: str = "",
) -> Drawing:  # fmt: skip
    """The map of networks that have a name each, in their order; the first is what the others are measured by.

    columns: the most blocks in a line; None is as many as the longest stage needs, up to `MOST_COLUMNS`. With `NARROW`
    or fewer the networks' names stand above the map and their numbers at the rows. folded: whether equal columns that
    follow each other are drawn once; None: in long stages. alignment: of these plans, if it is at hand.
    ValueError: fewer than two networks, or fewer than one column.
    """
    if len(networks) < 2 or (columns is not None and columns < 1):
        raise ValueError("An aligned map has at least 2 networks and 1 column.")
    named = [Named(name, plan, place) for place, (name, plan) in enumerate(networks)]
    looks = aligned_looks(named)
    bands = tuple(aligned_bands(named, alignment or Alignment(tuple(one.plan for one in named)), looks, folded))
    frame = _frame(named, bands, looks[0].width, columns)
    above, y = _top(named, frame, title)
    rows = [_Row(one) for one in named]
    frames: list[Item] = []
    for band in bands:
        top, y = y, _draw_band(band, rows, frame, y)
        frames.append(Group((Box(0, top, frame.width, y - top, "band", 10),), band.style))
        y += BAND_GAP
    items = [item for row in rows for item in (*row.lines, *row.items)]
    key, height = legend_lines(_entries(named, bands), frame.width, y)
    name = title or "Aligned maps"
    return Drawing(frame.width, height, (*above, *frames, *items, *key), name, _summary(named, bands))


def _frame(named: Sequence[Named], bands: Sequence[AlignedBand], box: float, columns: int | None) -> Frame:
    ends = [place.cell.end for band in bands for column in band.columns for place in column if place.cell]
    many = min(max(len(band.columns) for band in bands), columns or MOST_COLUMNS)
    beside = columns is None or columns > NARROW
    words = [width_in("row-name", line) for one in named for line in _name_lines(one)]
    words += [width_in("tiny", note) for band in bands for label in band.labels for note in label.notes]
    left = (NAME_LEFT + max(words) + 8 if beside else NAME_LEFT) + LEAD_IN + LEAD
    return Frame(round(left), max(usual_pitch(box), max(ends) + BETWEEN), box, many, beside)


def _name_lines(network: Named) -> list[str]:
    """The network's name in a few lines; what is too long ends in "…"."""
    lines = in_lines(" ".join(map(_cut, network.name.split())), "row-name", NAME_WIDTH)
    return lines if len(lines) <= NAME_LINES else [*lines[: NAME_LINES - 1], _cut(lines[NAME_LINES - 1] + " …")]


def _cut(word: str) -> str:
    while width_in("row-name", word) > NAME_WIDTH:
        word = word.rstrip("…")[:-1] + "…"
    return word


def _top(named: Sequence[Named], frame: Frame, title: str) -> tuple[list[Item], float]:
    """The heading, and the names by their numbers where they do not stand at the rows."""
    items, y = heading(title, frame.width)
    if frame.beside:
        return items, y
    for one in named:
        items += number_badge(one.place + 1, 17, y + 12)
        for line in in_lines(one.name, "row-name", frame.width - NAME_LEFT - 4):
            y += LINE
            items.append(Text(NAME_LEFT, y + 1, line, "row-name"))
        y += 9
    return items, y + 4


class _Row:
    """What is drawn of one network, and how its line ends: in a cell, or in nothing yet."""

    def __init__(self, network: Named) -> None:
        self.network = network
        self.lines: list[Item] = []
        self.items: list[Item] = []
        self.last: Cell | None = None

    def line(self, way: tuple[Point, ...], cell: Cell | None) -> None:
        """The line along this way to a cell, or past an empty place; thick if it carries the sum as it is."""
        before = self.last
        clean = before is not None and before.leaves_clean and (cell is None or cell.arrives_clean)
        self.lines.append(Line(way, "clean" if clean else "trunk", 10 if len(way) > 2 else 0))


def _draw_band(band: AlignedBand, rows: Sequence[_Row], frame: Frame, top: float) -> float:
    """The rows of a band in lines of columns, from `top` down; where the band ends."""
    rows[0].items.append(Text(14, top + PADDING + 13, band.name, "name"))
    y = top + PADDING + NAME_LINE + 4
    count = -(-len(band.columns) // frame.many)
    many = -(-len(band.columns) // count)
    for start in range(0, len(band.columns), many):
        line = band.columns[start : start + many]
        y += LINE_GAP if start else 0
        for row, label in zip(rows, band.labels, strict=True):
            places = [column[row.network.place] for column in line]
            y = _draw_row(row, label if not start else None, places, frame, y, band)
    return y + PADDING - ROW_GAP


def _draw_row(
    row: _Row, label: Label | None, places: Sequence[Place], frame: Frame, top: float, band: AlignedBand
) -> float:  # fmt: skip
    """One network's places in a line: its label, its line, its cells and empty frames; where the next row begins."""
    cells = [place.cell for place in places if place.cell]
    lines = len(_name_lines(row.network)) + len(label.notes) if label and frame.beside else 1
    least = max(LINE * lines / 2 + 2, ABSENT + 9 if len(cells) < len(places) else 0)
    y = top + max(least, *(cell.above for cell in cells), 0)
    row.items.append(Group((*_label(row.network, label, frame, y), *_cells(places, frame, y)), band.style))
    _draw_line(row, places, frame, y, band)
    return y + max(least, *(cell.below for cell in cells), 0) + ROW_GAP


def _cells(places: Sequence[Place], frame: Frame, y: float) -> Iterator[Item]:
    """Cells in their columns; empty places beside each other of which the same is said have one frame."""
    number = 0
    while number < len(places):
        place, start = places[number], number
        number += 1
        if place.cell:
            yield place.cell.group._replace(x=frame.x(start), y=y)
            continue
        count = place.blocks
        while number < len(places) and not places[number].cell and places[number].said == place.said:
            count += places[number].blocks
            number += 1
        for column in range(start, number):
            yield places[column].node._replace(items=(hit(frame.box),), x=frame.x(column), y=y)
        width = frame.x(number - 1) - frame.x(start) + frame.box
        yield absent(place.said, width, count)._replace(x=frame.x(start), y=y)


def _draw_line(row: _Row, places: Sequence[Place], frame: Frame, y: float, band: AlignedBand) -> None:
    """A network's line through its places, from before the first to after the last; it begins at the input."""
    begins = band.style == "stem" and row.last is None
    way: tuple[Point, ...] = () if begins else ((frame.left - LEAD - LEAD_IN, y),)
    for column, place in enumerate(places):
        if not place.cell:
            continue
        x = frame.x(column)
        if way:
            row.line((*way, (x + place.cell.start, y)), place.cell)
        row.last, way = place.cell, place.cell.way_out(x, y)
    ends = band.style == "head" and places[-1].cell is not None
    if way and not ends:
        row.line((*way, (frame.x(len(places) - 1) + frame.box + EXIT + STUB, y)), None)


def _label(network: Named, label: Label | None, frame: Frame, y: float) -> Iterator[Item]:
    """A row's number, and in the first line of a band the network's name and what is noted; a node if it is a stage."""
    number = number_badge(network.place + 1, 17, y)
    if label is None or not frame.beside:
        yield Group(tuple(number)) if label is None else label.node._replace(items=tuple(number))
        return
    yield from number
    names = _name_lines(network)
    texts = [(line, "row-name") for line in names] + [(note, "tiny") for note in label.notes]
    first = y + 4.5 - LINE * (len(texts) - 1) / 2
    lines = [Text(NAME_LEFT, first + LINE * number, text, style) for number, (text, style) in enumerate(texts)]
    yield label.node._replace(items=tuple(lines))


def _entries(named: Sequence[Named], bands: Sequence[AlignedBand]) -> Iterator[Entry]:
    """The legend: the signs, the shortcuts of all networks, and what in the boxes needs a word."""
    places = list(_places(bands))
    signs = {place.said.sign for place in places}
    empty = any(place.cell is None and not place.said.sign for place in places)
    yield from sign_entries(signs, empty)
    known: set[str] = set()
    for one in named:
        for entry in shortcut_entries(one.plan):
            if entry.text not in known and entry.width:
                known.add(entry.text)
                yield entry
    if any(place.blocks > 1 for place in places):
        cards = (Box(4, -4, 16, 12, "card", 3), Box(2, -6, 20, 12, "card", 3), Box(0, -8, 24, 12, "box", 3))
        yield Entry(cards, 24, "equal blocks, drawn once")
    yield Entry((), 0, "kernel, channels /stride")
    yield Entry((), 0, "size: channels × height × width")


def _places(bands: Sequence[AlignedBand]) -> Iterator[Place]:
    return (place for band in bands for column in band.columns for place in column)


def _summary(named: Sequence[Named], bands: Sequence[AlignedBand]) -> str:
    """How many blocks of each other network are as in the first, changed, added and absent."""
    said = [", ".join(one.heading for one in named)]
    for one in named[1:]:
        counts: Counter[str] = Counter()
        for band in bands:
            for place in (column[one.place] for column in band.columns):
                counts["=" if place.said.equal else place.said.sign] += place.blocks
        found = [f"{counts[sign]} {words}" for sign, words in _COUNTED.items() if counts[sign]]
        said.append(f"{one.heading}: {', '.join(found)}")
    return ". ".join(said)


_COUNTED = {"=": "blocks as in 1", "≠": "changed", "+": "added", "−": "absent"}
