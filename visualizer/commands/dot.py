"""`dot SPEC`: one network as a graph for Graphviz."""

from __future__ import annotations

import click

from visualizer.analysis.naming import network_name
from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.resnet import parse, plan


@click.command()
@click.argument("spec")
@resolution_option
def command(spec: str, resolution: str | None) -> None:
    """SPEC as DOT, layer by layer: python -m visualizer dot resnet18 | dot -Tsvg > resnet18.svg"""
    network = plan(parse(spec), resolution_of(spec, resolution))
    from visualizer.figures.dot import network_dot  # needs numpy and graphviz, which a refusal does without

    click.echo(network_dot(network, f"{network_name(network.spec)} at {network.resolution} pixels"))
