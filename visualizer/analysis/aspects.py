"""What there is to say about a block, aspect by aspect, and what differs between two."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from visualizer.analysis.format import dimensions
from visualizer.analysis.table import layer_line
from visualizer.resnet import Block, Layer


class Change(NamedTuple):
    """One thing that differs, and how it is in the one and in the other, in words."""

    aspect: str
    first: str
    second: str


def block_changes(first: Block, second: Block) -> tuple[Change, ...]:
    """What differs between two blocks, whatever their places; empty if and only if they are the same in structure."""
    found = [Change(name, aspect(first), aspect(second)) for name, aspect in ASPECTS.items()]
    changed = [change for change in found if change.first != change.second]
    names = {change.aspect for change in changed}
    # That another output comes from another input goes without saying, and without BN its ε does not exist.
    return tuple(
        change for change in changed
        if not (change.aspect == "input" and "output" in names) and change.first and change.second
    )  # fmt: skip


def _branch(block: Block) -> str:
    """The layers of F(x) that Table 1 prints, with their strides."""
    return "[" + "; ".join(_line(layer) for layer in block.branch if layer_line(layer)) + "]"


def _line(layer: Layer) -> str:
    return layer_line(layer) + (f", stride {layer.stride}" if layer.stride > 1 else "")


def shortcut_form(block: Block) -> str:
    """The kind of a block's shortcut; option A (He et al. 2015, `pad`) by what it does to the channels.

    "none", "identity", "projection", "zero-padded", "cropped" or "subsampled".
    """
    if block.shortcut_kind != "pad":
        return block.shortcut_kind
    more = block.output[0] - block.input[0]
    return "zero-padded" if more > 0 else "cropped" if more else "subsampled"


def _shortcut(block: Block) -> str:
    form = shortcut_form(block)
    if form == "projection" and _averages(block):
        return "projection after an average pool"
    return "padded with zeros" if form == "zero-padded" else form


def _averages(block: Block) -> bool:
    return any(layer.kind == "avgpool" for layer in block.shortcut)


def _order(block: Block) -> str:
    """What stands before, between and after the convolutions and after the sum: "conv → BN → ReLU → … → sum"."""
    kinds = [layer.kind for layer in block.branch if ".se." not in layer.path]
    first = kinds.index("conv")
    second = kinds.index("conv", first + 1)
    last = len(kinds) - kinds[::-1].index("conv")
    after = [layer.kind for layer in block.after if layer.kind != "add"]
    parts = [*kinds[:second], "…", "conv", *kinds[last:], "sum", *after]
    return " → ".join(_KIND_WORDS.get(part, part) for part in parts)


_KIND_WORDS = {"bn": "BN", "relu": "ReLU"}


def _biases(block: Block) -> str:
    convs = [layer for layer in block.branch + block.shortcut if layer.kind == "conv" and ".se." not in layer.path]
    having = [layer.path.removeprefix(block.path + ".") for layer in convs if layer.bias]
    if len(having) == len(convs):
        return "every convolution"
    return ", ".join("projection" if name.startswith("downsample") else name for name in having) or "none"


def _epsilon(block: Block) -> str:
    return next((f"{layer.eps:g}" for layer in block.layers if layer.kind == "bn"), "")


ASPECTS: dict[str, Callable[[Block], str]] = {
    "branch": _branch,
    "shortcut": _shortcut,
    "order": _order,
    "biases": _biases,
    "ε of BN": _epsilon,
    "input": lambda block: dimensions(block.input),
    "output": lambda block: dimensions(block.output),
}
"""What there is to say about a block; two blocks with all of it in common are the same."""


def described(block: Block) -> tuple[str, ...]:
    """Every aspect of a block; that of two blocks, of whatever networks, is the same if they do not differ."""
    return tuple(aspect(block) for aspect in ASPECTS.values())
