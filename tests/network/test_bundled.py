"""The weights that come with the project: each file is the one its card describes, and fits the network it names."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import torch

from visualizer.network import CheckpointError
from visualizer.network.bundled import Bundled, bundled
from visualizer.network.bundled.weights import FOLDER
from visualizer.resnet import parse

MOST_BYTES = 15_000_000
each = pytest.mark.parametrize("weights", bundled().values(), ids=lambda weights: weights.key)


def test_every_file_of_weights_has_a_card_and_together_they_are_small() -> None:
    files = {path.stem: path for path in FOLDER.glob("*.safetensors")}
    assert set(files) == set(bundled()) == {path.stem for path in FOLDER.glob("*.json")}
    assert "resnet20_digits" in files
    assert sum(path.stat().st_size for path in files.values()) < MOST_BYTES


@each
def test_the_digest_on_the_card_is_that_of_the_file(weights: Bundled) -> None:
    assert hashlib.sha256(weights.file.read_bytes()).hexdigest() == weights.sha256


@each
def test_a_card_says_what_who_how_and_when(weights: Bundled, root: Path) -> None:
    card = weights.card
    assert all(card["data"][field] for field in ("name", "source", "licence"))
    assert (root / card["script"]).is_file()
    assert date(2026, 1, 1) <= date.fromisoformat(card["date"])
    assert {"python", "torch", "numpy"} <= set(card["versions"])
    assert isinstance(card["seed"], int)
    assert all(weights.__dict__[field] for field in ("title", "shows", "licence"))
    assert card["recipe"].endswith(".")
    assert "bit for bit" in card["promise"]


@each
def test_a_card_names_nothing_of_the_machine(weights: Bundled) -> None:
    """No path, no host, no user."""
    text = json.dumps(weights.card)
    assert not re.search(r"/(work|home|root|tmp|Users)/|\\\\", text)


@each
def test_the_model_is_the_network_that_the_card_names(weights: Bundled) -> None:
    model = weights.model()
    assert not model.training
    assert model.plan.spec == parse(weights.net)
    assert model.plan.input[1] == weights.resolution
    if weights.classes:
        assert len(weights.classes) == len(set(weights.classes)) == model.plan.spec.classes


@each
def test_each_model_has_weights_of_its_own(weights: Bundled) -> None:
    first, second = weights.model(), weights.model()
    with torch.no_grad():
        for tensor in first.state_dict().values():
            tensor.zero_()
    assert second.get_parameter("conv1.weight").any()


@each
def test_another_file_under_the_name_is_refused(
    weights: Bundled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One bit flipped in a weight: the file is still sound, and still not what was published."""
    shutil.copy(weights.file, tmp_path)
    monkeypatch.setattr("visualizer.network.bundled.weights.FOLDER", tmp_path)
    assert weights.checkpoint().digest == weights.sha256
    data = bytearray(weights.file.read_bytes())
    data[-4] ^= 1  # the lowest bit of the last number
    weights.file.write_bytes(data)
    with pytest.raises(CheckpointError, match="is not the file that its card describes"):
        weights.checkpoint()
