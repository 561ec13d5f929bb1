"""What a row of Table 1 does not show: in which order its layers stand, which of them has the stride, and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from visualizer.analysis.aspects import ASPECTS
from visualizer.analysis.table import layer_line
from visualizer.resnet import Layer, Plan

_SHAPES = ("input", "output")
_KIND_WORDS = {"bn": "BN", "relu": "ReLU"}
Told = Mapping[str, str]
"""What there is to say of a row's layers, aspect by aspect."""


def _order(layers: Sequence[Layer]) -> str:
    """The layers one after the other: "7×7, 64, stride 2 → BN → ReLU"."""
    return " → ".join(layer_line(layer) or _KIND_WORDS.get(layer.kind, layer.kind) for layer in layers)


def _epsilon(layers: Sequence[Layer]) -> str:
    return _each(f"{layer.eps:g}" for layer in layers if layer.kind == "bn")


def _border(layers: Sequence[Layer]) -> str:
    return _each("zeros" if layer.zero_border else "nothing" for layer in layers if layer.kind == "maxpool")


def _biases(layers: Sequence[Layer]) -> str:
    convs = [layer for layer in layers if layer.kind == "conv"]
    having = [layer.path for layer in convs if layer.bias]
    if convs and len(having) == len(convs):
        return "every convolution"
    return ", ".join(having) or ("none" if convs else "")


_OF_LAYERS: Mapping[str, Callable[[Sequence[Layer]], str]] = {
    "order": _order, "biases": _biases, "ε of BN": _epsilon, "border": _border,
}  # fmt: skip


def told(plan: Plan, name: str) -> Told:
    """What there is to say of the row with this name ("stem", "pool", "stage 1", "head"), which the network has."""
    if name.startswith("stage "):
        blocks = plan.stages[int(name.removeprefix("stage ")) - 1].blocks
        return {aspect: _each(map(of, blocks)) for aspect, of in ASPECTS.items() if aspect not in _SHAPES}
    layers = plan.head if name == "head" else [
        layer for layer in plan.stem if (layer.kind == "maxpool") == (name == "pool")
    ]  # fmt: skip
    return {aspect: of(layers) for aspect, of in _OF_LAYERS.items()}


def _each(words: Iterable[str]) -> str:
    """Every one of these words once."""
    return ", then ".join(dict.fromkeys(word.replace("; ", " · ") for word in words if word))


def hidden_differences(rows: Sequence[Told | None], alike: Sequence[bool]) -> list[str | None] | None:
    """In which aspects the rows of several networks differ, in words for each; None where a network has no such row.

    alike: of each, whether all else that is said of its row is as in the first network. None in place of the words if
    no row that is alike differs: that others do is said already.
    """
    first = rows[0]
    if not any(same and row != first for same, row in zip(alike, rows, strict=True)):
        return None
    there = [row for row in rows if row is not None]
    found = {aspect: {row[aspect] for row in there} for aspect in there[0]}
    differing = [aspect for aspect, words in found.items() if len(words) > 1 and all(words)]  # without BN there is no ε
    return [None if row is None else "; ".join(f"{one}: {row[one]}" for one in differing) for row in rows]
