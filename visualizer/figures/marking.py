"""A drawing of a network with one of its parts marked: a frame behind it, as the page has around what is selected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from visualizer.figures.cropping import bounds_of
from visualizer.figures.drawing import Box, Drawing, Group, Item, placed

AROUND = 5.0
"""Between what is marked and the edge of its frame."""
RADIUS = 10.0
_PART = re.compile(r"(layer\d+)\.(\d+)")


def marked(drawing: Drawing, path: str) -> Drawing:
    """The drawing with this part marked, or what it is drawn in; the drawing itself if it has neither."""
    nodes: dict[str, Group] = {}
    for item, _, _ in placed(drawing.items):
        if isinstance(item, Group) and item.path:
            nodes.setdefault(item.path, item)
    node = holding(nodes, path)
    return drawing if node is None else drawing._replace(items=_framed(drawing.items, node))


def holding(nodes: Mapping[str, Group], path: str) -> Group | None:
    """What is drawn of a part: it, or the block, the run of equal blocks or the closed stage that it is in."""
    found = _PART.match(path)
    if path in nodes or found is None:
        return nodes.get(path)
    stage, block = found[1], int(found[2])
    runs = (node for node in nodes.values() if node.last and _holds(node, stage, block))
    return nodes.get(found[0]) or next(runs, None) or nodes.get(stage)


def _holds(run: Group, stage: str, block: int) -> bool:
    first, last = _PART.match(run.path), _PART.match(run.last)
    return bool(first and last and first[1] == stage and int(first[2]) <= block <= int(last[2]))


def _framed(items: tuple[Item, ...], node: Group) -> tuple[Item, ...]:
    """The items with a frame before the node; what it is not in stays the very thing that it was."""
    found: list[Item] = []
    for item in items:
        if item is node:
            found += [_frame(node), item]
        elif isinstance(item, Group):
            inner = _framed(item.items, node)
            found.append(item if inner is item.items else item._replace(items=inner))
        else:
            found.append(item)
    same = len(found) == len(items) and all(one is other for one, other in zip(found, items, strict=True))
    return items if same else tuple(found)


def _frame(node: Group) -> Box:
    """Around the node's largest box, or around all of it."""
    boxes = list(_boxes(node))
    if boxes:
        x, y, width, height = max(boxes, key=lambda box: box[2] * box[3])
    else:
        left, top, right, bottom = bounds_of(node.items)
        x, y, width, height = left, top, right - left, bottom - top
    return Box(
        node.x + x - AROUND, node.y + y - AROUND, width + 2 * AROUND, height + 2 * AROUND, "halo", RADIUS
    )  # fmt: skip


def _boxes(node: Group, x: float = 0, y: float = 0) -> Iterator[tuple[float, float, float, float]]:
    """The boxes of a node, but for those of nodes in it: left, top, width and height."""
    for item in node.items:
        if isinstance(item, Box):
            yield x + item.x, y + item.y, item.width, item.height
        elif isinstance(item, Group) and not item.path:
            yield from _boxes(item, x + item.x, y + item.y)
