"""The network map from top to bottom: tiles in one column, in bands with their names at the side, on one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from visualizer.figures.bands import BAND_GAP
from visualizer.figures.down_cell import Tile
from visualizer.figures.drawing import Box, Group, Item, Line, Text
from visualizer.figures.style import width_in

GAP = 8.0
"""Between tiles."""
PADDING = 10.0
MARGIN = 14.0
"""From the sides of a band to what is in it."""
NARROWEST = 276.0
"""A band at least: as wide as the legend's longest entry."""
NAME_LINE, NOTE_LINE = 16.0, 17.0


class Part(NamedTuple):
    """Part of the network that stands together: its style ("stage-1"), its name and notes, its tiles.

    node: an empty group with the path and label of the part, if its name stands for it.
    """

    style: str
    name: str
    notes: tuple[str, ...]
    tiles: tuple[Tile, ...]
    node: Group = Group(())

    @property
    def height(self) -> float:
        """From the upper side of its band to the lower one."""
        tiles = sum(tile.below - tile.start for tile in self.tiles) + GAP * (len(self.tiles) - 1)
        return 2 * PADDING + max(tiles, NAME_LINE + NOTE_LINE * len(self.notes))

    def words(self) -> Iterator[tuple[str, str]]:
        """The style of each line beside the tiles, and the line."""
        yield "name", self.name
        yield from (("shape", note) for note in self.notes)


class Column(NamedTuple):
    """Parts below each other: how wide their bands are, and where the trunk is."""

    parts: tuple[Part, ...]
    width: float
    trunk: float

    def stacked(self, y: float) -> tuple[list[Item], float]:
        """The parts from `y` down with the line through their tiles, and where they end."""
        frames: list[Item] = []
        tiles: list[Item] = []
        spots: list[tuple[Tile, float]] = []
        for part in self.parts:
            frames.append(Group((Box(0, y, self.width, part.height, "band", 10),), part.style))
            placed = list(_placed(part.tiles, y + PADDING))
            groups = (tile.group._replace(x=self.trunk - tile.trunk, y=at) for tile, at in placed)
            tiles.append(Group((_name(part, y + PADDING), *groups), part.style))
            spots += placed
            y += part.height + BAND_GAP
        return [*frames, *_trunk(spots, self.trunk), *tiles], y - BAND_GAP


def column(parts: Iterable[Part]) -> Column:
    """The parts as one column, as wide as their names and tiles need."""
    parts = tuple(parts)
    tiles = [tile for part in parts for tile in part.tiles]
    words = max(width_in(style, text) for part in parts for style, text in part.words())
    trunk = round(MARGIN + words + 10 + max(tile.left for tile in tiles))
    width = max(NARROWEST, trunk + max(tile.right for tile in tiles) + MARGIN)
    return Column(parts, round(width), trunk)


def _placed(tiles: Sequence[Tile], y: float) -> Iterator[tuple[Tile, float]]:
    """Each tile with the height of its origin."""
    for tile in tiles:
        yield tile, y - tile.start
        y += tile.below - tile.start + GAP


def _name(part: Part, y: float) -> Group:
    """The name and the notes, a node if they stand for the part."""
    lines = (Text(MARGIN, y + 12 + row * NOTE_LINE, text, style) for row, (style, text) in enumerate(part.words()))
    return part.node._replace(items=tuple(lines))


def _trunk(spots: Sequence[tuple[Tile, float]], x: float) -> Iterator[Line]:
    """The line from where each tile ends to where the next one starts."""
    for (before, above), (after, below) in pairwise(spots):
        style = "clean" if before.leaves_clean and after.arrives_clean else "trunk"
        yield Line(((x, above + before.end), (x, below + after.start)), style)
