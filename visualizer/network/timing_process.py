"""`python -m visualizer.network.timing_process SPEC RESOLUTION`: one network in a process of its own, to be measured.

It says what machine it is on, one line of JSON, and then makes passes whenever it is asked for some: a line
{"batch": 8, "passes": 3} is answered by {"seconds": [...], "peak": bytes or null}. At the end of its input it ends.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import platform
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

import torch
from torch import Tensor

from visualizer.network.model import ResNet, build
from visualizer.resnet import Plan, parse, plan

NO_MEMORY = 3
"""What it ends with where there is not enough memory."""
_SELF = Path("/proc/self")
_SMALL = "resnet50?depths=1,1,1,1&width=8&stem_width=8", 64


_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h's M_ names


class Peak:
    """The most memory that this process had at once, in bytes beyond what it has now; `None` where that is not known.

    On Linux it is VmHWM of /proc, resident memory with the pages of libraries, set back where the kernel allows it.
    getrusage's maximum would there be that of the server too, which is handed on when a process is started; it is
    read on macOS only, where it cannot be set back. On Windows the standard library tells nothing.
    """

    def __init__(self) -> None:
        give_back_at_once(True)
        self.set_back()
        self._base = _resident("VmRSS")

    def set_back(self) -> None:
        """Forget the peak so far."""
        with suppress(OSError):
            (_SELF / "clear_refs").write_text("5")

    def bytes(self) -> int | None:
        found = _resident("VmHWM")
        return None if found is None or self._base is None else max(found - self._base, 0)


def give_back_at_once(wanted: bool) -> None:
    """Whether freed memory goes back to the system at once, with glibc; else as glibc itself ends up to do it.

    What it keeps depends on chance: the peak of ResNet-50 with 8 pictures was between 241 and 365 MiB. But giving back
    costs time, so passes whose time is taken do without.
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is not None and hasattr(library, "malloc_trim"):
        library.mallopt(_MMAP_THRESHOLD, 2**16 if wanted else 2**25)
        library.mallopt(_TRIM_THRESHOLD, 2**17 if wanted else 2**26)
        library.malloc_trim(0)


def _resident(name: str) -> int | None:
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with suppress(OSError):
        found = re.search(rf"^{name}:\s+(\d+) kB$", (_SELF / "status").read_text(), re.MULTILINE)
        return 1024 * int(found[1]) if found else None
    return None


class Subject:
    """A network with random weights, in evaluation mode, and the noise that goes through it (N×C×H×W, float32)."""

    def __init__(self, network: Plan) -> None:
        with torch.inference_mode():
            timed(build(plan(parse(_SMALL[0]), _SMALL[1])).eval(), pictures(plan(parse(_SMALL[0]), _SMALL[1]), 1))
        gc.collect()
        self.peak = Peak()  # from here on: torch is loaded and was used once
        self.plan, self.model = network, build(network).eval()
        self._batch, self._pictures, self._bytes = 0, torch.empty(0), self.peak.bytes()

    @torch.inference_mode()
    def passes(self, batch: int, count: int) -> tuple[list[float], int | None]:
        """Seconds of each of `count` forward passes of `batch` pictures, and the peak of memory of one before them."""
        if batch != self._batch:
            self._batch, self._pictures = batch, torch.empty(0)  # the others are let go before
            give_back_at_once(True)
            self.peak.set_back()
            self._pictures = pictures(self.plan, batch)
            timed(self.model, self._pictures)
            self._bytes = self.peak.bytes()
            give_back_at_once(False)
        return [timed(self.model, self._pictures)[0] for _ in range(count)], self._bytes


def pictures(network: Plan, batch: int) -> Tensor:
    """Noise, N×C×H×W: what a pass takes does not depend on the values."""
    return torch.randn(batch, *network.input, generator=torch.Generator().manual_seed(0))


def timed(model: ResNet, x: Tensor) -> tuple[float, Tensor]:
    """Seconds of an ordinary forward pass, and its logits (N×classes)."""
    begin = perf_counter()
    logits = model(x)
    return perf_counter() - begin, logits


def machine() -> dict[str, Any]:
    """The fields of `analysis.measured.Machine`."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": _processor(), "cores": usable or 1, "threads": torch.get_num_threads(),
        "system": f"{platform.system()} {platform.machine()}", "python": platform.python_version(),
        "torch": torch.__version__,
    }  # fmt: skip


def _processor() -> str:
    """The processor's name as the system tells it."""
    with suppress(OSError, subprocess.SubprocessError):
        if sys.platform == "darwin":
            asked = ["sysctl", "-n", "machdep.cpu.brand_string"]
            return subprocess.run(asked, capture_output=True, text=True, check=True, timeout=5).stdout.strip()
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        if found:
            return found[1].strip()
    return platform.processor() or platform.machine()


def main(spec: str, resolution: str, asked: TextIO, answers: TextIO) -> None:
    with suppress(OSError):
        (_SELF / "oom_score_adj").write_text("1000")  # of all processes, should memory run out
    gc.disable()  # as timeit does
    try:
        subject = Subject(plan(parse(spec), int(resolution)))
        print(json.dumps(machine()), file=answers, flush=True)
        for line in asked:
            wish = json.loads(line)
            seconds, peak = subject.passes(wish["batch"], wish["passes"])
            print(json.dumps({"seconds": seconds, "peak": peak}), file=answers, flush=True)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error):
            raise
        sys.exit(NO_MEMORY)


if __name__ == "__main__":
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as own:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
        main(sys.argv[1], sys.argv[2], sys.stdin, own)
