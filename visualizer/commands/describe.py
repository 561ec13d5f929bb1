"""`describe SPEC`: shapes and costs of one network, layer by layer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from visualizer.analysis.format import abbreviated, dimensions, grouped
from visualizer.analysis.table import LayerRow, StageRow, headline, layer_rows, section_rows, stage_rows
from visualizer.commands.columns import aligned
from visualizer.commands.resolution import number, resolution_option
from visualizer.resnet import Plan, Sequential, named

LAYER_COLUMNS = ("layer", "kind", "input", "output", "window", "groups", "params", "MACs", "receptive field")
STAGE_COLUMNS = ("stage", "structure", "output", "params", "MACs")


@click.command()
@click.argument("spec")
@resolution_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
def command(spec: str, resolution: str | None, as_json: bool) -> None:
    """Shapes, parameters and MACs of SPEC, by stage and by layer; SPEC may also be vgg16 or vgg19."""
    described = named(spec, None if resolution is None else number(resolution))
    click.echo(json.dumps(as_data(described)) if as_json else "\n".join(as_text(described)))


def as_data(described: Plan | Sequential) -> dict[str, Any]:
    """The description as plain data, for JSON."""
    figures = headline(described)
    return {
        "net": _name(described),
        "resolution": described.resolution,
        "params": figures.params,
        "buffers": figures.buffers,
        "macs": figures.macs,
        "flops": figures.flops,
        "activations": figures.activations,
        "stages": [
            {"name": row.name, "blocks": row.blocks, "output": row.output, "params": row.params, "macs": row.macs}
            for row in _rows(described)
            if row.blocks
        ],
        "layers": layer_rows(described),
        "weighted_layers": described.weighted_layers,
        "features": described.features,
    }


def _name(described: Plan | Sequential) -> str:
    return str(described.spec) if isinstance(described, Plan) else described.name


def _rows(described: Plan | Sequential) -> list[StageRow]:
    return stage_rows(described) if isinstance(described, Plan) else section_rows(described)


def as_text(described: Plan | Sequential) -> Iterator[str]:
    """The description as lines of text: headline, stages, layers."""
    yield from _headline(described)
    yield ""
    yield from aligned(STAGE_COLUMNS, _stage_cells(described), right=(3, 4))
    yield ""
    yield from aligned(LAYER_COLUMNS, map(_layer_cells, layer_rows(described)), right=(5, 6, 7, 8))


def _headline(described: Plan | Sequential) -> Iterator[str]:
    figures = headline(described)
    yield f"{_name(described)} at {dimensions(described.input)}"
    yield ""
    rows = [
        ("parameters", grouped(figures.params), abbreviated(figures.params)),
        ("buffers", grouped(figures.buffers), ""),
        ("MACs", grouped(figures.macs), abbreviated(figures.macs, "MACs")),
        ("FLOPs (2 a MAC)", grouped(figures.flops), abbreviated(figures.flops, "FLOPs")),
        ("activations", grouped(figures.activations), ""),
        ("weighted layers", grouped(figures.weighted_layers), ""),
        ("last feature map", dimensions(figures.features), ""),
        ("receptive field", f"{grouped(figures.receptive_field)} px", ""),
    ]
    yield from aligned((), rows, right=(1,))


def _stage_cells(described: Plan | Sequential) -> Iterator[tuple[str, ...]]:
    for row in _rows(described):
        structure = "; ".join(row.structure)
        brackets = f"[{structure}] × {row.blocks}" if row.blocks else structure
        yield row.name, brackets, dimensions(row.output), grouped(row.params), grouped(row.macs)


def _layer_cells(row: LayerRow) -> tuple[str, ...]:
    window = f"{row['kernel']}×{row['kernel']}/{row['stride']}" if row["kernel"] > 1 or row["stride"] > 1 else ""
    if row["kind"] == "adaptive_pool":  # its windows differ
        window = ""
    if row["kind"] == "conv":
        window = f"{row['kernel']}×{row['kernel']}/{row['stride']}"
    groups = str(row["groups"]) if row["groups"] > 1 else ""
    shapes = dimensions(row["input"]), dimensions(row["output"])
    counts = grouped(row["params"]) if row["params"] else "", grouped(row["macs"]) if row["macs"] else ""
    return row["path"], row["kind"], *shapes, window, groups, *counts, grouped(row["receptive_field"])
