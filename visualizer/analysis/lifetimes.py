"""What is alive at each moment of a forward pass and of the way back, by going through them without a single number.

The rules are those of torch's autograd; tests/network/test_memory.py counts in torch and compares to the byte:

- autograd keeps the input of a convolution, a linear layer, a batch norm and a pool, the output of a ReLU and a
  sigmoid, and both inputs of a scaling; also batch norm's mean and inverse deviation in float32, and the positions of
  the max pool's maxima, 8 bytes each;
- on the way back a layer lets go of what it kept as soon as its gradients are there;
- an addition passes its gradient on as it is; gradients that meet are added into the first one's memory if nothing
  else uses it;
- a layer's new weight gradient stands beside the accumulated one until it has been added to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import NamedTuple

from visualizer.analysis.costs import layer_cost
from visualizer.analysis.dataflow import Operation, operations, padded
from visualizer.resnet import Layer, Plan, Shape

POSITION = 8
STATISTIC = 4
READ_AGAIN = ("conv", "conv1d", "linear", "bn", "maxpool", "avgpool")
"""Kinds whose input autograd keeps."""
WRITTEN_AGAIN = ("relu", "sigmoid")
"""Kinds whose output it keeps."""
Piece = tuple[str, int]


class Peak(NamedTuple):
    """The most bytes that were alive at once, while which layer was computed, and whether on the way back."""

    bytes: int
    layer: Layer
    backward: bool


class Alive:
    """Pieces of memory, how many still need each, and the most that there was."""

    def __init__(self, first: Layer) -> None:
        self.now = 0
        self.peak = Peak(0, first, False)
        self.layer, self.backward = first, False
        self._sizes: dict[Piece, int] = {}
        self._users: dict[Piece, int] = {}

    def add(self, piece: Piece, size: int) -> Piece:
        """A new piece that one needs."""
        self._sizes[piece], self._users[piece] = size, 1
        self.now += size
        if self.now > self.peak.bytes:
            self.peak = Peak(self.now, self.layer, self.backward)
        return piece

    def use(self, piece: Piece) -> Piece:
        """One more needs it."""
        self._users[piece] += 1
        return piece

    def drop(self, piece: Piece) -> None:
        """One fewer needs it; after the last it is gone."""
        self._users[piece] -= 1
        if not self._users[piece]:
            self.now -= self._sizes.pop(piece)
            del self._users[piece]

    def users(self, piece: Piece) -> int:
        return self._users.get(piece, 0)


class Lifetimes:
    """A pass over a plan for `batch` pictures, with `activation` bytes a value and `weight` bytes a weight's gradient.

    The pictures themselves and the weights are not counted: they are there before and after.
    """

    def __init__(self, plan: Plan, batch: int, activation: int, weight: int) -> None:
        self.steps = operations(plan)
        self.alive = Alive(plan.layers[0])
        self._batch, self._activation, self._weight = batch, activation, weight
        self._pieces: dict[int, Piece] = {}
        self._gradients: dict[int, Piece] = {}
        self._extra: dict[int, list[Piece]] = {}  # by the value made: what autograd keeps for the way back
        self._made = 0

    def inference(self) -> Peak:
        """The peak of a forward pass that keeps nothing."""
        self._forward(keeps=False)
        return self.alive.peak

    def training(self) -> tuple[Peak, int]:
        """The peak of a forward pass and the way back, and the bytes that autograd keeps between them."""
        self._forward(keeps=True)
        output = self.steps[-1]
        kept_bytes = self.alive.now - self._size(output.layer.output)
        self._gradients[output.writes] = self._gradient(output.layer.output)
        self.alive.backward = True
        for step in reversed(self.steps):
            self._back(step)
        return self.alive.peak, kept_bytes

    def _size(self, shape: Shape) -> int:
        return prod(shape) * self._batch * self._activation

    def _forward(self, keeps: bool) -> None:
        for step in self.steps:
            self.alive.layer = step.layer
            extras = list(self._extras(step, keeps))
            self._pieces[step.writes] = self._memory(step)
            if keeps:
                self._extra[step.writes] = extras + [self.alive.use(piece) for piece in self._found(kept(step))]
            else:
                self._drop(extras)
            self._drop(self._found(value for value in step.drops if value != len(self.steps)))

    def _found(self, values: Iterable[int]) -> list[Piece]:
        """Where values are, without the pictures."""
        return [self._pieces[value] for value in values if value]

    def _drop(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            self.alive.drop(piece)

    def _memory(self, step: Operation) -> Piece:
        """Where a value is written: over one that has served, or in memory of its own."""
        if step.within is not None:
            return self.alive.use(self._pieces[step.within])
        return self.alive.add(("value", step.writes), self._size(step.layer.output))

    def _extras(self, step: Operation, keeps: bool) -> Iterator[Piece]:
        """What a layer makes besides its value, and keeps or lets go with it."""
        layer, made = step.layer, step.writes
        if layer.kind == "maxpool":
            if layer.zero_border:
                yield self.alive.add(("padded", made), self._size(padded(layer)))
            yield self.alive.add(("positions", made), prod(layer.output) * self._batch * POSITION)
        elif layer.kind == "bn" and keeps:
            yield self.alive.add(("statistics", made), 2 * layer.output[0] * STATISTIC)

    def _gradient(self, shape: Shape) -> Piece:
        """Memory for a new gradient."""
        self._made += 1
        return self.alive.add(("gradient", self._made), self._size(shape))

    def _back(self, step: Operation) -> None:
        """A layer on the way back: gradients beside what it was given and has kept, then without these."""
        self.alive.layer = step.layer
        given = self._gradients.pop(step.writes)
        passed = [(value, self._passed(step, given, value)) for value in step.reads if value]
        params = layer_cost(step.layer).params
        if params:
            self.alive.drop(self.alive.add(("weights", 0), params * self._weight))
        self._drop([given, *self._extra.pop(step.writes)])
        for value, gradient in passed:
            self._meet(value, self._enlarged(step.layer, gradient))

    def _passed(self, step: Operation, given: Piece, value: int) -> Piece:
        """The gradient that a layer first makes for a value that it read."""
        layer = step.layer
        if layer.kind in ("add", "flatten"):
            return self.alive.use(given)
        shape = next(iter(shapes_back(layer)), self.steps[value - 1].layer.output)
        if layer.kind == "scale" and value == step.reads[1]:
            whole = self._gradient(layer.output)  # summed over the map afterwards
            gradient = self._gradient(shape)
            self.alive.drop(whole)
            return gradient
        return self._gradient(shape)

    def _enlarged(self, layer: Layer, gradient: Piece) -> Piece:
        """A gradient led back, form by form, to the input's shape."""
        for shape in shapes_back(layer)[1:]:
            larger = self._gradient(shape)
            self.alive.drop(gradient)
            gradient = larger
        return gradient

    def _meet(self, value: int, gradient: Piece) -> None:
        """Add a gradient to what has come for the same value."""
        first = self._gradients.get(value)
        if first is None:
            self._gradients[value] = gradient
        elif self.alive.users(first) == 1:
            self.alive.drop(gradient)
        else:
            self._gradients[value] = self._gradient(self.steps[value - 1].layer.output)
            self.alive.drop(first)
            self.alive.drop(gradient)


def kept(step: Operation) -> tuple[int, ...]:
    """The values that autograd keeps for the way back through a layer."""
    kind = step.layer.kind
    if kind in READ_AGAIN:
        return () if step.layer.zero_border else step.reads[:1]
    if kind in WRITTEN_AGAIN:
        return (step.writes,)
    return step.reads if kind == "scale" else ()


def shapes_back(layer: Layer) -> list[Shape]:
    """The shapes that a gradient takes one after another where the way back has several steps; else none.

    Option A first loses its zero channels, then each subsampling is undone by itself; a border of zeros goes last.
    """
    if layer.zero_border:
        return [padded(layer), layer.input]
    if layer.kind != "pad":
        return []
    (before, height, width), (after, rows, columns) = layer.input, layer.output
    channels = min(before, after)
    shapes: list[Shape] = [(channels, rows, columns)]
    if layer.stride > 1:
        shapes += [(channels, rows, width), (channels, height, width)]
    return [*shapes, layer.input] if after < before else shapes
