"""`diff`: fields, totals, rows and blocks, as `describe` has them for each network alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.resnet import ResNetSpec, parse, usual_resolution
from visualizer.resnet.errors import shown

CommandLine = Callable[..., Result]
same_fixture = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


def data(result: Result) -> dict[str, Any]:
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@given(first=specs(most_blocks=2), second=specs(most_blocks=2), resolution=st.integers(1, 64))
@same_fixture
def test_json_is_the_difference_of_two_descriptions(
    first: ResNetSpec, second: ResNetSpec, resolution: int, command_line: CommandLine
) -> None:
    size = f"--resolution={resolution}"
    found = data(command_line("diff", str(first), str(second), size, "--json"))
    a, b = (data(command_line("describe", str(spec), size, "--json")) for spec in (first, second))
    for name in ("params", "buffers", "macs", "flops", "activations"):
        assert (found["a"][name], found["b"][name]) == (a[name], b[name])
        assert found["difference"][name] == b[name] - a[name]
    for name in ("params", "macs"):
        assert sum(row[name] for row in found["stages"]) == b[name] - a[name]
        assert sum(clause[name] for clause in found["words"]["clauses"]) == b[name] - a[name]
    for side, described in (("a", a), ("b", b)):
        rows = [row[side] for row in found["stages"] if row["name"].startswith("stage") and row[side]]
        assert [row["blocks"] for row in rows] == [stage["blocks"] for stage in described["stages"]]
        assert [row["params"] for row in rows] == [stage["params"] for stage in described["stages"]]


@given(first=specs(most_blocks=1), second=specs(most_blocks=1))
@same_fixture
def test_the_fields_lead_from_one_network_to_the_other(
    first: ResNetSpec, second: ResNetSpec, command_line: CommandLine
) -> None:
    found = data(command_line("diff", str(first), str(second), "--json"))
    # Another stem has another usual width, so a width that both have in common is said here.
    values = {"stem_width": str(first.stem_channels), **{name: shown(of["b"]) for name, of in found["fields"].items()}}
    preset, _, fields = str(first).partition("?")
    before = dict(part.split("=") for part in fields.split("&") if part)
    assert parse(f"{preset}?" + "&".join(f"{name}={value}" for name, value in {**before, **values}.items())) == second


def test_projections_in_place_of_padding_as_text(command_line: CommandLine, golden: dict[str, dict[str, str]]) -> None:
    result = command_line("diff", "resnet34?shortcut=A", "resnet34")
    assert (result.exit_code, result.stderr) == (0, "")
    names, words, fields, totals, stages, blocks = result.stdout.rstrip("\n").split("\n\n")
    assert names.splitlines() == ["A  resnet34?shortcut=A at 224 px", "B  resnet34 at 224 px"]
    assert words == (
        "B adds a 1×1 projection to the first block of stages 2 to 4 in place of padding with zeros: "
        "+173,824 parameters (+0.80 %), +19.3 M MACs (+0.53 %)."
    )
    assert [line.split() for line in fields.splitlines()] == [["field", "A", "B"], ["shortcut", "A", "B"]]
    a, b = (int(golden[f"resnet34_option_{name}"]["params"]) for name in ("plain_or_A", "B"))
    assert re.search(rf"^parameters +{a:,} +{b:,} +\+{b - a:,}  \+0\.80 %$", totals, re.MULTILINE)
    assert re.search(r"^stage 1 .* same .* same$", stages, re.MULTILINE)
    assert blocks.splitlines()[1:] == [
        f"layer{stage}.0  shortcut: padded with zeros → projection" for stage in (2, 3, 4)
    ]


def test_equal_blocks_in_a_row_are_one_line(command_line: CommandLine) -> None:
    result = command_line("diff", "resnet50", "resnext50_32x4d?depths=3,4,5,3")
    lines = result.stdout.rstrip("\n").split("\n\n")[-1].splitlines()
    assert [re.split(r" {2,}", line)[0] for line in lines] == [
        "blocks", "layer1.0 to 2", "layer2.0", "layer2.1 to 3", "layer3.0", "layer3.1 to 4", "layer3.5", "layer4.0",
        "layer4.1 to 2",
    ]  # fmt: skip
    assert lines[6].endswith("  only in A")


def test_a_network_is_no_different_from_itself(command_line: CommandLine) -> None:
    result = command_line("diff", "resnet50?groups=32&width_per_group=4", "resnext50_32x4d")
    assert "B is the same network as A." in result.stdout
    assert "No field differs." in result.stdout
    assert result.stdout.endswith("No block differs.\n")


def test_each_network_has_its_own_usual_resolution(command_line: CommandLine) -> None:
    found = data(command_line("diff", "resnet20", "resnet18", "--json"))
    assert [found[side]["resolution"] for side in "ab"] == [usual_resolution(net) for net in ("resnet20", "resnet18")]
    assert found["stages"][1]["a"] is None
