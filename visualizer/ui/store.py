"""One bounded store for results that cost something, shared by all sessions; least recently used out.

Streamlit's own caches can be emptied for everybody by any visitor and hash only a sample of a large array, so what is
expensive lives here, under keys made of digests and small values.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from visualizer.ui.stopping import stop_if_asked

PATIENCE = 0.1
"""Seconds after which who waits for another's computation looks whether it is to stop."""
T = TypeVar("T")


@dataclass
class Entry:
    """A value, on its way or there; its bytes; and when it was last asked for."""

    future: Future[Any]
    size: int
    asked: float


class Store:
    """Values by key, at most `capacity` bytes by the sizes given and at most `most` of them; thread-safe.

    A value that many ask for at once is computed once, and the others wait for it; a failure is not kept. If who
    computes is stopped in the middle (its session reran or ended), the next of those who wait takes over; who waits
    can be stopped too.
    """

    def __init__(self, capacity: int, most: int | None = None) -> None:
        self.capacity = capacity
        self.most = most
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._size = 0

    def value(self, key: Hashable, compute: Callable[[], T], size: Callable[[T], int]) -> T:
        """The value under `key`, computed now if it is not there; `size` gives its bytes."""
        while True:
            entry, fresh = self._entry(key)
            if fresh:
                self._fill(key, entry, compute, size)
            try:
                found: T = _awaited(entry.future)
            except CancelledError:  # who computed it was stopped; an error of the computation itself is raised
                continue
            return found

    def _entry(self, key: Hashable) -> tuple[Entry, bool]:
        """The entry of `key`, and whether it was made just now, to be filled by the caller."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = Entry(Future(), 0, time.monotonic())
                return entry, True
            entry.asked = time.monotonic()
            self._entries.move_to_end(key)
            return entry, False

    def _fill(self, key: Hashable, entry: Entry, compute: Callable[[], T], size: Callable[[T], int]) -> None:
        try:
            value = compute()
            count = size(value)
        except BaseException as error:
            with self._lock:
                self._entries.pop(key, None)
            if not isinstance(error, Exception):  # Streamlit's own way to stop a run: it is this session's alone
                entry.future.cancel()
                raise
            entry.future.set_exception(error)
            return
        entry.future.set_result(value)
        with self._lock:
            entry.size = count
            self._size += count
            self._entries.move_to_end(key)
            self._shrink(key)

    def _shrink(self, newest: Hashable) -> None:
        """Drop the least recently used until the rest fits; what is being computed and the newest stay."""
        while self._size > self.capacity or (self.most is not None and len(self._entries) > self.most):
            others = (key for key, entry in self._entries.items() if key != newest and entry.future.done())
            oldest = next(others, None)
            if oldest is None:
                return
            self._drop(oldest)

    def _drop(self, key: Hashable) -> None:
        self._size -= self._entries.pop(key).size

    def holds(self, key: Hashable) -> bool:
        """Whether the value under `key` is there, so that asking for it costs nothing."""
        with self._lock:
            entry = self._entries.get(key)
        return entry is not None and entry.future.done()

    def found(self, key: Hashable) -> Any:
        """The value under `key`, which counts as asking for it, or None if it is not there."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or not entry.future.done():
                return None
            entry.asked = time.monotonic()
            self._entries.move_to_end(key)
            return entry.future.result()

    def forget_idle(self, seconds: float) -> None:
        """Drop what nobody asked for in the last `seconds`."""
        since = time.monotonic() - seconds
        with self._lock:
            for key, entry in list(self._entries.items()):
                if entry.asked < since and entry.future.done():
                    self._drop(key)

    @property
    def size(self) -> int:
        """Bytes held now."""
        return self._size

    def __len__(self) -> int:
        return len(self._entries)


def _awaited(future: Future[Any]) -> Any:
    """The result of a future, or what it raises."""
    while True:
        try:
            future.exception(PATIENCE)  # returned, so that a TimeoutError is never one of the computation
        except TimeoutError:
            stop_if_asked()
        else:
            return future.result()


FIGURES = Store(64 * 2**20)
"""Drawings, tables and charts: text."""
PICTURES = Store(128 * 2**20)
"""Decoded pictures."""
MODELS = Store(2 * 2**30, most=16)
"""Torch models with their weights, and the checkpoints that they were loaded from."""
MAPS = Store(512 * 2**20)
"""Feature maps and pictures of them."""
ENTRIES = Store(256 * 2**20)
"""What enters each block on a picture; apart from the maps, since one picture's are as much as many blocks' maps."""
STORES = (FIGURES, PICTURES, MODELS, MAPS, ENTRIES)
