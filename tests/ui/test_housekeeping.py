"""The background collector: one thread for the whole process, which forgets nothing that ended."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from visualizer.ui import housekeeping


@pytest.fixture
def no_other_collections(monkeypatch: pytest.MonkeyPatch):
    """A process in which nobody kept house yet and Python does not collect by itself."""
    monkeypatch.setattr(housekeeping, "_collector", None)
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def a_round_is_over() -> bool:
    """Whether a collector sets aside what is alive, in the end: it does so after it has collected."""
    pause = threading.Event()
    return any(gc.get_freeze_count() > len(sys.modules) or pause.wait(0.01) for _ in range(12_000))


class Knot:
    def __init__(self) -> None:
        self.me = self


def test_many_sessions_share_one_thread(no_other_collections: None) -> None:
    gc.unfreeze()
    with ThreadPoolExecutor(16) as pool:
        started = list(pool.map(lambda _: housekeeping.keep_house(3600), range(64)))
    assert len(set(started)) == 1
    assert started[0].daemon
    assert started[0].is_alive()
    assert a_round_is_over()  # while one thread collects, gc.collect does nothing in another: the next test's


def test_what_was_set_aside_while_alive_is_collected_after_its_end(no_other_collections: None) -> None:
    knot = Knot()
    collected = threading.Event()
    weakref.finalize(knot, collected.set)
    gc.freeze()
    del knot
    housekeeping.keep_house(3600)  # the first round is enough, and a thread that went on would slow every test after it
    assert collected.wait(120)


def test_what_is_alive_is_set_aside_between_rounds(no_other_collections: None) -> None:
    gc.unfreeze()
    housekeeping.keep_house(3600)
    assert a_round_is_over()
