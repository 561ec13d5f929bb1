"""Timings: what is timed is a plain forward pass, turns go round, statistics by passes whose times are known."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.analysis import costs
from visualizer.analysis.measured import Machine, Measurement, Timing, fastest, least, milliseconds
from visualizer.analysis.memory import inference
from visualizer.network import build, timing, timing_process
from visualizer.network.others import Others, own_ticks
from visualizer.network.timing import NetworkProcess, NotMeasuredError, Progress, Schedule, Series, measured
from visualizer.resnet import ResNetSpec, parse, plan

A, B, C = (parse(f"resnet18?depths=1&width={width}") for width in (8, 16, 24))
TINY, WIDE = parse("resnet18?depths=1,1&width=8&classes=5"), parse("resnet18?depths=1,1&width=256")
seconds = st.floats(1e-4, 5.0)


class Acted:
    """A network whose passes take these seconds, one after the other and the last again and again."""

    def __init__(self, log: list[tuple[str, int, int]], name: str, each: Sequence[float], lasts: int = 10**9) -> None:
        self.log, self.name, self.each, self.lasts, self.made = log, name, each, lasts, 0

    def passes(self, batch: int, count: int, look: Callable[[], object]) -> tuple[list[float], int | None]:
        look()
        self.log.append((self.name, batch, count))
        if len([name for name, _, _ in self.log if name == self.name]) > self.lasts:
            raise NotMeasuredError("it broke.")
        found = [self.each[min(self.made + number, len(self.each) - 1)] for number in range(count)]
        self.made += count
        return found, 1000 * batch


def _acted(each: Mapping[ResNetSpec, Sequence[float]], tell: Callable[[Progress], object] = lambda now: None) -> Series:
    log: list[tuple[str, int, int]] = []
    return Series({spec: Acted(log, str(spec), times) for spec, times in each.items()}, tell)


def _log(series: Series) -> list[tuple[str, int, int]]:
    subject = next(iter(series.alive.values()))
    assert isinstance(subject, Acted)
    return subject.log


def test_networks_have_their_turns_in_rounds_after_warming_up() -> None:
    series = _acted({A: [0.3], B: [0.1], C: [0.5]})
    series.run(1)
    names = [name for name, _, _ in _log(series)]
    assert names[:3] == [str(spec) for spec in (A, B, C)]
    assert all(names[start : start + 3] == names[:3] for start in range(0, len(names), 3))
    assert [count for _, _, count in _log(series)[:6]] == [timing.WARM] * 3 + [1, 3, 1]  # 3: the first does not count
    for spec, each, passes in ((A, 0.3, 1), (B, 0.1, 2), (C, 0.5, 1)):
        (found,) = series.timings[spec]
        assert len(found.turns) == 5
        assert all(turn == (each,) * passes for turn in found.turns)
        assert (found.median, found.peak) == (each, 1000)


def test_passes_that_warm_up_and_those_that_begin_a_turn_do_not_count() -> None:
    slow = [*[9.0] * (timing.WARM - 1), 0.1, *[7.0, 0.1, 0.1] * 50]
    series = _acted({A: slow})
    series.run(8)
    assert set(series.timings[A][0].seconds) == {0.1}


@given(warm=st.dictionaries(st.sampled_from((A, B, C)), seconds, min_size=1))
def test_the_schedule_keeps_its_bounds(warm: dict[ResNetSpec, float]) -> None:
    found = Schedule.of(warm)
    few, many = timing.ROUNDS
    assert timing.FEWEST <= found.rounds <= many
    assert found.rounds >= few or few * found.seconds > timing.LONG
    assert found.rounds <= few or found.rounds * found.seconds <= timing.SECONDS
    for spec, count in found.passes.items():
        assert count == 1 or (count - 1) * warm[spec] <= timing.TURN
        assert 1 <= count <= timing.MOST_PASSES + 1


def test_a_machine_that_becomes_slow_ends_early_but_not_before_the_least() -> None:
    for slow, rounds in ((2.0, timing.ROUNDS[0]), (9.0, timing.FEWEST)):
        series = _acted({A: [0.1] * timing.WARM + [slow]})
        series.run(1)
        (found,) = series.timings[A]
        assert len(found.turns) == rounds


def test_what_is_left_goes_down_to_nothing() -> None:
    told: list[Progress] = []
    series = _acted({A: [0.2], B: [0.3]}, told.append)
    series.run(1, [8])
    first = next(now for now in told if now.round == 1)
    assert first.left == pytest.approx(0.5 * first.rounds + timing.WARM * 8 * 0.5 + 5 * 8 * 0.5)
    series.run(8)
    left = [now.left for now in told if now.left is not None]
    assert left == sorted(left, reverse=True)
    assert left[-1] == pytest.approx(0.5)  # the last round, when a pass takes no longer than before


def test_a_network_that_fails_is_named_and_the_others_go_on() -> None:
    log: list[tuple[str, int, int]] = []
    series = Series({A: Acted(log, "a", [0.3], lasts=3), B: Acted(log, "b", [0.3])}, lambda now: None)
    series.run(1)
    series.run(8)
    assert series.failed == {A: "it broke."}
    assert A not in series.timings
    assert [one.batch for one in series.timings[B]] == [1, 8]
    assert [name for name, batch, _ in log if batch == 8] == ["b"] * (1 + len(series.timings[B][1].turns))


@given(turns=st.lists(st.lists(seconds, min_size=1, max_size=5).map(tuple), min_size=1, max_size=8))
def test_median_and_quartiles_are_numpys(turns: list[tuple[float, ...]]) -> None:
    found = Timing(8, tuple(turns), None)
    every = [one for turn in turns for one in turn]
    assert (*found.quartiles, found.median) == pytest.approx(tuple(np.quantile(every, (0.25, 0.75, 0.5))))
    assert found.rate == pytest.approx(8 / median(every))


def _at(*each: float, peak: int | None = None) -> Timing:
    return Timing(1, (each,), peak)


def test_no_winner_is_named_where_spreads_overlap() -> None:
    assert fastest([_at(1.0, 1.1, 1.2), _at(2.0, 2.1), None]) == [True, False, False]
    assert fastest([_at(1.0, 1.5, 2.0), _at(1.6, 1.7, 1.8), _at(1.8, 1.9)]) == [True, True, False]
    assert least([_at(1.0, peak=100), _at(1.0, peak=101), _at(1.0, peak=103), _at(1.0), None]) == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert [milliseconds(one) for one in (0.00821, 0.0688, 1.6105, 0.0999)] == ["8.21", "68.8", "1,610", "99.9"]


@given(spec=specs(most_stages=3, most_blocks=1), resolution=st.integers(8, 40), batch=st.integers(1, 3))
@settings(max_examples=5)
def test_what_is_timed_is_a_plain_forward_pass(spec: ResNetSpec, resolution: int, batch: int) -> None:
    network = plan(spec, resolution)
    subject = timing_process.Subject(network)
    x = timing_process.pictures(network, batch)
    assert x.shape == (batch, spec.channels, resolution, resolution)
    assert len(subject.passes(batch, 2)[0]) == 2
    assert torch.equal(subject._pictures, x)
    with torch.inference_mode():
        took, logits = timing_process.timed(subject.model, x)
        plain = build(network).eval()(x)
    torch.testing.assert_close(logits, plain, rtol=0, atol=0, equal_nan=True)
    assert took > 0
    assert not subject.model.training


@pytest.fixture(scope="module")
def both() -> Measurement:
    """A real measurement of three networks, cut short; the system ends the last one's process."""
    patch = pytest.MonkeyPatch()
    processes: dict[ResNetSpec, NetworkProcess] = {}

    class Watched(NetworkProcess):
        def __init__(self, spec: ResNetSpec, resolution: int) -> None:
            super().__init__(spec, resolution)
            processes[spec] = self

    def tell(now: Progress) -> None:
        if now.place == 2:
            os.kill(processes[C].pid, signal.SIGKILL)

    patch.setattr(timing, "NetworkProcess", Watched)
    patch.setattr(timing, "SECONDS", 0.05)
    patch.setattr(timing, "TURN", 0.005)
    try:
        return measured((TINY, WIDE, C), 32, tell=tell)
    finally:
        patch.undo()


def test_networks_are_measured_in_processes_of_their_own(both: Measurement) -> None:
    assert both.machine.torch == torch.__version__
    assert both.machine.threads == torch.get_num_threads()
    assert both.resolution == 32
    assert abs(datetime.now().astimezone() - both.at).total_seconds() < 600
    for spec in (TINY, WIDE):
        assert [one.batch for one in both.timings[spec]] == [1, 8]
        assert all(one.seconds and min(one.seconds) > 0 for one in both.timings[spec])
    assert both.timings[WIDE][1].median > both.timings[TINY][1].median  # 700 times the MACs


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is known on Linux")
def test_the_peak_is_the_networks_own(both: Measurement) -> None:
    weights = 4 * costs(plan(WIDE, 32)).total.params
    for batch in (1, 8):
        small, large = both.timing(TINY, batch), both.timing(WIDE, batch)
        assert small is not None
        assert large is not None
        assert small.peak is not None
        assert large.peak is not None
        assert small.peak < 8 * 2**20  # a process with torch has 200 MiB
        assert weights < large.peak < 1.5 * inference(plan(WIDE, 32), batch, "float32").total + 8 * 2**20


def test_the_one_that_the_system_ended_is_a_sentence(both: Measurement) -> None:
    assert list(both.failed) == [C]
    assert both.failed[C].startswith("the system ended its process, most likely for lack of memory")
    assert C not in both.timings


def test_all_that_fail_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "false")  # a program that fails
    with pytest.raises(NotMeasuredError, match=r"^Nothing could be measured: its process ended before it was done"):
        measured((TINY, A), 32)


def test_what_was_measured_before_all_failed_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    class Once(NetworkProcess):
        """A process that the system ends when a batch of 8 is asked for."""

        def passes(self, batch: int, count: int, look: Callable[[], object]) -> tuple[list[float], int | None]:
            if batch == 8:
                os.kill(self.pid, signal.SIGKILL)
            return super().passes(batch, count, look)

    monkeypatch.setattr(timing, "NetworkProcess", Once)
    monkeypatch.setattr(timing, "SECONDS", 0.05)
    found = measured((TINY,), 32)
    assert [one.batch for one in found.timings[TINY]] == [1]
    assert found.failed[TINY].startswith("the system ended its process")


def test_what_tell_raises_ends_the_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    pids: list[int] = []

    class Watched(NetworkProcess):
        def machine(self, look: Callable[[], object]) -> Machine:
            pids.append(self.pid)
            return super().machine(look)

    def tell(now: Progress) -> None:
        os.kill(pids[0], 0)  # it is there
        raise KeyboardInterrupt

    monkeypatch.setattr(timing, "NetworkProcess", Watched)
    with pytest.raises(KeyboardInterrupt):
        measured((TINY,), 32, tell=tell)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def test_a_lack_of_memory_is_a_sentence_and_another_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(words: str) -> Callable[..., object]:
        def passes(*_: object) -> list[float]:
            raise RuntimeError(words)

        return passes

    monkeypatch.setattr(timing_process, "_SELF", Path("/nowhere"))
    line = json.dumps({"batch": 1, "passes": 1}) + "\n"
    monkeypatch.setattr(timing_process.Subject, "passes", fails("DefaultCPUAllocator: can't allocate memory"))
    with pytest.raises(SystemExit) as end:
        timing_process.main(str(TINY), "32", io.StringIO(line), io.StringIO())
    assert timing._ended(int(str(end.value.code))).startswith("there was not enough memory")
    monkeypatch.setattr(timing_process.Subject, "passes", fails("shapes differ"))
    with pytest.raises(RuntimeError, match="shapes differ"):
        timing_process.main(str(TINY), "32", io.StringIO(line), io.StringIO())


def test_where_memory_cannot_be_read_it_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing_process, "_SELF", Path("/nowhere"))
    monkeypatch.setattr(sys, "platform", "win32")
    assert timing_process.Peak().bytes() is None


def test_what_others_took_leaves_out_the_processes_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([(1000, 100, 30), (1400, 300, 130)])
    monkeypatch.setattr(Others, "_ticks", lambda self: next(moments))
    assert Others([]).share() == pytest.approx((200 - 100) / 400)


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="Linux tells it")
def test_a_process_that_works_is_seen_in_its_ticks() -> None:
    before, begin = own_ticks(os.getpid()), os.times()
    while (now := os.times()).user + now.system < begin.user + begin.system + 0.05:
        pass
    after = own_ticks(os.getpid())
    assert before is not None
    assert after is not None
    assert after - before >= 4
    assert own_ticks(2**30) is None


def test_the_share_of_others_is_not_known_where_a_process_ended_meanwhile(both: Measurement) -> None:
    assert both.failed.keys() == {C}
    assert both.others is None


def test_where_one_process_cannot_start_those_before_it_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[NetworkProcess] = []

    class Second(NetworkProcess):
        def __init__(self, spec: ResNetSpec, resolution: int) -> None:
            if started:
                raise OSError("no more processes")
            super().__init__(spec, resolution)
            started.append(self)

    monkeypatch.setattr(timing, "NetworkProcess", Second)
    with pytest.raises(OSError, match="no more processes"):
        measured((TINY, A), 32)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0].pid, 0)
