"""A drawing as SVG text: self-contained, with one style sheet; every text and name in it is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from visualizer.figures.drawing import Area, Box, Drawing, Group, Item, Line, Mark, Point, Text
from visualizer.figures.style import SvgTheme, css

HEAD = 5.0
"""Length of an arrowhead."""

SYMBOLS = {
    "add": (-8, 0, "a8 8 0 1 0 16 0a8 8 0 1 0-16 0h16m-8-8v16", "mark"),
    "relu": (-7, 0, "a7 7 0 1 0 14 0a7 7 0 1 0-14 0m3 2.3h4l3.4-4.8", "mark"),
    "junction": (-2.5, 0, "a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0", "dot"),
    "relu-in-box": (-4, 2.4, "h4l3.6-5", "in-box"),
}
"""The marks, by where their path starts, how it goes on, and its style. A ReLU is its own graph: zero, then rising."""

Memo = dict[int, str]


def svg(drawing: Drawing, theme: SvgTheme = "page", *, background: bool = True) -> str:
    """The drawing as one SVG element.

    `page` is for a web page that is light or dark (`data-theme` on the element), where blocks are buttons; `light` and
    `dark` are pictures to take along, where blocks have tooltips, on the theme's `background` or on none.
    """
    width, height = _number(drawing.width), _number(drawing.height)
    interactive = theme == "page"
    memo: Memo = {}
    body = "".join([_item(item, interactive, memo) for item in drawing.items])
    paper = '<rect width="100%" height="100%" class="page"/>' if background and not interactive else ""
    role = "group" if interactive else "img"
    label = quoteattr(". ".join(filter(None, (drawing.title, drawing.description))))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="net" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="{role}" aria-label={label}><title>{escape(drawing.title)}</title>'
        f"<style>{escape(css(theme))}</style>{paper}{body}</svg>"
    )


def _item(item: Item, interactive: bool, memo: Memo) -> str:
    if isinstance(item, Group):
        return _group(item, interactive, memo)
    return _RENDERERS[type(item)](item)


def _items(items: tuple[Item, ...], interactive: bool, memo: Memo) -> str:
    """Blocks of one form share their items: what they look like is written out once."""
    found = memo.get(id(items))
    if found is None:
        found = memo[id(items)] = "".join([_item(item, interactive, memo) for item in items])
    return found


def _group(group: Group, interactive: bool, memo: Memo) -> str:
    attributes = f" class={quoteattr(group.style)}" if group.style else ""
    if group.x or group.y:
        attributes += f' transform="translate({_number(group.x)} {_number(group.y)})"'
    title = ""
    if group.path:
        attributes += f" data-path={quoteattr(group.path)}"
        attributes += f" data-last={quoteattr(group.last)}" if group.last else ""
        if interactive:
            attributes += f' role="button" tabindex="-1" aria-label={quoteattr(group.label)}'
        else:
            title = f"<title>{escape(group.label)}</title>"
    return f"<g{attributes}>{title}{_items(group.items, interactive, memo)}</g>"


def _box(box: Box) -> str:
    corner = f' rx="{_number(box.radius)}"' if box.radius else ""
    return (
        f'<rect x="{_number(box.x)}" y="{_number(box.y)}" width="{_number(box.width)}" height="{_number(box.height)}"'
        f'{corner} class="{box.style}"/>'
    )


def _text(text: Text) -> str:
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    return f'<text x="{_number(text.x)}" y="{_number(text.y)}"{anchor} class="{text.style}">{escape(text.text)}</text>'


def _mark(mark: Mark) -> str:
    x, y, path, style = SYMBOLS[mark.symbol]
    return f'<path d="M{_pair((mark.x + x, mark.y + y))}{path}" class="{style}"/>'


def _area(area: Area) -> str:
    return f'<path d="M{"L".join(map(_pair, area.points))}Z" class="{area.style}"/>'


def _line(line: Line) -> str:
    path = "M" + _pair(line.points[0]) + "".join(_corners(line)) + "L" + _pair(line.points[-1])
    head = _arrowhead(line.points) if line.arrow else ""
    if head and line.style == "pad":  # a dotted arrowhead would be two dots
        return f'<path d="{path}" class="pad"/><path d="{head}" class="pad-end"/>'
    return f'<path d="{path}{head}" class="{line.style}"/>'


def _corners(line: Line) -> Iterable[str]:
    for before, corner, after in zip(line.points, line.points[1:], line.points[2:], strict=False):
        start, end = _towards(corner, before, line.radius), _towards(corner, after, line.radius)
        yield f"L{_pair(start)}Q{_pair(corner)} {_pair(end)}" if line.radius else f"L{_pair(corner)}"


def _towards(one: Point, other: Point, distance: float) -> Point:
    """The point at this distance from `one` on the way to `other`, at most half-way."""
    length = abs(other[0] - one[0]) + abs(other[1] - one[1]) or 1.0  # pieces are horizontal or vertical
    share = min(distance / length, 0.5)
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _arrowhead(points: tuple[Point, ...]) -> str:
    """Two strokes that meet at the end of the line."""
    (x0, y0), (x, y) = points[-2:]
    length = abs(x - x0) + abs(y - y0) or 1.0
    dx, dy = (x - x0) / length * HEAD, (y - y0) / length * HEAD
    left, right = (x - dx - dy * 0.8, y - dy + dx * 0.8), (x - dx + dy * 0.8, y - dy - dx * 0.8)
    return f"M{_pair(left)}L{_pair((x, y))}L{_pair(right)}"


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    """At most one decimal: a tenth of a pixel."""
    rounded = round(value, 1)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)


_RENDERERS: dict[type, Callable[[Any], str]] = {Box: _box, Line: _line, Area: _area, Text: _text, Mark: _mark}
