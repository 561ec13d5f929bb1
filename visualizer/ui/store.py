"""One bounded store for results that cost something, shared by all sessions; least recently used out.

Streamlit's own caches can be emptied for everybody by any visitor and hash only a sample of a large array, so what is
expensive lives here, under keys made of digests and small values.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Store:
    """Values by key, at most `capacity` bytes by the sizes given; thread-safe.

    A value that many ask for at once is computed once, and the others wait for it; a failure is not kept.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, tuple[Future[Any], int]] = OrderedDict()
        self._size = 0

    def value(self, key: Hashable, compute: Callable[[], T], size: Callable[[T], int]) -> T:
        """The value under `key`, computed now if it is not there; `size` gives its bytes."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                future: Future[T] = Future()
                self._entries[key] = (future, 0)
            else:
                self._entries.move_to_end(key)
                future = entry[0]
        if entry is None:
            self._fill(key, future, compute, size)
        return future.result()

    def _fill(self, key: Hashable, future: Future[T], compute: Callable[[], T], size: Callable[[T], int]) -> None:
        try:
            value = compute()
            count = size(value)
        except BaseException as error:
            with self._lock:
                self._entries.pop(key, None)
            future.set_exception(error)
            return
        future.set_result(value)
        with self._lock:
            self._entries[key] = (future, count)
            self._entries.move_to_end(key)
            self._size += count
            self._shrink(key)

    def _shrink(self, newest: Hashable) -> None:
        """Drop the least recently used until the rest fits; what is being computed and the newest stay."""
        for key in list(self._entries):
            if self._size <= self.capacity:
                return
            future, count = self._entries[key]
            if key != newest and future.done():
                del self._entries[key]
                self._size -= count

    @property
    def size(self) -> int:
        """Bytes held now."""
        return self._size

    def __len__(self) -> int:
        return len(self._entries)


FIGURES = Store(64 * 2**20)
"""Drawings, tables and charts: text."""
MODELS = Store(2 * 2**30)
"""Torch models with their weights."""
MAPS = Store(512 * 2**20)
"""Feature maps and pictures of them."""
