"""`code SPEC`: one network as a PyTorch file that stands alone."""

from __future__ import annotations

import click

from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.resnet import parse
from visualizer.source import source


@click.command()
@click.argument("spec")
@resolution_option
def command(spec: str, resolution: str | None) -> None:
    """SPEC as a PyTorch file that needs nothing but torch."""
    click.echo(source(parse(spec), resolution_of(spec, resolution)), nl=False)
