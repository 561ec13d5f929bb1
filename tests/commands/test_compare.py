"""`compare`: the table of several networks, as `describe` and `diff` have its numbers."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import Result

from visualizer.resnet import usual_resolution

CommandLine = Callable[..., Result]


def output(result: Result) -> str:
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_json_has_the_numbers_of_diff(command_line: CommandLine) -> None:
    a, b = "resnet34?shortcut=A", "resnet50"
    found = json.loads(output(command_line("compare", a, b, "--format", "json")))
    told = json.loads(output(command_line("diff", a, b, "--json")))
    assert [network["net"] for network in found["networks"]] == [a, b]
    total, *parts = found["parts"]
    for key in ("params", "macs", "flops", "activations"):
        assert total["counts"][key]["values"] == [told["a"][key], told["b"][key]]
        assert total["counts"][key]["differences"] == [0, told["difference"][key]]
    assert [part["name"] for part in parts] == [row["name"] for row in told["stages"]]
    for part, row in zip(parts, told["stages"], strict=True):
        assert part["counts"]["params"]["differences"][1] == row["params"]


def test_text_marks_the_best_and_aligns(command_line: CommandLine) -> None:
    text = output(command_line("compare", "resnet50", "resnet34", "resnet18"))
    row = next(line for line in text.splitlines() if "Parameters" in line)
    assert re.findall(r"[0-9][0-9,]{6,}\*?", row)[:1] == ["25,557,032"]
    assert "11,689,512*" in row
    assert text.count("*: ") == 1


def test_every_network_has_its_own_usual_resolution(command_line: CommandLine) -> None:
    nets = ("resnet20", "resnet18")
    rows = list(csv.DictReader(io.StringIO(output(command_line("compare", *nets, "--format", "csv")))))
    assert [int(row["resolution (px)"]) for row in rows[:2]] == [usual_resolution(net) for net in nets]
    rows = list(csv.DictReader(io.StringIO(output(command_line("compare", *nets, "--format=csv", "--resolution=64")))))
    assert {row["resolution (px)"] for row in rows} == {"64"}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["resnet50"], "two to four"), (["resnet18"] * 5, "not 5"), (["resnet50", "resnet51"], "resnet51"), ([], "not 0")],
)
def test_what_cannot_be_is_one_sentence(command_line: CommandLine, arguments: list[str], word: str) -> None:
    result = command_line("compare", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert word in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_it_needs_neither_torch_nor_plotly() -> None:
    code = (
        "import sys; from visualizer.commands import main; main(['compare', 'resnet18', 'resnet34'], "
        "standalone_mode=False); sys.exit(bool({'torch', 'plotly', 'streamlit'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0
