"""Every count as a formula with the network's own numbers in it: "3·3·64·64 = 36,864".

The counts themselves are made in `costs`; here they are only explained. A formula cannot say something else than the
count beside it: its number is that count, its text is written from its factors and from nothing else, and `explained`
refuses to make a formula whose factors do not give the number. Shapes are in `sizes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import groupby
from math import prod
from typing import NamedTuple

from visualizer.analysis.costs import Cost, CostTable, layer_cost
from visualizer.analysis.format import grouped
from visualizer.resnet import Block, Layer, Stage


class Formula(NamedTuple):
    """One side of an equation: `text` has the value `number`; `note` says in words what its parts are.

    A text is made of whole numbers (in groups of three digits), ·, /, +, −, round brackets, ⌊ ⌋ and ⌈ ⌉.
    """

    text: str
    number: int
    note: str = ""

    def __str__(self) -> str:
        number = grouped(self.number)
        return number if self.text == number else f"{self.text} = {number}"


class Formulas(NamedTuple):
    """A formula for each count: of a layer, or of several layers together."""

    params: Formula
    buffers: Formula
    macs: Formula
    flops: Formula
    elementwise: Formula
    activations: Formula


class Quotient(NamedTuple):
    """A factor that is a division without rest, as input channels / groups."""

    of: int
    by: int

    def __str__(self) -> str:
        return f"({grouped(self.of)}/{grouped(self.by)})"


Factor = int | Quotient
Product = tuple[tuple[Factor, ...], ...]
"""Factors in groups: ((36864,), (56, 56)) is written 36,864 · 56·56."""
Terms = tuple[Product, ...]
"""A sum of products: (((3, 3, 64, 64),), ((64,),)) is written 3·3·64·64 + 64."""


def explained(terms: Terms, number: int, note: str = "") -> Formula:
    """The formula of a sum of products. Raises ArithmeticError where it does not give the number that was counted."""
    text = " + ".join(map(_written, terms)) or "0"
    found = sum(_value(factor) for factor in terms)
    if found != number:
        raise ArithmeticError(f"The formula {text} gives {found}, and {number} was counted.")
    return Formula(text, number, note)


def _written(product: Product) -> str:
    return " · ".join("·".join(_factor(factor) for factor in group) for group in product)


def _factor(factor: Factor) -> str:
    return grouped(factor) if isinstance(factor, int) else str(factor)


def _value(product: Product) -> Fraction | int:
    factors = (factor for group in product for factor in group)
    return prod(factor if isinstance(factor, int) else Fraction(factor.of, factor.by) for factor in factors)


def layer_formulas(layer: Layer) -> Formulas:
    """How each count of a layer comes about; KeyError for a kind that has no formula."""
    cost = layer_cost(layer)
    statistics = "a running mean and a running variance a channel"
    return Formulas(
        _PARAMS.get(layer.kind, _nothing)(layer, cost.params),
        explained((((2, layer.output[0]),),), cost.buffers, statistics) if cost.buffers else ZERO,
        _MACS.get(layer.kind, _nothing)(layer, cost.macs),
        _flops(cost),
        _ELEMENTWISE.get(layer.kind, _nothing)(layer, cost.elementwise),
        explained(((layer.output,),), cost.activations, "output elements") if cost.activations else ZERO,
    )


ZERO = explained((), 0)


def _nothing(layer: Layer, number: int) -> Formula:
    return explained((), number)


def _flops(cost: Cost) -> Formula:
    return explained((((2,), (cost.macs,)),), cost.flops, "2 · MACs") if cost.macs else ZERO


def _conv_params(layer: Layer, number: int) -> Formula:
    """Window · channels that a filter reads · filters, and a bias a filter."""
    channels, filters, grouped_by = layer.input[0], layer.output[0], layer.groups
    read = Quotient(channels, grouped_by) if grouped_by > 1 else channels
    words = "(input channels / groups)" if grouped_by > 1 else "input channels"
    note = f"kernel height · kernel width · {words} · filters"
    weights: Product = ((layer.kernel, layer.kernel, read, filters),)
    return _with_bias(weights, layer, number, note, "filter")


def _linear_params(layer: Layer, number: int) -> Formula:
    return _with_bias(((layer.input[0], layer.output[0]),), layer, number, "inputs · outputs", "output")


def _with_bias(weights: Product, layer: Layer, number: int, note: str, each: str) -> Formula:
    if not layer.bias:
        return explained((weights,), number, note)
    return explained((weights, ((layer.output[0],),)), number, f"{note} + a bias a {each}")


def _conv1d_params(layer: Layer, number: int) -> Formula:
    return explained((((layer.kernel,),),), number, "one kernel for all channels")


def _bn_params(layer: Layer, number: int) -> Formula:
    return explained((((2, layer.output[0]),),), number, "a scale and a shift a channel")


def _conv_macs(layer: Layer, number: int) -> Formula:
    """Each weight once per output position; biases are additions alone."""
    channels, height, width = layer.output
    weights = layer_cost(layer).params - (channels if layer.bias else 0)
    note = "weights without biases" if layer.bias else "weights"
    return explained((((weights,), (height, width)),), number, f"{note} · output height · output width")


def _conv1d_macs(layer: Layer, number: int) -> Formula:
    return explained((((layer.kernel, layer.output[0]),),), number, "kernel · channels")


def _linear_macs(layer: Layer, number: int) -> Formula:
    return explained((((layer.input[0], layer.output[0]),),), number, "inputs · outputs, without biases")


def _bn_elementwise(layer: Layer, number: int) -> Formula:
    return explained((((2, *layer.output),),), number, "a scale and a shift · output elements")


def _once(layer: Layer, number: int) -> Formula:
    return explained(((layer.output,),), number, "one operation an output element")


def _window(layer: Layer, number: int) -> Formula:
    return explained((((layer.kernel, layer.kernel, *layer.output),),), number, "window · output elements")


def _whole_map(layer: Layer, number: int) -> Formula:
    return explained((((layer.kernel, layer.kernel, layer.output[0]),),), number, "the whole map · channels")


Explanation = Callable[[Layer, int], Formula]
# A kind that is missing here has a count of 0, which `explained` checks like any other.
_PARAMS: dict[str, Explanation] = {
    "conv": _conv_params, "conv1d": _conv1d_params, "linear": _linear_params, "bn": _bn_params,
}  # fmt: skip
_MACS: dict[str, Explanation] = {"conv": _conv_macs, "conv1d": _conv1d_macs, "linear": _linear_macs}
_ELEMENTWISE: dict[str, Explanation] = {
    "bn": _bn_elementwise, "relu": _once, "sigmoid": _once, "add": _once, "scale": _once,
    "maxpool": _window, "avgpool": _window, "global_pool": _whole_map,
}  # fmt: skip


def block_formulas(table: CostTable, block: Block) -> Formulas:
    """A block's counts as sums over its layers."""
    return _sums([(1, table.by_path[layer.path]) for layer in block.layers], table.block(block))


def stage_formulas(table: CostTable, stage: Stage) -> Formulas:
    """A stage's counts as sums over its blocks, equal neighbours together: "75,008 + 2·70,400"."""
    runs = (tuple(equal) for _, equal in groupby(stage.blocks, lambda block: block.form))
    return _sums([(len(run), table.block(run[0])) for run in runs], table.stages[stage.number - 1])


def part_formulas(table: CostTable, layers: Iterable[Layer], cost: Cost) -> Formulas:
    """The counts of stem or head as sums over their layers."""
    return _sums([(1, table.by_path[layer.path]) for layer in layers], cost)


def total_formulas(table: CostTable) -> Formulas:
    """The network's counts as sums over stem, stages and head."""
    return _sums([(1, part) for part in (table.stem, *table.stages, table.head)], table.total)


def _sums(parts: list[tuple[int, Cost]], whole: Cost) -> Formulas:
    def summed(count: Callable[[Cost], int]) -> Formula:
        numbers = [(times, count(cost)) for times, cost in parts]
        terms = tuple(((times, number) if times > 1 else (number,),) for times, number in numbers if number)
        return explained(terms, count(whole))

    return Formulas(
        summed(lambda cost: cost.params), summed(lambda cost: cost.buffers), summed(lambda cost: cost.macs),
        summed(lambda cost: cost.flops), summed(lambda cost: cost.elementwise), summed(lambda cost: cost.activations),
    )  # fmt: skip
