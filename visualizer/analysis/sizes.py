"""How the shape after a layer comes about: ⌊(224 + 2·3 − 7)/2⌋ + 1 = 112, and what the rounding leaves out.

The shapes are stated in the plan; here they are only explained. Maps are square, so one formula serves both sides.
"""

from __future__ import annotations

from visualizer.analysis.format import grouped
from visualizer.analysis.formulas import Formula
from visualizer.resnet import Layer

SAME = ("bn", "relu", "sigmoid", "add", "scale", "conv1d")
"""Kinds of layer after which the shape is what it was."""


def size_formula(layer: Layer) -> Formula | None:
    """The side of a layer's output map, or the length of its output vector; None where the shape stays as it was.

    KeyError for a kind that is not known.
    """
    if layer.kind in SAME:
        return None
    return _checked(_SIZES[layer.kind](layer), layer.output[-1])


def channel_formula(layer: Layer) -> Formula | None:
    """The channels of a layer's output where they are arithmetic: those appended or dropped by option A."""
    before, after = layer.input[0], layer.output[0]
    if layer.kind != "pad" or before == after:
        return None
    more = after - before
    note = "channels of zeros are appended" if more > 0 else "surplus channels are dropped"
    return Formula(f"{grouped(before)} {'+' if more > 0 else '−'} {grouped(abs(more))}", after, note)


def _checked(formula: Formula, size: int) -> Formula:
    if formula.number != size:
        raise ArithmeticError(f"The formula {formula.text} gives {formula.number}, and the plan says {size}.")
    return formula


def _window(layer: Layer) -> Formula:
    """⌊(n + 2p − k)/s⌋ + 1."""
    size, kernel, stride, padding = layer.input[-1], layer.kernel, layer.stride, layer.padding
    text = f"⌊({grouped(size)} + 2·{padding} − {grouped(kernel)})/{stride}⌋ + 1"
    output = (size + 2 * padding - kernel) // stride + 1
    return Formula(text, output, _window_note(layer, output))


def _window_note(layer: Layer, output: int) -> str:
    """What is not used at the far edge, and how an odd size is rounded."""
    if layer.stride == 1:
        return ""
    size, over = layer.input[-1], (layer.input[-1] + 2 * layer.padding - layer.kernel) % layer.stride
    notes = []
    if over > layer.padding:
        notes.append(f"the last {_lines(over - layer.padding)} of the map are not used")
    elif over:
        notes.append(f"the last {_lines(over)} of the padding are not used")
    if size % layer.stride:
        way = "up" if output * layer.stride > size else "down"
        notes.append(f"{grouped(size)}/{layer.stride} is no whole number and goes {way} to {grouped(output)}")
    return "; ".join(notes)


def _lines(count: int) -> str:
    return "row and column" if count == 1 else f"{count} rows and columns"


def _ceiled(layer: Layer) -> Formula:
    """ResNet-D's average pool, ⌈(n − k)/s⌉ + 1: a last window that is not full is averaged over what it has."""
    size, kernel, stride = layer.input[-1], layer.kernel, layer.stride
    output = -((kernel - size) // stride) + 1
    left = size - (output - 1) * stride
    note = f"the last window holds {left} of its {kernel} rows and columns" if left < kernel else ""
    return Formula(f"⌈({grouped(size)} − {kernel})/{stride}⌉ + 1", output, note)


def _subsampled(layer: Layer) -> Formula:
    """Option A takes every s-th row and column, from the first on."""
    size, stride = layer.input[-1], layer.stride
    note = f"1 row and 1 column of each {stride} are kept" if stride > 1 else ""
    return Formula(f"⌈{grouped(size)}/{stride}⌉", -(-size // stride), note)


def _global(layer: Layer) -> Formula:
    return _window(layer)._replace(note="the window is the whole map")


def _flattened(layer: Layer) -> Formula:
    channels, height, width = layer.input
    return Formula(f"{grouped(channels)}·{height}·{width}", channels * height * width)


def _outputs(layer: Layer) -> Formula:
    return Formula(grouped(layer.output[0]), layer.output[0], "one output a class")


_SIZES = {
    "conv": _window, "maxpool": _window, "avgpool": _ceiled, "global_pool": _global, "pad": _subsampled,
    "flatten": _flattened, "linear": _outputs,
}  # fmt: skip
