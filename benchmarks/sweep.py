"""Each block of a network off in turn: a sweep that computes what comes before a block once, beside a pass for each.

Promise: within 0.7 × of one whole forward pass for each block, and the same numbers to the last bit. Half of a pass
is what is left of it on average; a block that is off is not computed itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.network import build
from visualizer.network.lesion import Logits, class_logits, sweep
from visualizer.resnet import parse, plan
from visualizer.resnet.lesion import Lesion
from visualizer.ui.allocation import keep_freed_memory

NETWORKS = (("resnet20", 32), ("resnet110", 32), ("resnet18", 224), ("resnet50", 224), ("resnet152", 224))
RUNS = 5
PROMISE = 0.7


def measured(run: Callable[[], dict[str, Logits]]) -> tuple[float, float, dict[str, Logits]]:
    """Seconds on the clock and of processor time, and what came of it."""
    clock, processor = perf_counter(), process_time()
    found = run()
    return perf_counter() - clock, process_time() - processor, found


def main() -> None:
    keep_freed_memory()
    print(f"one picture, {torch.get_num_threads()} threads, {os.cpu_count()} cores, medians of {RUNS}")
    for text, resolution in NETWORKS:
        model = build(plan(parse(text), resolution)).eval()
        pixels = np.random.default_rng(0).standard_normal(model.plan.input).astype(np.float32)
        paths = [block.path for block in model.plan.blocks]
        changes = {**{path: Lesion((path,)) for path in paths}, "": Lesion()}

        def swept() -> dict[str, Logits]:
            return dict(sweep(model, pixels))  # noqa: B023

        def naive() -> dict[str, Logits]:
            return {path: class_logits(model, pixels, change) for path, change in changes.items()}  # noqa: B023

        ours, peers = [], []
        for _ in range(RUNS):
            ours.append(measured(swept))
            peers.append(measured(naive))
        assert all(np.array_equal(ours[0][2][path], peers[0][2][path], equal_nan=True) for path in changes), text
        (clock, processor), (other, others) = (
            (median(run[0] for run in runs), median(run[1] for run in runs)) for runs in (ours, peers)
        )
        print(
            f"  {text:10} {len(paths):3} blocks: sweep {clock:6.2f} s, a pass each {other:6.2f} s, "
            f"{clock / other:.2f} ×; processor time {processor / others:.2f} ×; the same to the last bit"
        )
    print(f"promise: within {PROMISE} ×")


if __name__ == "__main__":
    main()
