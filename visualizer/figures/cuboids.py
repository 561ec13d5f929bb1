"""What the volume view is made of: an output as a cuboid to scale, and a station, cuboids in a row under a shortcut.

A cuboid is seen from the left and from above: its length, to the right, is the channels; its height is the map's
height; its depth, which goes up to the right, is the map's width. All cuboids have their centre at the height 0, on
the trunk, on which the values flow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from visualizer.figures.captions import short_shape
from visualizer.figures.drawing import Area, Box, Group, Item, Line, Mark, Text
from visualizer.figures.style import width_in
from visualizer.resnet import Shape

LEAST = 1.5
"""The least length, height and depth that are drawn, in user units."""
SLANT = (0.4, -0.26)
"""Where one unit of depth goes: to the right and up."""
LEAD, BETWEEN = 11.0, 17.0
"""From where a station begins to its first cuboid, and from one cuboid to the next."""
ADD = 5.5
"""Radius of an addition."""
LIFT, LEAST_LIFT = 9.0, 25.0
"""From a cuboid up to its shortcut, and from the trunk to it at least."""
SEGMENT = 52.0
"""Length of a shortcut that is one of several over a closed stage."""
COUNT = (5.0, 10.0)
"""From a shortcut's line up to its count, and from a projection's."""
LABEL, BADGE = 14.0, 24.0
"""Heights of a line with a shape, and of one with a count."""


class Scale(NamedTuple):
    """User units a pixel of height and width, and user units a channel."""

    pixel: float
    channel: float


class Size(NamedTuple):
    """Length (channels), height and depth (the map's width) of a cuboid in user units."""

    length: float
    tall: float
    depth: float

    @property
    def right(self) -> float:
        """How far its back stands to the right of its front."""
        return SLANT[0] * self.depth

    @property
    def reach(self) -> float:
        """How far it reaches above and below the trunk."""
        return (self.tall - SLANT[1] * self.depth) / 2


class Volume(NamedTuple):
    """One output, C×H×W or (N,), and whether its shape is written below it; one with a path is a layer of its own."""

    shape: Shape
    written: bool
    path: str = ""
    label: str = ""


class Shortcut(NamedTuple):
    """A shortcut of this kind (not "none"), and of how many blocks it stands for."""

    kind: str
    repeats: int = 1


class Station(NamedTuple):
    """Volumes in a row, the shortcuts that lead over them one after the other, and how many equal blocks they are.

    The group gives style, path, last and label of what the station stands for.
    """

    volumes: tuple[Volume, ...]
    group: Group
    shortcuts: tuple[Shortcut, ...] = ()
    repeats: int = 1
    source: bool = False
    """Whether nothing leads to it: the network's input."""

    @property
    def has_words(self) -> bool:
        """Whether something is written below it."""
        return self.repeats > 1 or any(volume.written for volume in self.volumes)


class Place(NamedTuple):
    """A station as it is drawn from x = 0: where the trunk leaves it, where it ends, and where words below it end."""

    group: Group
    leaves: float
    end: float
    words: float


def size_of(shape: Shape, scale: Scale) -> Size:
    """The cuboid of an output; a vector (N,) is as N × 1 × 1."""
    channels, height, width = (*shape, 1, 1)[:3]
    return Size(*(max(LEAST, side) for side in (channels * scale.channel, height * scale.pixel, width * scale.pixel)))


def cuboid(size: Size) -> tuple[Area, Area, Area]:
    """The flank (height × width), the upper side and the front (channels × height); the front's left side is at 0."""
    length, right = size.length, size.right
    rise = SLANT[1] * size.depth
    top, bottom = -size.tall / 2 - rise / 2, size.tall / 2 - rise / 2
    flank = ((length, bottom), (length + right, bottom + rise), (length + right, top + rise), (length, top))
    above = ((0, top), (length, top), (length + right, top + rise), (right, top + rise))
    front = ((0, top), (length, top), (length, bottom), (0, bottom))
    return Area(flank, "side"), Area(above, "top"), Area(front, "face")


def below(station: Station, scale: Scale) -> float:
    """How far a station reaches below the trunk, with what is written there."""
    deepest = max(size_of(volume.shape, scale).reach + LABEL * volume.written for volume in station.volumes)
    return deepest + (BADGE if station.repeats > 1 else 0)


def above(station: Station, scale: Scale) -> float:
    """How far a station reaches above the trunk."""
    if not station.shortcuts:
        return max(size_of(volume.shape, scale).reach for volume in station.volumes)
    return _lift(station, scale) + max(map(_beyond, station.shortcuts))


def _beyond(shortcut: Shortcut) -> float:
    """How far a shortcut reaches above its line, with its box, the addition that ends it, and its count."""
    return COUNT[shortcut.kind == "projection"] + 10 if shortcut.repeats > 1 else 9


def place(station: Station, scale: Scale) -> Place:
    """The station from where the trunk reaches it, at the origin."""
    items: list[Item] = []
    leaves = end = words = 0.0
    for number, volume in enumerate(station.volumes):
        front = end + (BETWEEN if number else 0 if station.source else LEAD)
        front = max(front, words) if volume.written else front
        size = size_of(volume.shape, scale)
        if front:
            items.append(Line(((leaves, 0), (front, 0)), "trunk", arrow=True))
        items.append(_volume_group(volume, size, front))
        end = front + size.length + size.right
        leaves = end - size.right / 2
        words = front + _words(volume) if volume.written else words
    if station.repeats > 1:
        badge, edge = _badge(station, scale)
        items, words = [*items, *badge], max(words, edge)
    if station.shortcuts:
        over, end = _shortcuts(station, scale, end, leaves)
        items, leaves = [*items, *over], end
    return Place(station.group._replace(items=tuple(items)), leaves, end, words)


def _volume_group(volume: Volume, size: Size, x: float) -> Group:
    items: list[Item] = list(cuboid(size))
    if volume.written:
        items.append(Text(0, size.reach + LABEL, short_shape(volume.shape), "tiny"))
    style = "layer" if volume.path else ""
    return Group(tuple(items), style, x, 0, volume.path, "", volume.label)


def _words(volume: Volume) -> float:
    return width_in("tiny", short_shape(volume.shape)) + 8


def _badge(station: Station, scale: Scale) -> tuple[list[Item], float]:
    """How many equal blocks the station is, below its first cuboid, and where that ends."""
    text = f"× {station.repeats}"
    width = width_in("on-badge", text) + 16
    y = below(station, scale) - 9
    badge = Box(LEAD, y - 10, width, 20, "badge", 10)
    return [badge, Text(LEAD + width / 2, y + 4.5, text, "on-badge", "middle")], LEAD + width + 4


def _lift(station: Station, scale: Scale) -> float:
    """How far above the trunk the shortcuts are."""
    highest = max(size_of(volume.shape, scale).reach for volume in station.volumes)
    boxed = any(shortcut.kind == "projection" for shortcut in station.shortcuts)
    return max(LEAST_LIFT, highest + LIFT + (7 if boxed else 0))


def _shortcuts(station: Station, scale: Scale, x: float, leaves: float) -> tuple[list[Item], float]:
    """The shortcuts over what ends at x, from addition to addition, and the trunk into the last; where that ends."""
    least = [_least(shortcut) for shortcut in station.shortcuts]
    last = max(x + 5 + ADD, sum(least) if len(least) > 1 else least[0])
    top = -_lift(station, scale)
    items: list[Item] = []
    start, stretch = 0.0, last / sum(least)
    for number, (shortcut, length) in enumerate(zip(station.shortcuts, least, strict=True)):
        first, final = number == 0, number == len(least) - 1
        stop = last if final else start + length * stretch
        items += _shortcut(shortcut, start, stop, top, first, final)
        start = stop
    items += [Line(((leaves, 0), (last - ADD, 0)), "trunk"), Mark(last, 0, "small-add")]
    return items, last + ADD


def _least(shortcut: Shortcut) -> float:
    return SEGMENT if shortcut.kind == "projection" or shortcut.repeats > 1 else 24.0


def _shortcut(shortcut: Shortcut, x: float, end: float, top: float, first: bool, last: bool) -> Iterator[Item]:
    """One shortcut: the first rises from the trunk, the last comes down to it, the others end in additions up there."""
    start = ((x, 0.0), (x, top)) if first else ((x + ADD, top),)
    stop = ((end, top), (end, -ADD - 1)) if last else ((end - ADD - 1, top),)
    yield Line((*start, *stop), shortcut.kind, 8, arrow=True)
    if first:
        yield Mark(0, 0, "junction")
    middle = (x + end - (0 if last else ADD)) / 2
    if shortcut.kind == "projection":
        yield Box(middle - 14, top - 7, 28, 14, "projection-box", 3)
        yield Text(middle, top + 4, "1×1", "tiny-on-projection", "middle")
    if shortcut.repeats > 1:
        yield Text(middle, top - COUNT[shortcut.kind == "projection"], f"× {shortcut.repeats}", "tiny", "middle")
    if not last:
        yield Mark(end, top, "small-add")
