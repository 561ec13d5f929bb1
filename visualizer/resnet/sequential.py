"""Networks that are a chain of layers and nothing else, to stand beside the ResNets: VGG-16 and VGG-19.

Simonyan and Zisserman 2015, table 1, configurations D and E, in torchvision's layers and under its names. To add
another of their kind, add a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from visualizer.resnet.errors import SpecError
from visualizer.resnet.layers import Layer, LayerList, Shape

KINDS = ("conv", "relu", "maxpool", "adaptive_pool", "flatten", "linear")
"""The kinds of layer of a sequential network. Dropout is none: it computes nothing in evaluation and costs nothing."""
VGG = "Simonyan and Zisserman 2015, arXiv:1409.1556"
POOLED = 7
"""Side of the map that the classifier reads."""
RESOLUTIONS = (32, 4096)
"""Five max pools leave nothing of a smaller picture."""


class Row(NamedTuple):
    """A published sequential network: title, source, usual resolution; (3×3 convolutions, channels) of each section."""

    title: str
    source: str
    resolution: int
    sections: tuple[tuple[int, int], ...]


SEQUENTIALS: Mapping[str, Row] = {
    "vgg16": Row("VGG-16", f"{VGG} (table 1, D)", 224, ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))),
    "vgg19": Row("VGG-19", f"{VGG} (table 1, E)", 224, ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))),
}
"""The sequential networks by name."""


class Section(NamedTuple):
    """The convolutions of one output size and the max pool that ends them; `output` is the pool's, C×H×W."""

    name: str
    number: int
    layers: tuple[Layer, ...]
    output: Shape


@dataclass(frozen=True)
class Sequential:
    """A chain of layers at one input resolution: sections, and a head from the last map to the classes.

    Name and resolution say all the rest, so one is equal to another, and hashed, by these two.
    """

    name: str
    resolution: int
    sections: tuple[Section, ...] = field(compare=False, repr=False)
    head: tuple[Layer, ...] = field(compare=False, repr=False)

    @property
    def title(self) -> str:
        return SEQUENTIALS[self.name].title

    @property
    def source(self) -> str:
        return SEQUENTIALS[self.name].source

    @property
    def input(self) -> Shape:
        """Shape of the network's input, C×H×W."""
        return self.sections[0].layers[0].input

    @property
    def features(self) -> Shape:
        """Shape of the last feature map, C×H×W: what the last max pool leaves."""
        return self.sections[-1].output

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Every layer, in order."""
        return (*(layer for section in self.sections for layer in section.layers), *self.head)

    @cached_property
    def weighted_layers(self) -> int:
        """The number in "VGG-19": convolutions and linear layers."""
        return sum(layer.weighted for layer in self.layers)


def sequential(name: str, resolution: int | None = None) -> Sequential:
    """The network with this name for square pictures of `resolution` pixels (None: its usual one).

    KeyError: a name that is none. SpecError: a resolution outside 32 to 4096.
    """
    row = SEQUENTIALS[name]
    size = row.resolution if resolution is None else resolution
    low, high = RESOLUTIONS
    whole = isinstance(size, int) and not isinstance(size, bool)
    if not whole or not low <= size <= high:
        nearest = min(max(size, low), high) if whole else row.resolution
        rule = f"for {name} it must be a whole number of pixels from {low} to {high}"
        raise SpecError("resolution", size, rule, nearest)
    sections = _sections(row, size)
    return Sequential(name, size, sections, _head(sections[-1].output))


def _sections(row: Row, resolution: int) -> tuple[Section, ...]:
    """Sections of 3×3 convolutions with biases, each with its ReLU, and a 2×2 max pool of stride 2."""
    sections: list[Section] = []
    shape: Shape = (3, resolution, resolution)
    first = 0
    for number, (convolutions, width) in enumerate(row.sections, start=1):
        layers = LayerList(shape, "chain", number, conv_bias=True)
        for index in range(first, first + 2 * convolutions, 2):
            layers.conv(f"features.{index}", width, 3)
            layers.same(f"features.{index + 1}", "relu")
        first += 2 * convolutions + 1
        pooled = (width, *(side // 2 for side in layers.shape[1:]))
        layers.add(f"features.{first - 1}", "maxpool", pooled, kernel=2, stride=2)
        shape = pooled
        sections.append(Section(f"stage {number}", number, tuple(layers.layers), shape))
    return tuple(sections)


def _head(shape: Shape) -> tuple[Layer, ...]:
    """Three linear layers on a map of 7×7, to which a map of another size is pooled first (torchvision).

    The adaptive pool's window ⌊i·n/7⌋ to ⌈(i + 1)·n/7⌉ differs from place to place; `kernel` is the largest.
    """
    layers = LayerList(shape, "head")
    channels, side, _ = shape
    if side != POOLED:
        layers.add("avgpool", "adaptive_pool", (channels, POOLED, POOLED), kernel=max(windows(side, POOLED)))
    layers.add("flatten", "flatten", (channels * POOLED * POOLED,))
    for index, outputs in ((0, 4096), (3, 4096), (6, 1000)):
        layers.add(f"classifier.{index}", "linear", (outputs,), bias=True)
        if index < 6:
            layers.same(f"classifier.{index + 1}", "relu")
    return tuple(layers.layers)


def windows(size: int, outputs: int) -> tuple[int, ...]:
    """Sides of the windows by which an adaptive pool makes `outputs` of `size`: from ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉."""
    return tuple(-(-(place + 1) * size // outputs) - place * size // outputs for place in range(outputs))
