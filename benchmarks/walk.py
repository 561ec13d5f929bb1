"""A walk that keeps what every block does, beside forward passes of the same ResNet-50, ours and one written by hand.

Promise: one walk that keeps x, F(x), shortcut and sum of every block, one picture of 224 × 224, within 1.1 × of a plain
forward pass of the same model. Peers: the same network as torchvision would write it (modules, ReLU and addition in
place) with the same weights, and forward hooks on it that keep the same values, copied where they are overwritten.
All in turn in one process, medians; every result is first compared bit for bit.

What is kept is 73 MB. With glibc's default settings a process gives freed memory of that size back to the system, and
every walk meets 8,000 to 21,000 page faults. The app keeps freed memory (`visualizer/ui/allocation.py`); each table is
printed twice, by the default and then as in the app, to which the promise applies.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.network import ResNet, build, walk
from visualizer.resnet import plan, preset
from visualizer.ui.allocation import keep_freed_memory

RUNS = 31
PROMISE = 1.1
PLACES = ("x", "branch", "shortcut", "sum")
Values = dict[str, Tensor]


class Bottleneck(nn.Module):
    """1×1, BN, ReLU, 3×3, BN, ReLU, 1×1, BN, addition, ReLU."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Module | None = None
        if stride > 1 or channels != 4 * width:
            projection = nn.Conv2d(channels, 4 * width, 1, stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(4 * width))

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)  # type: ignore[no-any-return]


class ResNet50(nn.Module):
    """The network by hand, with torchvision's names."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        self.relu, self.maxpool = nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)
        channels = 64
        for number, (depth, width) in enumerate(zip((3, 4, 6, 3), (64, 128, 256, 512), strict=True), start=1):
            blocks = []
            for index in range(depth):
                blocks.append(Bottleneck(channels, width, 2 if number > 1 and index == 0 else 1))
                channels = 4 * width
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(2048, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
        return self.fc(torch.flatten(self.avgpool(x), 1))  # type: ignore[no-any-return]


def by_hooks(model: ResNet50, paths: tuple[str, ...]) -> Callable[[Tensor], Values]:
    """A forward pass that keeps the same values in the usual way. The sum, which no module makes, is added again."""
    kept: Values = {}
    for path in paths:
        block = model.get_submodule(path)
        assert isinstance(block, Bottleneck)

        def keep(module: nn.Module, inputs: tuple[Tensor], output: Tensor, path: str = path) -> None:
            kept[f"{path}.branch"] = output.clone()

        def begin(module: nn.Module, inputs: tuple[Tensor], path: str = path) -> None:
            kept[f"{path}.x"] = kept[f"{path}.shortcut"] = inputs[0]

        def end(module: nn.Module, inputs: tuple[Tensor], output: Tensor, path: str = path) -> None:
            kept[f"{path}.sum"] = kept[f"{path}.branch"] + kept[f"{path}.shortcut"]

        def project(module: nn.Module, inputs: tuple[Tensor], output: Tensor, path: str = path) -> None:
            kept[f"{path}.shortcut"] = output

        block.register_forward_pre_hook(begin)
        block.bn3.register_forward_hook(keep)
        block.register_forward_hook(end)
        if block.downsample is not None:
            block.downsample.register_forward_hook(project)

    def run(picture: Tensor) -> Values:
        model(picture)
        found = dict(kept)
        kept.clear()
        return found

    return run


def hand_written(ours: ResNet) -> ResNet50:
    """The network by hand, in eval mode with our weights."""
    model = ResNet50().eval()
    model.load_state_dict(ours.state_dict())
    return model


def measured(runs: dict[str, Callable[[], object]]) -> None:
    """A line each: median time, how many times the first, page faults. What a run returns is freed in its time."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    faults: dict[str, list[int]] = {name: [] for name in runs}
    for _ in range(RUNS):
        for name, run in runs.items():
            before, begin = getrusage(RUSAGE_SELF).ru_minflt, perf_counter()
            run()
            times[name].append(perf_counter() - begin)
            faults[name].append(getrusage(RUSAGE_SELF).ru_minflt - before)
    base = median(next(iter(times.values())))
    for name, found in times.items():
        time = median(found)
        print(f"  {name:38}{time * 1e3:8.1f} ms {time / base:6.2f} × {median(faults[name]):8.0f} page faults")


@torch.inference_mode()
def main() -> None:
    model = build(plan(preset("resnet50"))).eval()
    paths = tuple(block.path for block in model.plan.blocks)
    keep = [f"{path}.{place}" for path in paths for place in PLACES]
    by_hand, picture = hand_written(model), torch.randn(1, 3, 224, 224)
    hooked = by_hooks(hand_written(model), paths)
    found, expected = dict(walk(model, picture, keep)), hooked(picture)
    assert all(torch.equal(found[address], expected[address]) for address in keep), "the walk tells other values"
    assert torch.equal(model(picture), by_hand(picture)), "forward gives other numbers"
    del found, expected
    runs: dict[str, Callable[[], object]] = {
        "plain forward pass": lambda: model(picture),
        "the same by hand": lambda: by_hand(picture),
        "walk, x, F(x), shortcut, sum kept": lambda: dict(walk(model, picture, keep)),
        "walk, each let go once told": lambda: sum(1 for _ in walk(model, picture, keep)),
        "by hand, hooks that keep the same": lambda: hooked(picture),
    }
    print(f"ResNet-50, one picture of 224 × 224, {torch.get_num_threads()} threads, {os.cpu_count()} cores")
    print("freed memory goes back to the system (glibc's default):")
    measured(runs)
    if keep_freed_memory():
        print("freed memory is kept (as in the app):")
        measured(runs)
    print(f"promise: the walk that keeps, within {PROMISE} × of the plain forward pass")


if __name__ == "__main__":
    main()
