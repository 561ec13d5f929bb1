"""Networks measured against each other: each in a process of its own, which has its turn again and again.

So the peak of memory is the network's own, a lack of memory ends one network's process and not the server, nothing
else runs under the interpreter's lock that times a pass, and whoever no longer wants it ends it at once. The turns
(A, B, C, A, B, C, …) spread over all networks whatever slows the machine for a while.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from visualizer.analysis.measured import BATCHES, Machine, Measurement, Timing
from visualizer.network.others import Others
from visualizer.resnet import ResNetSpec

ROOT = Path(__file__).resolve().parents[2]
LOOK = 0.1
"""Seconds from one look whether it is still wanted to the next."""
WARM = 1
"""Passes of each network before the first turn at a batch, which do not count, after the one that measures memory."""
TURN = 0.2
"""Seconds of passes that a turn aims at; one pass may take longer. The first does not count where there are several."""
MOST_PASSES = 200
ROUNDS = 5, 12
"""At least and at most: turns of each network at a batch."""
SECONDS = 5.0
"""Of passes at one batch, after which no more rounds follow than the least."""
LONG, FEWEST = 20.0, 3
"""Where the least would take longer than these seconds, this many rounds are the least."""
_KILLED = -9
_NO_MEMORY = 3


class NotMeasuredError(ValueError):
    """A network that could not be measured; its text is one sentence."""


class Progress(NamedTuple):
    """What is done now: the network by its place (None: processes start), the batch, the round (0: warm-up) of
    `rounds`, and about how many seconds are left, None while that is not known."""

    place: int | None = None
    batch: int = 0
    round: int = 0
    rounds: int = 0
    left: float | None = None


Tell = Callable[[Progress], object]
"""Told before each turn and every tenth of a second meanwhile; what it raises ends the measurement."""


class Subject(Protocol):
    """What can be timed: seconds of each of `count` passes of `batch` pictures, and the peak in bytes so far."""

    def passes(self, batch: int, count: int, look: Callable[[], object]) -> tuple[list[float], int | None]: ...


class NetworkProcess:
    """A network in a process of its own (`timing_process`), started when this is made."""

    def __init__(self, spec: ResNetSpec, resolution: int) -> None:
        command = [sys.executable, "-m", "visualizer.network.timing_process", str(spec), str(resolution)]
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        self._reader = ThreadPoolExecutor(1)  # a pipe cannot be waited for with a bound on every system

    @property
    def pid(self) -> int:
        return self._process.pid

    def machine(self, look: Callable[[], object]) -> Machine:
        """What the process says when it is ready. Raises NotMeasuredError."""
        return Machine(**self._answer(look))

    def passes(self, batch: int, count: int, look: Callable[[], object]) -> tuple[list[float], int | None]:
        """Seconds of each pass, and the peak of memory at this batch. Raises NotMeasuredError, and what `look` does."""
        assert self._process.stdin is not None
        with suppress(OSError):  # the process has ended: its answer says so
            print(json.dumps({"batch": batch, "passes": count}), file=self._process.stdin, flush=True)
        found = self._answer(look)
        return found["seconds"], found["peak"]

    def _answer(self, look: Callable[[], object]) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._reader.submit(self._process.stdout.readline)
        while True:
            look()
            with suppress(TimeoutError):
                answer = line.result(LOOK)
                break
        if not answer.endswith("\n"):  # nothing, or what it was writing when it was ended
            raise NotMeasuredError(_ended(self._process.wait()))
        found: dict[str, Any] = json.loads(answer)
        return found

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._reader.shutdown()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


def _ended(code: int) -> str:
    """Why a process gave no answer, by what it ended with."""
    if code == _NO_MEMORY:
        return "there was not enough memory for its passes: choose fewer pixels, or less depth or width."
    if code == _KILLED:
        return "the system ended its process, most likely for lack of memory: choose fewer pixels, or less width."
    return f"its process ended before it was done (exit code {code}): try again."


def measured(
    specs: Sequence[ResNetSpec], resolution: int, batches: Sequence[int] = BATCHES, tell: Tell = lambda progress: None
) -> Measurement:
    """The networks' forward passes in eager float32, inference and evaluation mode, on this machine's processor.

    specs: different ones. batches: ascending. A network that fails is named with a sentence, and the others go on;
    NotMeasuredError if all do.
    """
    with ExitStack() as stack:
        # All start at once; where one cannot, those before it are ended.
        subjects = {spec: stack.enter_context(closing(NetworkProcess(spec, resolution))) for spec in specs}
        series = Series(subjects, tell)
        machines = [found for spec in specs if (found := series.tried(spec, _hello(subjects[spec], tell)))]
        others = Others([subjects[spec].pid for spec in series.alive])
        for number, batch in enumerate(batches):
            series.run(batch, batches[number + 1 :])
        busy = others.share()
    if not series.timings:
        raise NotMeasuredError(f"Nothing could be measured: {next(iter(series.failed.values()))}")
    return Measurement(machines[0], resolution, datetime.now().astimezone(), series.timings, series.failed, busy)


def _hello(process: NetworkProcess, tell: Tell) -> Callable[[], Machine]:
    return lambda: process.machine(lambda: tell(Progress()))


class Series:
    """Turns of several networks; what was found of each, and which failed."""

    def __init__(self, subjects: Mapping[ResNetSpec, Subject], tell: Tell) -> None:
        self.alive = dict(subjects)
        self.timings: dict[ResNetSpec, tuple[Timing, ...]] = {}
        self.failed: dict[ResNetSpec, str] = {}
        self._tell, self._places = tell, {spec: place for place, spec in enumerate(subjects)}

    def tried(self, spec: ResNetSpec, act: Callable[[], Any]) -> Any:
        """What `act` gives; None if it fails, and then this network is left out from here on."""
        try:
            return act()
        except NotMeasuredError as error:
            self.failed[spec] = str(error)
            del self.alive[spec]
            return None

    def run(self, batch: int, later: Sequence[int] = ()) -> None:
        """All turns at a batch, and from them the timings."""
        warm: dict[ResNetSpec, float] = {}
        for spec in list(self.alive):
            found = self._turn(spec, WARM, Progress(self._places[spec], batch))
            if found:
                warm[spec] = found[0][-1]
        schedule = Schedule.of(warm)
        turns: dict[ResNetSpec, list[tuple[float, ...]]] = {spec: [] for spec in warm}
        peaks: dict[ResNetSpec, int | None] = {}
        for number in self._rounds(schedule, turns):
            left = (schedule.rounds - number + 1) * schedule.seconds + _later(warm, batch, later)
            for spec in list(self.alive):
                now = Progress(self._places[spec], batch, number, schedule.rounds, left)
                found = self._turn(spec, schedule.passes[spec], now)
                if found:
                    seconds, peaks[spec] = found
                    turns[spec].append(tuple(seconds[1:] if len(seconds) > 1 else seconds))
        for spec in self.alive:
            timing = Timing(batch, tuple(turns[spec]), peaks[spec])
            self.timings[spec] = (*self.timings.get(spec, ()), timing)

    def _turn(self, spec: ResNetSpec, count: int, now: Progress) -> tuple[list[float], int | None] | None:
        subject = self.alive[spec]
        found: tuple[list[float], int | None] | None = self.tried(
            spec, lambda: subject.passes(now.batch, count, lambda: self._tell(now))
        )
        return found

    @staticmethod
    def _rounds(schedule: Schedule, turns: Mapping[ResNetSpec, list[tuple[float, ...]]]) -> Iterator[int]:
        """Numbers of rounds from 1: as many as planned, fewer where the machine has become much slower."""
        for number in range(1, schedule.rounds + 1):
            yield number
            spent = sum(sum(turn) for of_one in turns.values() for turn in of_one)
            if (number >= ROUNDS[0] and spent > 1.5 * SECONDS) or (number >= FEWEST and spent > LONG):
                return


class Schedule(NamedTuple):
    """How many passes each network makes in a turn, how many rounds there are, and about how long one round takes."""

    passes: Mapping[ResNetSpec, int]
    rounds: int
    seconds: float

    @classmethod
    def of(cls, warm: Mapping[ResNetSpec, float]) -> Schedule:
        """By how many seconds a warm pass of each network takes."""
        passes = {spec: _passes(seconds) for spec, seconds in warm.items()}
        whole = sum(passes[spec] * seconds for spec, seconds in warm.items())
        few, many = ROUNDS if ROUNDS[0] * whole <= LONG else (FEWEST, ROUNDS[1])
        return cls(passes, min(max(int(SECONDS / max(whole, 1e-9)), few), many), whole)


def _passes(seconds: float) -> int:
    """Passes in a turn: one more than count, unless one is all there is time for."""
    count = min(int(TURN / max(seconds, 1e-9)), MOST_PASSES)
    return count + 1 if count > 1 else 1


def _later(warm: Mapping[ResNetSpec, float], batch: int, later: Sequence[int]) -> float:
    """About how many seconds other batches take, if a pass takes as long as it has pictures."""
    total = 0.0
    for other in later:
        scaled = {spec: seconds * other / batch for spec, seconds in warm.items()}
        schedule = Schedule.of(scaled)
        total += WARM * sum(scaled.values()) + schedule.rounds * schedule.seconds
    return total
