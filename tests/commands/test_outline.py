"""`outline`: a line a part, indented under the part that it is in, with the numbers of `describe`."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import Result

CommandLine = Callable[..., Result]


def test_resnet_50_line_by_line(command_line: CommandLine) -> None:
    result = command_line("outline", "resnet50", "--resolution", "224")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("ResNet-50 at 224 × 224 pixels: 50 weighted layers, 1000 classes; ")
    assert lines[0].endswith("25,557,032 parameters, 4,089,184,256 MACs")
    outer = [line.strip().partition(":")[0] for line in lines if line.startswith("  ") and line[2] != " "]
    stages = [f"stage {number} (layer{number})" for number in range(1, 5)]
    assert outer == ["stem", *stages, "head"]
    start = next(number for number, line in enumerate(lines) if "layer1.0" in line)
    assert [line.partition(":")[0] for line in lines[start : start + 6]] == [
        "    block 1 (layer1.0)", "      branch F(x)", "        conv1", "        bn1", "        relu1", "        conv2",
    ]  # fmt: skip
    assert lines[start + 2] == "        conv1: 1×1 convolution; 64 × 56 × 56, 4,096 parameters, 12,845,056 MACs"
    assert sum("equal blocks" in line for line in lines) == 4


def test_no_line_is_longer_for_a_deeper_network(command_line: CommandLine) -> None:
    deep = command_line("outline", "resnet1202").stdout.splitlines()
    assert len(deep) < 100
    assert "199 equal blocks" in "".join(deep)
