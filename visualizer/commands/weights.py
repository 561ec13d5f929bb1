"""The option --weights: random ones, those that come with the project, published ones, or those of a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from visualizer.commands import Refusal
from visualizer.resnet import Plan
from visualizer.resnet.errors import brief

if TYPE_CHECKING:
    from visualizer.network import Checkpoint, ResNet
    from visualizer.network.published_weights import Published

RANDOM = "random"
MOST_SEEDS = 2**32


class Weights(NamedTuple):
    """A network with its weights, what they are called, and the SHA-256 of their file; "" for random ones."""

    model: ResNet
    name: str
    digest: str


def weights_of(written: str, plan: Plan) -> Weights:
    """The network with the weights that are named; Refusal, one sentence, if there are none or they do not fit."""
    from visualizer.network import CheckpointError, NetworkTooLargeError, build, load
    from visualizer.network.hub import NotFetchedError

    name, _, seed = written.partition(":")
    try:
        if name == RANDOM:
            return Weights(build(plan, _seed(seed)).eval(), f"{RANDOM}:{_seed(seed)}", "")
        checkpoint = _checkpoint(written)
        return Weights(load(plan, checkpoint), checkpoint.name, checkpoint.digest)
    except (CheckpointError, NetworkTooLargeError, NotFetchedError) as error:
        raise Refusal(str(error)) from error


def _seed(written: str) -> int:
    if not written:
        return 0
    if not (written.isascii() and written.isdigit() and len(written) <= 10 and int(written) < MOST_SEEDS):
        raise Refusal(f"A seed is a whole number from 0 to {MOST_SEEDS - 1:,}, not {brief(written)}.")
    return int(written)


def _checkpoint(written: str) -> Checkpoint:
    from visualizer.network import read_checkpoint
    from visualizer.network.bundled import bundled
    from visualizer.network.published_weights import published_weights

    if written in bundled():
        return bundled()[written].checkpoint()
    if written in published_weights():
        return _published(published_weights()[written])
    path = Path(written)
    if not path.is_file():
        keys = ", ".join(bundled())
        raise Refusal(
            f"There are no weights {brief(written)}: name a .safetensors or .pth file, {RANDOM}:SEED, one of those "
            f"that come with the project ({keys}), or published ones by their key on the page Activations."
        )
    try:
        return read_checkpoint(path.read_bytes(), path.name)
    except OSError as error:
        raise Refusal(f"The weights {brief(written)} cannot be read: {error.strerror or error}.") from error


def _published(row: Published) -> Checkpoint:
    """Published weights, fetched unless they are on this machine."""
    from visualizer.network.hub import fetch, published_checkpoint

    with click.progressbar(length=row.size, label=f"Weights {row.name}", file=sys.stderr) as bar:

        def tell(done: int, size: int) -> None:
            bar.length = size
            bar.update(done - bar.pos)

        fetch(row, tell)
    return published_checkpoint(row)
