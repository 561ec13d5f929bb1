"""Which value each layer reads and writes, when a value has served, and which layers write into their input's memory.

The same order and the same rules as network/program.py for a plain forward pass (a test compares the two): layers
run as the plan lists them, a ReLU or an addition overwrites its input where nothing else reads that input, and a
value is let go after its last reader. Value 0 is the network's input; operation i writes value i + 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from visualizer.resnet import Layer, Plan, Shape

IN_PLACE = ("relu", "add")
"""Kinds that may overwrite an input."""
WRITABLE = ("conv", "bn", "linear", "add", "scale")
"""Kinds whose output may be overwritten: memory of its own, from which no gradient is computed."""
VIEWS = ("flatten",)
"""Kinds whose output is their input's memory under another shape."""


class Operation(NamedTuple):
    """`layer` makes value `writes` from the values `reads`, in the memory of the value `within` (None: in new memory).

    `drops` are the values that nothing reads any more.
    """

    layer: Layer
    reads: tuple[int, ...]
    writes: int
    within: int | None
    drops: tuple[int, ...]


def operations(plan: Plan) -> tuple[Operation, ...]:
    """A forward pass, in order."""
    flow = _Flow(plan)
    readers = Counter(number for reads in flow.reads for number in reads)
    last = {0: 0}
    for number, reads in enumerate(flow.reads, start=1):
        last.update(dict.fromkeys((number, *reads), number))
    drops: dict[int, list[int]] = {}
    for value, number in last.items():
        drops.setdefault(number, []).append(value)
    return tuple(
        Operation(layer, reads, number, _within(flow, layer, reads, readers), tuple(drops.get(number, ())))
        for number, (layer, reads) in enumerate(zip(plan.layers, flow.reads, strict=True), start=1)
    )


def _within(flow: _Flow, layer: Layer, reads: tuple[int, ...], readers: Counter[int]) -> int | None:
    if layer.kind in VIEWS:
        return reads[0]
    if layer.kind not in IN_PLACE:
        return None
    layers = flow.plan.layers
    spare = (read for read in reads if read and readers[read] == 1 and layers[read - 1].kind in WRITABLE)
    return next(spare, None)


def padded(layer: Layer) -> Shape:
    """The shape of a pool's input with its border of zeros; this is a copy, and autograd keeps it for the input."""
    channels, *sides = layer.input
    return (channels, *(side + 2 * layer.padding for side in sides))


class _Flow:
    """The values that each layer of a plan reads."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.reads: list[tuple[int, ...]] = []
        self._named: dict[str, int] = {}
        number = self._chain(plan.stem, 0)
        for block in plan.blocks:
            x = number
            number = self._named[f"{block.path}.branch"] = self._chain(block.branch, x)
            self._named[f"{block.path}.shortcut"] = self._chain(block.shortcut, x)
            number = self._chain(block.after, number)
        self._chain(plan.head, number)

    def _chain(self, layers: Iterable[Layer], number: int) -> int:
        """Layers in a row, each reading the one before it unless it names what it reads; the last value."""
        for layer in layers:
            self.reads.append(tuple([self._named[name] for name in layer.reads]) or (number,))
            number = self._named[layer.path] = len(self.reads)
        return number
