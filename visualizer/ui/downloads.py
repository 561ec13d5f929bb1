"""Published weights on their way to this server: each fetched once, in a thread, for all who ask for it meanwhile.

A page that shows a download asks for it every second. One that nobody has asked for in two minutes (a tab in the
background asks once a minute) is given up, so that a closed tab stops its work.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from visualizer.network.published_weights import Published

AT_ONCE = 2
PATIENCE = 120.0
"""Seconds."""


class TooManyError(ValueError):
    """More downloads than may run at once; its text is one sentence."""


class Stopped(Exception):
    """Ends a download that somebody stopped, or that nobody waits for."""


@dataclass
class Download:
    """One file on its way: bytes that are here and of all, and how it ended. `error` is one sentence, "" if none."""

    size: int
    done: int = 0
    error: str = ""
    ended: bool = False
    stopped: bool = False
    asked: float = field(default_factory=monotonic)

    def tell(self, done: int, size: int) -> None:
        """Take note of how far it is; Stopped if it is to end."""
        self.done, self.size = done, size or self.size
        if self.stopped or monotonic() - self.asked > PATIENCE:
            raise Stopped


class Downloads:
    """The downloads of this server by the key of their weights; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, Download] = {}

    def start(self, row: Published) -> None:
        """Fetch these weights, unless they are on their way; anew after an error. TooManyError while two others are."""
        with self._lock:
            running = [key for key, one in self._known.items() if not one.ended]
            if row.key in running:
                return
            if len(running) >= AT_ONCE:
                raise TooManyError(f"{AT_ONCE} downloads run on this server already: try again when one is done.")
            download = self._known[row.key] = Download(row.size)
        Thread(target=self._run, args=(row, download), daemon=True).start()

    def find(self, key: str) -> Download | None:
        """The download of these weights if one runs or ended with an error; whoever asks waits for it."""
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                found.asked = monotonic()
            return found

    def stop(self, key: str) -> None:
        """End a download at its next piece, and forget how one ended."""
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                found.stopped = True
                if found.ended:
                    del self._known[key]

    def _run(self, row: Published, download: Download) -> None:
        from visualizer.network.hub import NotFetchedError, fetch

        try:
            fetch(row, download.tell)
        except Stopped:
            download.stopped = True
        except NotFetchedError as error:
            download.error = str(error)
        except Exception:  # nobody else would hear of it: this is the thread's own end
            logging.getLogger(__name__).exception("The download of %s failed", row.key)
            download.error = f"The weights {row.name} could not be fetched: choose others, or try again."
        finally:
            with self._lock:
                download.ended = True
                if not download.error:
                    self._known.pop(row.key, None)


DOWNLOADS = Downloads()
