"""Freed memory is used again, and given back when asked for; tried in a process of its own, whose settings change."""

from __future__ import annotations

import subprocess
import sys

import pytest

from visualizer.ui.allocation import keep_freed_memory

SCRIPT = """
import sys
from resource import RUSAGE_SELF, getrusage
from threading import Thread
import numpy as np
from visualizer.ui.allocation import give_back_memory, keep_freed_memory

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 2**20

def work():
    for array in [np.ones(2**18) for _ in range(100)]:
        array += 1

def faults():
    before = getrusage(RUSAGE_SELF).ru_minflt
    work_thread = Thread(target=work)
    work_thread.start()
    work_thread.join()
    return getrusage(RUSAGE_SELF).ru_minflt - before

if sys.argv[1] == "keep":
    assert keep_freed_memory()
faults()
again, high = faults(), resident()
give_back_memory()
print(again, high - resident())
"""


def _measured(how: str) -> tuple[float, float]:
    """Page faults of doing the same work again, and MB that are given back after it."""
    run = subprocess.run([sys.executable, "-c", SCRIPT, how], capture_output=True, text=True, check=True)
    again, given = run.stdout.split()
    return float(again), float(given)


@pytest.mark.skipif(sys.platform != "linux", reason="a matter of glibc")
def test_freed_memory_is_used_again_and_given_back_when_asked_for() -> None:
    again, given = _measured("keep")
    assert again < 5_000  # 200 MB are 51,200 pages of 4 KB
    assert given > 100


@pytest.mark.skipif(sys.platform == "linux", reason="there it does something")
def test_elsewhere_nothing_is_asked_for() -> None:
    assert not keep_freed_memory()
