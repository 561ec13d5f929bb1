"""How busy other programs keep the machine while networks are measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class Others:
    """How much of the machine's processors other processes than these took since this was made; by Linux's /proc."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = pids
        self._begin = self._ticks()

    def share(self) -> float | None:
        """Between 0 and 1; None where that is not known, as when one of these processes has ended."""
        now = self._ticks()
        if self._begin is None or now is None or now[0] <= self._begin[0]:
            return None
        whole, busy, own = (after - before for after, before in zip(now, self._begin, strict=True))
        return min(max((busy - own) / whole, 0.0), 1.0)

    def _ticks(self) -> tuple[int, int, int] | None:
        """Ticks of all processors, of those that were busy, and of the processes that are left out."""
        try:
            first = Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]
        except OSError:
            return None
        user, nice, system, idle, waiting, *more = map(int, first)
        busy = user + nice + system + sum(more)
        own = [own_ticks(pid) for pid in self._pids]
        if None in own:  # what it has used is in the whole, and cannot be left out any more
            return None
        return busy + idle + waiting, busy, sum(ticks for ticks in own if ticks is not None)


def own_ticks(pid: int) -> int | None:
    """Of a process and its threads; None if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[11]) + int(fields[12])
