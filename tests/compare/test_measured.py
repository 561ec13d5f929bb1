"""Compare's view "Measured here": a real measurement, one at a time on the server, cancelled, shared, and reported."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import html_with, opened
from visualizer.analysis.measured import BATCHES, Machine, Measurement, Timing
from visualizer.figures.report import Chart, Table, Words
from visualizer.network import timing
from visualizer.network.timing import Progress
from visualizer.resnet import ResNetSpec, parse
from visualizer.ui import measuring
from visualizer.ui.free_memory import Room
from visualizer.ui.jobs import Queue
from visualizer.ui.measured import NOTHING, report
from visualizer.ui.measuring import Asked, Results
from visualizer.ui.views import START

pytestmark = pytest.mark.usefixtures("no_collector")
SECONDS = 60
MACHINE = Machine("A processor", 2, 1, "Linux", "3.11", "2.0")
TINY, OTHER = "resnet18?depths=1,1&width=8", "resnet18?depths=1,1&width=8&shortcut=A"
LARGER = "resnet18?depths=1,1&width=16"
PARAMS: dict[str, str | list[str]] = {
    "net": "resnet18", "depths": "1,1", "width": "8", "vs": [TINY], "resolution": "32", "compare": "Measured here",
}  # fmt: skip
STATE = replace(START, spec=parse(TINY), others=(parse(OTHER),), resolution=32)


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing measured yet, an empty queue, and measurements that are short."""
    queue = Queue()
    for module in ("measuring", "measured"):
        monkeypatch.setattr(f"visualizer.ui.{module}.QUEUE", queue)
    monkeypatch.setattr(measuring, "RESULTS", Results())
    monkeypatch.setattr(timing, "SECONDS", 0.05)
    monkeypatch.setattr(timing, "TURN", 0.01)
    yield
    for owner in list(queue._jobs):
        queue.leave(owner)


def _until(at: AppTest, there: Callable[[], object]) -> None:
    """Run the page again, as its fragment does every second, until something is there."""
    deadline = time.monotonic() + SECONDS
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.02)
        at.run()


def _labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def test_a_press_measures_and_everybody_sees_the_result() -> None:
    at = opened("compare", **PARAMS)
    assert "Measure" in _labels(at)
    at.button(key="measure").click().run()
    assert "Cancel" in _labels(at)
    _until(at, lambda: "Measure again" in _labels(at))
    assert not at.exception
    html = unescape(html_with(at, "Measured</th>"))
    for words in ("1 picture at a time", "8 pictures at a time", " ms", " /s", "Peak memory", "× the first"):
        assert words in html
    found = measuring.RESULTS.newest([parse(TINY)], 32)
    assert found is not None
    assert f"{found.machine.processor}, " in unescape(" ".join(c.value.replace("\\", "") for c in at.caption))
    assert _labels(_view(beside=TINY)) == ["Measure again"]


class Held:
    """In place of measuring: goes on until it is told to end, and says who asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.begun, self.go, self.asked, self.error = Event(), Event(), list[Asked](), error

    def __call__(self, specs: tuple[ResNetSpec, ...], resolution: int, tell: timing.Tell) -> Measurement:
        self.asked.append(Asked(specs, resolution))
        self.begun.set()
        while not self.go.wait(0.005):
            tell(Progress(1, 8, 3, 12, 9.2))
        if self.error:
            raise self.error
        timings = {spec: tuple(Timing(batch, ((0.01 * batch,),), 2**20) for batch in BATCHES) for spec in specs[:1]}
        failed = dict.fromkeys(specs[1:], "it broke.")
        return Measurement(MACHINE, resolution, datetime.now().astimezone(), timings, failed, 0.5)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    found = Held()
    monkeypatch.setattr(timing, "measured", found)
    yield found
    found.go.set()


def _page(spec: str, beside: str) -> None:
    """The script of a page that shows this view alone."""
    from dataclasses import replace

    from tests.compare.test_measured import STATE
    from visualizer.resnet import parse
    from visualizer.ui.measured import measured_view

    measured_view(replace(STATE, spec=parse(spec), others=(parse(beside),)))


def _view(spec: str = TINY, beside: str = OTHER) -> AppTest:
    return AppTest.from_function(_page, default_timeout=SECONDS, args=(spec, beside)).run()


def test_cancel_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pids: list[int] = []

    class Watched(timing.NetworkProcess):
        def __init__(self, spec: ResNetSpec, resolution: int) -> None:
            super().__init__(spec, resolution)
            pids.append(self.pid)

    monkeypatch.setattr(timing, "NetworkProcess", Watched)
    at = _view()
    at.button(key="measure").click().run()
    _until(at, lambda: len(pids) == 2)
    at.button(key="cancel_measuring").click().run()
    assert _labels(at) == ["Measure"]
    _until(at, lambda: not any(map(_there, pids)))
    assert measuring.RESULTS.newest(STATE.compared, 32) is None


def test_what_the_system_ends_is_a_sentence_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ended(timing.NetworkProcess):
        """A process that the system ends as soon as it is there, if it is one of the first two."""

        started = 0

        def __init__(self, spec: ResNetSpec, resolution: int) -> None:
            super().__init__(spec, resolution)
            Ended.started += 1
            if Ended.started <= 2:
                os.kill(self.pid, signal.SIGKILL)

    monkeypatch.setattr(timing, "NetworkProcess", Ended)
    first, second = _view(), _view(beside=LARGER)
    for at in (first, second):
        at.button(key="measure").click().run()
    _until(first, lambda: _labels(first) == ["Measure"])
    assert first.warning[0].value.replace("\\", "") == (
        "Nothing could be measured: the system ended its process, most likely for lack of memory: choose fewer pixels, "
        "or less width."
    )
    _until(second, lambda: _labels(second) == ["Measure again"])
    found = measuring.RESULTS.newest([parse(TINY), parse(LARGER)], 32)
    assert found is not None
    assert not found.failed


def _there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_who_waits_sees_how_many_are_before_and_may_leave(held: Held) -> None:
    first, second, third = _view(), _view("resnet20"), _view("resnet32")
    for at in (first, second, third):
        at.button(key="measure").click().run()
    assert held.begun.wait(SECONDS)
    _until(first, lambda: "round" in first.get("progress")[0].proto.text)
    said = first.get("progress")[0].proto.text.replace("\\", "")
    assert said.endswith(", 8 pictures at a time: round 3 of 12, about 9 s left")
    assert [at.info[0].value.split("\\")[0] for at in (second.run(), third.run())] == [
        "1 measurement before yours", "2 measurements before yours",
    ]  # fmt: skip
    second.button(key="cancel_measuring").click().run()
    assert _labels(second) == ["Measure"]
    assert third.run().info[0].value.startswith("1 measurement before yours")
    held.go.set()
    _until(third, lambda: _labels(third) == ["Measure again"])
    assert [wish.specs[0] for wish in held.asked] == [parse(TINY), parse("resnet32")]


def test_who_waits_for_the_same_shares_the_result(held: Held) -> None:
    first, second = _view(), _view()
    for at in (first, second):
        at.button(key="measure").click().run()
    held.go.set()
    for at in (first, second):
        _until(at, lambda at=at: _labels(at) == ["Measure again"])  # type: ignore[misc]
    assert len(held.asked) == 1
    first.button(key="measure").click().run()
    _until(first, lambda: len(held.asked) == 2 and _labels(first) == ["Measure again"])


def test_a_closed_page_leaves_the_queue(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    here = {"first": True}
    monkeypatch.setattr(measuring, "_presence", lambda: lambda: here["first"])
    first = _view()
    first.button(key="measure").click().run()
    assert held.begun.wait(SECONDS)
    monkeypatch.setattr(measuring, "_presence", lambda: lambda: True)
    second = _view("resnet20")
    second.button(key="measure").click().run()
    here["first"] = False
    _until(second, lambda: len(held.asked) == 2)
    held.go.set()
    _until(second, lambda: _labels(second) == ["Measure again"])


def test_a_network_that_failed_and_a_busy_machine_are_sentences(held: Held) -> None:
    held.go.set()
    at = _view()
    at.button(key="measure").click().run()
    _until(at, lambda: _labels(at) == ["Measure again"])
    warnings = [warning.value.replace("\\", "") for warning in at.warning]
    assert any(words.startswith("2 · ") and words.endswith(": it broke.") for words in warnings)
    assert any("Other programs kept this machine busy" in words for words in warnings)
    assert not at.exception


def test_what_could_not_be_measured_is_said_and_may_be_tried_again(held: Held) -> None:
    held.error = timing.NotMeasuredError("Nothing could be measured: <b>no</b> memory.")
    held.go.set()
    at = _view()
    at.button(key="measure").click().run()
    _until(at, lambda: _labels(at) == ["Measure"] and at.warning)
    assert at.warning[0].value.replace("\\", "") == "Nothing could be measured: <b>no</b> memory."


def test_too_little_free_memory_is_said_before_anything_starts(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "free_memory", lambda: Room(100 * 2**20, 512 * 2**20, "in this box"))
    at = _view()
    at.button(key="measure").click().run()
    _until(at, lambda: at.warning)
    assert re.fullmatch(
        r"Measuring these networks may take \d+ MiB of memory, and 100 MiB of 512 MiB are free in this box: choose .+",
        at.warning[0].value.replace("\\", ""),
    )
    assert not held.asked
    monkeypatch.setattr(measuring, "free_memory", lambda: None)
    measuring.check_memory(measuring.asked(STATE))  # where it is not known, nothing is refused


@pytest.mark.parametrize(
    ("spec", "resolution", "words"),
    [
        (TINY, 1025, "Up to 1024 pixels are measured, not 1025"),
        ("resnet18?width=600", 32, "of weights, and up to"),
        ("resnet152", 800, "8 pictures through these networks take"),
        ("resnet152", 224, ""),
    ],
)
def test_what_is_too_large_is_refused(spec: str, resolution: int, words: str) -> None:
    sentence = measuring.too_large(replace(STATE, spec=parse(spec), resolution=resolution))
    assert sentence.startswith(words) or words in sentence
    assert bool(sentence) == bool(words)


def test_results_are_those_in_which_all_had_their_turns() -> None:
    results = Results()
    one, two, three = (parse(f"resnet18?width={width}") for width in (8, 16, 24))

    def found(*specs: ResNetSpec, size: int = 32) -> Measurement:
        timings = {spec: (Timing(1, ((0.1,),), None),) for spec in specs}
        return Measurement(MACHINE, size, datetime.now().astimezone(), timings, {})

    older, newer = found(one, two, three), found(two, one)
    results.keep(older)
    results.keep(newer)
    assert results.newest([one, two, one], 32) is newer
    assert results.newest([three, one], 32) is older
    assert results.newest([one], 64) is None
    for _ in range(measuring.MOST_KEPT):
        results.keep(found(one, size=64))
    assert results.newest([one, two], 32) is None


def test_the_report_says_what_was_measured_or_that_nothing_was() -> None:
    assert report(STATE)[1:] == [Words(NOTHING)]
    timings = {
        spec: tuple(Timing(batch, ((take * batch,) * 3,), size) for batch in BATCHES)
        for spec, take, size in ((parse(TINY), 0.02, 10 * 2**20), (parse(OTHER), 0.01, 20 * 2**20))
    }
    measuring.RESULTS.keep(Measurement(MACHINE, 32, datetime(2026, 1, 2, 3, 4, tzinfo=UTC), timings, {}))
    _, circumstances, table, chart, _ = report(STATE)
    assert isinstance(circumstances, Words)
    assert circumstances.text.startswith("Measured here, 2 January 2026, 03:04 UTC: A processor, 2 cores, 1 thread, ")
    assert isinstance(chart, Chart)
    assert isinstance(table, Table)
    rows = {(row[0], row[1]): row[2:] for row in table.rows}
    assert rows["8 pictures", "Time of a pass"] == (
        "160 ms; 160 to 160 ms", "80.0 ms; 80.0 to 80.0 ms; 0.50 × the first; fastest",
    )  # fmt: skip
    assert rows["8 pictures", "Time per picture"] == ("20.0 ms", "10.0 ms")
    assert rows["1 picture", "Pictures per second"] == ("50.0 /s", "100 /s")
    assert rows["1 picture", "Peak memory"] == ("10.0 MiB; least", "20.0 MiB; 2.00 × the first")
    assert len(table.best) == 4
