"""Published numbers, as fixtures. Where they come from: tests/data/reference/SOURCES.md."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tests.strategies  # noqa: F401  its profile holds for every test: no deadlines

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "tests" / "data" / "reference"

Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    """The rows of a CSV file, all as text."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def golden() -> dict[str, Row]:
    """25 networks by id ("tv_resnet50"): configuration, `params`, `macs`, `conv_linear_acts`, as text."""
    return {row["id"]: row for row in rows_of(REFERENCE / "golden.csv")}


@pytest.fixture(scope="session")
def published_tensors() -> dict[str, list[dict[str, Any]]]:
    """By network ("resnet50"): `key`, `shape`, `dtype`, `kind`, `numel` of each tensor of its checkpoint, in order."""
    with gzip.open(REFERENCE / "torchvision_state_dicts.json.gz", "rt", encoding="utf-8") as file:
        models: dict[str, list[dict[str, Any]]] = json.load(file)["models"]
    return models


@pytest.fixture(scope="session")
def published_weights() -> list[Row]:
    """Every ImageNet ResNet checkpoint of torchvision: `model`, `weights`, `num_params`, `ops_gmac`, `acc1`, `url`."""
    return rows_of(REFERENCE / "torchvision_weights.csv")


@pytest.fixture(scope="session")
def published_receptive_fields() -> list[Row]:
    """Receptive fields as published: `cnn`, `end_point`, `rf`, `effective_stride`, `effective_padding`."""
    return rows_of(REFERENCE / "receptive_field_published.csv")


@pytest.fixture(scope="session")
def paper_table() -> Callable[[str], list[Row]]:
    """A paper's table by the name of its file: `paper_table("he2015_table1")`."""
    return lambda name: rows_of(REFERENCE / "papers" / f"{name}.csv")


@pytest.fixture
def no_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app without its background collector: that is one for the whole process, and has tests of its own."""
    from visualizer.ui import housekeeping

    monkeypatch.setattr(housekeeping, "keep_house", lambda: None)
