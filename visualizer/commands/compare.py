"""`compare A B [C D]`: two to four networks in one table, to read, to paste into a text or into a spreadsheet."""

from __future__ import annotations

import json
from typing import Any

import click

from visualizer.analysis.compared import BEST, MOST_COMPARED, USUAL, Comparison, Load, Named, Part, compared
from visualizer.analysis.memory import OPTIMISERS, PRECISIONS
from visualizer.analysis.naming import network_name, numbered
from visualizer.commands import Refusal
from visualizer.commands.columns import aligned
from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.figures.compare_tables import FORMS, caption, headings, lines
from visualizer.resnet import parse, plan


@click.command()
@click.argument("specs", nargs=-1, metavar="A B [C D]")
@resolution_option
@click.option(
    "--format", "form", type=click.Choice(["text", *FORMS, "json"]), default="text", show_default=True,
)  # fmt: skip
@click.option("--batch", type=click.IntRange(1, 1_000_000), default=USUAL.batch, show_default=True, metavar="N",
              help="Pictures in a batch, for memory.")  # fmt: skip
@click.option("--precision", type=click.Choice(list(PRECISIONS)), default=USUAL.precision, show_default=True)
@click.option("--optimiser", type=click.Choice(list(OPTIMISERS)), default=USUAL.optimiser, show_default=True)
def command(
    specs: tuple[str, ...], resolution: str | None, form: str, batch: int, precision: str, optimiser: str
) -> None:  # fmt: skip
    """A table of two to four networks: totals and stages, with differences to A and the best of each row.

    Each is taken at its preset's own resolution, or all at the one that is given.
    """
    if not 2 <= len(specs) <= MOST_COMPARED:
        raise Refusal(f"compare takes two to four networks, not {len(specs)}: compare resnet50 resnet34.")
    plans = [plan(parse(spec), resolution_of(spec, resolution)) for spec in specs]
    named = [(numbered(place, network_name(one.spec)), one) for place, one in enumerate(plans)]
    found = compared(named, Load(batch, precision, optimiser))
    if form == "json":
        click.echo(json.dumps(as_data(found)))
    else:
        click.echo((as_text if form == "text" else FORMS[form].of)(found).rstrip("\n"))


def as_text(found: Comparison) -> str:
    """Lines for a terminal; an asterisk marks the best of a row."""
    head = headings(found)
    rows = [line.written(str, "{}*") for line in lines(found)]
    spaced = [[*row[:2], *(cell if cell.endswith("*") else f"{cell} " for cell in row[2:])] for row in rows]
    table = aligned([*head[:2], *(f"{name} " for name in head[2:])], spaced, right=range(2, len(head)))
    return "\n".join([*table, "", f"{caption(found)} *: {BEST}."])


def as_data(found: Comparison) -> dict[str, Any]:
    """The table as plain data, for JSON; what a network lacks is null, and places count from 1."""
    batch, precision, optimiser = found.load
    return {
        "networks": [_network(network) for network in found.networks],
        "memory": {"batch": batch, "precision": precision, "optimiser": optimiser},
        "parts": [_part(part) for part in found.all],
    }


def _network(network: Named) -> dict[str, Any]:
    return {"name": network.name, "net": str(network.plan.spec), "resolution": network.plan.resolution}


def _part(part: Part) -> dict[str, Any]:
    counts = {
        one.quantity.key: {
            "unit": one.quantity.unit, "values": one.values,
            "differences": [one.difference(place) for place in range(len(one.values))],
            "best": [place + 1 for place in one.best], "best_is": one.quantity.best,
        }
        for one in part.counts
    }  # fmt: skip
    return {"name": part.name, "counts": counts, "words": {said.name: said.values for said in part.said}}
