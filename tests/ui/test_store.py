"""The bounded store: its bound, its order, one computation for many askers, and failures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.ui.store import Store


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=60))
def test_it_never_holds_more_than_its_capacity_and_one(asked: list[tuple[int, int]]) -> None:
    store = Store(100)
    for key, count in asked:
        assert store.value((key, count), lambda: key, lambda _: count) == key  # noqa: B023
        assert store.size <= 100


def test_the_least_recently_used_goes_first() -> None:
    store, made = Store(2), []
    for key in "abacab":
        store.value(key, lambda: made.append(key), lambda _: 1)  # noqa: B023
    assert made == ["a", "b", "c", "b"]


def test_it_holds_what_was_computed_and_not_what_is_on_its_way() -> None:
    store, seen = Store(2), []
    assert not store.holds("a")
    store.value("a", lambda: seen.append(store.holds("a")), lambda _: 1)
    assert seen == [False]
    assert store.holds("a")
    store.forget_idle(-1)
    assert not store.holds("a")


def test_many_who_ask_at_once_wait_for_one_computation() -> None:
    store, started, made = Store(10), Event(), []

    def compute() -> int:
        made.append(1)
        started.wait(5)
        return 7

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(store.value, "key", compute, lambda _: 1) for _ in range(8)]
        started.set()
        assert [future.result() for future in asked] == [7] * 8
    assert len(made) == 1


def test_a_failure_reaches_the_asker_and_is_not_kept() -> None:
    store = Store(10)
    with pytest.raises(ZeroDivisionError):
        store.value("key", lambda: 1 // 0, lambda _: 1)
    assert store.value("key", lambda: 3, lambda _: 1) == 3


class Stopped(BaseException):
    """How Streamlit ends a run in the middle."""


def test_when_who_computes_is_stopped_one_of_those_who_wait_takes_over() -> None:
    store, started, stop = Store(10), Event(), Event()

    def stopped() -> int:
        started.set()
        stop.wait(5)
        raise Stopped

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(store.value, "key", stopped, lambda _: 1)
        started.wait(5)
        others = [pool.submit(store.value, "key", lambda: 7, lambda _: 1) for _ in range(2)]
        stop.set()
        assert isinstance(first.exception(), Stopped)
        assert [future.result() for future in others] == [7, 7]


def test_what_nobody_asks_for_is_forgotten() -> None:
    store = Store(10)
    store.value("old", lambda: 1, lambda _: 4)
    store.forget_idle(60)
    assert (len(store), store.size) == (1, 4)
    store.forget_idle(-1)
    assert (len(store), store.size) == (0, 0)


def test_what_is_there_is_found_and_counts_as_asked_for() -> None:
    store = Store(2)
    assert store.found("a") is None
    for key in "ab":
        store.value(key, lambda key=key: key.upper(), lambda _: 1)  # type: ignore[misc]
    assert store.found("a") == "A"
    store.value("c", lambda: "C", lambda _: 1)
    assert [store.found(key) for key in "abc"] == ["A", None, "C"]
