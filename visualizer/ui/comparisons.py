"""Comparisons that teach something, a row each. To add one, add a row."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from visualizer.resnet import ResNetSpec, parse, usual_resolution


class Comparison(NamedTuple):
    """Networks to set side by side, the resolution in pixels, what there is to see, and whose words or numbers it has.

    Errors are top-1 on ImageNet's validation set, or test errors on CIFAR-10, in percent, as the source prints them.
    """

    name: str
    specs: tuple[ResNetSpec, ...]
    resolution: int
    lesson: str
    source: str


_ROWS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Basic or bottleneck", "resnet34 resnet50",
        (
            "Both stack 3, 4, 6 and 3 blocks. A bottleneck replaces two 3×3 convolutions by 1×1, 3×3, 1×1 and hands on "
            "four times the channels: 16 more weighted layers for little more work. Error 24.52 and 22.85 %."
        ),
        "He et al. 2015, fig. 5 and table 3",
    ),
    (
        "Shortcuts A, B, C", "resnet34?shortcut=A resnet34 resnet34?shortcut=C",
        (
            "A pads with zeros and costs no parameter, B projects where shapes change, C projects in every block. "
            "Error 25.03, 24.52 and 24.19 %: so little apart that the paper goes on without C, which costs most."
        ),
        "He et al. 2015, sec. 4.1 and table 3",
    ),
    (
        "Plain or residual", "plain34 resnet34",
        (
            "The same convolutions with and without shortcuts, which here add three projections and nothing else. "
            "Error 28.54 and 24.52 %; the plain network with 34 layers is worse than the one with 18, of 27.94 %."
        ),
        "He et al. 2015, tables 2 and 3",
    ),
    (
        "v1 or v1.5", "resnet50_v1 resnet50",
        (
            "Where a stage begins, v1 halves the map in the first 1×1 convolution, v1.5 in the 3×3, which then sees "
            "every position. No parameter more, but more work."
        ),
        "He et al. 2015, table 1; Goyal et al. 2017, sec. 5.1; torchvision",
    ),
    (
        "Post- or pre-activation", "resnet50 resnet50v2",
        (
            "In the original a ReLU follows each addition. With full pre-activation BN and ReLU move into the branch, "
            "and nothing but additions is left on the way from block to block. It pays where networks are deep: with "
            "200 layers, error 21.8 and 20.7 %."
        ),
        "He et al. 2016, fig. 1 and table 5",
    ),
    (
        "Where BN and ReLU stand",
        "resnet110 resnet110?order=bn_after_add resnet110?order=relu_only_pre resnet110?order=pre",
        (
            "The same layers in another order. On CIFAR-10 error 6.61 % in the original order, 8.17 with BN on the way "
            "from block to block, 6.71 with ReLU alone before each convolution, 6.37 with BN and ReLU before it."
        ),
        "He et al. 2016, fig. 4 and table 2",
    ),
    (
        "18 to 152 layers", "resnet18 resnet34 resnet50 resnet152",
        (
            "From 18 to 34 and from 50 to 152 blocks are added; from 34 to 50 the block itself changes. What "
            "ResNet-152 has more than ResNet-50 is all in stages 2 and 3. Error 24.52 % with 34 layers, 22.85 with 50, "
            "21.43 with 152."
        ),
        "He et al. 2015, tables 1 and 3",
    ),
    (
        "Groups, width, SE", "resnet50 resnext50_32x4d wide_resnet50_2 seresnet50",
        (
            "Three changes within the same bottleneck: a 3×3 twice as wide but in 32 groups (error 23.9 → 22.2 %), a "
            "3×3 twice as wide (21.9 %), and a gate that weighs the channels of the branch (24.8 → 23.29 %). Each "
            "paper trained in its own way, so compare within one."
        ),
        "Xie et al. 2017, table 3; Zagoruyko and Komodakis 2016; Hu et al. 2018, table 2",
    ),
    (
        "Stem and projection: C, D", "resnet50 resnet50c resnet50d",
        (
            "C replaces the 7×7 of the stem by three 3×3; D also averages before each projection that strides, so that "
            "no position is dropped."
        ),
        "He et al. 2019, fig. 2",
    ),
    (
        "CIFAR, 20 to 1202 layers", "resnet20 resnet56 resnet110 resnet1202",
        (
            "For pictures of 32 × 32: three stages of equal length, 16 to 64 channels. Depth alone grows, and even 110 "
            "layers have fewer parameters than ResNet-18. Error 8.75, 6.97 and 6.43 %; with 1202 layers it is 7.93 % "
            "again, which the paper lays to overfitting."
        ),
        "He et al. 2015, sec. 4.2 and table 6",
    ),
)  # fmt: skip


@cache
def comparisons() -> dict[str, Comparison]:
    """Every comparison by its name, in the order in which they are offered."""
    rows = [(name, texts.split(), lesson, source) for name, texts, lesson, source in _ROWS]
    return {
        name: Comparison(name, tuple(map(parse, texts)), usual_resolution(texts[0]), lesson, source)
        for name, texts, lesson, source in rows
    }
