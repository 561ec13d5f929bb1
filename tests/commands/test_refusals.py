"""Every command that takes a network refuses a hostile one alike: exit code 2, one sentence, nothing heavy loaded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from benchmarks.refusals import CALLS, HOSTILE
from visualizer.commands import COMMANDS
from visualizer.resnet import SpecError, parse

CommandLine = Callable[..., Result]


def test_every_command_is_called() -> None:
    assert {form[0] for form in CALLS.values()} == set(COMMANDS) - {"presets"}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_network_is_refused_in_the_words_of_the_spec(name: str, call: str, command_line: CommandLine) -> None:
    text = HOSTILE[name]
    with pytest.raises(SpecError) as refusal:
        parse(text)
    result = command_line(*(text if word == "SPEC" else word for word in CALLS[call]))
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{refusal.value}\n")
    assert len(result.stderr) < 500


@pytest.mark.parametrize("call", [call for call in CALLS if call != "describe"])
def test_a_sequential_network_is_refused_where_a_resnet_is_wanted(call: str, command_line: CommandLine) -> None:
    result = command_line(*("vgg19" if word == "SPEC" else word for word in CALLS[call]))
    assert (result.exit_code, result.stdout) == (2, "")
    (sentence,) = result.stderr.splitlines()
    assert "VGG-19 is no ResNet" in sentence


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("resolution", ["1000000", "0", "-1", "9" * 10_000, "3.5", "x" * 10_000])
def test_a_hostile_resolution_is_refused(resolution: str, call: str, command_line: CommandLine) -> None:
    words = ["resnet50" if word == "SPEC" else word for word in CALLS[call]]
    result = command_line(*words, f"--resolution={resolution}")
    assert (result.exit_code, result.stdout) == (2, "")
    (sentence,) = result.stderr.splitlines()
    assert sentence.startswith("resolution=")
    assert "it must be a whole number of pixels from 1 to 4096; the nearest that works is " in sentence


def test_a_refusal_loads_neither_torch_nor_anything_that_draws(root: Path) -> None:
    code = (
        "import sys; from benchmarks.refusals import main; main(); "
        "print(sorted({'torch', 'numpy', 'streamlit', 'plotly', 'graphviz', 'PIL'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "[]"
