"""`presets`: every published network with its source and its cost."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result

from visualizer.resnet import SEQUENTIALS, presets


def test_presets_as_json(command_line: Callable[..., Result], golden: dict[str, dict[str, str]]) -> None:
    result = command_line("presets", "--json")
    assert result.exit_code == 0
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert list(rows) == [*presets(), *SEQUENTIALS]
    for name, published in presets().items():
        row = rows[name]
        assert (row["title"], row["resolution"], row["source"]) == published[1:2] + published[3:]
    for name, chain in SEQUENTIALS.items():
        row = rows[name]
        assert (row["title"], row["source"], row["resolution"]) == chain[:3]
    assert (rows["vgg19"]["params"], rows["vgg19"]["macs"]) == (143_667_240, 19_632_062_464)
    expected = golden["cifar_resnet1202_optA"]
    assert rows["resnet1202"]["params"] == int(expected["params"])
    assert rows["resnet1202"]["macs"] == int(expected["macs"])


def test_presets_as_a_table(command_line: Callable[..., Result]) -> None:
    result = command_line("presets")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["preset", "title", "pixels", "params", "MACs", "source"]
    assert [line.split()[0] for line in lines[1:]] == [*presets(), *SEQUENTIALS]
    assert any(line.startswith("resnet50 ") and " 25,557,032 " in line and " 4,089,184,256 " in line for line in lines)
