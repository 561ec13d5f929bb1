"""What is said of a part that is not as in the first network: in a word or two beside it, and in a sentence of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from visualizer.analysis.aspects import Change
from visualizer.analysis.format import dimensions
from visualizer.figures.captions import KIND_NAMES, layer_words
from visualizer.figures.drawing import text_width
from visualizer.figures.style import STYLES
from visualizer.resnet import Block, Layer

Together = tuple[Layer, ...]
"""A layer of stem or head that has a box, with those around it that have none."""


class Said(NamedTuple):
    """How a part stands to the first network's: a sign, a few words for beside it, a sentence for its label.

    sign: "≠" changed, "+" not there, "−" only there, "" none of these. words: each may stand on a line of its own.
    equal: whether it is the same in all networks, if it is the first's, or else as in the first.
    """

    sign: str = ""
    words: tuple[str, ...] = ()
    sentence: str = ""
    equal: bool = False

    @property
    def style(self) -> str:
        """The style of a group whose things are faint, if it is equal."""
        return "equal" if self.equal else ""


def change_words(first: Block, second: Block, changes: Sequence[Change]) -> tuple[str, ...]:
    """What differs between two blocks in short words, at least one if anything does: "stride", "no shortcut"."""
    found = [word for change in changes for word in _words(first, second, change)]
    # Another input or output comes with another width or stride, which is then what there is to say.
    return tuple(found) or tuple(change.aspect for change in changes)


def _words(first: Block, second: Block, change: Change) -> Iterator[str]:
    if change.aspect == "branch":
        yield from _branch_words(first, second)
    elif change.aspect == "shortcut":
        yield {"none": "no shortcut", "identity": "identity shortcut"}.get(change.second, change.second)
    elif change.aspect not in ("input", "output"):
        yield change.aspect


def _branch_words(first: Block, second: Block) -> Iterator[str]:
    """How a branch differs: in its kind of block, or in what its convolutions are like, or in its attention."""
    if first.kind != second.kind:
        yield second.kind
        return
    one, other = _convolutions(first), _convolutions(second)
    if [conv.kernel for conv in one] != [conv.kernel for conv in other]:
        yield "branch"
        return
    found = list(_conv_words(one, other))
    if _gate(first) != _gate(second):
        found.append("attention" if _gate(second) else "no attention")
    yield from found or ["branch"]


def _conv_words(one: Sequence[Layer], other: Sequence[Layer]) -> Iterator[str]:
    """In what convolutions of the same kernels differ."""
    if [conv.output[0] for conv in one] != [conv.output[0] for conv in other]:
        yield "width"
    if [conv.stride for conv in one] != [conv.stride for conv in other]:
        yield "stride"
    if [conv.groups for conv in one] != [conv.groups for conv in other]:
        yield "groups"


def _convolutions(block: Block) -> list[Layer]:
    return [layer for layer in block.branch if layer.kind == "conv" and ".se." not in layer.path]


def _gate(block: Block) -> list[tuple[str, int, int]]:
    return [(layer.kind, layer.kernel, layer.output[0]) for layer in block.branch if ".se." in layer.path]


def alike(layers: Together) -> tuple[Layer, ...]:
    """Layers of stem or head without their names: those of two networks are the same if they do not differ."""
    return tuple(layer._replace(path="", reads=()) for layer in layers)


def end_words(first: Together, second: Together, boxed: Sequence[str]) -> tuple[str, ...]:
    """What differs between two parts of stem or head in short words, at least one; `boxed`: kinds that have a box."""
    (one,), (other,) = ([layer for layer in layers if layer.kind in boxed] for layers in (first, second))
    if one.kind != other.kind:
        return (KIND_NAMES[other.kind],)
    found = ["kernel"] if one.kernel != other.kernel and one.kind != "global_pool" else []
    found += _conv_words((one,), (other,)) if one.kind in ("conv", "linear") else []
    found += ["bias" if other.bias else "no bias"] if one.bias != other.bias else []
    found += ["border"] if one.zero_border != other.zero_border else []
    beside = [[layer.kind for layer in layers if layer.kind not in boxed] for layers in (first, second)]
    found += [_with_or_without(*beside)] if beside[0] != beside[1] else []
    found += ["ε of BN"] if beside[0] == beside[1] and _epsilons(first) != _epsilons(second) else []
    return tuple(found) or (("channels",) if one.input[0] != other.input[0] else ("size",))


def _with_or_without(first: list[str], second: list[str]) -> str:
    """What stands around a box in the second network and not in the first, or the other way round."""
    more, less = [kind for kind in second if kind not in first], [kind for kind in first if kind not in second]
    names = {"bn": "BN", "relu": "ReLU"}
    listed = " and ".join(names.get(kind, KIND_NAMES[kind]) for kind in more or less)
    return f"with {listed}" if more else f"without {listed}" if less else "order"


def _epsilons(layers: Together) -> list[float]:
    return [layer.eps for layer in layers if layer.kind == "bn"]


def end_sentence(first: Together, second: Together, name: str) -> str:
    """What two parts of stem or head are: "7×7 convolution, stride 2, batch norm in 1 · ResNet-50, … here"."""
    return f"{_all_words(first)} in {name}, {_all_words(second)} here"


def _all_words(layers: Together) -> str:
    listed = ", ".join(layer_words(layer) + (" with bias" if layer.bias else "") for layer in layers)
    return f"{listed} ({dimensions(layers[-1].output)})"


def in_lines(text: str, style: str, width: float) -> list[str]:
    """A text in as few lines of a style as this width takes; a word that is wider has a line of its own."""
    size, bold = STYLES[style].size, STYLES[style].bold
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
