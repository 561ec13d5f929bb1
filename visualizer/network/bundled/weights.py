"""The list of bundled weights, as their cards describe them, and each as a model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from visualizer.network.checkpoint import Checkpoint, CheckpointError, read_checkpoint
from visualizer.network.loading import load
from visualizer.network.model import ResNet
from visualizer.resnet import parse, plan

FOLDER = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Bundled:
    """Weights that come with the project.

    key: their name in URLs and of their files; net: the network that they are for, as text; resolution: side in pixels
    of the pictures that they were trained on; classes: the names of its outputs, in order, none where they mean
    nothing; shows: what they are good for; sha256: of the file of weights; card: all that is said about them.
    """

    key: str
    title: str
    net: str
    resolution: int
    classes: tuple[str, ...]
    shows: str
    licence: str
    sha256: str
    card: Mapping[str, Any]

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.key}.safetensors"

    def checkpoint(self) -> Checkpoint:
        """The weights as if their file had been opened. CheckpointError if it is not the file that the card is of."""
        found = read_checkpoint(self.file.read_bytes(), self.file.name)
        if found.digest != self.sha256:
            name = self.file.name
            raise CheckpointError(f"{name} is not the file that its card describes: install the project again.")
        return found

    def model(self) -> ResNet:
        """The trained network, in eval mode, with weights of its own."""
        return load(plan(parse(self.net), self.resolution), self.checkpoint())


@cache
def bundled() -> Mapping[str, Bundled]:
    """All weights that come with the project, by key."""
    return {path.stem: _described(path) for path in sorted(FOLDER.glob("*.json"))}


def _described(path: Path) -> Bundled:
    card = json.loads(path.read_text(encoding="utf-8"))
    return Bundled(
        path.stem, card["title"], card["net"], card["resolution"], tuple(card["classes"]), card["shows"],
        card["licence"], card["sha256"], card,
    )  # fmt: skip
