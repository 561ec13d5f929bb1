"""The built-in pictures: there, credited, and drawn by the script that says it draws them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import visualizer.images
from visualizer.images import decode, network_input, samples

FOLDER = Path(visualizer.images.__file__).with_name("samples")
SCRIPT = Path(__file__).parents[2] / "scripts" / "synthetic_samples.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("synthetic_samples", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.key)
def test_every_sample(sample):
    picture = sample.picture()
    assert picture.notes == ()
    if sample.key.startswith("digit_"):
        assert picture.pixels.shape == (8, 8, 3)
        assert picture.format == "PNG"
    else:
        assert min(picture.width, picture.height) >= 224
        assert picture.format == "JPEG"
    assert network_input(picture, 224).std() > 0.3
    assert picture.digest == decode(sample.data()).digest
    assert sample.title
    assert sample.credit
    assert sample.shows


def test_samples_are_the_files_and_each_is_credited():
    keys = [sample.key for sample in samples()]
    assert len(keys) == len(set(keys)) >= 6
    files = [sample.file for sample in samples()]
    assert {path for path in FOLDER.iterdir() if path.suffix != ".md"} == set(files)
    listed = (FOLDER / "README.md").read_text().replace(
        "digit_0.png to digit_9.png", " ".join(f"digit_{digit}.png" for digit in range(10))
    )
    assert all(file.name in listed for file in files)
    assert sum(path.stat().st_size for path in files) < 600_000


@pytest.mark.parametrize("name", ["zone_plate", "scene", "patchwork"])
def test_synthetic_samples_are_what_the_script_draws(script, name):
    drawn = np.rint(script.PICTURES[name](script.SIZE) * 255)
    shipped = next(sample for sample in samples() if sample.key == name).picture().pixels.astype(int)
    assert np.abs(shipped - drawn).mean() < 3


def test_zone_plate_holds_all_directions_and_frequencies(script):
    """Its local frequency grows in proportion to the distance from the middle, the same in every direction."""
    plate = script.zone_plate(448)[..., 0]
    np.testing.assert_allclose(plate, np.rot90(plate))
    np.testing.assert_allclose(plate, plate.T)
    along = plate[224, 224:]
    crossings = np.flatnonzero(np.diff(along > 0.5))
    steps = np.diff(crossings)
    assert steps[:3].min() > 4 * steps[-10:].mean()
    assert 0.5 / steps[-10:].mean() == pytest.approx(0.22, abs=0.02)
