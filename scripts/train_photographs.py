"""Trains the bundled ResNet-18 of reduced width on photographs without labels.

OMP_NUM_THREADS=1 python -m scripts.train_photographs [FOLDER]: about four minutes of a core's time.

Two views of one place in a photograph are cut out, each turned, resized, mirrored and coloured at random, and the
network learns to give the two nearly the same output, and others of the batch different ones (SimCLR's loss; Chen et
al. 2020, arXiv:2002.05709). For the first layers one picture and strong augmentation can be enough (Asano et al. 2020,
arXiv:1904.13132); here are five. The right quarter of each is held out.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from sklearn.datasets import load_sample_image
from torch import Tensor
from torch.nn import functional

from scripts.training import FOLDER, publish, repeatable, versions
from visualizer.images import STD, Pixels, samples
from visualizer.network import ResNet, build
from visualizer.resnet import parse, plan

KEY, NET, SIZE = "resnet18_photographs", "resnet18?width=16&stem_width=32&classes=64", 224
SEED, STEPS, PAIRS, CROP = 0, 2000, 32, 48
RATE, DECAY, LONGEST, TEMPERATURE = 0.1, 1e-4, 1.0, 0.2
CONV1_START = 0.05  # of He's initialisation: the random start of the first filters is then soon forgotten
LEVELS, PER_OCTAVE, HELD_OUT = 4, 2, 0.25
TURN, ZOOM, SHIFT = 20.0, 0.35, 0.15  # degrees; logarithm of the size; part of the crop's side: at most
GREY, GAIN, OFFSET, CONTRAST = 0.35, 0.4, 0.1, 0.4

Levels = list[Tensor]


def photographs() -> dict[str, Pixels]:
    """The four photographs among the samples, and scikit-learn's flower: H×W×3."""
    found = {sample.key: sample.picture().pixels for sample in samples()[:4]}
    return found | {"flower": load_sample_image("flower.jpg")}


def pyramids(held_out: bool = False) -> list[Levels]:
    """Each photograph, without its right quarter or that alone, at LEVELS sizes, each 1/√2 of the one before: 3×H×W."""
    found = []
    for pixels in photographs().values():
        edge = round(pixels.shape[1] * (1 - HELD_OUT))
        found.append(_levels(Image.fromarray(np.ascontiguousarray(pixels[:, edge:] if held_out else pixels[:, :edge]))))
    return found


def _levels(image: Image.Image) -> Levels:
    sizes = [[round(side * 2 ** (-level / PER_OCTAVE)) for side in image.size] for level in range(LEVELS)]
    resized = [image.resize((wide, high), Image.Resampling.LANCZOS) for wide, high in sizes]
    return [torch.from_numpy(np.array(one)).permute(2, 0, 1) / 255 for one in resized if min(one.size) >= CROP]


def pairs(pictures: list[Levels], count: int, random: torch.Generator) -> Tensor:
    """Two views each of `count` places: 2·count×3×CROP×CROP, first all first views, then all second ones."""
    views = []
    for number in torch.randint(len(pictures), (count,), generator=random).tolist():
        level = int(torch.randint(len(pictures[number]), (), generator=random))
        place = torch.rand(2, generator=random)
        views.append([_view(pictures[number][level], place, random) for _ in range(2)])
    first, second = zip(*views, strict=True)
    return _coloured(torch.stack(first + second), random)


def _view(picture: Tensor, place: Tensor, random: torch.Generator) -> Tensor:
    """A crop 3×CROP×CROP around a place (of 0..1, from left to right and from top to bottom) of a picture 3×H×W."""
    turn, zoom, *shift = (2 * torch.rand(4, generator=random) - 1).tolist()
    angle, half = math.radians(TURN) * turn, CROP / 2 * math.exp(ZOOM * zoom)
    mirrored = torch.rand((), generator=random) < 0.5
    sides = torch.tensor([picture.shape[2], picture.shape[1]])
    margin = torch.minimum(torch.full((2,), half * (abs(math.cos(angle)) + abs(math.sin(angle)))), sides / 2)
    centre = place * sides + 2 * half * SHIFT * torch.tensor(shift)
    centre = torch.minimum(torch.maximum(centre, margin), sides - margin)
    turned = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    turned = turned * half / (sides / 2).unsqueeze(1) * torch.tensor([-1.0 if mirrored else 1.0, 1.0])
    theta = torch.cat([turned, (2 * centre / sides - 1).unsqueeze(1)], dim=1).unsqueeze(0)
    grid = functional.affine_grid(theta, [1, 3, CROP, CROP], align_corners=False)
    return functional.grid_sample(picture.unsqueeze(0), grid, padding_mode="reflection", align_corners=False)[0]


def _coloured(views: Tensor, random: torch.Generator) -> Tensor:
    """Some in grey; all around a middle near ImageNet's mean; contrast and each colour amplified; then normalised.

    With its own brightness a view would be told apart by that, and the filters of conv1 would learn to see the zeros
    beyond its borders.
    """
    def uniform(most: float, channels: int) -> Tensor:
        return most * (2 * torch.rand(len(views), channels, 1, 1, generator=random) - 1)

    grey = torch.rand(len(views), 1, 1, 1, generator=random) < GREY
    views = torch.where(grey, views.mean(1, keepdim=True), views)
    views = (views - views.mean((2, 3), keepdim=True)) * uniform(CONTRAST, 1).exp()
    views = views * (1 + torch.where(grey, uniform(GAIN, 1), uniform(GAIN, 3)))
    views = views + torch.where(grey, uniform(OFFSET, 1), uniform(OFFSET, 3))
    return views / torch.from_numpy(STD).reshape(3, 1, 1)


def similarities(outputs: Tensor) -> tuple[Tensor, Tensor]:
    """Cosines 2N×2N between outputs over TEMPERATURE, without those to itself, and which is each one's other view."""
    unit = functional.normalize(outputs)
    count = len(outputs)
    own = torch.eye(count, dtype=torch.bool)
    return (unit @ unit.T / TEMPERATURE).masked_fill(own, -torch.inf), torch.arange(count).roll(count // 2)


def training(model: ResNet, pictures: list[Levels], steps: int, seed: int = SEED) -> Iterator[float]:
    """Train the model in place, telling the loss of each of `steps` steps.

    SGD; the rate rises over a twentieth of the steps and falls as a cosine; long gradients are shortened.
    """
    random = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), RATE, momentum=0.9, weight_decay=DECAY, nesterov=True)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, 20 * (step + 1) / steps) * (1 + math.cos(math.pi * step / steps)) / 2
        loss = functional.cross_entropy(*similarities(model(pairs(pictures, PAIRS, random))))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), LONGEST)
        optimizer.step()
        yield loss.item()


def untrained(seed: int = SEED) -> ResNet:
    """The network before the first step."""
    model = build(plan(parse(NET), SIZE), seed)
    with torch.no_grad():
        model.get_parameter("conv1.weight").mul_(CONV1_START)
    return model


@torch.inference_mode()
def found(model: ResNet, pictures: list[Levels], batches: int = 20) -> float:
    """Percent of views whose other view is the most similar one among 2·PAIRS − 1; by chance 100 / (2·PAIRS − 1)."""
    random = torch.Generator().manual_seed(1)
    right = 0
    for _ in range(batches):
        cosines, other = similarities(model(pairs(pictures, PAIRS, random)))
        right += int((cosines.argmax(1) == other).sum())
    return round(100 * right / (2 * PAIRS * batches), 1)


def smoothness(model: ResNet) -> float:
    """Correlation of neighbouring weights in the filters of conv1: 0 in noise, towards 1 in smooth filters."""
    filters = model.get_parameter("conv1.weight").detach()
    right = (filters[..., :, 1:] * filters[..., :, :-1]).sum() / filters[..., :, 1:].square().sum()
    down = (filters[..., 1:, :] * filters[..., :-1, :]).sum() / filters[..., 1:, :].square().sum()
    return round(float(right + down) / 2, 3)


def measured(model: ResNet) -> dict[str, Any]:
    """What can be measured where nothing has a name; the model is in eval mode."""
    unseen = pyramids(held_out=True)
    return {
        "pairs_found_percent": found(model, unseen),
        "pairs_found_by_chance_percent": round(100 / (2 * PAIRS - 1), 1),
        "neighbouring_weights_of_conv1": smoothness(model),
        "neighbouring_weights_before_training": smoothness(untrained()),
        "what": f"Pairs: among {2 * PAIRS} views of places in the held-out quarters, how often the most similar output"
        " is that of the other view of the same place. Neighbouring weights: their correlation within a filter,"
        " 0 in noise.",
    }


def card(model: ResNet) -> dict[str, Any]:
    """The card of a trained model."""
    shown = {sample.key: f"{sample.title} ({sample.credit})" for sample in samples()[:4]}
    return {
        "title": "ResNet-18 of a quarter of the width, photographs without labels",
        "net": NET,
        "resolution": SIZE,
        "classes": [],
        "shows": "edges, colours and textures, learned from photographs alone; its outputs have no names",
        "measured": measured(model),
        "data": {
            "name": "five photographs: " + "; ".join([*shown.values(), "Flower (vultilion, CC BY 2.0)"]),
            "source": "visualizer/images/samples, and sklearn.datasets.load_sample_image",
            "licence": "CC0, public domain, CC BY 2.0",
            "split": f"the right {HELD_OUT:.0%} of every photograph were held out",
        },
        "recipe": f"SimCLR (arXiv:2002.05709) with the classifier's outputs at temperature {TEMPERATURE:g}: {STEPS:,}"
        f" steps of {PAIRS} pairs of views of {CROP}×{CROP} pixels, turned by up to {TURN:g}°, resized by up to"
        f" {math.exp(ZOOM):.2f}, shifted, mirrored, each with its mean colour taken away, recoloured, {GREY:.0%} of"
        f" them in grey. SGD, Nesterov momentum 0.9, rate {RATE:g} falling as a cosine after a rise over a twentieth,"
        f" weight decay {DECAY:g}, gradients no longer than {LONGEST:g}. The filters of conv1 start at {CONV1_START:g}"
        " of He's initialisation, so that they soon forget it. The settings were chosen by looking at conv1.",
        "script": "scripts/train_photographs.py",
        "seed": SEED,
        "versions": versions("torch", "numpy", "pillow", "scikit-learn"),
        "licence": "MIT, as this project",
    }


def main(folder: Path) -> None:
    repeatable()
    pictures, model = pyramids(), untrained()
    for step, loss in enumerate(training(model, pictures, STEPS), start=1):
        if step % 100 == 0 or step == STEPS:
            print(f"step {step:,} of {STEPS:,}: loss {loss:.3f}, conv1 {smoothness(model):.2f}", flush=True)
    model.eval()
    publish(model, KEY, card(model), folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
