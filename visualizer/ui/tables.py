"""Plain HTML of headline figures and stages: the first screen needs no chart and no data grid."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from visualizer.analysis import StageRow, headline
from visualizer.analysis.format import abbreviated, dimensions, grouped
from visualizer.figures.colour import STAGE_COLOURS, Theme
from visualizer.figures.drawing import Drawing
from visualizer.figures.svg import svg
from visualizer.resnet import Plan

STYLE = """<style>
dl.rv-figures{padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(7.875rem,1fr));gap:.5rem;margin:0}
.rv-figures div{border:1px solid rgba(128,128,128,.35);border-radius:.5rem;padding:.5rem .6rem;margin:0}
.rv-figures dt{font-size:.85rem;opacity:.8;margin:0}
.rv-figures dd,.rv-figures dt{margin-left:0}
.rv-figures dd{font-size:1.25rem;font-weight:600;margin:0;white-space:nowrap}
.rv-figures small{font-size:.8rem;opacity:.8;font-weight:400;display:block;white-space:normal}
.rv-figures.rv-small{margin-bottom:1rem}
.rv-small dd{font-size:1.05rem}
.rv-scroll{overflow-x:auto}
.rv-sized{container-type:inline-size}
.rv-table{border-collapse:collapse;width:100%;font-size:.95rem}
.rv-table th,.rv-table td{border-bottom:1px solid rgba(128,128,128,.35);padding:.4rem .7rem;text-align:right;
 white-space:nowrap}
.rv-table th:first-child,.rv-table td:first-child,.rv-table .rv-left{text-align:left}
.rv-bracket{display:inline-block;position:relative;padding:.1rem .7rem;vertical-align:middle;text-align:left}
.rv-bracket::before,.rv-bracket::after{content:"";position:absolute;top:0;bottom:0;width:5px;border:1.5px solid}
.rv-bracket::before{left:0;border-right:0}
.rv-bracket::after{right:0;border-left:0}
.rv-chip{display:inline-block;width:.8rem;height:.8rem;border-radius:3px;margin-right:.5rem;border:1px solid}
.rv-picture img{max-width:100%;height:auto}
.rv-narrow{display:none}
@container (max-width:540px){
 .rv-wide{display:none}.rv-narrow{display:inline}
 .rv-cards,.rv-cards tbody{display:block}
 .rv-cards thead{display:none}
 .rv-cards tr{display:grid;grid-template-columns:repeat(3,1fr);gap:.2rem .5rem;padding:.5rem 0;align-items:center;
  border-bottom:1px solid rgba(128,128,128,.35)}
 .rv-cards td,.rv-cards td:first-child{border:0;padding:0;text-align:left}
 .rv-cards td:nth-child(2){grid-column:2/4}
 .rv-cards td[data-label]{font-size:.85rem;align-self:end}
 .rv-cards td[data-label]::before{content:attr(data-label);display:block;font-size:.75rem;opacity:.8}
 .rv-cards td:empty,.rv-cards td[data-label=Blocks]{display:none}
}
</style>"""


class Html(str):
    """Finished HTML, which Streamlit takes as it is; it would look at every letter of plain text for indentation."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return self


def figures_html(plan: Plan) -> Html:
    """The headline figures, each exact with its unit."""
    found = headline(plan)
    rows = [
        ("Parameters", abbreviated(found.params), grouped(found.params)),
        ("MACs", abbreviated(found.macs), grouped(found.macs)),
        ("FLOPs = 2 × MACs", abbreviated(found.flops), grouped(found.flops)),
        ("Weighted layers", grouped(found.weighted_layers), "without projections"),
        ("Final feature map", dimensions(found.features), "C × H × W"),
        ("Receptive field", f"{grouped(found.receptive_field)} px", "longest path to that map"),
    ]
    return Html(STYLE + _figures(rows))


def small_figures_html(rows: Sequence[tuple[str, str, str]]) -> str:
    """Figures of a part of the network: name, value, note."""
    return _figures(rows, "rv-figures rv-small")


def _figures(rows: Sequence[tuple[str, str, str]], style: str = "rv-figures") -> str:
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}<small>{note}</small></dd></div>" for name, value, note in rows)
    return f'<dl class="{style}">{cells}</dl>'


def stages_html(rows: list[StageRow], theme: Theme) -> Html:
    """The stages in the form of He et al. 2015, table 1; on a narrow page a card each."""
    names = ("Stage", "Structure", "Blocks", "Output (C × H × W)", "Parameters", "MACs")
    return Html(_table(names, [_stage(row, theme) for row in rows]))


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first two columns are text; `rows` hold HTML. On a narrow page each row is a card."""
    styles = [' class="rv-left"' if number < 2 else "" for number in range(len(names))]
    head = "".join(f'<th scope="col"{style}>{name}</th>' for name, style in zip(names, styles, strict=True))
    body = "".join(f"<tr>{_cells(row, names, styles)}</tr>" for row in rows)
    return (
        f'<div class="rv-sized"><div class="rv-scroll"><table class="rv-table rv-cards">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )


def _cells(row: Sequence[str], names: Sequence[str], styles: Sequence[str]) -> str:
    labels = ["" if number < 2 else f' data-label="{name}"' for number, name in enumerate(names)]
    return "".join(
        f"<td{style}{label if cell else ''}>{cell}</td>" for cell, style, label in zip(row, styles, labels, strict=True)
    )


def _stage(row: StageRow, theme: Theme) -> tuple[str, ...]:
    swatch = STAGE_COLOURS[theme]["stem" if row.name == "pool" else row.name]
    chip = f'<span class="rv-chip" style="background:{swatch.fill};border-color:{swatch.line}"></span>'
    blocks = str(row.blocks) if row.blocks else ""
    counts = grouped(row.params), grouped(row.macs)
    return chip + escape(row.name), structure_html(row), blocks, dimensions(row.output), *counts


def structure_html(row: StageRow) -> str:
    """What a stage is made of, as in the paper's Table 1."""
    lines = "<br>".join(escape(line) for line in row.structure)
    return f'<span class="rv-bracket">{lines}</span> × {row.blocks}' if row.blocks else lines


def picture_html(wide: Drawing, narrow: Drawing, theme: Theme) -> Html:
    """A drawing in the page: in its wide form, or in its narrow one where there is no room."""
    forms = "".join(_picture(drawing, theme, style) for style, drawing in (("rv-wide", wide), ("rv-narrow", narrow)))
    return Html(f'<div class="rv-sized rv-picture">{forms}</div>')


def _picture(drawing: Drawing, theme: Theme, style: str) -> str:
    """An SVG as an image: st.html lets no inline SVG through. Its size is known before it is decoded."""
    data = b64encode(svg(drawing, theme, background=False).encode()).decode()
    alt = escape(f"{drawing.title}: {drawing.description}", quote=True)
    size = f'width="{drawing.width:.0f}" height="{drawing.height:.0f}"'
    return f'<img class="{style}" {size} alt="{alt}" src="data:image/svg+xml;base64,{data}">'
