"""How long it takes to refuse a network that is built to hurt.

Promise: under 0.1 s each, and nothing of torch is touched. The longest of ten, in this process.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.resnet import SpecError, parse, plan

HOSTILE = {
    "a million blocks": "resnet50?depths=1000000,1000000,1000000,1000000",
    "width of 10^9": "resnet50?width=1000000000",
    "resolution of 10^6": "resnet50",
    "classes -1": "resnet50?classes=-1",
    "10 kB of text": "x" * 10_000,
    "10 kB of fields": "resnet50?" + "groups=2&" * 1_100,
    "900 digits": "resnet50?depths=" + "9" * 900,
    "450 stages": "resnet50?depths=" + "9," * 450,
    "an unknown name": "resnet" * 160,
    "inner width": "resnet50?width_per_group=8192&groups=1024",
}


def seconds(text: str, resolution: int) -> float:
    """Time until the refusal; AssertionError if there is none."""
    begin = perf_counter()
    try:
        plan(parse(text), resolution)
    except SpecError:
        return perf_counter() - begin
    raise AssertionError(f"{text[:40]} was not refused")


def main() -> None:
    for name, text in HOSTILE.items():
        longest = max(seconds(text, 10**6) for _ in range(10))
        print(f"{name:20}{longest * 1e3:8.3f} ms")
    assert "torch" not in sys.modules
    print("promise: each under 100 ms")


if __name__ == "__main__":
    main()
