"""Garbage collection beside the reruns instead of after each of them, and the end of results that nobody needs.

Streamlit collects after every rerun by default. Once torch is loaded that takes 280 ms with the interpreter
locked, so a server for a class does three reruns a second. `config.toml` switches it off, and a thread does it
now and then. Between its rounds everything that is alive is set aside, so that the collections which Python
starts by itself, in the middle of a rerun, look only at what is new.
"""

from __future__ import annotations

import gc
import threading

from visualizer.ui.allocation import give_back_memory, keep_freed_memory
from visualizer.ui.store import STORES
from visualizer.ui.threads import sleep_while_waiting

INTERVAL = 45.0  # seconds: rare enough not to be felt, often enough that nothing piles up
IDLE = 120.0  # seconds after which a result that nobody asked for again is let go

_lock = threading.Lock()
_collector: threading.Thread | None = None


def keep_house(interval: float = INTERVAL) -> threading.Thread:
    """The thread that collects garbage every `interval` seconds; the first call starts it."""
    global _collector
    with _lock:
        if _collector is None or not _collector.is_alive():
            sleep_while_waiting()
            keep_freed_memory()
            _collector = threading.Thread(target=_collect, args=(interval,), name="housekeeping", daemon=True)
            _collector.start()
        return _collector


def _collect(interval: float) -> None:
    """Collects at once and then at every interval.

    What was alive in the last round is looked at again: a session that ended since would stay otherwise.
    """
    pause = threading.Event()
    while True:
        for store in STORES:
            store.forget_idle(IDLE)
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        give_back_memory()
        pause.wait(interval)
