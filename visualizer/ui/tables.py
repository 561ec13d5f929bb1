"""Plain HTML of headline figures and of the stages: the first screen needs no chart and no data grid."""

from __future__ import annotations

from html import escape

from visualizer.analysis import StageRow, headline
from visualizer.analysis.format import abbreviated, dimensions, grouped
from visualizer.resnet import Plan

STYLE = """<style>
dl.rv-figures{padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:.75rem;margin:0}
.rv-figures div{border:1px solid rgba(128,128,128,.35);border-radius:.5rem;padding:.5rem .75rem;margin:0}
.rv-figures dt{font-size:.85rem;opacity:.8;margin:0}
.rv-figures dd,.rv-figures dt{margin-left:0}
.rv-figures dd{font-size:1.35rem;font-weight:600;margin:0;white-space:nowrap}
.rv-figures small{font-size:.8rem;opacity:.8;font-weight:400;display:block;white-space:normal}
.rv-scroll{overflow-x:auto}
.rv-table{border-collapse:collapse;width:100%;font-size:.95rem}
.rv-table th,.rv-table td{border-bottom:1px solid rgba(128,128,128,.35);padding:.4rem .7rem;text-align:right;
 white-space:nowrap}
.rv-table th:first-child,.rv-table td:first-child,.rv-table .rv-left{text-align:left}
.rv-bracket{display:inline-block;border-left:2px solid;border-right:2px solid;border-radius:4px;padding:0 .5rem;
 vertical-align:middle;text-align:left}
</style>"""


def figures_html(plan: Plan) -> str:
    """The headline figures, each exact with its unit."""
    found = headline(plan)
    rows = [
        ("Parameters", abbreviated(found.params), grouped(found.params)),
        ("MACs", abbreviated(found.macs), grouped(found.macs)),
        ("FLOPs", abbreviated(found.flops), "2 per MAC"),
        ("Weighted layers", grouped(found.weighted_layers), "without projections"),
        ("Final feature map", dimensions(found.features), "C × H × W"),
        ("Receptive field", f"{grouped(found.receptive_field)} px", "last stage, longest path"),
    ]
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}<small>{note}</small></dd></div>" for name, value, note in rows)
    return f'{STYLE}<dl class="rv-figures">{cells}</dl>'


def stages_html(rows: list[StageRow]) -> str:
    """The stages in the form of He et al. 2015, table 1."""
    head = "".join(
        f"<th scope='col'{' class=rv-left' if name == 'Structure' else ''}>{name}</th>"
        for name in ("Stage", "Structure", "Blocks", "Output (C × H × W)", "Parameters", "MACs")
    )
    return f'<div class="rv-scroll"><table class="rv-table"><thead><tr>{head}</tr></thead>{_body(rows)}</table></div>'


def _body(rows: list[StageRow]) -> str:
    return "<tbody>" + "".join(_row(row) for row in rows) + "</tbody>"


def _row(row: StageRow) -> str:
    lines = "<br>".join(escape(line) for line in row.structure)
    structure = f'<span class="rv-bracket">{lines}</span> × {row.blocks}' if row.blocks else lines
    cells = [
        f"<td>{escape(row.name)}</td>",
        f'<td class="rv-left">{structure}</td>',
        f"<td>{row.blocks or ''}</td>",
        f"<td>{dimensions(row.output)}</td>",
        f"<td>{grouped(row.params)}</td>",
        f"<td>{grouped(row.macs)}</td>",
    ]
    return f"<tr>{''.join(cells)}</tr>"
