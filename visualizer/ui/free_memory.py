"""Memory that new processes can have before the system ends some: what Linux has left, and what a container is allowed.

A container is a control group with a limit, and so may be the groups around it. Where several limits hold, the one
that leaves least counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")


class Room(NamedTuple):
    """Bytes that are free out of `limit`, and where that is, in words."""

    free: int
    limit: int
    where: str


class _Files(NamedTuple):
    """Where a control group says what limits it, what it takes, and what of this it could let go.

    All are names of files, but for the controller, which version 2 does not name, and `cached`, a line of memory.stat.
    """

    controller: str
    limits: tuple[str, ...]
    taken: str
    cached: str


_VERSIONS = {
    "cgroup2": _Files("", ("memory.max", "memory.high"), "memory.current", "inactive_file"),
    "cgroup": _Files("memory", ("memory.limit_in_bytes",), "memory.usage_in_bytes", "total_inactive_file"),
}
"""By the kind of file system that shows the groups."""


def free_memory() -> Room | None:
    """Where least is free: on this machine, or within a limit that holds for this process; None if nothing tells."""
    with suppress(ValueError, KeyError):
        rooms = [_machine(), *filter(None, (_within(folder, files) for folder, files in _groups()))]
        return min(rooms, key=lambda room: room.free)
    return None


def _machine() -> Room:
    sizes = _numbers(PROC / "meminfo")
    return Room(1024 * sizes["MemAvailable:"], 1024 * sizes["MemTotal:"], "on this machine")


def _groups() -> Iterator[tuple[Path, _Files]]:
    """The folder of each group that this process is in and that may limit its memory, the innermost last."""
    for line in _lines(PROC / "self/mountinfo"):
        mount, _, system = line.partition(" - ")
        kind, _, options = system.split(" ", 2)
        files = _VERSIONS.get(kind)
        if files and files.controller in ("", *options.split(",")):
            root, point = mount.split()[3:5]
            inner = _group(files.controller)
            # In a container the file system may begin at its own group, while the path is the whole machine's.
            parts = inner.relative_to(root).parts if inner.is_relative_to(root) else ()
            yield from ((Path(point, *parts[:depth]), files) for depth in range(len(parts) + 1))


def _group(controller: str) -> Path:
    """This process's group among those of a controller."""
    groups = (line.split(":", 2) for line in _lines(PROC / "self/cgroup"))
    return next((Path(path) for _, names, path in groups if controller in names.split(",")), Path("/"))


def _within(folder: Path, files: _Files) -> Room | None:
    """What the limit of a group leaves; None if it has none."""
    limits = [found for name in files.limits if (found := _number(folder / name)) is not None]
    taken = _number(folder / files.taken)
    if not limits or taken is None:
        return None
    free = min(limits) - taken + _numbers(folder / "memory.stat").get(files.cached, 0)
    return Room(max(free, 0), min(limits), "within the limit that is set for this server")


def _number(file: Path) -> int | None:
    """What a file says; None if it is not there or says "max"."""
    with suppress(OSError, ValueError):
        return int(file.read_text())
    return None


def _numbers(file: Path) -> dict[str, int]:
    """Numbers by the word before them, a line each."""
    found = (re.match(r"(\S+)\s+(\d+)", line) for line in _lines(file))
    return {match[1]: int(match[2]) for match in found if match}


def _lines(file: Path) -> list[str]:
    """None if the file is not there, as on other systems."""
    with suppress(OSError):
        return file.read_text().splitlines()
    return []
