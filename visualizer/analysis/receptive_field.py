"""Receptive fields, by arithmetic on the plan (Araujo et al. 2019, "Computing Receptive Fields of CNNs", Distill)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from visualizer.analysis.format import grouped
from visualizer.analysis.formulas import Formula
from visualizer.resnet import Layer, Plan, Sequential


class Field(NamedTuple):
    """What one element of a layer's output can see of the input.

    `size` is the receptive field's side in input pixels, `jump` the distance in input pixels between the fields of
    neighbouring elements, `start` the centre of the first element's field, in pixels from the input's first pixel.
    """

    size: int
    jump: int
    start: float

    @property
    def padding(self) -> float:
        """Pixels by which the first element's field reaches beyond the input: "effective padding" in the literature."""
        return (self.size - 1) / 2 - self.start


class Reach(NamedTuple):
    """The fields after the same layer through the longest path and through the shortest."""

    longest: Field
    shortest: Field


INPUT = Field(1, 1, 0.0)


def through(field: Field, layer: Layer) -> Field:
    """The field after one more layer: r + (k − 1)·j, j·s, start + ((k − 1)/2 − p)·j."""
    if layer.kernel == layer.stride == 1 or layer.kind == "conv1d":
        return field
    size = field.size + (layer.kernel - 1) * field.jump
    start = field.start + ((layer.kernel - 1) / 2 - layer.padding) * field.jump
    return Field(size, field.jump * layer.stride, start)


def growth_formula(field: Field, layer: Layer) -> Formula:
    """How the size after a layer came about, from the field after it: "11 + (3 − 1)·4 = 19" is r + (k − 1)·j."""
    jump = field.jump // layer.stride
    before = field.size - (layer.kernel - 1) * jump
    text = f"{grouped(before)} + ({grouped(layer.kernel)} − 1)·{grouped(jump)}"
    return Formula(text, field.size, "size before + (kernel − 1) · jump before")


def receptive_fields(plan: Plan, longest: bool = True) -> dict[str, Field]:
    """The field after each layer, by path, along the longest or the shortest path from the input.

    At an addition the longest path takes the larger of the two fields, the shortest the smaller. The gate of an
    attention sees the whole map, but only scales what is there: after the scaling the branch's own field goes on.
    """
    fields: dict[str, Field] = {}
    field = _chain(plan.stem, INPUT, fields)
    for block in plan.blocks:
        field = _block(block.branch, block.shortcut, block.shortcut_kind, field, fields, longest)
        for layer in block.after:
            fields[layer.path] = field
    _chain(plan.head, field, fields)
    return fields


def chain_fields(network: Sequential) -> dict[str, Field]:
    """The field after each layer of a chain, by path; what follows the last map reads all of it."""
    fields: dict[str, Field] = {}
    field = _chain((layer for section in network.sections for layer in section.layers), INPUT, fields)
    reach = (network.features[1] - 1) * field.jump
    whole = Field(field.size + reach, field.jump, field.start + reach / 2)
    for layer in network.head:
        fields[layer.path] = whole if len(layer.output) == 1 else through(field, layer)
    return fields


def reaches(plan: Plan) -> dict[str, Reach]:
    """The fields after each layer through both paths, by path; the last layer of a block gives the block's own."""
    longest, shortest = receptive_fields(plan), receptive_fields(plan, longest=False)
    return {path: Reach(field, shortest[path]) for path, field in longest.items()}


def _block(
    branch: tuple[Layer, ...], shortcut: tuple[Layer, ...], kind: str, field: Field, fields: dict[str, Field],
    longest: bool,
) -> Field:  # fmt: skip
    ends = [_chain(branch, field, fields)]
    if kind != "none":
        ends.append(_chain(shortcut, field, fields))
    return max(ends) if longest else min(ends)


def _chain(layers: Iterable[Layer], field: Field, fields: dict[str, Field]) -> Field:
    gate = field
    for layer in layers:
        if ".se." not in layer.path:
            fields[layer.path] = field = gate = through(field, layer)
        elif layer.kind == "scale":
            fields[layer.path] = field
        else:
            fields[layer.path] = gate = through(gate, layer)
    return field
