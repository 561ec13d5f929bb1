"""The fast mode's ways for live pictures beside the walk in float32: ResNet-18 and 50, one picture of 224 × 224.

Promise: the way that the fast mode chooses takes at most 0.6 × of the walk in float32 (two cores, inference mode), and
its values are within 1 % of it. Peers, to the logits: the same network in channels_last and in bf16 by torch's own
modules, TorchScript frozen with oneDNN graph fusion, and torch.compile with frozen weights, in float32 and in bf16,
which takes a C++ compiler. What each way needs to be ready, its first three runs with it, stands beside it.

All in turn in one process, medians; each result's relative error to the walk's is printed. `--no-compile` leaves
torch.compile out.
"""

from __future__ import annotations

import copy
import os
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.network import ResNet, build, fast, walk
from visualizer.network.fused import Fused
from visualizer.network.program import program
from visualizer.resnet import plan, preset
from visualizer.ui.allocation import keep_freed_memory

RUNS = 41
PROMISE = 0.6
Way = Callable[[Tensor], Tensor]


def walked(model: ResNet) -> Way:
    return lambda x: dict(walk(model, x, ["fc"]))["fc"]


def fused(model: ResNet, dtype: torch.dtype) -> Way:
    ready = Fused(model, program(model.plan, frozenset({"fc"})), dtype)
    return lambda x: ready.values(x)["fc"]


def channels_last(model: ResNet, dtype: torch.dtype) -> Way:
    copied: Any = copy.deepcopy(model)
    copied = copied.to(dtype).to(memory_format=torch.channels_last)
    return lambda x: copied(x.to(dtype, memory_format=torch.channels_last))


def graph_fusion(model: ResNet, x: Tensor) -> Way:
    torch.jit.enable_onednn_fusion(True)
    frozen: Way = torch.jit.freeze(torch.jit.trace(model, x))
    return frozen


def compiled(model: ResNet, dtype: torch.dtype) -> Way:
    import torch._inductor.config as inductor

    inductor.freezing = True
    torch._dynamo.reset()
    copied: Any = copy.deepcopy(model)
    ready = torch.compile(copied.to(dtype).to(memory_format=torch.channels_last))
    return lambda x: ready(x.to(dtype, memory_format=torch.channels_last))


def prepared(name: str, prepare: Callable[[], Way], x: Tensor, expected: Tensor) -> tuple[Way, str] | None:
    """A way that has run three times, and what is said of it; None where this machine cannot go it."""
    begin = perf_counter()
    try:
        way = prepare()
        for _ in range(3):
            found = way(x)
    except Exception as error:
        print(f"  {name:42} not here: {str(error).splitlines()[0][:60]}")
        return None
    error_ = float((found.double() - expected.double()).norm() / expected.double().norm())
    return way, f"error {100 * error_:.4f} %, ready after {perf_counter() - begin:.1f} s"


def ways(model: ResNet, x: Tensor, compiler: bool) -> dict[str, Callable[[], Way]]:
    """Each way by its name, not yet ready; the walk in float32 is the first."""
    float32, bf16 = torch.float32, torch.bfloat16
    found: dict[str, Callable[[], Way]] = {
        "walk, float32": partial(walked, model),
        "ours: float32, fused": partial(fused, model, float32),
        "ours: bf16, fused": partial(fused, model, bf16),
        "torch: float32, channels_last": partial(channels_last, model, float32),
        "torch: bf16, channels_last": partial(channels_last, model, bf16),
        "TorchScript, oneDNN graph fusion, float32": partial(graph_fusion, model, x),
    }
    if compiler:
        found["torch.compile, frozen, float32"] = partial(compiled, model, float32)
        found["torch.compile, frozen, bf16"] = partial(compiled, model, bf16)
    return found


def measured(name: str, compiler: bool) -> None:
    model = build(plan(preset(name))).eval()
    x = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    expected = walked(model)(x)
    print(f"{name}:")
    ready = {key: prepared(key, prepare, x, expected) for key, prepare in ways(model, x, compiler).items()}
    times: dict[str, list[float]] = {key: [] for key, found in ready.items() if found}
    for _ in range(RUNS):
        for key, found in times.items():
            way, begin = ready[key], perf_counter()
            assert way is not None
            way[0](x)
            found.append(perf_counter() - begin)
    base = median(times["walk, float32"])
    for key, found in times.items():
        said = ready[key]
        assert said is not None
        print(f"  {key:42}{1e3 * median(found):8.1f} ms {median(found) / base:6.2f} ×   {said[1]}")
    begin = perf_counter()
    chosen = fast.fastest(model, x[0].numpy(), ["fc"])
    plain = chosen.measured[0]
    print(
        f"  the fast mode chose {chosen.chosen.name} in {perf_counter() - begin:.1f} s, by its own measurement "
        f"{chosen.chosen.seconds / plain.seconds:.2f} ×, error {100 * chosen.chosen.error:.2f} %"
    )


@torch.inference_mode()
def main() -> None:
    warnings.simplefilter("ignore")  # TorchScript says that it is old
    keep_freed_memory()  # as in the app
    print(f"One picture of 224 × 224, {torch.get_num_threads()} threads, {os.cpu_count()} cores, inference mode")
    for name in ("resnet18", "resnet50"):
        measured(name, "--no-compile" not in sys.argv)
    print(f"promise: what the fast mode chooses, within {PROMISE} × of the walk in float32")


if __name__ == "__main__":
    main()
