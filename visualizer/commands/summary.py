"""`summary SPEC`: one network as a table for a paper or a spreadsheet, in the form of He et al. 2015, table 1."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence

import click

from visualizer.analysis.format import abbreviated, dimensions, grouped
from visualizer.analysis.naming import network_name
from visualizer.analysis.table import headline, layer_rows, stage_rows
from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.resnet import Plan, parse, plan

Table = tuple[Sequence[str], list[tuple[str, ...]]]
"""Titles of the columns, and rows; numbers are plain digits."""

STAGE_TITLES = ("stage", "paper", "structure", "blocks", "output", "params", "MACs")
LAYER_TITLES = (
    "layer", "kind", "role", "input", "output", "kernel", "stride", "padding", "groups", "params", "MACs",
    "receptive field",
)  # fmt: skip
NUMBERS = {"blocks", "kernel", "stride", "padding", "groups", "params", "MACs", "receptive field"}


@click.command()
@click.argument("spec")
@resolution_option
@click.option(
    "--format", "form", type=click.Choice(["markdown", "latex", "csv"]), default="markdown", show_default=True
)
@click.option("--layers", is_flag=True, help="A row for each layer instead of one for each stage.")
def command(spec: str, resolution: str | None, form: str, layers: bool) -> None:
    """A table of SPEC, by stage as in the papers or by layer, with totals, to paste into a text or a spreadsheet."""
    network = plan(parse(spec), resolution_of(spec, resolution))
    table = layer_table(network) if layers else stage_table(network)
    click.echo("\n".join(FORMS[form](network, table)))


def stage_table(network: Plan) -> Table:
    """Stem, stages, head and the total, a row each."""
    rows = [
        (row.name, row.paper, "; ".join(row.structure), str(row.blocks or ""), dimensions(row.output), str(row.params),
         str(row.macs))
        for row in stage_rows(network)
    ]  # fmt: skip
    total = headline(network)
    return STAGE_TITLES, [*rows, ("total", "", "", "", "", str(total.params), str(total.macs))]


def layer_table(network: Plan) -> Table:
    """A row a layer, and the total."""
    rows = [
        (row["path"], row["kind"], row["role"], dimensions(row["input"]), dimensions(row["output"]),
         *(str(row[name]) for name in ("kernel", "stride", "padding", "groups", "params", "macs", "receptive_field")))
        for row in layer_rows(network)
    ]  # fmt: skip
    total = headline(network)
    end = ("total", *[""] * 8, str(total.params), str(total.macs), str(total.receptive_field))
    return LAYER_TITLES, [*rows, end]


def _caption(network: Plan) -> str:
    total = headline(network)
    parts = (
        f"{network_name(network.spec)} ({network.spec}) at {dimensions(network.input)}",
        f"{abbreviated(total.params)} parameters",
        abbreviated(total.macs, "MACs"),
        f"{abbreviated(total.flops, 'FLOPs')} (2 a MAC)",
        f"{total.weighted_layers} weighted layers",
    )
    return ", ".join(parts) + "."


def _people_s(titles: Sequence[str], row: tuple[str, ...]) -> list[str]:
    """The cells as people read them: digits in groups of three."""
    return [
        grouped(int(cell)) if cell and title in NUMBERS else cell for title, cell in zip(titles, row, strict=True)
    ]


def _markdown(network: Plan, table: Table) -> Iterator[str]:
    titles, rows = table
    yield _escaped(_caption(network), "\\`*_[]<>|")
    yield ""
    yield _bars(titles)
    yield _bars(["---:" if title in NUMBERS else "---" for title in titles])
    for row in rows:
        yield _bars([_escaped(cell, "\\`*_[]<>|") for cell in _people_s(titles, row)])


def _bars(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _escaped(text: str, special: str) -> str:
    return "".join(f"\\{char}" if char in special else char for char in text)


def _latex(network: Plan, table: Table) -> Iterator[str]:
    """A tabular with booktabs' rules; it needs \\usepackage{booktabs} and nothing else."""
    titles, rows = table
    yield "% " + _caption(network)
    yield "\\begin{tabular}{" + "".join("r" if title in NUMBERS else "l" for title in titles) + "}"
    yield "\\toprule"
    yield _ampersands(titles)
    yield "\\midrule"
    for row in rows:
        if row is rows[-1]:
            yield "\\midrule"
        yield _ampersands([_latex_text(cell) for cell in _people_s(titles, row)])
    yield "\\bottomrule"
    yield "\\end{tabular}"


def _ampersands(cells: Sequence[str]) -> str:
    return " & ".join(cells) + " \\\\"


def _latex_text(text: str) -> str:
    """Text with LaTeX's special characters written so that they are printed."""
    return _escaped(text, "&%$#_{}").replace("×", "$\\times$")


def _csv(network: Plan, table: Table) -> Iterator[str]:
    """Rows for a program: no caption, digits without groups."""
    titles, rows = table
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows([titles, *rows])
    yield lines.getvalue().rstrip("\n")


FORMS: dict[str, Callable[[Plan, Table], Iterator[str]]] = {"markdown": _markdown, "latex": _latex, "csv": _csv}
