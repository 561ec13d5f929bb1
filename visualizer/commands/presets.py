"""`presets`: the published networks that a spec can start from."""

from __future__ import annotations

import json
from typing import Any

import click

from visualizer.analysis.costs import Cost, cost_of, costs
from visualizer.analysis.format import grouped
from visualizer.commands.columns import aligned
from visualizer.resnet import SEQUENTIALS, plan, presets, sequential

COLUMNS = ("preset", "title", "pixels", "params", "MACs", "source")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON list instead of a table.")
def command(as_json: bool) -> None:
    """The published networks by name, with source, parameters and MACs."""
    rows = [
        _as_data(row.name, row.title, row.resolution, row.source, costs(plan(row.spec, row.resolution)).total)
        for row in presets().values()
    ]
    rows += [
        _as_data(name, row.title, row.resolution, row.source, cost_of(sequential(name)))
        for name, row in SEQUENTIALS.items()
    ]
    click.echo(json.dumps(rows) if as_json else _as_text(rows))


def _as_data(name: str, title: str, resolution: int, source: str, total: Cost) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "resolution": resolution,
        "params": total.params,
        "macs": total.macs,
        "source": source,
    }


def _as_text(rows: list[dict[str, Any]]) -> str:
    cells = [
        (row["name"], row["title"], str(row["resolution"]), grouped(row["params"]), grouped(row["macs"]), row["source"])
        for row in rows
    ]
    return "\n".join(aligned(COLUMNS, cells, right=(2, 3, 4)))
