"""`activations`: the page's values in files, whatever happens to the run, the pictures and their names."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

from visualizer.commands import activations, manifest
from visualizer.figures.encode import png
from visualizer.images import samples
from visualizer.network import array_files, build, hub
from visualizer.network.bundled import bundled
from visualizer.resnet import parse, plan
from visualizer.ui import computing
from visualizer.ui.store import STORES
from visualizer.ui.views import START

CommandLine = Callable[..., Result]
TINY = "resnet20?depths=1,1,1"
PICTURES = [sample for sample in samples() if sample.key in ("cat", "coffee", "digit_3")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures, of which one lies deeper and one has a capital ending, and what is none of the folder's."""
    inside = tmp_path / "pictures"
    (inside / "more").mkdir(parents=True)
    for sample, name in zip(PICTURES, ("b.JPG", "more/a.jpg", "c.png"), strict=True):
        (inside / name).write_bytes(sample.data())
    (inside / "notes.txt").write_text("no picture")
    (inside / ".hidden.jpg").write_bytes(b"hidden")
    return inside


def ran(command_line: CommandLine, out: Path, *arguments: object, code: int = 0) -> dict[str, Any]:
    """The manifest after a run that ended with this exit code."""
    result = command_line("activations", *map(str, arguments), "-o", str(out))
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads((out / "manifest.json").read_text())
    assert not list(out.glob(".*"))
    return found


def arrays_of(out: Path, entry: dict[str, Any]) -> dict[str, Any]:
    with np.load(out / entry["file"], allow_pickle=False) as file:
        return {name: file[name] for name in file.files if name != "meta"}


@pytest.fixture
def fresh_stores() -> Iterator[None]:
    yield
    for store in STORES:
        store.forget_idle(-1)


@pytest.mark.parametrize(
    ("net", "weights", "block", "edits"),
    [
        ("resnet18", "random:3", "layer2.0", ""),
        ("resnet18v2", "random:0", "layer4.1", "rotate=90,noise=20:1,occlude=0.4:0.4:0.3"),
        ("plain20", "random:1", "layer3.1", "flip"),
        ("resnet50?attention=se", "random:0", "layer3.5", ""),
    ],
)
def test_the_values_are_those_of_the_page_bit_for_bit(
    net: str, weights: str, block: str, edits: str, command_line: CommandLine, tmp_path: Path, fresh_stores: None
) -> None:
    cat = tmp_path / "cat.jpg"
    cat.write_bytes(PICTURES[0].data())
    words = ("--weights", weights, "--layers", block, "--resolution", 96, "--edits", edits)
    found = ran(command_line, tmp_path / "out", net, cat, *words)
    state = replace(START, spec=parse(net), resolution=96, seed=int(weights[-1]), picture="cat", edits=edits)
    shown = computing.maps_of(state, state.plan.block(block)).values
    arrays = arrays_of(tmp_path / "out", found["pictures"][0])
    assert set(arrays) == {f"{block}:{place}" for place in shown}
    for place, values in shown.items():
        array = arrays[f"{block}:{place}"]
        assert (array.dtype, array.shape) == (np.float32, values.shape)
        assert array.tobytes() == values.tobytes()


def test_every_name_of_a_place_is_understood(command_line: CommandLine, folder: Path, tmp_path: Path) -> None:
    names = "stem, layer1.0:sum,layer2.0.conv2,stage 3,layer2,features,fc"
    found = ran(command_line, tmp_path / "out", TINY, folder / "b.JPG", "--layers", names)
    shapes = {name: array.shape for name, array in arrays_of(tmp_path / "out", found["pictures"][0]).items()}
    assert shapes == {
        "stem": (16, 32, 32), "layer1.0:sum": (16, 32, 32), "layer2.0.conv2": (32, 16, 16), "stage 3": (64, 8, 8),
        "stage 2": (32, 16, 16), "features": (64,), "fc": (10,),
    }  # fmt: skip
    assert list(found["run"]["arrays"]) == list(shapes)


def test_features_are_the_mean_of_the_last_maps_and_what_the_classifier_reads(
    command_line: CommandLine, folder: Path, tmp_path: Path
) -> None:
    found = ran(command_line, tmp_path / "out", TINY, folder / "b.JPG", "--layers", "stage 3,features,fc")
    arrays = arrays_of(tmp_path / "out", found["pictures"][0])
    assert np.allclose(arrays["features"], arrays["stage 3"].mean(axis=(1, 2)), rtol=1e-5)
    fc = dict(build(plan(parse(TINY), 32), 0).named_parameters())
    logits = fc["fc.weight"].detach().numpy() @ arrays["features"] + fc["fc.bias"].detach().numpy()
    assert np.allclose(arrays["fc"], logits, rtol=1e-4, atol=1e-5)


def test_a_folder_gives_a_file_a_picture_and_a_manifest_that_says_which(
    command_line: CommandLine, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    found = ran(command_line, out, TINY, folder)
    assert [Path(entry["path"]).relative_to(folder).as_posix() for entry in found["pictures"]] == [
        "b.JPG", "c.png", "more/a.jpg",
    ]  # fmt: skip
    for entry in found["pictures"]:
        digest = hashlib.sha256(Path(entry["path"]).read_bytes()).hexdigest()
        assert (entry["digest"], entry["file"]) == (digest, f"{digest}.npz")
        assert entry["bytes"] == (out / entry["file"]).stat().st_size
    assert {path.name for path in out.iterdir()} == {"manifest.json", *(entry["file"] for entry in found["pictures"])}
    assert found["run"] == {
        "net": str(parse(TINY)), "resolution": 32, "weights": {"name": "random:0", "sha256": "", "trained": False},
        "edits": "", "arrays": {"features": "flatten"}, "versions": array_files.versions(),
    }  # fmt: skip


def test_a_second_run_computes_nothing_and_a_damaged_file_anew(
    command_line: CommandLine, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    first = ran(command_line, out, TINY, folder)
    computed: list[Path] = []
    usual = activations._computed

    def counting(picture: Any, file: Path, job: Any) -> Any:
        computed.append(file)
        return usual(picture, file, job)

    monkeypatch.setattr(activations, "_computed", counting)
    assert ran(command_line, out, TINY, folder) == first
    assert not computed
    damaged = out / first["pictures"][1]["file"]
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    assert ran(command_line, out, TINY, folder) == first
    assert computed == [damaged]
    assert damaged.read_bytes() == whole


def test_a_run_that_is_killed_goes_on_where_it_was(folder: Path, tmp_path: Path, command_line: CommandLine) -> None:
    for number in range(200):
        pixels = np.random.default_rng(number).integers(0, 256, (8, 8, 3), np.uint8)
        (folder / f"{number:03}.png").write_bytes(png(pixels))
    out = tmp_path / "out"
    words = ["activations", TINY, str(folder), "--layers", "stage 3", "-o", str(out)]
    process = subprocess.Popen([sys.executable, "-m", "visualizer", *words], stderr=subprocess.DEVNULL)
    while process.poll() is None and len(list(out.glob("*.npz"))) < 3:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = {path: path.stat().st_mtime_ns for path in out.glob("*.npz")}
    assert 3 <= len(before) < 203
    for part in out.glob(".*.part"):
        os.utime(part, (0, 0))  # as an hour later
    found = ran(command_line, out, TINY, folder, "--layers", "stage 3")
    assert len(found["pictures"]) == 203
    assert {path: path.stat().st_mtime_ns for path in before} == before
    other = ran(command_line, tmp_path / "other", TINY, folder, "--layers", "stage 3")
    assert other == found
    for entry in found["pictures"]:
        assert (out / entry["file"]).read_bytes() == (tmp_path / "other" / entry["file"]).read_bytes()


def test_broken_pictures_are_a_sentence_each_and_the_rest_is_there(
    command_line: CommandLine, folder: Path, tmp_path: Path
) -> None:
    (folder / "broken.jpg").write_bytes(PICTURES[0].data()[:3000])
    (folder / "empty.png").write_bytes(b"")
    (folder / "page.gif").write_bytes(b"<!doctype html><p>not found</p>")
    os.symlink(folder / "nowhere", folder / "dangling.jpg")
    os.mkfifo(folder / "pipe.jpg")  # reading it would wait for ever
    with (folder / "large.png").open("wb") as file:
        file.truncate(10**10)
    found = ran(command_line, tmp_path / "out", TINY, folder, folder / "missing", code=1)
    errors = {Path(entry["path"]).name: entry["error"] for entry in found["pictures"] if "error" in entry}
    bad = {"broken.jpg", "empty.png", "page.gif", "dangling.jpg", "pipe.jpg", "large.png", "missing"}
    assert set(errors) == bad
    assert all(error.endswith(".") and "\n" not in error and len(error) < 300 for error in errors.values())
    assert len([entry for entry in found["pictures"] if "file" in entry]) == 3
    result = command_line("activations", TINY, str(folder), "-o", str(tmp_path / "out"))
    assert result.stdout.splitlines()[0] == "9 pictures: 0 computed, 3 there already, 6 not readable."


@pytest.mark.parametrize(
    "name",
    [
        b"two\nlines.jpg", b"\x1b[31mred.jpg", b"caf\xe9.jpg", "日本 \u202e.jpg".encode(), b"-o.jpg", b'"],{}.jpg',
        b" .jpg", b"%s{0}.jpg",
    ],
)  # fmt: skip
def test_a_hostile_name_is_only_a_name(name: bytes, command_line: CommandLine, folder: Path, tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(folder), name)
    with open(path, "wb") as file:
        file.write(PICTURES[0].data() + b"\x00")
    result = command_line("activations", TINY, str(folder), "-o", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "\x1b" not in result.output
    found = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert os.fsencode(folder) + b"/" + name in [os.fsencode(entry["path"]) for entry in found["pictures"]]
    names = {entry["file"] for entry in found["pictures"]}
    assert all(len(one) == 68 and one[:64].isalnum() for one in names)


def test_equal_pictures_share_a_file(command_line: CommandLine, folder: Path, tmp_path: Path) -> None:
    (folder / "again.jpg").write_bytes(PICTURES[0].data())
    found = ran(command_line, tmp_path / "out", TINY, folder)
    assert len(found["pictures"]) == 4
    assert len({entry["file"] for entry in found["pictures"]}) == 3


@pytest.mark.parametrize(
    ("arguments", "differs"),
    [
        (("--layers", "stem"), "arrays"), (("--weights", "random:1"), "weights"),
        (("--resolution", "33"), "resolution"), (("--edits", "flip"), "edits"),
    ],
)  # fmt: skip
def test_a_folder_takes_one_run_only(
    arguments: tuple[str, ...], differs: str, command_line: CommandLine, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    before = ran(command_line, out, TINY, folder / "c.png")
    result = command_line("activations", TINY, str(folder), *arguments, "-o", str(out))
    (sentence,) = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence.endswith(f"which differs in {differs}: choose another folder.")
    assert json.loads((out / "manifest.json").read_text()) == before


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run": 3, "pictures": [\n]}', "\udcff" * 3, "x" * 2_000_000])
def test_a_manifest_of_somebody_else_is_left_alone(
    text: str, command_line: CommandLine, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "manifest.json").write_bytes(os.fsencode(text))
    result = command_line("activations", TINY, str(folder), "-o", str(tmp_path))
    assert result.exit_code == 2
    assert (tmp_path / "manifest.json").read_bytes() == os.fsencode(text)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--layers", "layer9.9"), "the nearest is layer"),
        (("--layers", "layer1.0:brnch"), "the nearest is layer1.0:branch"),
        (("--layers", ""), "without a name"),
        (("--layers", "stem:x"), "no place stem:x"),
        (("--layers", "x\n" * 5000), "no place x x"),
        (("--weights", "nothing"), "There are no weights nothing"),
        (("--weights", "random:x"), "A seed is a whole number"),
        (("--weights", "random:-1"), "A seed is a whole number"),
        (("--weights", "resnet20_digits"), "does not fit this network"),
        (("--edits", "sharpen"), "A picture can be edited by"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_no_folder(
    arguments: tuple[str, ...], said: str, command_line: CommandLine, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = command_line("activations", TINY, str(folder), *arguments, "-o", str(out))
    (sentence,) = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in sentence
    assert len(sentence) < 600
    assert not out.exists()


def test_weights_that_come_with_the_project_know_their_digits(command_line: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "out"
    files = [sample.file for sample in samples() if sample.key.startswith("digit_")]
    found = ran(command_line, out, "resnet20", *files, "--weights", "resnet20_digits", "--layers", "fc")
    weights = bundled()["resnet20_digits"]
    assert found["run"]["weights"] == {"name": weights.file.name, "sha256": weights.sha256, "trained": True}
    told = [int(arrays_of(out, entry)["fc"].argmax()) for entry in found["pictures"]]
    assert sum(digit == number for number, digit in enumerate(told)) >= 9


def test_samples_go_by_their_names_unless_there_is_such_a_file(
    command_line: CommandLine, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = ran(command_line, Path("out"), TINY, "coffee", "cat")
    digests = [hashlib.sha256(sample.data()).hexdigest() for sample in (PICTURES[1], PICTURES[0])]
    assert [entry["digest"] for entry in found["pictures"]] == digests
    (tmp_path / "cat").write_bytes(PICTURES[2].data())
    found = ran(command_line, Path("out"), TINY, "cat")
    assert found["pictures"][0]["digest"] == hashlib.sha256(PICTURES[2].data()).hexdigest()


def test_published_weights_are_fetched_by_their_key(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the download itself: tests/network/test_hub.py."""
    weights = bundled()["resnet20_digits"].checkpoint()
    told: list[str] = []

    def fetch(row: Any, tell: Callable[[int, int], object]) -> None:
        told.append(row.name)
        tell(5, 10)

    monkeypatch.setattr(hub, "fetch", fetch)
    monkeypatch.setattr(hub, "published_checkpoint", lambda row: weights)
    found = ran(command_line, tmp_path / "out", "resnet20", "cat", "--weights", "timm_resnet18_a1_in1k")
    assert told == ["resnet18.a1_in1k"]
    assert found["run"]["weights"]["sha256"] == weights.digest

    def offline(row: Any, tell: object) -> None:
        raise hub.NotFetchedError("There is no network.")

    monkeypatch.setattr(hub, "fetch", offline)
    words = ("resnet20", "cat", "--weights", "timm_resnet18_a1_in1k", "-o", str(tmp_path / "other"))
    result = command_line("activations", *words)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, "There is no network.")


def test_weights_of_a_file_are_known_by_their_digest(command_line: CommandLine, folder: Path, tmp_path: Path) -> None:
    weights, out = bundled()["resnet20_digits"].file, tmp_path / "out"
    (tmp_path / "mine.bin").write_bytes(weights.read_bytes())
    by_key = ran(command_line, out, "resnet20", folder / "c.png", "--weights", "resnet20_digits")
    by_file = ran(command_line, out, "resnet20", folder / "c.png", "--weights", tmp_path / "mine.bin")
    assert by_file["pictures"] == by_key["pictures"]


def test_a_full_disk_is_one_sentence_and_leaves_nothing_half(
    command_line: CommandLine, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(array_files, "save_arrays", full)
    result = command_line("activations", TINY, str(folder), "-o", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "Error: The output could not be written: No space left on device."
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["manifest.json"]


def test_memory_stays_flat_over_many_pictures(folder: Path, tmp_path: Path) -> None:
    """A thousand pictures take no more than a hundred, but for their paths."""
    import tracemalloc

    def peak(count: int) -> int:
        entries: Iterator[dict[str, Any]] = ({"path": "x" * 100, "notes": ["y" * 1000]} for _ in range(count))
        tracemalloc.start()
        for _ in manifest.written(tmp_path, {}, entries):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(5000) < peak(50) + 100_000
