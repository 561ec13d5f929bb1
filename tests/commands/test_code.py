"""`code`: the file as `source` writes it, and what happens to bad input."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualizer.resnet import parse
from visualizer.source import source

CommandLine = Callable[..., Result]


@pytest.mark.parametrize(
    ("arguments", "resolution"),
    [(["resnet50"], 224), (["resnet20"], 32), (["resnet18?depths=2,2,3,2&avg_down=true", "--resolution", "65"], 65)],
)
def test_the_file_is_printed_and_nothing_else(
    command_line: CommandLine, arguments: list[str], resolution: int
) -> None:
    result = command_line("code", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == source(parse(arguments[0]), resolution)
    compile(result.stdout, "written.py", "exec")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["resnet51"], ("net=resnet51", "resnet50")),
        (["resnet50?groups=3000"], ("groups=3000", "1024")),
        (["resnet50?wings=2"], ("wings=2", "no field")),
        (["resnet50", "--resolution", "1000000"], ("resolution=1000000", "4096")),
        (["resnet50", "--resolution", "wide"], ("resolution=wide", "224")),
        (["resnet50?depths=1000000,1,1,1"], ("depths=1000000,1,1,1", "400,1,1,1")),
    ],
)
def test_a_bad_network_is_one_sentence_on_stderr_and_exit_code_2(
    command_line: CommandLine, arguments: list[str], words: tuple[str, ...]
) -> None:
    result = command_line("code", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.endswith(".\n")
    assert all(word in result.stderr for word in words)


@given(spec=st.text(max_size=60).filter(lambda text: not text.startswith("-")), resolution=st.text(max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_hostile_arguments_never_end_in_a_traceback(spec: str, resolution: str, command_line: CommandLine) -> None:
    result = command_line("code", f"--resolution={resolution}", "--", spec)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
