"""Plain HTML of several networks side by side, a column each; what differs from the first is marked by sign and ground.

Every text that enters the HTML is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from visualizer.analysis import costs
from visualizer.analysis.aspects import ASPECTS
from visualizer.analysis.compared import MACS, PARAMS, TRAINING, Comparison, Counts, Load, Named, Part, Quantity
from visualizer.analysis.format import grouped, relative, signed
from visualizer.figures.captions import node_name

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
.rv-compare .rv-selected th{box-shadow:inset 4px 0 currentColor}
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


def figures_html(found: Comparison) -> str:
    """The totals, a row each: at a glance and exact, with the difference to the first network under it."""
    total = found.total
    rows = [row(_heading(one.quantity, found.load), _figures(one)) for one in total.counts]
    rows += [row(f"{escape(one.name)}<small>C × H × W</small>", _texts(one.values)) for one in total.said]
    return table("Totals", found.networks, f"<tbody>{''.join(rows)}</tbody>")


def _heading(quantity: Quantity, load: Load) -> str:
    """Name and note; memory says what it is counted for."""
    note = quantity.note
    if quantity.unit == "bytes":
        note = f"peak, batch {grouped(load.batch)}, {load.precision}"
        note += f", {load.optimiser}" if quantity is TRAINING else ""
    return f"{escape(quantity.name)}<small>{escape(note)}</small>"


def _figures(one: Counts) -> list[str]:
    """Cells of counts, shortly and exactly."""
    cells = []
    for place, count in enumerate(one.values):
        exact, value = one.quantity.exact(count or 0), one.quantity.brief(count or 0)
        lines = f"<span>{value}</span>{_tag(one, place)}" + (f"<small>{exact}</small>" if exact != value else "")
        cells.append(_cell(lines + (_change(one, place) if place else ""), bool(one.difference(place))))
    return cells


def _tag(one: Counts, place: int) -> str:
    """What the best of a row is called, at the best."""
    return f' <span class="rv-tag">{one.quantity.best}</span>' if place in one.best else ""


def _change(one: Counts, place: int) -> str:
    """The absolute and the relative difference to the first network, each with its sign."""
    more = one.difference(place)
    if more is None:
        return ""
    share = relative(more, one.values[0] or 0).replace(" ", "&nbsp;")
    return f'<small class="rv-sign">{signed(more)}{f" ({share})" if share else ""}</small>'


def stages_html(found: Comparison, selected: str = "") -> str:
    """The papers' Table 1 with a column a network, aligned by stage; "–" where a network has no such row.

    selected: the name of the row that holds what is selected, which is marked.
    """
    wide = len(found.networks)
    return table("Stages", found.networks, "".join(_group(part, wide, part.name == selected) for part in found.parts))


def _group(part: Part, wide: int, selected: bool) -> str:
    """One row of Table 1: its structure, shortcuts and output, and its counts under each other."""
    lines = [row(one.name, _texts(list(map(_stacked, one.values)))) for one in part.said]
    lines += [row(one.quantity.name, _numbers(one)) for one in part.there]
    return group(part.name, lines, wide, selected)


def group(name: str, rows: Sequence[str], wide: int, selected: bool = False) -> str:
    """Rows (HTML) under a heading that reaches over all of a table with `wide` networks."""
    words = f'{escape(name)} <b class="rv-tag">selected</b>' if selected else escape(name)
    heading = f'<tr><th scope="rowgroup" colspan="{1 + wide}"><span>{words}</span></th></tr>'
    return f'<tbody class="rv-group{" rv-selected" * selected}">{heading}{"".join(rows)}</tbody>'


def _stacked(value: str | None) -> str | None:
    """A text as HTML; what stands in brackets has a line each, as in the papers."""
    if value is None or "] × " not in value:
        return value and escape(value).replace("; ", "<br>")
    inside, _, times = value.removeprefix("[").partition("] × ")
    lines = escape(inside).replace("; ", "<br>")
    return f'<span class="rv-stack"><span class="rv-lines">{lines}</span> × {times}</span>'


def _texts(values: Sequence[str | None]) -> list[str]:
    """Cells of HTML; what is not as in the first network gets the sign ≠."""
    first = values[0]
    return [
        _cell(('<span class="rv-sign">≠</span>&nbsp;' if value != first else "") + (value or "–"), value != first)
        for value in values
    ]


def _numbers(one: Counts) -> list[str]:
    """Cells of exact counts."""
    cells = []
    for place, count in enumerate(one.values):
        differs = count != one.values[0]
        lines = f"<span>{'–' if count is None else one.quantity.exact(count)}</span>{_tag(one, place)}"
        cells.append(_cell(lines + (_change(one, place) if differs else ""), differs))
    return cells


def block_html(columns: Sequence[Named], paths: Sequence[str]) -> str:
    """The blocks with these paths, one a network, aspect by aspect, with their costs; the first one is the measure.

    A path is "" where a network has no such block.
    """
    having = [column for column, path in zip(columns, paths, strict=True) if path]
    blocks = [column.plan.block(path) for column, path in zip(columns, paths, strict=True) if path]
    places = [_cell(node_name(block), False) for block in blocks]
    rows = [row("place", places)] if len({*paths} - {""}) > 1 else []
    for name, aspect in {"type": lambda block: block.kind, **ASPECTS}.items():
        values = [escape(aspect(block)) for block in blocks]
        if name not in DETAILS or len(set(values)) > 1:
            rows.append(row(escape(name), _texts(values)))
    found = [costs(column.plan).block(block) for column, block in zip(having, blocks, strict=True)]
    rows.append(row("parameters", _numbers(Counts(PARAMS, tuple(cost.params for cost in found)))))
    rows.append(row("MACs", _numbers(Counts(MACS, tuple(cost.macs for cost in found)))))
    lacking = ", ".join(escape(column.name) for column in columns if column not in having)
    note = f"<p>Not in {lacking}.</p>" if lacking else ""
    return note + table("Block", having, "<tbody>" + "".join(rows) + "</tbody>")


def _cell(content: str, differs: bool) -> str:
    return f'<td class="rv-differs">{content}</td>' if differs else f"<td>{content}</td>"


def row(heading: str, cells: Sequence[str]) -> str:
    """A row of a table by its heading and its cells, all of them HTML."""
    return f'<tr><th scope="row">{heading}</th>{"".join(cells)}</tr>'


def table(corner: str, columns: Sequence[Named], body: str) -> str:
    """A table with a column a network, whose `body` is HTML."""
    names = "".join(f'<th scope="col">{escape(column.name)}</th>' for column in columns)
    head = f'<thead><tr><th scope="col">{corner}</th>{names}</tr></thead>'
    return f'{STYLE}<div class="rv-compare" tabindex="0"><table>{head}{body}</table></div>'
