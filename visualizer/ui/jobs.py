"""Jobs that have the machine to themselves: one at a time on this server, the others wait in a queue in their order.

A job belongs to somebody and not to a run of the page, so a click elsewhere does not lose it; whoever closes the page
leaves the queue, and a job that runs is ended at its next step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

FAILED = "This could not be done: try again."


class NotDoneError(ValueError):
    """What a job could not do; its text is one sentence for who asked for it."""


class Left(Exception):
    """Ends a job whose owner stopped it or went away."""


@dataclass(eq=False)
class Job:
    """Work for somebody: `work` is given `tell`, to be called often with how far it is, which may raise `Left`.

    about: what it is of, for those who show it. present: whether its owner is still there; called from any thread.
    """

    work: Callable[[Callable[[Any], None]], object]
    present: Callable[[], bool]
    about: Any = None
    told: Any = None
    error: str = ""
    ended: bool = False
    stopped: bool = False

    @property
    def wanted(self) -> bool:
        return not self.stopped and self.present()

    def tell(self, now: Any) -> None:
        """Take note of how far it is; Left if it is to end."""
        self.told = now
        if not self.wanted:
            raise Left


class Queue:
    """Jobs by their owners' names, at most one each; thread-safe. Its thread lives while there are jobs."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._jobs: dict[str, Job] = {}
        self._line: list[Job] = []
        self._working = False

    def join(self, owner: str, job: Job) -> None:
        """Put a job at the end of the queue; the owner's one before, if any, is left."""
        self.leave(owner)
        with self._lock:
            self._forget_absent()
            self._jobs[owner] = job
            self._line.append(job)
            if not self._working:
                Thread(target=self._work, name="jobs", daemon=True).start()  # it waits for the lock
                self._working = True

    def of(self, owner: str) -> Job | None:
        """The job of somebody that waits, runs, or ended with an error."""
        with self._lock:
            return self._jobs.get(owner)

    def before(self, job: Job) -> int:
        """How many jobs come before this one, with the one that runs; 0 if it runs itself, or has ended."""
        with self._lock:
            if job not in self._line:
                return 0
            return sum(other.wanted for other in self._line[: self._line.index(job)])

    def leave(self, owner: str) -> None:
        """Give up the owner's place, and end what runs for them at its next step."""
        with self._lock:
            job = self._jobs.pop(owner, None)
            if job is not None:
                job.stopped = True

    def _forget_absent(self) -> None:
        for owner in [owner for owner, job in self._jobs.items() if not job.wanted]:
            self._jobs.pop(owner).stopped = True

    def _work(self) -> None:
        while True:
            with self._lock:
                self._line = [job for job in self._line if job.wanted]
                self._forget_absent()
                if not self._line:
                    self._working = False
                    return
                job = self._line[0]  # it stays there, so that the others count it
            self._do(job)
            with self._lock:
                job.ended = True
                self._line.remove(job)
                if not job.error:
                    self._jobs = {owner: other for owner, other in self._jobs.items() if other is not job}

    @staticmethod
    def _do(job: Job) -> None:
        try:
            job.work(job.tell)
        except Left:
            job.stopped = True
        except NotDoneError as error:
            job.error = str(error)
        except Exception:  # nobody else would hear of it: this is the thread's own end
            logging.getLogger(__name__).exception("A job failed")
            job.error = FAILED


QUEUE = Queue()
