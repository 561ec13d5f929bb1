"""A drawing as SVG text: self-contained, with one style sheet; every text and name in it is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from visualizer.figures.drawing import Area, Box, Drawing, Group, Item, Line, Mark, Picture, Point, Text
from visualizer.figures.encode import data_uri
from visualizer.figures.outlines import SYMBOLS, arrowhead, towards
from visualizer.figures.style import SvgTheme, css

Memo = dict[int, str]
_PLAIN = ("", "layer")
"""Styles of groups that look like nothing by themselves; 4,811 layers would each say so."""
_UNSAFE = re.compile(r"[&<>\"\n\r\t]").search


def svg(drawing: Drawing, theme: SvgTheme = "page", *, background: bool = True) -> str:
    """The drawing as one SVG element.

    `page` is for a web page that is light or dark (`data-theme` on the element), where a script makes parts buttons;
    `light` and `dark` are pictures to take along, where blocks have tooltips, on the theme's `background` or on none.
    """
    width, height = _number(drawing.width), _number(drawing.height)
    interactive = theme == "page"
    memo: Memo = {}
    body = "".join([_item(item, interactive, memo) for item in drawing.items])
    paper = '<rect width="100%" height="100%" class="page"/>' if background and not interactive else ""
    role = "group" if interactive else "img"
    label = _quoted(". ".join(filter(None, (drawing.title, drawing.description))))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="net" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="{role}" aria-label={label}><title>{escape(drawing.title)}</title>'
        f"<style>{escape(css(theme, 'heat-' in body))}</style>{paper}{body}</svg>"
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
    attributes = f" class={_quoted(group.style)}" if group.style not in _PLAIN else ""
    if group.x or group.y:
        attributes += f' transform="translate({_number(group.x)} {_number(group.y)})"'
    title = ""
    if group.path:
        attributes += f" data-path={_quoted(group.path)}"
        attributes += f" data-last={_quoted(group.last)}" if group.last else ""
        if interactive:
            attributes += f" aria-label={_quoted(group.label)}"
        else:
            title = f"<title>{escape(group.label)}</title>"
    elif group.label:
        title = f"<title>{escape(group.label)}</title>"
    return f"<g{attributes}>{title}{_items(group.items, interactive, memo)}</g>"


def _quoted(text: str) -> str:
    """The text as an attribute's value; most need no escaping, which is found out in a third of the time."""
    return quoteattr(text) if _UNSAFE(text) else f'"{text}"'


def _picture(picture: Picture) -> str:
    x, y, width, height = map(_number, picture[:4])
    return f'<image x="{x}" y="{y}" width="{width}" height="{height}" href="{data_uri(picture.png)}"/>'


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
    style, radius, strokes = SYMBOLS[mark.symbol]
    path = _circle(mark.x, mark.y, radius) if radius else ""
    path += "".join([_stroke(tuple((mark.x + x, mark.y + y) for x, y in stroke)) for stroke in strokes])
    return f'<path d="{path}" class="{style}"/>'


def _circle(x: float, y: float, radius: float) -> str:
    r, across = _number(radius), _number(2 * radius)
    return f"M{_pair((x - radius, y))}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0"


def _stroke(points: tuple[Point, ...]) -> str:
    return f"M{'L'.join(map(_pair, points))}"


def _area(area: Area) -> str:
    return f'<path d="M{"L".join(map(_pair, area.points))}Z" class="{area.style}"/>'


def _line(line: Line) -> str:
    path = "M" + _pair(line.points[0]) + "".join(_corners(line)) + "L" + _pair(line.points[-1])
    head = _stroke(arrowhead(line.points)) if line.arrow else ""
    if head and line.style == "pad":  # a dotted arrowhead would be two dots
        return f'<path d="{path}" class="pad"/><path d="{head}" class="pad-end"/>'
    return f'<path d="{path}{head}" class="{line.style}"/>'


def _corners(line: Line) -> Iterable[str]:
    for before, corner, after in zip(line.points, line.points[1:], line.points[2:], strict=False):
        start, end = towards(corner, before, line.radius), towards(corner, after, line.radius)
        yield f"L{_pair(start)}Q{_pair(corner)} {_pair(end)}" if line.radius else f"L{_pair(corner)}"


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    """At most one decimal: a tenth of a pixel."""
    rounded = round(value, 1)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)


_RENDERERS: dict[type, Callable[[Any], str]] = {
    Box: _box, Line: _line, Area: _area, Text: _text, Mark: _mark, Picture: _picture,
}  # fmt: skip
