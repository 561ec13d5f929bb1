"""`summary`: Table 1 of a network as Markdown, LaTeX and CSV, with the totals that `describe` has."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings

from tests.strategies import specs
from visualizer.analysis import costs
from visualizer.resnet import ResNetSpec, plan, usual_resolution

CommandLine = Callable[..., Result]
same_fixture = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)


def output(result: Result) -> str:
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def cells(line: str) -> list[str]:
    """The cells of a line of a Markdown table."""
    return [cell.replace("\\", "").strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


@pytest.mark.parametrize("layers", [[], ["--layers"]], ids=["stages", "layers"])
@given(spec=specs(most_blocks=2))
@same_fixture
def test_the_three_forms_hold_the_same_cells_and_the_totals(
    layers: list[str], spec: ResNetSpec, command_line: CommandLine
) -> None:
    markdown, latex, plain = (
        output(command_line("summary", str(spec), "--format", form, *layers)) for form in ("markdown", "latex", "csv")
    )
    rows = list(csv.reader(io.StringIO(plain)))
    assert len({len(row) for row in rows}) == 1
    shown = [cells(line) for line in markdown.splitlines() if line.startswith("|")]
    assert [[cell.replace(",", "") for cell in row] for row in (shown[0], *shown[2:])] == [
        [cell.replace(",", "") for cell in row] for row in rows
    ]
    typed = [line.removesuffix(" \\\\").split(" & ") for line in latex.splitlines() if line.endswith(" \\\\")]
    assert [[cell.replace("$\\times$", "×").replace("\\", "") for cell in row] for row in typed] == [
        shown[0], *shown[2:],
    ]  # fmt: skip
    total = costs(plan(spec, usual_resolution(str(spec)))).total
    numbers = dict(zip(rows[0], rows[-1], strict=True))
    for title, value in (("params", total.params), ("MACs", total.macs)):
        column = rows[0].index(title)
        assert int(numbers[title]) == value == sum(int(row[column]) for row in rows[1:-1])


def test_resnet_50_in_the_form_of_table_1(command_line: CommandLine) -> None:
    lines = output(command_line("summary", "resnet50")).splitlines()
    assert lines[0] == (
        "ResNet-50 (resnet50) at 3 × 224 × 224, 25.6 M parameters, 4.09 GMACs, 8.18 GFLOPs (2 a MAC), "
        "50 weighted layers."
    )
    assert lines[2].startswith("| stage | paper | structure | blocks | output | params | MACs |")
    assert cells(lines[6]) == [
        "stage 1", "conv2_x", "1×1, 64; 3×3, 64; 1×1, 256", "3", "256 × 56 × 56", "215,808", "667,942,912",
    ]  # fmt: skip
    assert cells(lines[-1])[-2:] == ["25,557,032", "4,089,184,256"]


def test_latex_has_as_many_columns_as_it_says_and_no_bare_special_character(command_line: CommandLine) -> None:
    text = output(command_line("summary", "wide_resnet50_2?attention=se", "--format", "latex"))
    (columns,) = re.findall(r"\\begin\{tabular\}\{([lr]+)\}", text)
    body = text.split("\\midrule")[1]
    assert {line.count(" & ") + 1 for line in body.strip().splitlines()} == {len(columns)}
    assert not re.search(r"(?<!\\)[_%#]", body)
    assert text.rstrip().endswith("\\end{tabular}")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no LaTeX here")
def test_latex_takes_it(command_line: CommandLine, tmp_path: Path) -> None:
    table = output(command_line("summary", "resnet50_v1?bn_eps=0.001", "--format", "latex"))
    text = "\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n" + table + "\\end{document}\n"
    (tmp_path / "table.tex").write_text(text, encoding="utf-8")
    subprocess.run(["pdflatex", "-halt-on-error", "table.tex"], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)


def test_an_unknown_form_is_refused(command_line: CommandLine) -> None:
    result = command_line("summary", "resnet50", "--format", "word")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "markdown" in result.stderr
