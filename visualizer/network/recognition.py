"""A network recognised from the names and shapes of a checkpoint's tensors, and what they cannot say asked for.

    recognised({"conv1.weight": (64, 3, 7, 7), ...})   the spec, and the questions that remain

What is recognised has exactly the tensors of the file. What no tensor tells, such as v1 from v1.5 or option A from a
plain net, is a question, asked only where the answer makes another network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from visualizer.network.checkpoint import CheckpointError, Difference
from visualizer.network.checkpoint.errors import Shape, counted, shown
from visualizer.network.checkpoint.fitting import differences_between, shape_text
from visualizer.network.checkpoint.tensors import is_count
from visualizer.network.evidence import Evidence, read_spec, stages_missing
from visualizer.network.model import tensor_shapes
from visualizer.resnet import ResNetSpec, SpecError, plan, presets
from visualizer.resnet.spec import ORDERS, POOL_BORDERS, STRIDE_BLOCKS, STRIDES_ON
from visualizer.resnet.text import differences, text

SIZE = 224  # pixels: whether two specs are the same network is asked at one resolution


@dataclass(frozen=True)
class Question:
    """A field that no tensor tells: what is asked, and the values that give another network with the same tensors.

    choices: values in words, of which those before a colon are short. usual: whether people have to know this one; the
    others are rare.
    """

    field: str
    asks: str
    choices: tuple[tuple[Any, str], ...]
    usual: bool


@dataclass(frozen=True)
class Recognition:
    """The network of a checkpoint with the most usual answer to every question, and the questions."""

    spec: ResNetSpec
    questions: tuple[Question, ...]


class RecogniseError(CheckpointError):
    """Tensors of something else; its text is one sentence that says what differs from a ResNet."""


_QUESTIONS: dict[str, tuple[str, dict[Any, str], bool]] = {
    "stride_on": (
        "Which convolution of a bottleneck strides? Tensors are the same.",
        dict(zip(STRIDES_ON, ("v1.5: the 3×3 (torchvision)", "v1: the first 1×1 (the paper, Keras)"), strict=True)),
        True,
    ),
    "shortcut": (
        "No block projects, so its shortcuts have no tensors. What are they?",
        {
            "A": "option A: identity, with zeros behind for new channels",
            "none": "a plain net: there are none",
            "B": "option B: none needed a projection",
        },
        True,
    ),
    "order": (
        "In which order do a block's layers stand? Tensors are the same.",
        dict(zip(ORDERS, (
            "after the addition a ReLU (2015)", "BN after the addition", "ReLU before the addition",
            "ReLU before each convolution", "BN and ReLU before each convolution (2016)",
        ), strict=True)),
        False,
    ),
    "stride_block": (
        "Which block of a stage strides?",
        dict(zip(STRIDE_BLOCKS, ("the first", "the last: Keras V2, tf-slim"), strict=True)),
        False,
    ),
    "stem_norm": ("Is there a ReLU at the end of the stem?", {True: "yes", False: "no"}, False),
    "pool_border": (
        "What does the stem's max pool find beyond the edge?",
        dict(zip(POOL_BORDERS, ("nothing: PyTorch", "zeros: Keras"), strict=True)),
        False,
    ),
    "bn_eps": (
        "Which ε does batch norm add to the variance?",
        {1e-5: "10⁻⁵: PyTorch", 1.001e-5: "1.001 · 10⁻⁵: Keras", 1e-3: "10⁻³"},
        False,
    ),
}  # fmt: skip
"""Every field that tensors may not tell, by what is asked, its values in words, and whether it is usual."""
SILENT = (*_QUESTIONS, "conv_bias", "attention_ratio", "attention_divisor")
"""Fields in which networks with the same tensors may differ; by the last three the network is then the same too."""


def recognised(shapes: Mapping[str, Shape], subject: str = "The file") -> Recognition:
    """The network with these tensors (their counts of batches do not matter), whatever network is shown now.

    Raises RecogniseError, one sentence about `subject`, with all tensors that differ from the nearest network's.
    """
    held = {name: tuple(shape) for name, shape in shapes.items() if not is_count(name)}
    _check_blocks(held, subject)
    try:
        spec = read_spec(held)
        wanted = shapes_of(spec)
    except SpecError as error:
        raise RecogniseError(f"{subject} is like a ResNet, but of a kind that cannot be shown here: {error}") from error
    if wanted != held:
        found = differences_between(wanted, held)
        raise RecogniseError(_what_differs(subject, spec, found, len(wanted)), found)
    spec = _published(spec, held)
    return Recognition(spec, questions(spec))


def questions(spec: ResNetSpec) -> tuple[Question, ...]:
    """What no tensor of this network tells, each with the values that give another network, its own among them."""
    held = shapes_of(spec)
    found = []
    for field, (asks, words, usual) in _QUESTIONS.items():
        choices = [value for value in words if _is_another(spec, field, value, held)]
        own = getattr(spec, field)
        if choices and own in words:
            kept = [value for value in words if value == own or value in choices]
            found.append(Question(field, asks, tuple((value, words[value]) for value in kept), usual))
    return tuple(found)


def shapes_of(spec: ResNetSpec) -> dict[str, Shape]:
    """The shape of every tensor of a network but counts of batches."""
    return {name: shape for name, shape in tensor_shapes(plan(spec, SIZE)).items() if not is_count(name)}


def same_network(one: ResNetSpec, other: ResNetSpec) -> bool:
    """Whether two specs describe the same layers in every respect."""
    first, second = plan(one, SIZE), plan(other, SIZE)
    return (first.stem, first.stages, first.head) == (second.stem, second.stages, second.head)


def _is_another(spec: ResNetSpec, field: str, value: Any, held: Mapping[str, Shape]) -> bool:
    """Whether this value gives another network with the same tensors."""
    if value == getattr(spec, field) or (field == "pool_border" and spec.stem_norm):  # no difference after a ReLU
        return False
    other = replace(spec, **{field: value})
    return shapes_of(other) == held and not same_network(spec, other)


def _published(spec: ResNetSpec, held: Mapping[str, Shape]) -> ResNetSpec:
    """The first preset with the same tensors, in which people find what they know; else the network as it was read."""
    for preset in presets().values():
        if set(differences(preset.spec, spec)) <= set(SILENT) and shapes_of(preset.spec) == held:
            return preset.spec
    return spec


def _check_blocks(held: Mapping[str, Shape], subject: str) -> None:
    """RecogniseError unless there are residual blocks, stage after stage."""
    depths = Evidence(held).depths
    if not depths:
        first = f"; its first tensor is {shown(next(iter(held)))}" if held else ""
        raise RecogniseError(
            f"{subject} has no residual blocks, whose tensors would be called layer1.0.conv1.weight and so on{first}: "
            "choose the weights of a ResNet with torchvision's or timm's names."
        )
    wrong = stages_missing(depths)
    if wrong:
        raise RecogniseError(
            f"{subject} is no ResNet of one to five stages: it has tensors of layer{len(depths)}, but "
            + (f"none of {wrong}." if len(depths) <= 5 else "five stages are the most here.")
        )


def _what_differs(subject: str, spec: ResNetSpec, found: tuple[Difference, ...], tensors: int) -> str:
    """The first tensor that differs, what it would be, and how many more there are."""
    first, more = found[0], len(found) - 1
    held, wanted = shape_text(first.held), shape_text(first.wanted)
    if first.held is None:
        how = f"{shown(first.name)}, which would be {wanted}, is missing"
    elif first.wanted is None:
        how = f"{shown(first.name)} ({held}) has no place in it"
    else:
        how = f"{shown(first.name)} is {held} in the file and would be {wanted}"
    rest = f", and {counted(more, 'more tensor')} differ{'s' if more == 1 else ''}" if more else ", and nothing else"
    nearly = "is nearly" if 4 * len(found) < tensors else "is most like"
    return f"{subject} {nearly} {text(spec)}, but not a ResNet of this kind: {how}{rest}."
