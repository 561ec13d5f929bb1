"""What all ways of fetching weights share: where files are kept, who is told, and the sentences for what went wrong."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
Tell = Callable[[int, int], object]
"""Told of bytes that are here, and of all (0: not known); what it raises ends the download."""

ANSWER = 4.0
"""Seconds that a server has for its first answer."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
OTHERWISE = "use untrained weights, those trained here, or a file of your own"


class NotFetchedError(ValueError):
    """Weights that could not be had; its text is one sentence with what is still possible."""


@dataclass(frozen=True)
class Places:
    """Where files are kept and where they come from; None is what the libraries themselves take.

    hub, torch: folders, by default those that timm and torchvision use too, so nothing is fetched twice. endpoint: of
    the hub (else HF_ENDPOINT, else huggingface.co); files: in place of https://download.pytorch.org.
    """

    hub: Path | None = None
    torch: Path | None = None
    endpoint: str | None = None
    files: str | None = None


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns or raises; TimeoutError after `seconds`, whatever it waits for.

    A timeout of a library's own does not cover the look-up of a name, which may take half a minute without a network.
    """
    answers: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(call())
        except BaseException as error:  # carried over to who waits
            failures.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not answers:
        raise TimeoutError(f"no answer within {seconds:g} s")
    return answers[0]


def sha256(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def no_answer(server: str) -> NotFetchedError:
    return NotFetchedError(f"{server} does not answer, so these weights cannot be fetched now: {OTHERWISE}.")


def cut_off(server: str) -> NotFetchedError:
    return NotFetchedError(f"The connection to {server} broke off before all was here: try again, or {OTHERWISE}.")


def refused(server: str, status: int) -> NotFetchedError:
    why = "no longer has this file" if status in (401, 403, 404, 410) else f"answers with error {status}"
    return NotFetchedError(f"{server} {why}: choose other weights of this network, or {OTHERWISE}.")


def damaged(server: str) -> NotFetchedError:
    return NotFetchedError(
        f"What came from {server} has another checksum than is published, so it was thrown away: try again, or "
        f"{OTHERWISE}."
    )


def not_written(error: OSError, folder: Path) -> NotFetchedError | None:
    """What to say if the reason is the disk: full, or not to be written to. None for other reasons."""
    if error.errno in FULL:
        return NotFetchedError(f"The disk with {folder} is full: make room for the weights, or {OTHERWISE}.")
    if error.errno in CLOSED:
        return NotFetchedError(f"{folder} cannot be written to: allow it, or {OTHERWISE}.")
    return None
