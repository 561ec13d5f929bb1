"""The view Code: the file, and what reproduces the network, each of it true."""

from __future__ import annotations

import json
import shlex
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.running import opened
from tests.strategies import specs
from visualizer.commands import main
from visualizer.resnet import ResNetSpec, parse, preset, text, usual_resolution
from visualizer.source import fields_json, module_name, source
from visualizer.ui.code import difference, reproductions
from visualizer.ui.links import from_params
from visualizer.ui.views import View


@pytest.mark.parametrize("written", ["resnet50", "resnet20", "keras_resnet50v2", "resnet18?order=pre&attention=eca"])
def test_the_page_shows_the_file_the_commands_and_the_json(written: str, no_collector: None) -> None:
    spec, resolution = parse(written), usual_resolution(written)
    link = parse_qs(f"view=Code&net={written.replace('?', '&')}")
    at = opened(**{name: values[0] for name, values in link.items()})
    assert not at.exception
    assert not at.warning
    shown = [found.value for found in at.code]
    lines = [line for _, line, _ in reproductions(View(spec, resolution))]
    assert shown == [source(spec, resolution).rstrip(), *lines, fields_json(spec, resolution)]
    labels = [found.proto.label for found in at.get("download_button")]
    assert labels == [f"Download {module_name(spec)}.py"]


@given(specs(), st.integers(1, 4096))
@settings(max_examples=40)
def test_text_commands_and_link_lead_to_the_network_again(spec: ResNetSpec, resolution: int) -> None:
    (_, written, _), (_, describe, _), (_, code, _), (_, link, _) = reproductions(View(spec, resolution))
    assert parse(written) == spec
    state, complaints = from_params(parse_qs(link.removeprefix("?")))
    assert (state.spec, state.resolution, complaints) == (spec, resolution, [])
    results = []
    for command, more in ((describe, ["--json"]), (code, [])):
        words = shlex.split(command)
        assert words[:3] == ["python", "-m", "visualizer"]
        results.append(CliRunner().invoke(main, [*words[3:], *more], catch_exceptions=False))
    assert [result.exit_code for result in results] == [0, 0]
    described = json.loads(results[0].stdout)
    assert (described["net"], described["resolution"]) == (text(spec), resolution)
    assert results[1].stdout == source(spec, resolution)


def test_what_differs_is_said_with_both_values() -> None:
    assert difference(preset("resnet50")) == "Every field as in ResNet-50."
    assert difference(parse("resnet18?stem_width=32&shortcut=C")) == (
        "Differs from ResNet-18 in shortcut C (there B), width of the stem 32 (there 64)."
    )
