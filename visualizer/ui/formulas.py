"""Costs as HTML: stages, blocks and layers, a row each; a row opens to the arithmetic behind its numbers.

A row is the summary of a <details> element, so it opens by click and by key, without a rerun.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from visualizer.analysis import Cost, CostTable, costs
from visualizer.analysis.format import dimensions, grouped
from visualizer.analysis.formulas import (
    Formula,
    Formulas,
    block_formulas,
    explained,
    layer_formulas,
    part_formulas,
    stage_formulas,
    total_formulas,
)
from visualizer.analysis.sizes import channel_formula, size_formula
from visualizer.figures.captions import layer_words, shortcut_name
from visualizer.resnet import Block, Layer, Shape, Stage
from visualizer.ui.views import View

STYLE = """<style>
.rv-costs{container-type:inline-size;font-size:.95rem}
.rv-costs summary,.rv-head{display:grid;grid-template-columns:minmax(0,5fr) minmax(8.5rem,2.4fr) repeat(var(--n),
 minmax(7.2rem,2fr));gap:.2rem .7rem;align-items:baseline;padding:.3rem .4rem;
 border-bottom:1px solid rgba(128,128,128,.35)}
.rv-costs summary{cursor:pointer;list-style:none}
.rv-costs summary::-webkit-details-marker{display:none}
.rv-costs summary:hover{background:rgba(128,128,128,.12)}
.rv-costs summary>:first-child::before{content:"▸";display:inline-block;width:1.1em;
 text-indent:0}
.rv-costs details[open]>summary>:first-child::before{content:"▾"}
.rv-costs summary>*,.rv-head>*{text-align:right;font-variant-numeric:tabular-nums}
.rv-costs summary>:first-child,.rv-head>:first-child{text-align:left;overflow-wrap:anywhere}
.rv-costs summary>:first-child{padding-left:1.1em;text-indent:-1.1em}
.rv-head{font-weight:600}
.rv-costs small{opacity:.8;font-size:.85rem}
.rv-costs .rv-in>summary>:first-child{padding-left:calc(1.1em + 1.2rem)}
.rv-costs .rv-in .rv-in>summary>:first-child{padding-left:calc(1.1em + 2.4rem)}
.rv-bold>summary{font-weight:600}
.rv-here>summary{box-shadow:inset 4px 0 0 #3b82f6;background:rgba(59,130,246,.13)}
.rv-why{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:.15rem 1rem;margin:0;
 padding:.5rem .4rem .6rem 2.6rem;background:rgba(128,128,128,.09);border-bottom:1px solid rgba(128,128,128,.35)}
.rv-why dt,.rv-why dd{margin:0;font-weight:400;font-size:.9rem}
.rv-why dt{opacity:.8}
.rv-why dd{font-variant-numeric:tabular-nums}
.rv-why small{display:block}
.rv-note{opacity:.85;margin:.4rem 0 .8rem}
@container (max-width:640px){
 .rv-head{display:none}
 .rv-costs summary{grid-template-columns:repeat(2,minmax(0,1fr))}
 .rv-costs summary>:first-child{grid-column:1/-1}
 .rv-costs summary>*{text-align:left}
 .rv-costs summary>[data-label]::before{content:attr(data-label);display:block;font-size:.8rem;opacity:.8;
  font-weight:400}
 .rv-why{grid-template-columns:minmax(0,1fr);padding-left:1rem;gap:0}
 .rv-why dt{margin-top:.3rem}
}
</style>"""
NAMES = {
    "params": "Parameters",
    "macs": "MACs",
    "flops": "FLOPs",
    "elementwise": "Element-wise operations",
    "activations": "Activations",
    "buffers": "Buffers",
}


HERE = " rv-here"
"""The style of what is selected."""
Line = tuple[str, Formula | str]
"""What is explained, and its formula, or words where there is nothing to compute."""
Lines = list[Line]


class Shown(NamedTuple):
    """What the rows show: `operations` is macs or flops, and element-wise work has a column or none."""

    operations: str
    elementwise: bool

    @property
    def columns(self) -> list[tuple[str, str]]:
        """The counts that have a column, by field and name."""
        fields = ["params", self.operations] + ["elementwise"] * self.elementwise
        return [(field, NAMES[field]) for field in fields]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The counts that are explained in a row, by field and name."""
        fields = ["params", "macs"] + ["flops"] * (self.operations == "flops") + ["elementwise"] * self.elementwise
        return [(field, NAMES[field]) for field in (*fields, "activations", "buffers")]


def formulas_html(state: View) -> str:
    """All rows of a network, what is selected marked and open with what it is in, and below them the total."""
    table, shown = costs(state.plan), Shown(state.operations.lower(), state.elementwise == "shown")
    head = "".join(f"<span>{name}</span>" for name in ("Layer", "Output (C × H × W)", *(n for _, n in shown.columns)))
    rows = "".join(_rows(table, shown, state.select, state.block))
    style = f"--n:{len(shown.columns)}"
    note = f'<p class="rv-note">{_convention(shown)} Open a row to see how its numbers come about.</p>'
    return f'{STYLE}{note}<div class="rv-costs" style="{style}"><div class="rv-head">{head}</div>{rows}</div>'


def _convention(shown: Shown) -> str:
    """What is counted, in words."""
    words = "A MAC is one multiply-accumulate of a convolution or linear layer"
    words += "; FLOPs are 2 × MACs." if shown.operations == "flops" else "; FLOPs would be 2 × MACs."
    if shown.elementwise:
        return f"{words} Element-wise operations (BN, ReLU, pooling, addition, scaling) are counted apart."
    return f"{words} Element-wise work (BN, ReLU, pooling, addition, scaling) is not counted here."


def _rows(table: CostTable, shown: Shown, select: str, around: str) -> Iterator[str]:
    """Stem, stages, head and total; `around` is the block that is selected or that the selected layer is in."""
    plan = table.plan
    yield _part("stem", table, plan.stem, table.stem, shown, select)
    for stage in plan.stages:
        inner = "".join(_blocks(table, stage, shown, select, around))
        style = "rv-bold" + HERE * (stage.path == select)
        yield _details(stage.name, stage.output, stage_formulas(table, stage), shown, inner, style, True)
    yield _part("head", table, plan.head, table.head, shown, select)
    total = total_formulas(table)
    yield _details("total", plan.head[-1].output, total, shown, "", "rv-bold", True, _together(total, shown))


def _part(name: str, table: CostTable, layers: Sequence[Layer], cost: Cost, shown: Shown, select: str) -> str:
    """Stem or head: open where one of its layers is selected."""
    opened = any(layer.path == select for layer in layers)
    inner, formulas = _layers(layers, "", shown, select), part_formulas(table, layers, cost)
    return _details(name, layers[-1].output, formulas, shown, inner, "", opened)


def _together(total: Formulas, shown: Shown) -> Lines:
    """Both kinds of work in one number, said to be that: some counters print it."""
    if not shown.elementwise:
        return []
    operations, elementwise = getattr(total, shown.operations).number, total.elementwise.number
    both = explained((((operations,),), ((elementwise,),)), operations + elementwise)
    name = NAMES[shown.operations]
    return [(f"{name} and element-wise operations", both._replace(note=f"two kinds of work, not {name} alone"))]


def _blocks(table: CostTable, stage: Stage, shown: Shown, select: str, around: str) -> Iterator[str]:
    """The blocks of a stage, equal neighbours in one row with the numbers of each."""
    for _, equal in groupby(stage.blocks, lambda block: block.form):
        blocks = tuple(equal)
        block = next((one for one in blocks if one.path == around), blocks[0])
        opened, style = block.path == around, "rv-in" + HERE * (block.path == select)
        inner = _layers(block.layers, f"{block.path}.", shown, select)
        yield _details(_name(blocks), block.output, block_formulas(table, block), shown, inner, style, opened)


def _name(blocks: tuple[Block, ...]) -> str:
    first, last, kind = blocks[0].index + 1, blocks[-1].index + 1, f"{blocks[0].kind}, {shortcut_name(blocks[0])}"
    if first == last:
        return f"block {first} <small>{kind}</small>"
    return f"blocks {first} to {last}, × {len(blocks)} <small>each {kind}</small>"


def _layers(layers: Iterable[Layer], prefix: str, shown: Shown, select: str) -> str:
    rows = []
    for layer in layers:
        name = f"{escape(layer.path.removeprefix(prefix))} <small>{layer_words(layer)}</small>"
        here = layer.path == select
        style = "rv-in" + HERE * here
        rows.append(_details(name, layer.output, layer_formulas(layer), shown, "", style, here, _sizes(layer)))
    return "".join(rows)


def layer_html(layer: Layer, field: Formula | None) -> str:
    """The formulas of one layer, all that count something, and of its shape and its receptive field."""
    formulas = layer_formulas(layer)
    lines: Lines = [(name, getattr(formulas, count)) for count, name in NAMES.items()]
    lines = [(name, formula) for name, formula in lines if isinstance(formula, Formula) and formula.number]
    more = [("Receptive field (px)", field)] if field else []
    return f'{STYLE}<div class="rv-costs">{_why([*lines, *_sizes(layer), *more])}</div>'


def _sizes(layer: Layer) -> Lines:
    """How a layer's output shape comes about."""
    channels, size = channel_formula(layer), size_formula(layer)
    if size is None:
        return [("Shape", "as it was")]
    side: Line = ("Height and width" if len(layer.output) == 3 else "Length", size)
    return [("Channels", channels), side] if channels else [side]


def _details(
    name: str, output: Shape, formulas: Formulas, shown: Shown, inner: str, style: str = "", opened: bool = False,
    more: Sequence[Line] = (),
) -> str:  # fmt: skip
    """A row that opens to its formulas, `more` lines, and what is in it; `name` and `inner` are HTML."""
    cells = [("Output", dimensions(output))]
    cells += [(label, grouped(getattr(formulas, field).number)) for field, label in shown.columns]
    row = f"<span>{name}</span>" + "".join(f'<span data-label="{label}">{cell}</span>' for label, cell in cells)
    lines = [(label, getattr(formulas, field)) for field, label in shown.lines]
    why = _why([*(line for line in lines if line[1].number), *more])
    return f'<details class="{style}"{" open" * opened}><summary>{row}</summary>{why}{inner}</details>'


def _why(lines: Lines) -> str:
    rows = "".join(f"<dt>{name}</dt><dd>{formula}{_note(formula)}</dd>" for name, formula in lines)
    return f'<dl class="rv-why">{rows}</dl>' if rows else ""


def _note(formula: Formula | str) -> str:
    return f"<small>{formula.note}</small>" if isinstance(formula, Formula) and formula.note else ""
