"""A walk that keeps what every block does, beside the fastest plain forward pass of the same weights.

Promise: one walk that keeps x, F(x), shortcut, sum and what is after the ReLU of every block, one picture of 224 × 224,
within 1.05 × of the fastest plain eager forward pass found here, for ResNet-18, 50 and 152. Looked for among: our
own forward and torchvision's network with our weights, each with values laid out N×C×H×W and channels_last; float32, in
inference mode, with torch's threads. Peers that keep values too: forward hooks on torchvision's network, copied where
they are overwritten, which miss nothing only because the sum is added again; captum's LayerActivation of the modules
that torchvision has for it (no module makes the sum); TorchLens, which keeps every operation's. The last is not in
requirements-dev.txt and is left out where it is not installed: `pip install --no-deps torchlens`.

Both in seconds with all of torch's threads, and in processor time with one thread, which tells the same on a machine
that is busy otherwise. All in turn in one process, medians; the walk's values are first compared with the hooks' bit
for bit. Freed memory is kept, as in the app (`visualizer/ui/allocation.py`); by glibc's default a process gives it
back, and a walk that keeps 73 MB meets 8,000 to 21,000 page faults, which make it 1.2 to 1.4 ×.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.network import ResNet, build, walk
from visualizer.network.program import BLOCK_PLACES
from visualizer.resnet import plan, preset
from visualizer.ui.allocation import keep_freed_memory

RUNS = 15
PEER_RUNS = 3
PROMISE = 1.05
NETS = ("resnet18", "resnet50", "resnet152")
Values = dict[str, Tensor]
Run = Callable[[], Any]


def torchvisions(ours: ResNet, name: str) -> nn.Module:
    """torchvision's network, whose ReLUs and additions are in place, in eval mode with our weights."""
    try:
        torchvision = import_module("torchvision")
    except RuntimeError:  # its compiled operations, of which networks need none, were built for another torch
        sys.modules["torchvision._meta_registrations"] = ModuleType("torchvision._meta_registrations")
        torchvision = import_module("torchvision")
    model: nn.Module = getattr(torchvision.models, name)().eval()
    model.load_state_dict(ours.state_dict())
    return model


def _blocks(model: nn.Module, ours: ResNet) -> dict[str, Any]:
    return {block.path: model.get_submodule(block.path) for block in ours.plan.blocks}


def _last_norm(block: Any) -> nn.Module:
    found: nn.Module = block.bn3 if hasattr(block, "bn3") else block.bn2
    return found


def by_hooks(model: nn.Module, ours: ResNet) -> Callable[[Tensor], Values]:
    """A forward pass that keeps the same values in the usual way. The sum, which no module makes, is added again."""
    kept: Values = {}
    for path, block in _blocks(model, ours).items():

        def begin(module: nn.Module, inputs: tuple[Tensor], path: str = path) -> None:
            kept[f"{path}.x"] = kept[f"{path}.shortcut"] = inputs[0]

        def keep(module: nn.Module, inputs: tuple[Tensor], output: Tensor, path: str = path) -> None:
            kept[f"{path}.branch"] = output.clone()

        def project(module: nn.Module, inputs: tuple[Tensor], output: Tensor, path: str = path) -> None:
            kept[f"{path}.shortcut"] = output

        def end(module: nn.Module, inputs: tuple[Tensor], output: Tensor, path: str = path) -> None:
            kept[f"{path}.sum"] = kept[f"{path}.branch"] + kept[f"{path}.shortcut"]
            kept[f"{path}.out"] = output

        block.register_forward_pre_hook(begin)
        _last_norm(block).register_forward_hook(keep)
        block.register_forward_hook(end)
        if block.downsample is not None:
            block.downsample.register_forward_hook(project)

    def run(picture: Tensor) -> Values:
        model(picture)
        found = dict(kept)
        kept.clear()
        return found

    return run


def by_captum(model: nn.Module, ours: ResNet, picture: Tensor) -> Run:
    from captum.attr import LayerActivation

    modules = [
        module
        for block in _blocks(model, ours).values()
        for module in (_last_norm(block), block.downsample, block)
        if module is not None
    ]
    activation = LayerActivation(model, modules)
    return lambda: activation.attribute(picture)


def by_torchlens(model: nn.Module, ours: ResNet, picture: Tensor) -> Run:
    torchlens = import_module("torchlens")
    return lambda: torchlens.trace(model, picture)


PEERS = {"captum, LayerActivation": by_captum, "TorchLens, trace": by_torchlens}


def plain_runs(ours: ResNet, name: str, picture: Tensor) -> dict[str, Run]:
    """The plain forward passes, of which the fastest counts."""
    found: dict[str, Run] = {}
    for layout in (torch.contiguous_format, torch.channels_last):
        words = "N×C×H×W" if layout == torch.contiguous_format else "channels_last"
        given = picture.to(memory_format=layout)
        for whose, model in (("our", build(ours.plan).eval()), ("torchvision's", torchvisions(ours, name))):
            model.to(memory_format=layout)  # type: ignore[call-overload]
            found[f"{whose} forward, {words}"] = partial(model, given)
    return found


def measured(runs: dict[str, Run], number: int, clock: Callable[[], float]) -> dict[str, float]:
    """The median of each in seconds of the clock; what a run returns is freed in its time."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(number + 1):
        for name, run in runs.items():
            begin = clock()
            run()
            if turn:  # the first of each warms up
                times[name].append(clock() - begin)
    return {name: median(found) for name, found in times.items()}


def peers(ours: ResNet, name: str, picture: Tensor) -> dict[str, Run]:
    found: dict[str, Run] = {}
    for words, make in PEERS.items():
        try:
            found[words] = make(torchvisions(ours, name), ours, picture)
        except ImportError as error:
            print(f"  {words} is left out: {error}")
    return found


def compare(name: str) -> bool:
    """The table of one network; whether the promise is kept by processor time."""
    ours, picture = build(plan(preset(name))).eval(), torch.randn(1, 3, 224, 224)
    keep = [f"{block.path}.{place}" for block in ours.plan.blocks for place in BLOCK_PLACES]
    hooked = by_hooks(torchvisions(ours, name), ours)
    with torch.inference_mode():
        found, expected = dict(walk(ours, picture, keep)), hooked(picture)
        assert all(torch.equal(found[address], expected[address]) for address in keep), "the walk tells other values"
    del found, expected
    plain = plain_runs(ours, name, picture)
    last = build(ours.plan).eval()
    last.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    given = picture.to(memory_format=torch.channels_last)
    kept: dict[str, Run] = {
        "walk that keeps": lambda: dict(walk(ours, picture, keep)),
        "walk that keeps, channels_last": lambda: dict(walk(last, given, keep)),
        "hooks that keep the same": lambda: hooked(picture),
    }
    others, threads = peers(ours, name, picture), torch.get_num_threads()
    tables = {}
    for count, clock in ((threads, perf_counter), (1, thread_time)):
        torch.set_num_threads(count)
        with torch.inference_mode():
            tables[count] = measured({**plain, **kept}, RUNS, clock)
        tables[count] |= measured(others, PEER_RUNS, clock)
    torch.set_num_threads(threads)
    fastest = {count: min(times[words] for words in plain) for count, times in tables.items()}
    print(f"{name:36}" + "".join(f"{f'{count} threads' if count > 1 else 'processor':>18}" for count in tables))
    for words in (*plain, *kept, *others):
        row = "".join(f"{times[words] * 1e3:8.1f} ms {times[words] / fastest[n]:5.2f} ×" for n, times in tables.items())
        print(f"  {words:34}{row}")
    return tables[1]["walk that keeps"] <= PROMISE * fastest[1]


def main() -> None:
    kept = keep_freed_memory()
    threads = f"{torch.get_num_threads()} threads on {os.cpu_count()} cores"
    memory = "freed memory kept" if kept else "freed memory given back"
    print(f"one picture of 224 × 224, float32, inference mode, {threads}, {memory}")
    met = [name for name in NETS if compare(name)]
    print(f"promise: the walk, N×C×H×W as in the app, within {PROMISE} × of the fastest plain forward pass")
    print(f"met in processor time by {', '.join(met) or 'none'}")


if __name__ == "__main__":
    main()
