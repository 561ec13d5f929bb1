"""Running the command line in this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from visualizer.commands import main


@pytest.fixture
def command_line() -> Callable[..., Result]:
    """`command_line("describe", "resnet50")`: the result of a command, with `exit_code`, `stdout`, `stderr`."""
    runner = CliRunner()
    return lambda *arguments: runner.invoke(main, arguments, catch_exceptions=False)
