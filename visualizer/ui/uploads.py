"""What people uploaded, by the SHA-256 of its bytes, on disk: a reload or a new server finds it, and no memory grows.

The folder is private to the server's user and bounded; the oldest go first. A digest is not to be guessed, so only
who has the file or a link to the view can ask for it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path
from threading import Lock

MAX_TOTAL = 2 * 2**30
MAX_AGE = 24 * 3600.0
"""Seconds."""


class Uploads:
    """Files by digest in `folder`, together at most `most` bytes, each for at most `age` seconds after its last use."""

    def __init__(self, folder: Path, most: int = MAX_TOTAL, age: float = MAX_AGE) -> None:
        self.folder = folder
        self.most = most
        self.age = age
        self._lock = Lock()
        self._last: tuple[str, bytes] = ("", b"")  # for a disk that is full or not to be written

    def keep(self, data: bytes) -> str:
        """The digest under which `data` will be found."""
        digest = hashlib.sha256(data).hexdigest()
        self._last = (digest, data)
        with self._lock, contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._tidy(self.most - len(data))
            # Written under another name first: a file that has its name is whole.
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
                file.write(data)
            os.replace(file.name, self.folder / digest)
        return digest

    def find(self, digest: str) -> bytes | None:
        """The bytes with this digest; None if they are not (or no longer) here, or were damaged."""
        if len(digest) != 64 or not digest.isalnum():
            return None
        if self._last[0] == digest:
            return self._last[1]
        path = self.folder / digest
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None

    def _tidy(self, room: int) -> None:
        """Remove what is too old, and the oldest until the rest takes no more than `room` bytes."""
        files = sorted(((path.stat(), path) for path in self.folder.iterdir()), key=lambda row: row[0].st_mtime)
        total = sum(stat.st_size for stat, _ in files)
        for stat, path in files:
            if total <= room and stat.st_mtime > time.time() - self.age:
                return
            path.unlink(missing_ok=True)
            total -= stat.st_size


def _folder() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"resnet-visualizer-{user}"


UPLOADS = Uploads(_folder())
