"""`dot`: valid DOT, with every layer, every value that is read, a box for every stage and every shortcut."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings

from tests.strategies import specs
from visualizer.resnet import Plan, ResNetSpec, parse, plan

CommandLine = Callable[..., Result]
same_fixture = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)

QUOTED = r'"(?:[^"\\]|\\.)*"'
VALUE = rf"(?:{QUOTED}|[\w.]+)"
ATTRIBUTES = rf"\[{VALUE}={VALUE}(?:, {VALUE}={VALUE})*\]"
STATEMENTS = {
    "node": rf"({QUOTED}) {ATTRIBUTES}",
    "edge": rf"({QUOTED}) -> ({QUOTED})(?: ({ATTRIBUTES}))?",
    "open": rf"subgraph ({QUOTED}) \{{",
    "close": r"\}",
    "default": rf"(?:graph|node|edge) {ATTRIBUTES}",
    "set": rf"{VALUE}={VALUE}(?:; {VALUE}={VALUE})*",
}
"""The statements of DOT that are used, one a line."""


def statements(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Kind and quoted names of each line; AssertionError for what is no statement, or a box that is not closed."""
    first, *lines, last = text.rstrip("\n").split("\n")
    assert (first, last) == ("digraph network {", "}")
    found, depth = [], 0
    for line in lines:
        matches = ((kind, re.fullmatch(form, line.strip())) for kind, form in STATEMENTS.items())
        kind, match = next((kind, match) for kind, match in matches if match)
        depth += {"open": 1, "close": -1}.get(kind, 0)
        assert depth >= 0
        found.append((kind, tuple((group or "").strip('"') for group in match.groups())))
    assert depth == 0
    return found


def drawn(command_line: CommandLine, spec: str) -> str:
    result = command_line("dot", spec)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def read_by(network: Plan) -> list[tuple[str, str]]:
    """Every pair of a value and a layer that reads it, found by following the plan."""
    pairs: list[tuple[str, str]] = []
    named: dict[str, str] = {}

    def chain(layers: tuple, value: str) -> str:
        for layer in layers:
            pairs.extend((named.get(read, read), layer.path) for read in layer.reads or (value,))
            value = layer.path
        return value

    value = chain(network.stem, "input")
    for block in network.blocks:
        named[f"{block.path}.branch"] = chain(block.branch, value)
        named[f"{block.path}.shortcut"] = chain(block.shortcut, value)
        value = chain(block.after, named[f"{block.path}.branch"])
    chain(network.head, value)
    return pairs


@given(spec=specs(most_stages=3, most_blocks=2))
@same_fixture
def test_every_layer_is_a_node_and_every_reading_an_edge(spec: ResNetSpec, command_line: CommandLine) -> None:
    found = statements(drawn(command_line, str(spec)))
    network = plan(spec)
    nodes = [names[0] for kind, names in found if kind == "node"]
    assert nodes == ["input", *(layer.path for layer in network.layers)]
    assert sorted(names[:2] for kind, names in found if kind == "edge") == sorted(read_by(network))


@given(spec=specs(most_stages=3, most_blocks=2))
@same_fixture
def test_each_stage_is_a_box_of_its_blocks_and_each_shortcut_a_line_of_its_own(
    spec: ResNetSpec, command_line: CommandLine
) -> None:
    network, inside, where = plan(spec), [], {}
    marked = 0
    for kind, names in statements(drawn(command_line, str(spec))):
        if kind == "open":
            inside.append(names[0])
        elif kind == "close":
            inside.pop()
        elif kind == "node":
            where[names[0]] = tuple(inside)
        elif kind == "edge":
            marked += "penwidth" in names[2] and names[1].endswith(".add")
    for stage in network.stages:
        for block in stage.blocks:
            for layer in block.layers:
                assert where[layer.path] == (f"cluster {stage.name}", f"cluster {block.path}")
    assert marked == sum(block.shortcut_kind != "none" for block in network.blocks)


@pytest.mark.skipif(shutil.which("dot") is None, reason="there is no dot here")
@pytest.mark.parametrize("text", ["resnet50d", "seresnet18?shortcut=A&order=pre", "plain20", "ecaresnetlight"])
def test_graphviz_takes_it(text: str, command_line: CommandLine) -> None:
    result = subprocess.run(
        ["dot", "-Tplain"], input=drawn(command_line, text), capture_output=True, text=True, check=True
    )
    assert result.stderr == ""
    assert result.stdout.count("\nnode ") == 1 + len(plan(parse(text)).layers)
