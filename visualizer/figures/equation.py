"""A residual block as the equation it is: x → F(x) + shortcut = sum → after ReLU, term by term."""

from __future__ import annotations

from typing import NamedTuple

from visualizer.figures.captions import shortcut_name
from visualizer.resnet import Block

_SPOKEN = {"bn": "BN", "relu": "ReLU"}


class Term(NamedTuple):
    """One value of a block: its place in the block's values, how it is written, what stands before it, what it is."""

    place: str
    title: str
    sign: str
    note: str


def terms(block: Block) -> tuple[Term, ...]:
    """The values of a block from left to right, each once.

    A plain block has no shortcut and no sum. Where nothing follows the addition (pre-activation) the sum is the
    output, and the equation ends with it.
    """
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


def term(block: Block, place: str) -> Term:
    """The term at a place; a place that this block does not have apart is that of its output, the last term."""
    found = terms(block)
    return next((one for one in found if one.place == place), found[-1])


def _shortcut_note(block: Block) -> str:
    if block.shortcut_kind == "identity":
        return "identity: x as it is"
    if block.shortcut_kind == "projection":
        return "projection of the activated x" if block.shortcut[0].reads else "projection of x"
    return f"x, {shortcut_name(block).removesuffix(' shortcut')}"
