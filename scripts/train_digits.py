"""Trains the bundled ResNet-20 on handwritten digits: OMP_NUM_THREADS=1 python -m scripts.train_digits [FOLDER].

It takes about five minutes of a core's time. Data are scikit-learn's copy of 1,797 pictures of 8×8 pixels. A fifth of
them is held out: by a seed, as many of each digit as in the whole, and looked at once, after the last step. The number
of epochs was fixed before the first run, so no choice was made on the held-out pictures either.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor
from torch.nn import functional

from scripts.training import FOLDER, publish, repeatable, versions
from visualizer.images import MEAN, STD, Picture, Pixels, seen
from visualizer.network import ResNet, build
from visualizer.resnet import parse, plan

KEY, NET, SIZE = "resnet20_digits", "resnet20", 32
SEED, HELD_OUT = 0, 360  # pictures held out: 20 % of 1,797
EPOCHS, BATCH, RATE, DECAY = 40, 64, 0.1, 5e-4
TURN, SHEAR, SHIFT = 12.0, 0.15, 0.12  # degrees, slope and part of the picture's side, at most
SCALE = (0.7, 1.15)
NOISE = 0.03


class Digits(NamedTuple):
    """Ink N×1×SIZE×SIZE, 0 (paper) to 1, enlarged as the app enlarges; labels N; and where each stood in the set."""

    ink: Tensor
    labels: Tensor
    places: NDArray[np.intp]


def pixels(image: NDArray[np.float64]) -> Pixels:
    """One picture of the set, 8×8 of 0..16 ink, as 8×8×3 uint8: black on white, as it was written."""
    grey = 255 - np.rint(image * 255 / 16).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def split() -> tuple[Digits, Digits]:
    """The pictures to train on, and those held out."""
    data = load_digits()
    train, held_out = train_test_split(
        np.arange(len(data.target)), test_size=HELD_OUT, random_state=SEED, stratify=data.target
    )
    enlarged = [seen(Picture(pixels(image), "set", (), ""), SIZE)[..., 0] for image in data.images]
    ink = 1 - torch.from_numpy(np.stack(enlarged)).unsqueeze(1) / 255
    labels = torch.from_numpy(data.target)
    train, held_out = np.sort(train), np.sort(held_out)
    return Digits(ink[train], labels[train], train), Digits(ink[held_out], labels[held_out], held_out)


def network_input(ink: Tensor, paper: Tensor, pen: Tensor) -> Tensor:
    """Ink N×1×H×W, on paper and with a pen of these colours (N×3 of 0..1, or three numbers for all): N×3×H×W."""
    paper, pen = paper.reshape(-1, 3, 1, 1), pen.reshape(-1, 3, 1, 1)
    mean, std = (torch.from_numpy(part).reshape(3, 1, 1) for part in (MEAN, STD))
    return ((paper + (pen - paper) * ink).clamp(0, 1) - mean) / std


BLACK, WHITE = torch.zeros(3), torch.ones(3)


def augmented(ink: Tensor, random: torch.Generator) -> Tensor:
    """Turned, sheared, resized and shifted a little; in any dark pen on any light paper or the reverse; with noise."""
    count = len(ink)
    moved = functional.grid_sample(
        ink, functional.affine_grid(_transforms(count, random), list(ink.shape), align_corners=False),
        align_corners=False,
    )  # fmt: skip
    light, dark = 1 - 0.4 * torch.rand(count, 3, generator=random), 0.4 * torch.rand(count, 3, generator=random)
    reverse = torch.rand(count, 1, generator=random) < 0.5
    inputs = network_input(moved, torch.where(reverse, dark, light), torch.where(reverse, light, dark))
    return inputs + NOISE / 0.225 * torch.randn(inputs.shape, generator=random)  # 0.225: a deviation of normalisation


def _transforms(count: int, random: torch.Generator) -> Tensor:
    """Affine maps N×2×3 from places in the result to places in the picture, both of −1..1."""
    most = torch.tensor([math.radians(TURN), SHEAR, 2 * SHIFT, 2 * SHIFT]).unsqueeze(1)
    turn, shear, across, down = most * (2 * torch.rand(4, count, generator=random) - 1)
    zoom = 1 / (SCALE[0] + (SCALE[1] - SCALE[0]) * torch.rand(count, generator=random))
    first = torch.stack([zoom * turn.cos(), zoom * (shear - turn.sin()), across], dim=1)
    second = torch.stack([zoom * turn.sin(), zoom * turn.cos(), down], dim=1)
    return torch.stack([first, second], dim=1)


def training(model: ResNet, digits: Digits, steps: int, seed: int = SEED) -> Iterator[float]:
    """Train the model in place, telling the loss of each of `steps` steps.

    SGD; the rate rises over a twentieth of the steps and falls as a cosine.
    """
    random = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), RATE, momentum=0.9, weight_decay=DECAY, nesterov=True)
    batches = _batches(len(digits.labels), random)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, 20 * (step + 1) / steps) * (1 + math.cos(math.pi * step / steps)) / 2
        chosen = next(batches)
        loss = functional.cross_entropy(model(augmented(digits.ink[chosen], random)), digits.labels[chosen])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        yield loss.item()


def _batches(count: int, random: torch.Generator) -> Iterator[Tensor]:
    """Numbers of pictures, BATCH at a time, each once an epoch; what is left over of an epoch waits for another one."""
    while True:
        yield from torch.randperm(count, generator=random)[: count // BATCH * BATCH].reshape(-1, BATCH)


@torch.inference_mode()
def right(model: ResNet, digits: Digits, paper: Tensor = WHITE, pen: Tensor = BLACK) -> int:
    """How many of the pictures the model, in eval mode, names right."""
    return int((model(network_input(digits.ink, paper, pen)).argmax(1) == digits.labels).sum())


def card(model: ResNet, held_out: Digits) -> dict[str, Any]:
    """The card of a trained model, with its accuracy measured on what was held out."""
    count = len(held_out.labels)
    dark, light = right(model, held_out), right(model, held_out, BLACK, WHITE)
    return {
        "title": "ResNet-20, handwritten digits",
        "net": NET,
        "resolution": SIZE,
        "classes": [str(digit) for digit in range(10)],
        "shows": "what a network learns that tells handwritten digits apart",
        "accuracy": {
            "held_out": count,
            "right": dark,
            "right_light_on_dark": light,
            "top1_percent": round(100 * dark / count, 2),
        },
        "data": {
            "name": "Optical Recognition of Handwritten Digits, test part: 1,797 pictures of 8×8 pixels by 13 people",
            "by": "E. Alpaydin and C. Kaynak, 1998",
            "source": "https://archive.ics.uci.edu/dataset/80 (doi:10.24432/C50P49), from sklearn.datasets.load_digits",
            "licence": "CC BY 4.0",
            "split": f"{1797 - count} to train on, {count} held out, stratified by digit"
            f" (train_test_split, random_state={SEED}). The set does not say who wrote what, so the same hands are on"
            " both sides.",
        },
        "recipe": f"Enlarged to {SIZE}×{SIZE} bilinearly, ImageNet's mean and deviation as for every network here."
        f" {EPOCHS} epochs, fixed beforehand, in batches of {BATCH}: SGD, Nesterov momentum 0.9, rate {RATE} falling as"
        f" a cosine after a rise over a twentieth, weight decay {DECAY:g}. Each picture each time turned by up to"
        f" {TURN:g}°, sheared by {SHEAR:g}, resized to {SCALE[0]:g} to {SCALE[1]:g}, shifted by {SHIFT:.0%} of its"
        f" side, in dark on light or light on dark colours at random, with noise of {NOISE:g}.",
        "script": "scripts/train_digits.py",
        "seed": SEED,
        "versions": versions("torch", "numpy", "pillow", "scikit-learn"),
        "licence": "MIT, as this project",
    }


def main(folder: Path) -> None:
    repeatable()
    digits, held_out = split()
    steps = EPOCHS * (len(digits.labels) // BATCH)
    model = build(plan(parse(NET), SIZE), SEED)
    for step, loss in enumerate(training(model, digits, steps), start=1):
        if step % 50 == 0 or step == steps:
            print(f"step {step:,} of {steps:,}: loss {loss:.4f}", flush=True)
    model.eval()
    found = card(model, held_out)
    print(found["accuracy"])
    publish(model, KEY, found, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
