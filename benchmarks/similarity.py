"""Gram matrices at the stem and every block, beside plain forward passes of the same pictures.

Promise: for 64 pictures of 224 × 224 through ResNet-50 within 1.3 × of plain passes in batches as large. In turn, in
one process, medians; both in inference mode with torch's threads, in their processor time and in seconds: the first
is worth something only on a machine that is quiet otherwise, since threads that wait for each other spin. Memory is
the most that torch allocates at once, by its profiler, beside what all pictures' values take at the largest block,
where they meet.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from math import prod
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from tests.network.test_memory import most_allocated
from visualizer.network import ResNet, build
from visualizer.network.similarity import cka, compared_places, gram_matrices, pictures_at_once
from visualizer.resnet import plan, preset, presets
from visualizer.ui.allocation import keep_freed_memory

PROMISE = 1.3
RUNS = 3
PROMISED = "resnet50"
CASES = ((PROMISED, 64), ("resnet18", 64), ("resnet20", 64))


def passes(model: ResNet, pictures: NDArray[np.float32], most: int) -> None:
    """Plain forward passes in batches."""
    with torch.inference_mode():
        for start in range(0, len(pictures), most):
            model(torch.from_numpy(pictures[start : start + most]))


def timed(run: Callable[[], Any]) -> tuple[float, float]:
    """Processor time and seconds."""
    processor, begin = process_time(), perf_counter()
    run()
    return process_time() - processor, perf_counter() - begin


def measured(name: str, count: int) -> None:
    """Time, memory and the map of one network."""
    network = plan(preset(name), presets()[name].resolution)
    model, addresses = build(network).eval(), list(compared_places(network).values())
    pictures = np.random.default_rng(0).standard_normal((count, *network.input)).astype(np.float32)
    runs: tuple[Callable[[], Any], Callable[[], Any]] = (
        partial(passes, model, pictures, pictures_at_once(network)),
        lambda: list(gram_matrices(model, pictures, addresses)),
    )
    times = [[timed(run) for run in runs] for _ in range(RUNS)]
    plain, ours = ([median(time[number][kind] for time in times) for kind in (0, 1)] for number in (0, 1))
    ratio = ours[0] / plain[0]
    promise = f", promise {PROMISE} × {'met' if ratio <= PROMISE else 'MISSED'}" if name == PROMISED else ""
    print(f"{name}, {count} pictures: {plain[1]:.2f} s plain, {ours[1]:.2f} s with Gram matrices; "
          f"processor time {ratio:.2f} ×{promise}")
    batch, whole = most_allocated(runs[0]), most_allocated(runs[1])
    held = 4 * count * max(prod(block.output) for block in network.blocks)
    print(f"  at once: {batch / 2**20:.0f} MB in a plain batch, {whole / 2**20:.0f} MB with Gram matrices, of which "
          f"{held / 2**20:.0f} MB are all pictures' values at the largest block")
    grams = runs[1]()
    begin = perf_counter()
    cka(grams, grams)
    print(f"  CKA of {len(grams)} × {len(grams)} places from them: {1e3 * (perf_counter() - begin):.1f} ms")


def main() -> None:
    keep_freed_memory()
    for name, count in CASES:
        measured(name, count)


if __name__ == "__main__":
    main()
