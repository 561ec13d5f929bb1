"""What a map says, whatever it looks like: its nodes, what is written at them, and what is connected with what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from visualizer.figures.drawing import Box, Drawing, Group, Item, Line, Mark, Point, Text

THINGS = ("box", "badge", "projection-box", "pad-box")
"""Boxes at which lines end; an open sheet and the dashed frame are passed through."""
REACH = {"add": 8.0, "relu": 7.0}
NEAR = 2.0
"""How far a line may end from what it ends at."""


class Thing(NamedTuple):
    """Where a line may end: a box, or the sign of an addition or a ReLU; `name` is its node's path and the sign."""

    name: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, point: Point) -> bool:
        x, y = point
        return self.left - NEAR <= x <= self.right + NEAR and self.top - NEAR <= y <= self.bottom + NEAR


class Edge(NamedTuple):
    """A connection of two things, and the styles of its lines but the trunk's."""

    source: str
    target: str
    style: str = ""


class Structure:
    """The nodes, things and lines of a drawing, in the picture's own coordinates."""

    def __init__(self, drawing: Drawing) -> None:
        self.things: list[Thing] = []
        self.lines: list[Line] = []
        self.nodes: list[tuple[int, Group]] = []
        self.texts: list[tuple[str, str]] = []
        self._walk(drawing.items, 0, 0, ())

    def _walk(self, items: tuple[Item, ...], x: float, y: float, owners: tuple[str, ...]) -> None:
        owner = owners[-1] if owners else ""
        for item in items:
            match item:
                case Group(inside, style, dx, dy, path):
                    if path:
                        self.nodes.append((len(owners), item))
                    legend = style == "head" and (dx, dy) != (0, 0)
                    if not legend:
                        self._walk(inside, x + dx, y + dy, (*owners, path) if path else owners)
                case Text():
                    self.texts.append((owner, item.text))
                case Box(left, top, width, height, style):
                    if style in THINGS:
                        name = owner or "input"
                        self.things.append(Thing(name, x + left, y + top, x + left + width, y + top + height))
                case Mark(mx, my, symbol) if symbol in REACH:
                    reach, name = REACH[symbol], owner if owner.endswith(f".{symbol}") else f"{owner} {symbol}"
                    named = owner if _is_layer(owner) else name
                    self.things.append(Thing(named, x + mx - reach, y + my - reach, x + mx + reach, y + my + reach))
                case Line() if item.style != "in-box":
                    self.lines.append(item._replace(points=tuple((x + px, y + py) for px, py in item.points)))

    def at(self, point: Point) -> list[Thing]:
        """What a line that begins or ends here is connected with."""
        return [thing for thing in self.things if thing.touches(point)]

    def before(self, line: Line) -> list[Line]:
        """The lines that a line goes on from: they end where it begins, or run through there."""
        start = line.points[0]
        return [other for other in self.lines if other is not line and _runs_to(other, start)]

    def after(self, line: Line) -> list[Line]:
        return [other for other in self.lines if other is not line and _apart(other.points[0], line.points[-1]) < 1]

    def sources(self, line: Line) -> set[tuple[str, tuple[str, ...]]]:
        """Where the way along a line begins, and the styles of the lines on that way, the trunk's left out."""
        styles = () if line.style == "trunk" else (line.style,)
        things = self.at(line.points[0])
        if things:
            return {(things[-1].name, styles)}
        found = [source for other in self.before(line) for source in self.sources(other)]
        return {(name, tuple(dict.fromkeys((*earlier, *styles)))) for name, earlier in found}

    def edges(self) -> Iterator[Edge]:
        for line in self.lines:
            for target in self.at(line.points[-1])[-1:]:
                for name, styles in sorted(self.sources(line)):
                    yield Edge(name, target.name, "+".join(styles))

    def loose_ends(self) -> list[Point]:
        """Where lines begin or end at nothing."""
        loose = [line.points[0] for line in self.lines if not self.at(line.points[0]) and not self.before(line)]
        return loose + [line.points[-1] for line in self.lines if not self.at(line.points[-1]) and not self.after(line)]

    def written(self) -> str:
        """All of it as text, a line a node, then a line an edge, then what is written elsewhere."""
        own: dict[str, list[str]] = {}
        for owner, text in self.texts:
            own.setdefault(owner, []).append(text)
        lines = []
        for depth, group in self.nodes:
            name = group.path + (f" to {group.last}" if group.last else "")
            words = " | ".join(own.get(group.path, []))
            lines.append(f"{'  ' * depth}{name} [{group.style}] {words}".rstrip())
        lines += ["", *(f"{source} -> {target} {style}".rstrip() for source, target, style in self.edges())]
        return "\n".join([*lines, "", *own.get("", [])]) + "\n"


def _is_layer(path: str) -> bool:
    return bool(path) and (path.count(".") >= 2 or not path.startswith("layer"))


def _apart(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _runs_to(line: Line, point: Point) -> bool:
    """Whether a line comes to this point from elsewhere: pieces are horizontal or vertical."""
    if _apart(line.points[0], point) < 1:
        return False
    x, y = point
    for (x0, y0), (x1, y1) in zip(line.points, line.points[1:], strict=False):
        if min(x0, x1) - 1 <= x <= max(x0, x1) + 1 and min(y0, y1) - 1 <= y <= max(y0, y1) + 1:
            return True
    return False
