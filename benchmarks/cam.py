"""The film strip of class maps, beside a forward pass and beside captum and the grad-cam package for one layer.

Promises: Grad-CAM at every block's output within 2.2 × of a forward pass of the same model; the last block's maps of
another class on the same picture within 0.3 ×, in closed form. Peers: captum's LayerGradCam and the package grad-cam at
the last block's output alone, on the same model; one that is not installed is left out. All in turn in one process with
freed memory kept as in the app, medians; the maps of the last block are first compared with captum's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.network import ResNet, build, walk
from visualizer.network.cam import class_maps
from visualizer.resnet import plan, preset
from visualizer.ui.allocation import keep_freed_memory

RUNS = 15
PROMISE, PROMISE_LAST = 2.2, 0.3
NETS = ("resnet18", "resnet50", "resnet152")
TARGET = 281
Run = Callable[[], Any]


class Split(nn.Module):
    """Our model with the output of its last block as a module, for libraries that look at modules."""

    def __init__(self, model: ResNet) -> None:
        super().__init__()
        self.model, self.last = model, nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        block = self.model.plan.blocks[-1].path
        ((_, out),) = walk(self.model, x, [f"{block}.out"])
        row = self.model.get_submodule("fc")
        return row(self.last(out).mean((2, 3)))  # type: ignore[no-any-return]


def by_captum(network: Split, picture: Tensor) -> Run:
    from captum.attr import LayerGradCam

    cam = LayerGradCam(network, network.last)

    def run() -> Tensor:
        # Gradients reach the layer only if something before it wants one: captum asks that of its input.
        return cam.attribute(picture.clone().requires_grad_(), target=TARGET)  # type: ignore[no-any-return]

    return run


def by_package(network: Split, picture: Tensor) -> Run:
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    cam = GradCAM(model=network, target_layers=[network.last])
    return lambda: cam(input_tensor=picture, targets=[ClassifierOutputTarget(TARGET)])


PEERS: dict[str, Callable[[Split, Tensor], Run]] = {"captum": by_captum, "grad-cam package": by_package}


def runs(model: ResNet, pixels: np.ndarray) -> dict[str, Run]:
    picture, network = torch.from_numpy(pixels).unsqueeze(0), Split(model).eval()
    last = class_maps(model, pixels, TARGET).last
    found: dict[str, Run] = {
        "forward pass": lambda: _forward(model, picture),
        "every block, Grad-CAM of its output": lambda: class_maps(
            model, pixels, TARGET, places=["out"], methods=["gradcam"]
        ),
        "every block, both ways, three places": lambda: class_maps(model, pixels, TARGET),
        "last block, another class": lambda: last.maps(TARGET),
    }
    for name, peer in PEERS.items():
        try:
            found[f"{name}, last block"] = peer(network, picture)
        except (ImportError, RuntimeError) as error:  # torchvision, which grad-cam needs, raises the second
            print(f"{name} is left out: {error}")
    return found


@torch.inference_mode()
def _forward(model: ResNet, picture: Tensor) -> Tensor:
    return model(picture)  # type: ignore[no-any-return]


def check(model: ResNet, pixels: np.ndarray, captum: Run) -> None:
    """Our map of the last block is captum's."""
    block = model.plan.blocks[-1].path
    ours, theirs = class_maps(model, pixels, TARGET).maps[block]["gradcam", "out"], captum()[0, 0].detach().numpy()
    assert np.abs(ours - theirs).max() <= 1e-4 * np.abs(theirs).max(), "captum has another map"


def measured(found: dict[str, Run]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in found}
    for number in range(RUNS + 1):
        for name, run in found.items():
            begin = perf_counter()
            run()
            if number:  # the first of each warms up
                times[name].append(perf_counter() - begin)
    return {name: median(values) for name, values in times.items()}


def main() -> None:
    keep_freed_memory()
    print(f"one picture of 224 × 224, {torch.get_num_threads()} threads, {os.cpu_count()} cores")
    for net in NETS:
        model = build(plan(preset(net))).eval()
        pixels = np.random.default_rng(0).standard_normal(model.plan.input).astype(np.float32)
        found = runs(model, pixels)
        if "captum, last block" in found:
            check(model, pixels, found["captum, last block"])
        times = measured(found)
        base = times["forward pass"]
        print(net)
        for label, time in times.items():
            print(f"  {label:38}{time * 1e3:8.1f} ms {time / base:7.3f} ×")
    print(f"promise: every block within {PROMISE} ×, another class at the last block within {PROMISE_LAST} ×")


if __name__ == "__main__":
    main()
