"""The paper view: networks side by side as in He et al. 2015, figure 3, drawn from their plans.

A column a network, a box a convolution. What has the same output size stands in the same row in every column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from visualizer.analysis import CostTable, costs, headline
from visualizer.analysis.format import dimensions, grouped
from visualizer.figures.captions import block_label, layer_label
from visualizer.figures.drawing import Box, Drawing, Group, Item, Line, Text
from visualizer.figures.heading import heading
from visualizer.figures.legend import Entry, in_lines, shortcut_entries
from visualizer.figures.paper_cell import BOX, INNER, Cell, box, box_width, cells, folded, lead, reach, shortcut
from visualizer.figures.paper_words import LINE, Words, placed_words, words_of, words_width
from visualizer.figures.style import width_in
from visualizer.resnet import Layer, Plan, Sequential, parse, plan, preset, sequential
from visualizer.resnet.spec import MAX_STAGES

MOST_COLUMNS = 4
ROW_PADDING, ROW_GAP, BETWEEN, MARGIN = 13.0, 5.0, 30.0, 14.0
"""Within a row above and below its cells; between rows; between columns; from the sides of the rows."""

OTHER = f"stage-{MAX_STAGES}"
"""The colour of an output size that no residual network has."""


class Column(NamedTuple):
    """A network of the figure, and what stands above it ("" for its name).

    own: whether it is the network that is looked at, whose parts have paths. fold: whether equal blocks are drawn
    once; None for long networks only.
    """

    network: Plan | Sequential
    title: str = ""
    own: bool = False
    fold: bool | None = None


class Laid(NamedTuple):
    """A column with its cells, the lines above them, and the left side of its boxes."""

    column: Column
    cells: tuple[Cell, ...]
    words: tuple[Words, ...]
    x: float = 0


def paper_columns(own: Plan) -> tuple[Column, ...]:
    """The columns of the paper's figure for pictures of the size of `own`, and `own` beside them if it is none of them.

    VGG-19 is left out where its five max pools would leave nothing of the picture.
    """
    size = own.resolution
    vgg = [sequential("vgg19", size)] if size >= 32 else []
    papers = [plan(preset("plain34"), size), plan(parse("resnet34?shortcut=A"), size)]
    columns = [*map(Column, vgg), *(Column(network, own=network == own) for network in papers)]
    if own not in papers:
        # Beside the paper's ResNet-34 a second one says in what it differs, also where that is usual (option B).
        is_other_34 = own.spec == preset("resnet34")
        columns.append(Column(own, f"ResNet-34 with shortcut {own.spec.shortcut}" if is_other_34 else "", own=True))
    return tuple(columns)


def paper_figure(
    columns: Sequence[Column | Plan | Sequential], *, title: str = "", table: CostTable | None = None
) -> Drawing:  # fmt: skip
    """The networks side by side.

    title: a heading, and the picture's name. table: the costs of the column that is `own`, if they are at hand.
    ValueError: no column, more than `MOST_COLUMNS`, or more than one that is `own`.
    """
    given = [column if isinstance(column, Column) else Column(column) for column in columns]
    if not 1 <= len(given) <= MOST_COLUMNS or sum(column.own for column in given) > 1:
        raise ValueError(f"A figure has 1 to {MOST_COLUMNS} columns, and one network at most is looked at.")
    found = _laid(given)
    box_room = max(_box_room(laid) for laid in found)
    laid, width = _beside_each_other(found, box_room)
    top, y = heading(title, width)
    y += 6 + LINE * max(len(column.words) for column in laid)
    rows, end = _rows(laid, y + BOX + ROW_PADDING)
    body = [item for column in laid for item in _column(column, box_room, y, rows, table)]
    names = [item for column in laid for item in placed_words(column.words, column.x, y)]
    key, height = in_lines(_entries(laid), width, end + 6)
    name = title or ", ".join(column.words[0][0][0] for column in laid)
    frames = _frames(rows, end, width)
    return Drawing(width, height, (*top, *frames, *names, *body, *key), name, "; ".join(map(_summary, laid)))


def _laid(columns: Sequence[Column]) -> list[Laid]:
    """The cells of every column; a sequential network has the colours that the others have at its output sizes."""
    plans = [column.network for column in columns if isinstance(column.network, Plan)]
    parts = {plan.stem[0].output[1]: "stem" for plan in plans}
    parts |= {stage.output[1]: f"stage-{stage.number}" for plan in reversed(plans) for stage in reversed(plan.stages)}

    def coloured(cell: Cell) -> Cell:
        return cell._replace(part=parts.get(cell.side, OTHER)) if cell.part.startswith("stage") else cell

    laid = []
    for column in columns:
        chain = tuple(cells(column.network, column.fold))
        if plans and isinstance(column.network, Sequential):
            chain = tuple(map(coloured, chain))
        laid.append(Laid(column, chain, tuple(words_of(column.network, column.title))))
    return laid


def _box_room(laid: Laid) -> float:
    """The width that holds the text of every box of a column."""
    return max(width_in("shape", _image_text(laid.column.network)) + 14, *map(box_width, laid.cells))


def _image_text(network: Plan | Sequential) -> str:
    return f"image, {dimensions(network.input[1:])}"


def _summary(laid: Laid) -> str:
    figures = headline(laid.column.network)
    counts = f"{grouped(figures.macs)} MACs, {grouped(figures.params)} parameters"
    return f"{laid.words[0][0][0]}: {figures.weighted_layers} weighted layers, {counts}"


def _beside_each_other(found: Iterable[Laid], box_room: float) -> tuple[list[Laid], float]:
    """The columns with their places, after the output sizes at the left, and the width of all."""
    laid: list[Laid] = []
    found = list(found)
    widest = max(cell.side for column in found for cell in column.cells)
    x = MARGIN + width_in("shape", _size_text(widest))
    for column in found:
        x += BETWEEN + max(map(lead, column.cells))
        laid.append(column._replace(x=x))
        right = box_room + max(map(reach, column.cells))
        x += max(right, words_width(column.words))
    return laid, x + MARGIN


def _size_text(side: int) -> str:
    return f"output size: {side}"


def _rows(laid: Iterable[Laid], y: float) -> tuple[dict[int, float], float]:
    """Where the row of each output size begins, from `y` down, and where the last one ends."""
    heights: defaultdict[int, float] = defaultdict(float)
    for column in laid:
        used: defaultdict[int, float] = defaultdict(float)
        for cell in column.cells:
            used[cell.side] += cell.height + cell.after
        for side, height in used.items():
            heights[side] = max(heights[side], height)
    rows = {}
    for side in sorted(heights, reverse=True):
        rows[side] = y
        y += ROW_PADDING + heights[side] + ROW_GAP
    return rows, y


def _frames(rows: Mapping[int, float], end: float, width: float) -> Iterator[Item]:
    """A band a row with its output size."""
    edges = [*rows.values(), end]
    for (side, y), below in zip(rows.items(), edges[1:], strict=True):
        yield Group((Box(0, y, width, below - ROW_GAP - y, "band", 8),), "head")
        yield Text(MARGIN, y + ROW_PADDING + BOX / 2 + 4.3, _size_text(side), "shape")


def _column(
    laid: Laid, width: float, y: float, rows: Mapping[int, float], table: CostTable | None
) -> Iterator[Item]:  # fmt: skip
    """The picture that goes in, at `y`, the trunk, and the cells."""
    tops = list(_tops(laid.cells, rows))
    middle = laid.x + width / 2
    ends = [y + BOX, *(top + cell.height for top, cell in zip(tops, laid.cells, strict=True))]
    for end, top in zip(ends, tops, strict=False):
        yield Line(((middle, end), (middle, top - 1)), "trunk", arrow=True)
    picture = Text(width / 2, BOX / 2 + 4.3, _image_text(laid.column.network), "shape", "middle")
    yield Group((Box(0, 0, width, BOX, "badge", 4), picture), "head", laid.x, y)
    found = None
    if laid.column.own and isinstance(laid.column.network, Plan):
        found = table or costs(laid.column.network)
    for cell, top in zip(laid.cells, tops, strict=True):
        yield Group((_cell(cell, width, found),), cell.part, laid.x, top)


def _tops(chain: Iterable[Cell], rows: Mapping[int, float]) -> Iterator[float]:
    """Where each cell begins: below the one before it, or where its row begins."""
    side, y = 0, 0.0
    for cell in chain:
        y = y if cell.side == side else rows[cell.side] + ROW_PADDING
        side = cell.side
        yield y
        y += cell.height + cell.after


def _cell(cell: Cell, width: float, table: CostTable | None) -> Group:
    """A layer, or a block with its layers; with paths if there is a table of the costs."""
    named = table if cell.run is None or cell.run.repeats == 1 else None
    boxes = [_layer(layer, width, named)._replace(y=number * (BOX + INNER)) for number, layer in enumerate(cell.layers)]
    if cell.run is None:
        return boxes[0]
    inner = [Line(((width / 2, above.y + BOX), (width / 2, below.y)), "trunk") for above, below in pairwise(boxes)]
    block, repeats = cell.run.first, cell.run.repeats
    frame = folded(cell.run, width, cell.height)
    items = (*frame, *inner, *boxes, *shortcut(block, width, cell.height))
    group = Group(items, "block folded" if repeats > 1 else "block")
    if table is None:
        return group
    return group._replace(path=block.path, last=cell.run.last, label=block_label(block, table.block(block), repeats))


def _layer(layer: Layer, width: float, table: CostTable | None) -> Group:
    group = Group(box(layer, width), "layer")
    return group._replace(path=layer.path, label=layer_label(layer, table.by_path[layer.path])) if table else group


def _entries(laid: Iterable[Laid]) -> Iterator[Entry]:
    """What the figure needs in words: its shortcuts, once each, what is folded, and what is left out."""
    laid = list(laid)
    networks = [column.column.network for column in laid]
    found = (entry for network in networks if isinstance(network, Plan) for entry in shortcut_entries(network))
    yield from sorted({entry.text: entry for entry in found if entry.sample}.values(), key=_is_addition)
    if any(cell.run and cell.run.repeats > 1 for column in laid for cell in column.cells):
        yield Entry((Box(0, -7, 24, 14, "card", 4), Box(3, -5, 18, 10, "box", 3)), 24, "equal blocks, drawn once")
    yield Entry((), 0, "kernel, channels, /stride")
    yield Entry((), 0, "a colour an output size; pools and fc grey")
    normalised = any(layer.kind == "bn" for network in networks for layer in network.layers)
    yield Entry((), 0, "batch norm and ReLU are not drawn" if normalised else "ReLU is not drawn")


def _is_addition(entry: Entry) -> bool:
    """The addition comes after the shortcuts of all networks."""
    return entry.text == "addition"
