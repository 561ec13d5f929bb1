"""Comparisons that teach something, a row each. To add one, add a row."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from visualizer.resnet import ResNetSpec, parse, usual_resolution


class Comparison(NamedTuple):
    """Networks to set side by side, the resolution in pixels, and what there is to see."""

    name: str
    specs: tuple[ResNetSpec, ...]
    resolution: int
    lesson: str


_ROWS = (
    (
        "Basic or bottleneck", "resnet34 resnet50",
        (
            "Both stack 3, 4, 6 and 3 blocks. A bottleneck replaces two 3×3 convolutions by 1×1, 3×3, 1×1 and hands on "
            "four times the channels: 16 more weighted layers for little more work."
        ),
    ),
    (
        "Shortcuts A, B, C", "resnet34?shortcut=A resnet34 resnet34?shortcut=C",
        (
            "A pads with zeros and costs no parameter, B projects where shapes change, C projects in every block. In "
            "the paper their errors differ little, and it goes on without C, which costs most."
        ),
    ),
    (
        "Plain or residual", "plain34 resnet34",
        (
            "The same convolutions with and without shortcuts. All that the shortcuts add in parameters is three "
            "projections; without them, deeper plain networks train worse than shallow ones."
        ),
    ),
    (
        "v1 or v1.5", "resnet50_v1 resnet50",
        (
            "Where a stage begins, v1 halves the map in the first 1×1 convolution, v1.5 in the 3×3, which then sees "
            "every position. No parameter more, but more work."
        ),
    ),
    (
        "Post- or pre-activation", "resnet50 resnet50v2",
        (
            "In the original a ReLU follows each addition. With full pre-activation BN and ReLU move into the branch, "
            "and nothing but additions is left on the way from block to block."
        ),
    ),
    (
        "18 to 152 layers", "resnet18 resnet34 resnet50 resnet152",
        (
            "From 18 to 34 and from 50 to 152 blocks are added; from 34 to 50 the block itself changes. What "
            "ResNet-152 has more than ResNet-50 is all in stages 2 and 3."
        ),
    ),
    (
        "Groups, width, SE", "resnet50 resnext50_32x4d wide_resnet50_2 seresnet50",
        (
            "Three changes within the same bottleneck: a 3×3 twice as wide but in 32 groups, a 3×3 twice as wide, "
            "and a gate that weighs the channels of the branch."
        ),
    ),
    (
        "Stem and projection: C, D", "resnet50 resnet50c resnet50d",
        (
            "C replaces the 7×7 of the stem by three 3×3; D also averages before each projection that strides, so that "
            "no position is dropped."
        ),
    ),
    (
        "CIFAR, 20 to 110 layers", "resnet20 resnet32 resnet56 resnet110",
        (
            "For pictures of 32 × 32: three stages of equal length, 16 to 64 channels. Depth alone grows, and even 110 "
            "layers have fewer parameters than ResNet-18."
        ),
    ),
)  # fmt: skip


@cache
def comparisons() -> dict[str, Comparison]:
    """Every comparison by its name, in the order in which they are offered."""
    rows = [(name, texts.split(), lesson) for name, texts, lesson in _ROWS]
    return {
        name: Comparison(name, tuple(map(parse, texts)), usual_resolution(texts[0]), lesson)
        for name, texts, lesson in rows
    }
