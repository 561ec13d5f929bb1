"""Whole process of `python -m visualizer describe resnet50` beside Python importing two modules of its own.

Promise: within 4 × of `python -c "import json, dataclasses"`. Medians of 30 runs in turn, so that both meet the same
load on the machine.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
RUNS = 30
PROMISE = 4.0
PEER = ("-c", "import json, dataclasses")
OURS = {
    "describe resnet50": ("-m", "visualizer", "describe", "resnet50"),
    "describe resnet50 --json": ("-m", "visualizer", "describe", "resnet50", "--json"),
    "describe resnet1202 --json": ("-m", "visualizer", "describe", "resnet1202", "--json"),
    "presets": ("-m", "visualizer", "presets"),
}


def seconds(arguments: tuple[str, ...]) -> float:
    """Wall time of one Python process from start to end."""
    begin = perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - begin


def main() -> None:
    commands = {"python -c 'import json, dataclasses'": PEER, **OURS}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, arguments in commands.items():
            times[name].append(seconds(arguments))
    medians = {name: median(found) * 1e3 for name, found in times.items()}
    base = next(iter(medians.values()))
    for name, milliseconds in medians.items():
        print(f"{name:38}  {milliseconds:7.1f} ms  {milliseconds / base:5.2f} ×")
    print(f"promise: describe resnet50 within {PROMISE:g} ×")


if __name__ == "__main__":
    main()
