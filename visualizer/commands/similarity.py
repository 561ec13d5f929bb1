"""`similarity A B IMAGES... -o FILE`: linear CKA between two networks, block by block, as CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from visualizer.analysis.format import binary_size
from visualizer.analysis.memory import similarity_values
from visualizer.commands import Refusal
from visualizer.commands.activations import bytes_of
from visualizer.commands.manifest import pictures
from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.commands.weights import RANDOM, weights_of
from visualizer.resnet import Plan, parse, plan

if TYPE_CHECKING:
    from visualizer.images import Picture
    from visualizer.network.similarity import Matrices, Place

Command = TypeVar("Command", bound=Callable[..., Any])
MAX_VALUES = 4 * 2**30
"""Bytes of the values of all pictures at one block."""


def _weights_option(letter: str) -> Callable[[Command], Command]:
    return click.option(
        f"--weights-{letter}", default=f"{RANDOM}:0", show_default=True, metavar="W",
        help=f"Of {letter.upper()}, as `activations --weights` takes them.",
    )  # fmt: skip


@click.command()
@click.argument("a")
@click.argument("b")
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@_weights_option("a")
@_weights_option("b")
@click.option(
    "--place", type=click.Choice(["out", "branch"]), default="out", show_default=True,
    help="What is compared of each block: what leaves it, and the stem, or F(x).",
)  # fmt: skip
@click.option(
    "-o", "--output", "file", required=True, metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="The CSV file: a row for every place of A with every place of B.",
)  # fmt: skip
@resolution_option
@click.pass_context
def command(
    ctx: click.Context, a: str, b: str, images: tuple[Path, ...], weights_a: str, weights_b: str,
    place: Place, file: Path, resolution: str | None,
) -> None:  # fmt: skip
    """Linear CKA between every block of A and every block of B on IMAGES: files, folders or samples.

    By the unbiased estimator and by the biased one. Both networks see pictures of the size given, else of A's usual
    one. Exit code 1 says that some pictures could not be read; they are named.
    """
    size = resolution_of(a, resolution)
    plans = plan(parse(a), size), plan(parse(b), size)
    read, bad = _read(images)
    from visualizer.network.similarity import cka, compared_places, similarity_csv

    for one in plans:
        _check(one, len(read), place)
    first, second = (
        _grams(one, weights, read, place, name)
        for one, weights, name in zip(plans, (weights_a, weights_b), "AB", strict=True)
    )
    first_paths, second_paths = (list(compared_places(one, place)) for one in plans)
    both = cka(first, second), cka(first, second, "biased")
    file.write_text(similarity_csv((a, b), (first_paths, second_paths), *both), encoding="utf-8")
    click.echo(f"{len(read)} pictures, {both[0].size:,} pairs. Wrote {file}.")
    ctx.exit(1 if bad else 0)


def _read(images: tuple[Path, ...]) -> tuple[list[Picture], int]:
    """The pictures, each once, and how many could not be read, which is said."""
    from visualizer.images import ImageError, decode

    read, bad = dict[str, "Picture"](), 0
    for path in pictures(images):
        try:
            found = decode(bytes_of(path))
            read.setdefault(found.digest, found)
        except ImageError as error:
            bad += 1
            click.echo(f"{path}: {error}", err=True)
    return list(read.values()), bad


def _check(network: Plan, count: int, place: Place) -> None:
    """Refusal: too few pictures, or too many for memory, or a network that takes none."""
    from visualizer.network.similarity import FEWEST

    if network.spec.channels != 3:
        raise Refusal(f"A picture has 3 channels, and this network's input {network.spec.channels}.")
    if count < FEWEST:
        raise Refusal(f"{FEWEST} different pictures are the fewest that similarity is estimated from, not {count}.")
    held = similarity_values(network, count, place == "branch")
    if held > MAX_VALUES:
        raise Refusal(
            f"The values of {count} pictures at one block take {binary_size(held)}, and up to "
            f"{binary_size(MAX_VALUES)} are kept: give fewer pictures or a smaller --resolution."
        )


def _grams(network: Plan, weights: str, read: list[Picture], place: Place, name: str) -> list[Matrices]:
    """The Gram matrices at every place; a bar on the terminal says how far it is."""
    from visualizer.images import network_input
    from visualizer.network.similarity import compared_places, gram_matrices

    model = weights_of(weights, network).model
    pixels = [network_input(picture, network.resolution) for picture in read]
    addresses = list(compared_places(network, place).values())
    with click.progressbar(length=len(addresses), label=f"Network {name}", file=sys.stderr) as bar:
        return list(_counted(gram_matrices(model, pixels, addresses), bar))


def _counted(grams: Iterator[Matrices], bar: Any) -> Iterator[Matrices]:
    for one in grams:
        bar.update(1)
        yield one
