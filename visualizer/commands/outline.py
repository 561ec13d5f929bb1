"""`outline SPEC`: one network as text, its parts within each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.resnet import parse, plan

if TYPE_CHECKING:
    from visualizer.figures.in_words import Entry


@click.command()
@click.argument("spec")
@resolution_option
def command(spec: str, resolution: str | None) -> None:
    """SPEC in words: stages, blocks, branches, shortcuts and layers, with shapes, parameters and MACs."""
    network = plan(parse(spec), resolution_of(spec, resolution))
    from visualizer.figures.in_words import outline  # needs numpy, which a refusal does without

    click.echo("\n".join(as_lines(outline(network))))


def as_lines(entry: Entry, depth: int = 0) -> Iterator[str]:
    """A line a part, two more spaces before what is in it."""
    said = "; ".join(filter(None, (entry.words, entry.facts)))
    yield "  " * depth + f"{entry.title}: {said}"
    for inner in entry.entries:
        yield from as_lines(inner, depth + 1)
