"""The command `similarity`: its file, pictures that cannot be read, and what it refuses in one sentence."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from visualizer.images import network_input, samples
from visualizer.network import build
from visualizer.network.similarity import cka, compared_places, gram_matrices
from visualizer.resnet import parse, plan

CommandLine = Callable[..., Result]
SAMPLES = ["cat", "coffee", "temple", "scene", "digit_3"]
A, B = "resnet20?depths=1,1", "resnet18?depths=1&width=4&stem_width=4"


def test_the_file_has_every_pair_by_both_estimators(command_line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    result = command_line("similarity", A, B, *SAMPLES, "cat", "--weights-b=random:3", "-o", str(file))
    assert result.exit_code == 0
    assert "5 pictures, 6 pairs" in result.stdout
    rows = list(csv.reader(file.open(encoding="utf-8")))
    assert rows[0] == [A, B, "CKA unbiased", "CKA biased"]
    assert [row[:2] for row in rows[1:3]] == [["stem", "stem"], ["stem", "layer1.0"]]
    known = {sample.key: sample for sample in samples()}
    pictures = [network_input(known[key].picture(), 32) for key in SAMPLES]
    grams = []
    for text, seed in ((A, 0), (B, 3)):
        made = plan(parse(text), 32)
        grams.append(list(gram_matrices(build(made, seed).eval(), pictures, list(compared_places(made).values()))))
    for column, found in ((2, cka(grams[0], grams[1])), (3, cka(grams[0], grams[1], "biased"))):
        np.testing.assert_allclose([float(row[column]) for row in rows[1:]], found.ravel(), rtol=1e-6)


def test_a_picture_that_cannot_be_read_is_named_and_the_rest_goes_on(command_line: CommandLine, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"none")
    result = command_line("similarity", A, A, *SAMPLES, str(broken), "-o", str(tmp_path / "out.csv"))
    assert result.exit_code == 1
    assert "broken.png: " in result.stderr
    assert "5 pictures" in result.stdout


@pytest.mark.parametrize(("arguments", "words"), [
    ([A, A, "cat", "coffee"], "4 different pictures are the fewest that similarity is estimated from, not 2"),
    ([f"{A}&channels=1", A, *SAMPLES], "this network's input 1"),
    (["resnet18?width=500&stem=cifar", A, *SAMPLES, "--resolution=1024"], "give fewer pictures or a smaller"),
    ([A, A, *SAMPLES, "--weights-a=nobody"], "nobody"),
])  # fmt: skip
def test_what_cannot_be_is_one_sentence(
    arguments: list[str], words: str, command_line: CommandLine, tmp_path: Path
) -> None:
    result = command_line("similarity", *arguments, "-o", str(tmp_path / "out.csv"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr.splitlines()[-1]
    assert not list(tmp_path.iterdir())
