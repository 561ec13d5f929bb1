"""`time`: a line a batch and network, everything as JSON, refusals before anything starts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import Result

from visualizer.analysis.measured import Machine, Measurement, Timing
from visualizer.commands import time
from visualizer.network import timing
from visualizer.resnet import ResNetSpec, parse

CommandLine = Callable[..., Result]
Tell = Callable[[timing.Progress], None]
MACHINE = Machine("A processor", 2, 1, "Linux", "3.11", "2.0")
A, B = "resnet20", "resnet20?shortcut=B"


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What is asked of the measurement, whose numbers are known; the second network fails at 8 pictures."""
    calls: list[tuple[object, ...]] = []

    def measured(specs: Sequence[ResNetSpec], size: int, batches: Sequence[int], tell: Tell) -> Measurement:
        calls.append((tuple(specs), size, batches))
        tell(timing.Progress(None))
        tell(timing.Progress(0, 8, 2, 3, 4.2))
        turns = {1: ((0.010, 0.011), (0.012,)), 8: ((0.080,),)}
        timings = {specs[0]: tuple(Timing(batch, turns[batch], 2**20) for batch in batches)}
        timings |= {spec: (Timing(1, ((0.022,),), None),) for spec in specs[1:]}
        failed = {spec: "it broke." for spec in specs[1:] if 8 in batches}
        return Measurement(MACHINE, size, datetime(2026, 1, 2, tzinfo=UTC), timings, failed, 0.5)

    monkeypatch.setattr(timing, "measured", measured)
    return calls


def test_a_line_a_batch_and_network(command_line: CommandLine, asked: list[tuple[object, ...]]) -> None:
    result = command_line("time", A, B)
    assert asked == [((parse(A), parse(B)), 32, (1, 8))]
    lines = [line.split("  ") for line in result.stdout.splitlines()]
    rows = [[cell.strip() for cell in line if cell] for line in lines]
    assert [A, "1", "11.0", "10.5 to 11.5", "90.9", "1.00", "1.00 MiB", "3"] in rows
    assert [B, "1", "22.0", "22.0 to 22.0", "45.5", "2.00", "not known", "1"] in rows
    assert [A, "8", "80.0", "80.0 to 80.0", "100", "1.00", "1.00 MiB", "1"] in rows
    assert "other programs took 50% of the processors' time: measure again" in result.stdout
    assert (result.exit_code, result.stderr) == (1, f"{B}: it broke.\n")


def test_json_has_every_pass(command_line: CommandLine, asked: list[tuple[object, ...]]) -> None:
    result = command_line("time", A, "--batch", "8", "--batch", "1", "--batch", "1", "--resolution", "64", "--json")
    assert asked == [((parse(A),), 64, (1, 8))]
    found = json.loads(result.stdout)
    assert found["machine"]["processor"] == "A processor"
    (network,) = found["networks"]
    assert network["net"] == A
    assert network["timings"][0]["turns"] == [[0.010, 0.011], [0.012]]
    assert network["timings"][0]["median"] == 0.011
    assert result.exit_code == 0


@pytest.mark.parametrize("fails", [False, True])
def test_a_terminal_is_told_how_far_it_is_and_nothing_of_that_is_left(
    fails: bool, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a line of a terminal shows is what was written after it was cleared last."""
    monkeypatch.setattr(time, "_on_terminal", lambda: True)
    real = timing.measured

    def failing(*arguments: Any) -> Measurement:
        real(*arguments)
        raise timing.NotMeasuredError("It broke.")

    if fails:
        monkeypatch.setattr(timing, "measured", failing)
    result = command_line("time", A, "--json")
    *lines, last = result.stderr.split(time.CLEAR)
    assert any("8 at a time, round 2 of 3, about 4 s left" in line for line in lines)
    assert last == ("Error: It broke.\n" if fails else "")


def test_what_cannot_be_is_refused_before_anything_starts(
    command_line: CommandLine, asked: list[tuple[object, ...]]
) -> None:
    for arguments in ((A, "resnet19"), (A, "--resolution", "0"), (A, "--batch", "0"), ()):
        result = command_line("time", *arguments)
        assert result.exit_code == 2
        assert result.stderr
    assert not asked
