"""Plain HTML of several networks side by side, a column each; what differs from the first is marked by sign and ground.

Every text that enters the HTML is escaped here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape

from visualizer.analysis import StageRow, costs, headline
from visualizer.analysis.aspects import ASPECTS
from visualizer.analysis.difference import aligned_rows
from visualizer.analysis.format import abbreviated, dimensions, grouped, relative, signed
from visualizer.figures.captions import shortcut_name
from visualizer.resnet import Plan, Shape
from visualizer.ui.compare_columns import Column

STYLE = """<style>
.rv-compare{overflow-x:auto}
.rv-compare table{border-collapse:collapse;width:100%;font-size:.95rem;table-layout:auto}
.rv-compare th,.rv-compare td{border-bottom:1px solid rgba(128,128,128,.35);padding:.35rem .6rem;text-align:left;
 vertical-align:top}
.rv-compare thead th{vertical-align:bottom;min-width:7.5rem}
.rv-compare thead th:first-child{width:12rem}
@media(min-width:800px){.rv-compare table{table-layout:fixed}}
.rv-compare tbody th{font-weight:600}
.rv-compare .rv-group th[scope=row]{font-weight:400}
.rv-compare .rv-group tr:not(:last-child)>*{border-bottom:0}
.rv-compare .rv-group th[scope=rowgroup]{background:rgba(128,128,128,.12)}
.rv-compare th[scope=rowgroup] span{position:sticky;left:.6rem}
.rv-compare td.rv-differs{background:rgba(214,51,132,.13)}
.rv-compare small{display:block;font-size:.82rem;opacity:.85;font-weight:400}
.rv-compare .rv-sign{font-weight:700}
.rv-compare .rv-tag{border:1px solid currentColor;border-radius:1rem;padding:0 .45rem;font-size:.78rem;
 white-space:nowrap}
.rv-compare td span,.rv-compare td small{font-variant-numeric:tabular-nums}
.rv-lines{display:inline-block;border-left:2px solid;border-right:2px solid;border-radius:4px;padding:0 .45rem;
 vertical-align:middle}
.rv-stack{white-space:nowrap}
</style>"""

DETAILS = ("biases", "ε of BN")
"""Aspects of a block that are worth a row only where they differ."""


def figures_html(columns: Sequence[Column]) -> str:
    """The headline figures, a row each: exact, with the difference to the first network under it."""
    found = [headline(column.plan) for column in columns]
    rows = [
        _counts("Parameters", "learned", [one.params for one in found], abbreviated),
        _counts("MACs", "multiply-adds", [one.macs for one in found], abbreviated),
        _counts("FLOPs", "2 per MAC", [one.flops for one in found], abbreviated),
        _counts("Activations", "outputs of conv. and linear layers", [one.activations for one in found], abbreviated),
        _counts("Weighted layers", "without projections", [one.weighted_layers for one in found], grouped, "fewest"),
        _shapes("Final feature map", "C × H × W", [one.features for one in found]),
        _counts("Receptive field", "longest path", [one.receptive_field for one in found], _pixels, "largest"),
    ]
    return _table("Figures", columns, "<tbody>" + "".join(rows) + "</tbody>")


def _pixels(count: int) -> str:
    return f"{grouped(count)} px"


def _counts(name: str, note: str, counts: Sequence[int], brief: Callable[[int], str], named: str = "smallest") -> str:
    """A row of counts; the smallest (or the largest) is named if they are not all alike."""
    first, best = counts[0], max(counts) if named == "largest" else min(counts)
    tag = f' <span class="rv-tag">{named}</span>' if max(counts) > min(counts) else ""
    cells = []
    for place, count in enumerate(counts):
        exact, value = grouped(count), brief(count)
        lines = f"<span>{value}</span>" + (tag if count == best else "")
        lines += f"<small>{exact}</small>" if not value.startswith(exact) else ""
        cells.append(_cell(lines + (_change(first, count) if place else ""), count != first))
    return _row(f"{name}<small>{note}</small>", cells)


def _change(first: int, count: int) -> str:
    """The absolute and the relative difference, each with its sign."""
    share = relative(count - first, first).replace(" ", "&nbsp;")
    return f'<small class="rv-sign">{signed(count - first)}{f" ({share})" if share else ""}</small>'


def _shapes(name: str, note: str, shapes: Sequence[Shape]) -> str:
    first = shapes[0]
    cells = []
    for place, shape in enumerate(shapes):
        parts = [
            f"{signed(other - one)} {unit}"
            for one, other, unit in zip(first[:2], shape[:2], ("channels", "px a side"), strict=True) if one != other
        ]  # fmt: skip
        change = f'<small class="rv-sign">{", ".join(parts) or "same"}</small>' if place else ""
        cells.append(_cell(f"<span>{dimensions(shape)}</span>{change}", shape != first))
    return _row(f"{name}<small>{note}</small>", cells)


def stages_html(columns: Sequence[Column]) -> str:
    """The papers' Table 1 with a column a network, aligned by stage; "–" where a network has no such row."""
    plans = [column.plan for column in columns]
    bodies = [_group(name, rows, plans) for name, rows in aligned_rows(plans)]
    return _table("Stages", columns, "".join(bodies))


def _group(name: str, rows: Sequence[StageRow | None], plans: Sequence[Plan]) -> str:
    """One row of Table 1: its structure, shortcuts, output and costs under each other."""
    lines = [("Structure", _texts([_structure(row) if row else None for row in rows]))]
    number = int(name.removeprefix("stage ")) if name.startswith("stage ") else 0
    if number:
        shortcuts = [_shortcuts(plan, number) if row else None for plan, row in zip(plans, rows, strict=True)]
        lines.append(("Shortcuts", _texts(shortcuts)))
    lines.append(("Output", _texts([dimensions(row.output) if row else None for row in rows])))
    for label, counts in (
        ("Parameters", [row.params if row else None for row in rows]),
        ("MACs", [row.macs if row else None for row in rows]),
    ):
        if any(counts):
            lines.append((label, _numbers(counts)))
    heading = f'<tr><th scope="rowgroup" colspan="{1 + len(plans)}"><span>{escape(name)}</span></th></tr>'
    return f'<tbody class="rv-group">{heading}{"".join(_row(label, cells) for label, cells in lines)}</tbody>'


def _structure(row: StageRow) -> str:
    lines = "<br>".join(escape(line) for line in row.structure)
    if not row.blocks:
        return lines
    return f'<span class="rv-stack"><span class="rv-lines">{lines}</span> × {row.blocks}</span>'


def _shortcuts(plan: Plan, number: int) -> str:
    kinds = Counter(shortcut_name(block) for block in plan.stages[number - 1].blocks)
    return ", ".join(f"{count} {_short(name)}" for name, count in kinds.items())


def _short(name: str) -> str:
    return "without" if name == "no shortcut" else name.removesuffix(" shortcut")


def _texts(values: Sequence[str | None]) -> list[str]:
    """Cells of HTML; what is not as in the first network gets the sign ≠."""
    first = values[0]
    return [
        _cell(('<span class="rv-sign">≠</span>&nbsp;' if value != first else "") + (value or "–"), value != first)
        for value in values
    ]


def _numbers(counts: Sequence[int | None]) -> list[str]:
    first = counts[0]
    cells = []
    for count in counts:
        change = _change(first or 0, count or 0) if count != first else ""
        cells.append(_cell(f"<span>{'–' if count is None else grouped(count)}</span>{change}", count != first))
    return cells


def block_html(columns: Sequence[Column], path: str) -> str:
    """One block of the networks that have it, aspect by aspect, with its costs; the first of them is the measure."""
    having = [column for column in columns if any(block.path == path for block in column.plan.blocks)]
    blocks = [column.plan.block(path) for column in having]
    rows = []
    for name, aspect in {"type": lambda block: block.kind, **ASPECTS}.items():
        values = [escape(aspect(block)) for block in blocks]
        if name not in DETAILS or len(set(values)) > 1:
            rows.append(_row(escape(name), _texts(values)))
    found = [costs(column.plan).block(block) for column, block in zip(having, blocks, strict=True)]
    rows.append(_row("parameters", _numbers([cost.params for cost in found])))
    rows.append(_row("MACs", _numbers([cost.macs for cost in found])))
    lacking = ", ".join(escape(column.name) for column in columns if column not in having)
    note = f"<p>Not in {lacking}.</p>" if lacking else ""
    return note + _table("Block", having, "<tbody>" + "".join(rows) + "</tbody>")


def _cell(content: str, differs: bool) -> str:
    return f'<td class="rv-differs">{content}</td>' if differs else f"<td>{content}</td>"


def _row(heading: str, cells: Sequence[str]) -> str:
    return f'<tr><th scope="row">{heading}</th>{"".join(cells)}</tr>'


def _table(corner: str, columns: Sequence[Column], body: str) -> str:
    names = "".join(f'<th scope="col">{escape(column.name)}</th>' for column in columns)
    head = f'<thead><tr><th scope="col">{corner}</th>{names}</tr></thead>'
    return f'{STYLE}<div class="rv-compare" tabindex="0"><table>{head}{body}</table></div>'
