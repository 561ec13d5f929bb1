"""`describe`: the promised JSON, the readable tables, and what happens to bad input and to output nobody takes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.analysis import costs
from visualizer.resnet import ResNetSpec, parse, plan

CommandLine = Callable[..., Result]

LAYER_KEYS = [
    "path", "kind", "stage", "block", "role", "input", "output", "kernel", "stride", "groups", "params", "macs",
    "receptive_field",
]  # fmt: skip
same_fixture = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)


def described(result: Result) -> dict[str, Any]:
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_resnet_50_as_json(command_line: CommandLine) -> None:
    found = described(command_line("describe", "resnet50", "--json"))
    head = ["net", "resolution", "params", "buffers", "macs", "flops", "activations", "stages", "layers"]
    assert list(found)[: len(head)] == head
    assert [found[key] for key in head[:7]] == [
        "resnet50", 224, 25_557_032, 53_120, 4_089_184_256, 8_178_368_512, 11_114_984,
    ]  # fmt: skip
    assert found["stages"][0] == {
        "name": "stage 1", "blocks": 3, "output": [256, 56, 56], "params": 215_808,
        "macs": 56 * 56 * (73_728 + 2 * 69_632),
    }  # fmt: skip
    assert all(list(row)[: len(LAYER_KEYS)] == LAYER_KEYS for row in found["layers"])
    row = next(row for row in found["layers"] if row["path"] == "layer1.0.conv1")
    assert {key: row[key] for key in LAYER_KEYS} == {
        "path": "layer1.0.conv1", "kind": "conv", "stage": 1, "block": 0, "role": "branch", "input": [64, 56, 56],
        "output": [64, 56, 56], "kernel": 1, "stride": 1, "groups": 1, "params": 4096, "macs": 12_845_056,
        "receptive_field": 11,
    }  # fmt: skip
    assert {(row["role"], row["stage"]) for row in found["layers"] if row["role"] in ("stem", "head")} == {
        ("stem", 0), ("head", None),
    }  # fmt: skip


def test_vgg_19_in_both_forms(command_line: CommandLine) -> None:
    found = described(command_line("describe", "vgg19", "--json"))
    assert (found["net"], found["params"], found["macs"]) == ("vgg19", 143_667_240, 19_632_062_464)
    assert [stage["blocks"] for stage in found["stages"]] == [2, 2, 4, 4, 4]
    assert {row["role"] for row in found["layers"]} == {"chain", "head"}
    assert all(list(row)[: len(LAYER_KEYS)] == LAYER_KEYS for row in found["layers"])
    text = command_line("describe", "vgg19", "--resolution", "100").stdout
    assert text.startswith("vgg19 at 3 × 100 × 100\n")
    assert "stage 3  [3×3, 256] × 4" in text
    assert re.search(r"^avgpool +adaptive_pool +512 × 3 × 3 +512 × 7 × 7 +300$", text, re.MULTILINE)


@given(spec=specs(most_blocks=2), resolution=st.integers(1, 64))
@same_fixture
def test_json_agrees_with_the_plan_and_with_itself(
    spec: ResNetSpec, resolution: int, command_line: CommandLine
) -> None:
    found = described(command_line("describe", str(spec), "--resolution", str(resolution), "--json"))
    assert (parse(found["net"]), found["resolution"]) == (spec, resolution)
    total = costs(plan(spec, resolution)).total
    assert {name: found[name] for name in ("params", "buffers", "macs", "activations")} == {
        "params": total.params, "buffers": total.buffers, "macs": total.macs, "activations": total.activations,
    }  # fmt: skip
    for name in ("params", "macs", "flops", "activations"):
        assert sum(row[name] for row in found["layers"]) == found[name]
    for number, stage in enumerate(found["stages"], start=1):
        rows = [row for row in found["layers"] if row["stage"] == number]
        for name in ("params", "macs"):
            assert sum(row[name] for row in rows) == stage[name]
        assert len({row["block"] for row in rows}) == stage["blocks"]
        assert rows[-1]["output"] == stage["output"]


@pytest.mark.parametrize(
    ("arguments", "net", "resolution"),
    [
        (["resnet20"], "resnet20", 32),
        (["resnet20?classes=100"], "resnet20?classes=100", 32),
        (["resnet50?stem=cifar&classes=10"], "resnet50?stem=cifar&classes=10", 224),
        (["resnet20", "--resolution", "64"], "resnet20", 64),
        (["resnet50?groups=32&width_per_group=4", "--resolution", "1"], "resnext50_32x4d", 1),
    ],
)
def test_the_resolution_is_the_preset_s_own_if_none_is_given(
    command_line: CommandLine, arguments: list[str], net: str, resolution: int
) -> None:
    found = described(command_line("describe", *arguments, "--json"))
    assert (found["net"], found["resolution"]) == (net, resolution)


def test_text_shows_headline_stages_and_layers_in_columns(command_line: CommandLine) -> None:
    result = command_line("describe", "resnext50_32x4d")
    assert result.exit_code == 0
    headline, stages, layers = result.stdout.rstrip("\n").split("\n\n")[1:]
    assert re.search(r"^MACs +4,230,479,872  4.23 GMACs$", headline, re.MULTILINE)
    assert re.search(r"^weighted layers +50$", headline, re.MULTILINE)
    assert re.search(r"^stage 1  \[1×1, 128; 3×3, 128, C=32; 1×1, 256\] × 3 +256 × 56 × 56", stages, re.MULTILINE)
    lines = layers.splitlines()
    assert len(lines) == 1 + len(plan(parse("resnext50_32x4d")).layers)
    row = next(line for line in lines if line.startswith("layer2.0.conv2"))
    assert re.split(r" {2,}", row) == [
        "layer2.0.conv2", "conv", "256 × 56 × 56", "256 × 28 × 28", "3×3/2", "32", "18,432", "14,450,688", "43",
    ]  # fmt: skip
    ends = {len(line) for line in lines}
    assert len(ends) == 1, "the last column stands in one place"
    second = lines[0].index("kind")
    assert all(line[second - 2 : second] == "  " and line[second] != " " for line in lines), "so does the second"


PIXELS = "it must be a whole number of pixels from 1 to 4096"
REFUSALS = {
    ("resnet18?groups=2",): "groups=2 does not work: only a bottleneck can be grouped (two convolutions gain nothing "
    "by it: Xie et al. 2017, sec. 3.3); the nearest that works is 1.",
    ("resnet51",): "net=resnet51 does not work: there is no such preset; the nearest that works is resnet50.",
    ("resnet18", "--resolution", "0"): f"resolution=0 does not work: {PIXELS}; the nearest that works is 1.",
    ("resnet18", "--resolution", "٣٢"): f"resolution=٣٢ does not work: {PIXELS}; the nearest that works is 224.",
    ("resnet18", "--resolution", "-" + "9" * 2000): f"resolution=-{'9' * 56}... does not work: {PIXELS}; "
    "the nearest that works is 224.",
    ("resnet18?depths=1000000,1,1,1", "--json"): "depths=1000000,1,1,1 does not work: it must be 1 to 5 stages of 1 to "
    "400 blocks each; the nearest that works is 400,1,1,1.",
}


@pytest.mark.parametrize(("arguments", "sentence"), REFUSALS.items(), ids=range(len(REFUSALS)))
def test_a_bad_network_is_one_line_on_stderr_and_exit_code_2(
    command_line: CommandLine, arguments: tuple[str, ...], sentence: str
) -> None:
    result = command_line("describe", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence + "\n")


@given(spec=st.text(max_size=60).filter(lambda text: not text.startswith("-")), resolution=st.text(max_size=12))
@same_fixture
def test_hostile_arguments_never_end_in_a_traceback(spec: str, resolution: str, command_line: CommandLine) -> None:
    result = command_line("describe", f"--resolution={resolution}", "--", spec)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


def run(root: Path, redirect: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real process in a shell, with its output redirected."""
    command = f'"{sys.executable}" -m visualizer describe resnet1202 --json {redirect}'
    return subprocess.run(
        ["bash", "-c", command], cwd=root, capture_output=True, text=True, check=False, timeout=60, env=environment
    )


def test_a_reader_that_has_seen_enough_is_no_error(root: Path) -> None:
    result = run(root, "| head -c 9")
    assert (result.stdout, result.stderr) == ('{"net": "', "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_output_that_cannot_be_written_is_one_sentence(root: Path) -> None:
    result = run(root, "> /dev/full")
    assert result.returncode == 1
    assert result.stderr == "Error: The output could not be written: No space left on device.\n"


def test_a_terminal_without_the_signs_gets_question_marks(root: Path) -> None:
    command = [sys.executable, "-m", "visualizer", "describe", "resnet18"]
    environment = {"PYTHONIOENCODING": "koi8-r"}
    result = subprocess.run(command, cwd=root, capture_output=True, check=False, env=environment)
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.startswith(b"resnet18 at 3 ? 224 ? 224")


def test_help_names_the_commands_and_the_form_of_a_spec(command_line: CommandLine) -> None:
    result = command_line("--help")
    assert result.exit_code == 0
    assert "resnet50?groups=32&width_per_group=4" in result.stdout
    assert re.search(r"^  describe ", result.stdout, re.MULTILINE)
    assert re.search(r"^  presets ", result.stdout, re.MULTILINE)


def test_an_unknown_command_is_refused(command_line: CommandLine) -> None:
    result = command_line("paint")
    assert result.exit_code == 2
    assert "No such command 'paint'" in result.stderr
