"""`diff A B`: what differs between two networks, in fields, in total, by stage and by block."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import click

from visualizer.analysis.costs import Cost, costs
from visualizer.analysis.difference import BlockPair, Difference, RowPair
from visualizer.analysis.difference_words import DifferenceWords, difference_words
from visualizer.analysis.format import grouped, relative, signed
from visualizer.analysis.table import StageRow
from visualizer.commands.columns import aligned
from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.resnet import Plan, ResNetSpec, parse, plan
from visualizer.resnet.errors import shown
from visualizer.resnet.spec import FIELDS

COUNTS = {
    "params": "parameters", "buffers": "buffers", "macs": "MACs", "elementwise": "element-wise operations",
    "activations": "activations",
}  # fmt: skip
"""The counts of a cost, and what they are called."""


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@resolution_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
def command(first: str, second: str, resolution: str | None, as_json: bool) -> None:
    """What differs between the specs A and B; differences are B − A.

    Each is taken at its preset's own resolution, or both at the one that is given.
    """
    found = Difference(_plan(first, resolution), _plan(second, resolution))
    click.echo(json.dumps(as_data(found)) if as_json else "\n".join(as_text(found)))


def _plan(spec: str, resolution: str | None) -> Plan:
    return plan(parse(spec), resolution_of(spec, resolution))


def as_data(found: Difference) -> dict[str, Any]:
    """The difference as plain data, for JSON; what a network lacks is null."""
    return {
        **{place: _network(network) for place, network in (("a", found.first), ("b", found.second))},
        "fields": {name: {"a": a, "b": b} for name, a, b in _fields(found.first.spec, found.second.spec)},
        "words": _sentence(difference_words(found.first, found.second)),
        "difference": _counts(found.total),
        "stages": [_row(row) for row in found.rows],
        "blocks": [_block(pair) for pair in found.blocks if pair.differs],
    }


def _network(network: Plan) -> dict[str, Any]:
    total = costs(network).total
    return {
        "net": str(network.spec), "resolution": network.resolution, **_counts(total),
        "weighted_layers": network.weighted_layers,
    }  # fmt: skip


def _sentence(words: DifferenceWords) -> dict[str, Any]:
    """What B is beside A as one sentence, and its clauses, whose counts add up to the difference."""
    return {"sentence": words.sentence("A", "B"), "clauses": [clause._asdict() for clause in words.clauses]}


def _counts(cost: Cost) -> dict[str, int]:
    return {**{name: getattr(cost, name) for name in COUNTS}, "flops": cost.flops}


def _fields(first: ResNetSpec, second: ResNetSpec) -> Iterator[tuple[str, object, object]]:
    """Name and both values of each field that differs; an unset width of the stem is the stem's usual one."""
    for name in FIELDS:
        a, b = (spec.stem_channels if name == "stem_width" else getattr(spec, name) for spec in (first, second))
        if a != b:
            yield name, a, b


def _row(row: RowPair) -> dict[str, Any]:
    sides = {place: _stage(side) for place, side in (("a", row.first), ("b", row.second))}
    return {"name": row.name, **sides, "params": row.params, "macs": row.macs}


def _stage(row: StageRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "structure": row.structure, "blocks": row.blocks, "output": row.output, "params": row.params, "macs": row.macs,
    }  # fmt: skip


def _block(pair: BlockPair) -> dict[str, Any]:
    changes = {change.aspect: {"a": change.first, "b": change.second} for change in pair.changes}
    a, b = (block.path if block else None for block in (pair.first, pair.second))
    return {"a": a, "b": b, "changes": changes}


def as_text(found: Difference) -> Iterator[str]:
    """The difference as lines of text: a sentence, fields, totals, rows of Table 1, blocks."""
    names = [f"{network.spec} at {network.resolution} px" for network in (found.first, found.second)]
    yield from (f"A  {names[0]}", f"B  {names[1]}", "")
    yield from difference_words(found.first, found.second).sentence("A", "B").replace("; ", ";\n  ").splitlines()
    yield ""
    fields = [(name, shown(a), shown(b)) for name, a, b in _fields(found.first.spec, found.second.spec)]
    yield from aligned(("field", "A", "B"), fields) if fields else ("No field differs.",)
    yield ""
    yield from aligned(("total", "A", "B", "B − A", ""), _total_cells(found), right=(1, 2, 3, 4))
    yield ""
    columns = ("stage", "params A", "params B", "B − A", "MACs A", "MACs B", "B − A")
    yield from aligned(columns, map(_row_cells, found.rows), right=range(1, 7))
    yield ""
    yield from _block_lines([pair for pair in found.blocks if pair.differs])


def _total_cells(found: Difference) -> Iterator[tuple[str, ...]]:
    first, second = costs(found.first).total, costs(found.second).total
    for name, words in COUNTS.items():
        a, b = getattr(first, name), getattr(second, name)
        yield words, grouped(a), grouped(b), signed(b - a), relative(b - a, a)
    a, b = found.first.weighted_layers, found.second.weighted_layers
    yield "weighted layers", grouped(a), grouped(b), signed(b - a), relative(b - a, a)


def _row_cells(row: RowPair) -> tuple[str, ...]:
    params = [grouped(side.params) if side else "" for side in (row.first, row.second)]
    macs = [grouped(side.macs) if side else "" for side in (row.first, row.second)]
    return row.name, *params, signed(row.params), *macs, signed(row.macs)


def _block_lines(pairs: list[BlockPair]) -> Iterator[str]:
    """A line for each row of blocks of a stage that differ in the same way, with what differs in words."""
    if not pairs:
        yield "No block differs."
        return
    runs = [list(run) for _, run in groupby(pairs, lambda pair: (pair.path.partition(".")[0], _words(pair)))]
    yield from aligned(("blocks", "what differs"), [(_places(run), _words(run[0])) for run in runs])


def _places(run: list[BlockPair]) -> str:
    """The path of one block, or the first and the last number of several: "layer1.0", "layer1.0 to 2"."""
    return run[0].path if len(run) == 1 else f"{run[0].path} to {run[-1].path.partition('.')[2]}"


def _words(pair: BlockPair) -> str:
    if pair.first is None or pair.second is None:
        return "only in B" if pair.first is None else "only in A"
    return "; ".join(f"{change.aspect}: {change.first} → {change.second}" for change in pair.changes)
