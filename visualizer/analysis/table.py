"""A plan as plain rows: one a layer for tables, CSV and JSON, and one a stage as in the papers' Table 1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypedDict

from visualizer.analysis.costs import Cost, CostTable, cost_of, costs, layer_cost, total
from visualizer.analysis.receptive_field import chain_fields, receptive_fields
from visualizer.resnet import Layer, Plan, Sequential, Shape, Stage
from visualizer.resnet.nodes import Node


class LayerRow(TypedDict):
    """One layer; `stage` is 0 in the stem and None in the head, `role` "chain" in a sequential network, and
    `receptive_field` in pixels on the longest path.
    """

    path: str
    kind: str
    stage: int | None
    block: int | None
    role: str
    input: Shape
    output: Shape
    kernel: int
    stride: int
    groups: int
    params: int
    macs: int
    receptive_field: int
    padding: int
    flops: int
    elementwise: int
    activations: int


class StageRow(NamedTuple):
    """One row of He et al. 2015, table 1.

    `name` is ours ("stage 1"), `paper` the paper's ("conv2_x"); `structure` holds the lines in the brackets, `blocks`
    how often they are stacked (0 outside the stages), `output` the last shape of the row, C×H×W.
    """

    name: str
    paper: str
    structure: tuple[str, ...]
    blocks: int
    output: Shape
    params: int
    macs: int


class Headline(NamedTuple):
    """The figures that a network is known by.

    `features` is the last feature map, C×H×W, and `receptive_field` its side in input pixels on the longest path.
    """

    params: int
    buffers: int
    macs: int
    flops: int
    activations: int
    weighted_layers: int
    features: Shape
    receptive_field: int


def layer_rows(network: Plan | Sequential) -> list[LayerRow]:
    """Every layer of the network, in order."""
    if isinstance(network, Plan):
        fields, counts = receptive_fields(network), costs(network).layers
    else:
        fields, counts = chain_fields(network), tuple(map(layer_cost, network.layers))
    rows = zip(network.layers, counts, strict=True)
    return [_layer_row(layer, cost, fields[layer.path].size) for layer, cost in rows]


def _layer_row(layer: Layer, cost: Cost, receptive_field: int) -> LayerRow:
    return {
        "path": layer.path,
        "kind": layer.kind,
        "stage": layer.stage,
        "block": layer.block,
        "role": layer.role,
        "input": layer.input,
        "output": layer.output,
        "kernel": layer.kernel,
        "stride": layer.stride,
        "groups": layer.groups,
        "params": cost.params,
        "macs": cost.macs,
        "receptive_field": receptive_field,
        "padding": layer.padding,
        "flops": cost.flops,
        "elementwise": cost.elementwise,
        "activations": cost.activations,
    }


def stage_rows(plan: Plan) -> list[StageRow]:
    """Stem, stages and head as rows of the papers' Table 1; parameters and MACs add up to the network's."""
    table = costs(plan)
    convs = [layer for layer in plan.stem if layer.kind != "maxpool"]
    pools = [layer for layer in plan.stem if layer.kind == "maxpool"]
    rows = [_row("stem", "conv1", convs, table)]
    if pools:
        rows.append(_row("pool", "conv2_x", pools, table))
    rows += [_stage_row(stage, cost) for stage, cost in zip(plan.stages, table.stages, strict=True)]
    return [*rows, _row("head", "", plan.head, table)]


def row_of(node: Node) -> str:
    """The name of the row that a stage, a block or a layer is in: "stem", "pool", "stage 1", "head"."""
    if isinstance(node, Stage):
        return node.name
    if node.stage:
        return f"stage {node.stage}"
    return "head" if node.stage is None else "pool" if node.kind == "maxpool" else "stem"


def headline(network: Plan | Sequential) -> Headline:
    """The figures that stand above everything else about a network."""
    if isinstance(network, Plan):
        cost = costs(network).total
        field = receptive_fields(network)[network.stages[-1].layers[-1].path].size
    else:
        cost = cost_of(network)
        field = chain_fields(network)[network.sections[-1].layers[-1].path].size
    counts = (cost.params, cost.buffers, cost.macs, cost.flops, cost.activations)
    return Headline(*counts, network.weighted_layers, network.features, field)


def section_rows(network: Sequential) -> list[StageRow]:
    """Sections and head of a sequential network as rows; `blocks` counts a section's convolutions, which are alike."""
    rows = []
    for section in network.sections:
        convs = [layer for layer in section.layers if layer.kind == "conv"]
        cost, paper = cost_of(section), f"conv{section.number}_x"
        rows.append(StageRow(
            section.name, paper, (layer_line(convs[-1]),), len(convs), section.output, cost.params, cost.macs
        ))  # fmt: skip
    head = total(map(layer_cost, network.head))
    lines = tuple(line for line in map(layer_line, network.head) if line)
    return [*rows, StageRow("head", "", lines, 0, network.head[-1].output, head.params, head.macs)]


def layer_line(layer: Layer) -> str:
    """A layer as the papers' tables print it ("3×3, 128, C=32"); empty for what they leave out (BN, ReLU, addition).

    Strides stand in the stem's lines alone: in a stage it is one block's, which the brackets do not tell apart.
    """
    window = f"{layer.kernel}×{layer.kernel}"
    stride = f", stride {layer.stride}" if layer.role == "stem" and layer.stride > 1 else ""
    if layer.kind == "conv" and ".se." in layer.path:
        return f"SE fc, {layer.output[0]}"
    if layer.kind == "conv":
        cardinality = f", C={layer.groups}" if layer.groups > 1 else ""
        return f"{window}, {layer.output[0]}{cardinality}{stride}"
    lines = {
        "conv1d": f"ECA, k={layer.kernel}",
        "maxpool": f"{window} max pool{stride}",
        "global_pool": "" if layer.role == "branch" else "global average pool",
        "linear": f"{layer.output[0]}-d fc",
    }
    return lines.get(layer.kind, "")


def _row(name: str, paper: str, layers: Iterable[Layer], table: CostTable) -> StageRow:
    layers = tuple(layers)
    cost = table.of(layers)
    lines = tuple(line for line in map(layer_line, layers) if line)
    return StageRow(name, paper, lines, 0, layers[-1].output, cost.params, cost.macs)


def _stage_row(stage: Stage, cost: Cost) -> StageRow:
    """A stage's row; its last block stands for all, since the first may hold a stride and a projection."""
    lines = tuple(line for line in map(layer_line, stage.blocks[-1].branch) if line)
    paper = f"conv{stage.number + 1}_x"
    return StageRow(stage.name, paper, lines, len(stage.blocks), stage.output, cost.params, cost.macs)
