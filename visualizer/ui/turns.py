"""Forward passes take turns: so many run at once, whoever waits is told, and whoever looks sees how far it is.

Where nobody looks, as while a file is made for a download, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Semaphore
from time import monotonic

import streamlit as st

from visualizer.ui.stopping import stop_if_asked, watched

AT_ONCE = 2
_FORWARDS = Semaphore(AT_ONCE)
Tell = Callable[[int, int], object]
"""Takes how many steps are done, and of how many."""


@contextmanager
def turn() -> Iterator[None]:
    """One of the places for a forward pass; whoever has to wait for one is told."""
    if not _FORWARDS.acquire(blocking=False):
        _wait()
    try:
        yield
    finally:
        _FORWARDS.release()


def _wait() -> None:
    if not watched():
        _FORWARDS.acquire()
        return
    place = st.empty()
    while not _FORWARDS.acquire(timeout=0.2):  # writing is where a run ends whose session has gone
        place.info(f"This server computes maps for {AT_ONCE} people at a time; yours are among the next.")
    place.empty()


@contextmanager
def spare_turn() -> Iterator[bool]:
    """One of those places if nobody needs it now; else False, without waiting."""
    free = _FORWARDS.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            _FORWARDS.release()


@contextmanager
def telling(words: str, part: str = "Layer") -> Iterator[Tell]:
    """Says what is done, and how far it is as `progress` does."""
    with st.spinner(words) if watched() else nullcontext(), progress(part) as tell:
        yield tell


@contextmanager
def progress(part: str = "Layer") -> Iterator[Tell]:
    """Shows how far a computation is as soon as it has taken half a second; `part` is what it goes through.

    Each step is also where a computation ends that nobody waits for any more.
    """
    if not watched():
        yield lambda done, steps: None
        return
    place, last = st.empty(), monotonic() + 0.3

    def tell(done: int, steps: int) -> None:
        nonlocal last
        stop_if_asked()
        if monotonic() - last > 0.2:
            last = monotonic()
            place.progress(done / max(steps, 1), f"{part} {done} of {steps}")

    yield tell
    place.empty()
