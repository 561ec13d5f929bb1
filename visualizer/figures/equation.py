"""A residual block as the equation it is: x → F(x) + shortcut = sum → after ReLU, term by term; a layer likewise."""

from __future__ import annotations

from typing import NamedTuple

from visualizer.figures.captions import KIND_NAMES, layer_words, shortcut_name
from visualizer.resnet import Block, Layer

_SPOKEN = {"bn": "BN", "relu": "ReLU"}


class Term(NamedTuple):
    """One value of a block or layer: its place among them, how it is written, what stands before it, what it is."""

    place: str
    title: str
    sign: str
    note: str


def terms(node: Block | Layer) -> tuple[Term, ...]:
    """The values of a block, or what a layer reads and makes, from left to right, each once.

    A plain block has no shortcut and no sum. Where nothing follows the addition (pre-activation) the sum is the
    output, and the equation ends with it.
    """
    if isinstance(node, Layer):
        return _layer_terms(node)
    block = node
    found = [Term("x", "x", "", "the block's input"), Term("branch", "F(x)", "→", "the branch")]
    if block.shortcut_kind != "none":
        found.append(Term("shortcut", "shortcut", "+", _shortcut_note(block)))
        found.append(Term("sum", "sum", "=", "F(x) + shortcut"))
    after = [_SPOKEN[layer.kind] for layer in block.after if layer.kind in _SPOKEN]
    if after:
        found.append(Term("out", f"after {' and '.join(after)}", "→", "the block's output"))
    else:
        found[-1] = found[-1]._replace(note=f"{found[-1].note}; the block's output, no ReLU follows")
    return tuple(found)


def term(node: Block | Layer, place: str) -> Term:
    """The term at a place; a place that a block or layer does not have apart is that of its output, the last term."""
    found = terms(node)
    return next((one for one in found if one.place == place), found[-1])


def _layer_terms(layer: Layer) -> tuple[Term, ...]:
    name = layer.path.split(".", 2)[2] if layer.block is not None else layer.path
    out = Term("out", f"after {name}", "→", layer_words(layer))
    if layer.kind == "add":
        return (
            Term("branch", "F(x)", "", "the branch"),
            Term("shortcut", "shortcut", "+", "what F(x) is added to"),
            Term("out", "sum", "=", KIND_NAMES["add"]),
        )
    if layer.kind == "scale":
        gate = Term("gate", "gate", "×", "a factor for each channel, between 0 and 1")
        return Term("x", "input", "", f"what {name} reads"), gate, out._replace(sign="=")
    return Term("x", "input", "", f"what {name} reads"), out


def _shortcut_note(block: Block) -> str:
    if block.shortcut_kind == "identity":
        return "identity: x as it is"
    if block.shortcut_kind == "projection":
        return "projection of the activated x" if block.shortcut[0].reads else "projection of x"
    return f"x, {shortcut_name(block).removesuffix(' shortcut')}"
