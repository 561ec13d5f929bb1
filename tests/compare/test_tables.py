"""The table of several networks: its numbers against the costs, its differences, and every form of it read back."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conftest import Row
from tests.running import html_with, opened
from tests.strategies import specs
from visualizer.analysis import costs, headline
from visualizer.analysis.compared import FIELD, PARAMS, USUAL, Comparison, Counts, Load, compared
from visualizer.analysis.memory import inference, training
from visualizer.figures.compare_tables import FORMS, headings, latex, lines
from visualizer.figures.report import Heading, Table, Words
from visualizer.resnet import Layer, Plan, ResNetSpec, SpecError, parse, plan
from visualizer.ui.compare_tables import stages_html
from visualizer.ui.compare_tables_view import report
from visualizer.ui.views import View


def table(*nets: str, load: Load = USUAL) -> Comparison:
    return compared([(f"{place} · {net}", plan(parse(net))) for place, net in enumerate(nets, 1)], load)


@given(st.lists(specs(most_blocks=2), min_size=2, max_size=4))
@settings(max_examples=20)
def test_in_every_form_counts_are_the_costs_and_differences_add_up_over_the_parts(networks: list[ResNetSpec]) -> None:
    found = compared([(f"{place} · {one}", plan(one, 40)) for place, one in enumerate(networks, 1)])
    for place, (_, one) in enumerate(found.networks):
        _value_is_right(found, place, one)
    _csv_is_right(found)
    for form, read in {"markdown": _markdown, "latex": _latex}.items():
        _differences_add_up(read(FORMS[form].of(found)), len(networks))


def _value_is_right(found: Comparison, place: int, one: Plan) -> None:
    total = {counts.quantity.key: counts for counts in found.total.counts}
    cost, figures = costs(one).total, headline(one)
    assert total["params"].values[place] == cost.params
    assert total["macs"].values[place] == cost.macs
    assert total["flops"].values[place] == 2 * cost.macs
    assert total["receptive_field"].values[place] == figures.receptive_field
    assert total["inference_memory"].values[place] == inference(one, 32, "float32").total
    assert total["training_memory"].values[place] == training(one, 32, "float32", "SGD with momentum").total
    for key in ("params", "macs"):
        rows = [counts for part in found.parts for counts in part.counts if counts.quantity.key == key]
        assert sum(row.difference(place) or 0 for row in rows) == total[key].difference(place)
        assert sum(row.values[place] or 0 for row in rows) == total[key].values[place]
    fields = [counts.values[place] for part in found.parts for counts in part.counts if counts.quantity is FIELD]
    assert max(field for field in fields if field) == figures.receptive_field


def _number(cell: str) -> int:
    """The first number of a cell: "−3,759,360 (−14.7 %)"; "same" and a part that is lacking are 0."""
    found = re.search(r"[+−]?[0-9][0-9,]*", cell)
    return int(found[0].replace(",", "").replace("−", "-")) if found else 0


def _markdown(text: str) -> list[list[str]]:
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("|")]
    return [[re.sub(r"\\(.)", r"\1", cell).strip().strip("*") for cell in row] for row in rows if "---" not in row[0]]


def _latex(text: str) -> list[list[str]]:
    rows = [line.removesuffix(" \\\\").split(" & ") for line in text.splitlines() if line.endswith(" \\\\")]
    return [[re.sub(r"\\textbf\{(.*)\}", r"\1", cell.replace("$-$", "−").strip()) for cell in row] for row in rows]


def _differences_add_up(cells: list[list[str]], networks: int) -> None:
    head, *rows = cells
    assert {len(row) for row in rows} == {len(head)} == {2 * networks + 1}
    counts = [row for row in rows if row[1] in ("Parameters", "MACs")]
    assert [row[1] for row in counts] == ["Parameters", "MACs"] * (len(counts) // 2)
    assert len(counts) > 2
    for column in range(2, len(head)):
        for total in counts[:2]:
            parts = [row for row in counts[2:] if row[1] == total[1]]
            assert sum(_number(row[column]) for row in parts) == _number(total[column])


WORDS = {
    "place", "network", "spec", "part", "best in", "Final feature map", "Structure", "Output", "Shortcuts", "Layers",
}  # fmt: skip


def _csv_is_right(found: Comparison) -> None:
    rows = list(csv.DictReader(io.StringIO(FORMS["csv"].of(found))))
    assert len(rows) == len(found.networks) * len(found.all)
    assert all(re.search(r"\((count|bytes|pixels|px|%)\)$", name) for name in set(rows[0]) - WORDS)
    for place, (_, one) in enumerate(found.networks):
        total, *parts = (row for row in rows if row["place"] == str(place + 1))
        cost = costs(one).total
        assert total["part"] == "total"
        assert parse(total["spec"]) == one.spec
        assert (int(total["Parameters (count)"]), int(total["MACs (count)"])) == (cost.params, cost.macs)
        assert int(total["Training memory (bytes)"]) == training(one, 32, "float32", "SGD with momentum").total
        for column in ("Parameters (count)", "Parameters, difference to 1 (count)", "MACs, difference to 1 (count)"):
            assert sum(int(row[column] or 0) for row in parts) == int(total[column])


CHANGES: tuple[dict[str, Any], ...] = (
    {"order": "pre"}, {"order": "relu_before_add"}, {"avg_down": True}, {"bn_eps": 0.01}, {"pool_border": True},
    {"stride_on": "1x1"}, {"stem_norm": False}, {"conv_bias": True}, {"stride_block": "last"},
)  # fmt: skip


def _bare(layers: Iterable[Layer]) -> list[Layer]:
    return [layer._replace(path="", reads=()) for layer in layers]


def _rows(one: Plan) -> dict[str, list[Layer]]:
    """The layers of each row of Table 1, without their names."""
    pools = [layer for layer in one.stem if layer.kind == "maxpool"]
    rows = {"stem": [layer for layer in one.stem if layer.kind != "maxpool"], "pool": pools, "head": one.head}
    return {name: _bare(layers) for name, layers in (rows | {stage.name: stage.layers for stage in one.stages}).items()}


@given(specs(most_blocks=2), st.sampled_from(CHANGES))
@settings(max_examples=60)
def test_a_row_whose_layers_differ_says_so_even_if_all_its_numbers_are_equal(
    spec: ResNetSpec, change: dict[str, Any]
) -> None:
    try:
        changed = replace(spec, **change)
    except SpecError:
        assume(False)
    plans = [plan(one, 40) for one in (spec, changed)]
    first, second = map(_rows, plans)
    parts = compared([("1", plans[0]), ("2", plans[1])]).parts
    assert {"stem", "head", *(stage.name for stage in plans[0].stages)} <= {part.name for part in parts}
    for part in parts:
        said = any(one.values[0] != one.values[1] for one in part.said)
        assert said == (first[part.name] != second[part.name]), part.name


def test_a_stem_says_which_of_its_convolutions_have_biases() -> None:
    found = table("resnet50c?stem_norm=false", "resnet50c?stem_norm=false&conv_bias=true").parts[0]
    assert {one.name: one.values for one in found.said}["Layers"] == ("biases: none", "biases: every convolution")


def test_a_network_and_its_pre_activation_twin_differ_in_their_order() -> None:
    parts = {part.name: {one.name: one.values for one in part.said} for part in table("resnet152", "resnet152v2").parts}
    first, second = parts["stage 2"]["Layers"]
    assert first == "order: conv → BN → ReLU → … → conv → BN → sum → ReLU"
    assert second == "order: BN → ReLU → conv → BN → ReLU → … → conv → sum"
    assert "Layers" not in parts["stem"]
    assert parts["head"]["Layers"][1] == "order: BN → ReLU → global average pool → flatten → 1000-d fc"


def test_golden_numbers(golden: dict[str, Row]) -> None:
    ids = ("tv_resnet50", "tv_resnet34", "tv_resnet101")
    found = table(*(one.removeprefix("tv_") for one in ids))
    counts = {one.quantity.key: one for one in found.total.counts}
    for key, column in (("params", "params"), ("macs", "macs"), ("activations", "conv_linear_acts")):
        values = [int(golden[one][column]) for one in ids]
        assert list(counts[key].values) == values
        assert [counts[key].difference(place) for place in range(3)] == [value - values[0] for value in values]


def test_the_best_is_the_fewest_and_the_largest_receptive_field() -> None:
    assert Counts(PARAMS, (5, 3, None, 3)).best == (1, 3)
    assert Counts(FIELD, (5, 9, 7)).best == (1,)
    assert Counts(PARAMS, (4, 4)).best == Counts(PARAMS, (4, None)).best == ()
    assert Counts(PARAMS, (5, None)).difference(1) == -5
    assert Counts(FIELD, (5, None)).difference(1) is None


@pytest.mark.parametrize("load", [Load(1, "float16", "SGD"), Load(256, "mixed", "Adam")])
def test_memory_is_for_the_load_that_is_said(load: Load) -> None:
    found = table("resnet18", "resnet34", load=load)
    counts = {one.quantity.key: one.values for one in found.total.counts}
    for place, (_, one) in enumerate(found.networks):
        assert counts["inference_memory"][place] == inference(one, load.batch, load.precision).total
        assert counts["training_memory"][place] == training(one, load.batch, load.precision, load.optimiser).total
    assert f"batch {load.batch}, {load.precision}; training with {load.optimiser}" in FORMS["markdown"].of(found)


def test_the_best_is_bold_in_the_forms_for_people() -> None:
    found = table("resnet50", "resnet34")
    assert f"**{21_797_672:,}**" in FORMS["markdown"].of(found)
    assert f"\\textbf{{{21_797_672:,}}}" in FORMS["latex"].of(found)
    bold = [line.cells[column].strip() for line in lines(found) for column in line.best]
    assert FORMS["markdown"].of(found).count("**") == 2 * len(bold)


def test_markdown_stands_under_itself() -> None:
    text = FORMS["markdown"].of(table("resnet50", "seresnet50", "resnet20"))
    rows = [line for line in text.splitlines() if "|" in line]
    assert len({len(row) for row in rows}) == 1
    assert len({tuple(place for place, sign in enumerate(row) if sign == "|") for row in rows}) == 1


def test_no_spreadsheet_takes_a_name_for_a_formula() -> None:
    one = plan(parse("resnet18"))
    text = FORMS["csv"].of(compared([(name, one) for name in ("=1+1", "1 · @SUM(A1)", "-2")]))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["place"] for row in rows} == {"1", "2", "3"}
    assert all(row["network"].startswith("'") for row in rows)


HOSTILE = r"5 % of a_b & #1 {x} ~^\ $y$ <z> ε × − ≠"


def test_latex_has_no_bare_special_sign() -> None:
    assert not re.search(r"(?<!\\)[%#&_]", latex(HOSTILE))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no LaTeX here")
def test_latex_takes_it(tmp_path: Path) -> None:
    first, second = plan(parse("resnet50?bn_eps=0.001")), plan(parse("seresnet18?stem=deep"))
    text = FORMS["latex"].of(compared([(HOSTILE, first), ("2 · SE", second)]))
    document = f"\\documentclass{{article}}\\usepackage{{booktabs}}\\begin{{document}}\n{text}\n\\end{{document}}\n"
    (tmp_path / "table.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "table.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-1500:]


def test_the_report_has_every_row_and_marks_the_best() -> None:
    state = View(parse("resnet50"), others=(parse("resnet34"), parse("resnet20")))
    heading, totals, stages, words = report(state)
    assert isinstance(heading, Heading)
    assert isinstance(words, Words)
    assert isinstance(totals, Table)
    assert isinstance(stages, Table)
    assert len(totals.rows) + len(stages.rows) == len(list(lines(table("resnet50", "resnet34", "resnet20"))))
    assert totals.rows[0][2:4] == ("25,557,032", "21,797,672; −3,759,360 (−14.7\N{NO-BREAK SPACE}%)")
    assert (0, 4) in totals.best  # ResNet-20 has fewest parameters
    assert {len(row) for row in (totals.head, *totals.rows, *stages.rows)} == {5}


def test_headings_name_the_networks_and_the_differences() -> None:
    assert headings(table("resnet18", "resnet34"))[2:] == ["1 · resnet18", "2 · resnet34", "2 − 1"]


@pytest.mark.usefixtures("no_collector")
def test_the_page_counts_memory_for_what_is_chosen_and_gives_the_text_to_copy() -> None:
    at = opened("compare", net="resnet50", vs=["resnet34"], compare="Tables", batch="8")
    assert not at.exception
    html = "".join(element.proto.body for element in at.get("html"))
    found = training(plan(parse("resnet34")), 8, "float32", "SGD with momentum").total
    assert f"{found:,} bytes" in html
    at.selectbox(key="compared_batch").set_value(1).run()
    html = "".join(element.proto.body for element in at.get("html"))
    assert f"{training(plan(parse('resnet34')), 1, 'float32', 'SGD with momentum').total:,} bytes" in html
    assert at.query_params["batch"] in ("1", ["1"])


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize(
    ("select", "row"),
    [("layer3", "stage 3"), ("layer2.1", "stage 2"), ("layer4.0.bn1", "stage 4"), ("maxpool", "pool"), ("fc", "head")],
)
def test_the_row_of_what_is_selected_is_marked(select: str, row: str) -> None:
    at = opened("compare", net="resnet50", vs=["resnet34"], compare="Tables", select=select)
    assert not at.exception
    stages = html_with(at, ">Stages<")
    assert re.findall(r"<span>([^<]*) <b class=\"rv-tag\">selected", stages) == [row]
    assert stages.count('class="rv-group rv-selected"') == 1
    assert any(f"Selected\\: {row} " in one.value for one in at.caption)


def test_nothing_is_marked_where_nothing_is_selected() -> None:
    assert "selected<" not in stages_html(table("resnet50", "resnet34"))
