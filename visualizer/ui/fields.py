"""Receptive fields as HTML: after every block, and after every layer of the selected one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from visualizer.analysis.format import grouped
from visualizer.analysis.receptive_field import Reach, growth_formula
from visualizer.figures.captions import layer_words
from visualizer.resnet import Layer, Plan
from visualizer.ui.cost_tables import table_html

NAMES = (
    "After", "Size, longest path (px)", "Size, shortest path (px)", "Jump (px)", "Start, longest (px)",
    "Start, shortest (px)", "Size by formula, longest path",
)  # fmt: skip
NOTE = """<p>The <b>size</b> is the side of the square of input pixels that one element of the output can see; the
<b>jump</b> is how far apart in the input two neighbouring elements look; the <b>start</b> is the centre of the first
element's field, from the centre of the first pixel. A layer with kernel k and stride s makes of size r and jump j:
r + (k − 1)·j, and j·s. At each addition the longest path goes on with
the larger field, the shortest with the smaller, as a rule the shortcut's.</p>"""


def fields_html(plan: Plan, fields: Mapping[str, Reach], select: str, around: str) -> str:
    """The table, in which `select` is marked; the layers of the block with the path `around` stand under it."""
    rows = list(_rows(plan, around))
    cells = [(row.name, *_numbers(fields[row.layer.path]), _growth(row, fields[row.layer.path])) for row in rows]
    inner = [row.inner for row in rows]
    hint = "" if around else "<p>Select a block in the map to see it layer by layer.</p>"
    chosen = [number for number, row in enumerate(rows) if select and _is_of(row, select)]
    return NOTE + hint + table_html(NAMES, cells, cards=2, inner=inner, chosen=chosen)


class Row(NamedTuple):
    """A name, the layer whose field it has, and whether it is that layer's own row or a block's; `inner`: set in."""

    name: str
    layer: Layer
    own: bool = True
    inner: bool = False


def _is_of(row: Row, select: str) -> bool:
    """Whether a row is of the selected layer, of the selected block, or of a block of the selected stage."""
    path = row.layer.path
    return path == select if row.own else path.startswith(f"{select}.")


def _rows(plan: Plan, around: str) -> Iterator[Row]:
    """The stem's windows, every block, the layers of the selected one, and the global pool."""
    yield from (Row(_name(layer, ""), layer) for layer in plan.stem if layer.kernel > 1)
    for block in plan.blocks:
        last = (block.after or block.branch)[-1]
        yield Row(f"stage {block.stage}, block {grouped(block.index + 1)}", last, own=False)
        if block.path == around:
            yield from (Row(_name(layer, f"{block.path}."), layer, inner=True) for layer in block.layers)
    yield from (Row(_name(layer, ""), layer) for layer in plan.head if layer.kind == "global_pool")


def _name(layer: Layer, prefix: str) -> str:
    return f"{escape(layer.path.removeprefix(prefix))} <small>{layer_words(layer)}</small>"


def _growth(row: Row, reach: Reach) -> str:
    """How a window's field came about on the longest path; nothing for what has no window."""
    windowed = row.own and row.layer.kernel > 1 and row.layer.kind != "conv1d"
    return str(growth_formula(reach.longest, row.layer)) if windowed else ""


def _numbers(reach: Reach) -> tuple[str, ...]:
    longest, shortest = reach
    sizes = grouped(longest.size), grouped(shortest.size), grouped(longest.jump)
    return *sizes, f"{longest.start:,g}", f"{shortest.start:,g}"
