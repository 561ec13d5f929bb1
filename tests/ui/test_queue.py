"""The queue of jobs: one at a time, in order; who cancels or goes away leaves it at once; a failure stops nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from visualizer.ui.jobs import FAILED, Job, Left, NotDoneError, Queue

SECONDS = 30


class Work:
    """Work that goes on in steps until it is let go, and says what became of it."""

    def __init__(self, log: list[str], name: str, error: Exception | None = None) -> None:
        self.log, self.name, self.error = log, name, error
        self.begun, self.go, self.done = Event(), Event(), Event()

    def __call__(self, tell: Callable[[Any], None]) -> None:
        self.log.append(f"{self.name} begins")
        self.begun.set()
        try:
            while not self.go.wait(0.001):
                tell(self.name)
            if self.error:
                raise self.error
            self.log.append(f"{self.name} ends")
        except Left:
            self.log.append(f"{self.name} left")
            raise
        finally:
            self.done.set()


class People:
    """A queue, and people who join it with work of their names; those in `gone` have closed their page."""

    def __init__(self) -> None:
        self.queue, self.log, self.gone = Queue(), list[str](), set[str]()
        self.work: dict[str, Work] = {}
        self.jobs: dict[str, Job] = {}

    def join(self, name: str, error: Exception | None = None) -> Work:
        work = self.work[name] = Work(self.log, name, error)
        self.jobs[name] = Job(work, lambda: name not in self.gone, about=name)
        self.queue.join(name, self.jobs[name])
        return work

    def before(self) -> dict[str, int]:
        return {name: self.queue.before(job) for name, job in self.jobs.items()}

    def finish(self) -> None:
        """Let all go on, and wait until the queue's thread has nothing left."""
        for work in self.work.values():
            work.go.set()
        last = Event()
        self.queue.join("last", Job(lambda tell: last.set(), lambda: True))
        assert last.wait(SECONDS)


@pytest.fixture
def people() -> Iterator[People]:
    found = People()
    yield found
    found.finish()


def test_jobs_run_one_at_a_time_in_the_order_in_which_they_came(people: People) -> None:
    for name in "abc":
        people.join(name)
    assert people.work["a"].begun.wait(SECONDS)
    assert people.before() == {"a": 0, "b": 1, "c": 2}
    assert not people.work["b"].begun.is_set()
    people.finish()
    assert people.log == ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]
    assert [people.queue.of(name) for name in "abc"] == [None] * 3


def test_who_cancels_while_waiting_is_never_served_and_the_others_move_up(people: People) -> None:
    for name in "abc":
        people.join(name)
    assert people.work["a"].begun.wait(SECONDS)
    people.queue.leave("b")
    assert people.before()["c"] == 1
    people.finish()
    assert people.log == ["a begins", "a ends", "c begins", "c ends"]


@pytest.mark.parametrize("closed", [False, True], ids=["cancels", "closes the page"])
def test_who_leaves_ends_what_runs_and_the_next_is_served(people: People, closed: bool) -> None:
    people.join("a")
    people.join("b")
    assert people.work["a"].begun.wait(SECONDS)
    if closed:
        people.gone.add("a")
    else:
        people.queue.leave("a")
    assert people.work["a"].done.wait(SECONDS)
    assert people.work["b"].begun.wait(SECONDS)
    assert people.log == ["a begins", "a left", "b begins"]
    assert people.before()["b"] == 0
    assert people.queue.of("a") is None


def test_who_closed_the_page_while_waiting_does_not_count(people: People) -> None:
    for name in "abc":
        people.join(name)
    assert people.work["a"].begun.wait(SECONDS)
    people.gone.add("b")
    assert people.before()["c"] == 1
    people.finish()
    assert "b begins" not in people.log


@pytest.mark.parametrize(
    ("error", "said"),
    [(NotDoneError("Too large."), "Too large."), (KeyError("a secret"), FAILED)],
    ids=["known", "unknown"],
)
def test_a_failure_is_said_to_its_owner_and_stops_nobody(people: People, error: Exception, said: str) -> None:
    people.join("a", error).go.set()
    people.join("b").go.set()
    assert people.work["b"].done.wait(SECONDS)
    found = people.queue.of("a")
    assert found is not None
    assert (found.error, found.ended) == (said, True)
    people.queue.leave("a")
    assert people.queue.of("a") is None


def test_an_error_is_forgotten_when_its_owner_has_gone(people: People) -> None:
    work = people.join("a", NotDoneError("Too large."))
    work.go.set()
    assert work.done.wait(SECONDS)
    people.gone.add("a")
    people.finish()
    assert people.queue.of("a") is None


def test_who_asks_again_goes_to_the_end(people: People) -> None:
    for name in "abc":
        people.join(name)
    assert people.work["a"].begun.wait(SECONDS)
    people.join("b")
    assert people.before() == {"a": 0, "c": 1, "b": 2}
