"""Count the 50: the number of each weighted layer of ResNet-50, and why the others have none.

He et al. 2015 name a network by its convolutions on the way from input to output, and its classifier.
"""

from __future__ import annotations

import re
from itertools import count
from typing import NamedTuple

from visualizer.analysis.costs import layer_cost
from visualizer.analysis.format import grouped
from visualizer.analysis.formulas import Formula
from visualizer.resnet import Layer, Plan


class Counted(NamedTuple):
    """A layer with its number among the weighted layers, from 1, or with the reason why it has none."""

    layer: Layer
    number: int | None
    reason: str


def counted_layers(plan: Plan) -> tuple[Counted, ...]:
    """Every layer that has parameters, in order; those that count are numbered from 1."""
    numbers = count(1)
    found = []
    for layer in plan.layers:
        if layer.weighted:
            found.append(Counted(layer, next(numbers), ""))
        elif layer_cost(layer).params:
            found.append(Counted(layer, None, reason(layer)))
    return tuple(found)


def layer_numbers(plan: Plan) -> dict[str, int]:
    """The number of each weighted layer by its path."""
    return {layer.path: number for number, layer in enumerate((one for one in plan.layers if one.weighted), start=1)}


def reason(layer: Layer) -> str:
    """Why a layer is not one of the weighted layers, in words."""
    if layer.role == "shortcut" and layer.kind == "conv":
        return "a projection: it lies on the shortcut, beside the way that is counted"
    if ".se." in layer.path and layer.kind in ("conv", "conv1d"):
        return "part of the channel attention, which only weighs what the convolutions found"
    if layer.kind == "bn":
        return "batch norm: it scales and shifts what a convolution found"
    return "it has no weights"


def name_note(plan: Plan, title: str) -> str:
    """Why the number in a network's name ("WRN-28-10") is not its count of weighted layers; empty where it is."""
    named = re.search(r"(?<![Vv\d])\d+", title)  # not the 2 of V2
    if named is None or int(named[0]) == plan.weighted_layers:
        return ""
    number, stem = int(named[0]), sum(layer.weighted for layer in plan.stem)
    if number == sum(layer.kind == "conv" and ".se." not in layer.path for layer in plan.layers):
        return (
            f"The {number} in the name is another count: all convolutions, projections among them, without the "
            "classifier (Zagoruyko and Komodakis 2016, arXiv:1605.07146)."
        )
    if number == plan.weighted_layers - stem + 1:
        return f"The {number} in the name counts the stem as the one layer of the original; here it has {stem}."
    return ""


def count_formula(plan: Plan) -> Formula:
    """Weighted layers of stem, blocks and head: "1 + 3·(3 + 4 + 6 + 3) + 1" for ResNet-50."""
    stem, head = (sum(layer.weighted for layer in part) for part in (plan.stem, plan.head))
    each = sum(layer.weighted for layer in plan.blocks[0].branch)
    depths = " + ".join(map(grouped, plan.spec.depths))
    blocks = f"({depths})" if len(plan.spec.depths) > 1 else depths
    number = stem + each * sum(plan.spec.depths) + head
    if number != plan.weighted_layers:
        raise ArithmeticError(f"The formula gives {number} weighted layers, and the plan has {plan.weighted_layers}.")
    return Formula(f"{stem} + {each}·{blocks} + {head}", number, "stem + convolutions a block · blocks + classifier")
