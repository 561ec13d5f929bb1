"""What Similarity says in words: how it is computed, from which sources, and what was found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from visualizer.ui.similarity_passes import Similarity, Values, pair_of, place_of
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weight_sources import weights_words

CKA = r"\mathrm{CKA} = \frac{\mathrm{HSIC}(K, L)}{\sqrt{\mathrm{HSIC}(K, K)\,\mathrm{HSIC}(L, L)}}"
HSIC = {
    "unbiased": (
        r"\begin{aligned}&\mathrm{HSIC}(K, L) = \frac{1}{n(n-3)}\Bigl[\,\mathrm{tr}(\tilde K \tilde L) \\ &\quad + "
        r"\frac{\mathbf 1^{\!\top}\tilde K \mathbf 1\;\mathbf 1^{\!\top}\tilde L \mathbf 1}{(n-1)(n-2)} - "
        r"\frac{2}{n-2}\,\mathbf 1^{\!\top}\tilde K \tilde L \mathbf 1\,\Bigr]\end{aligned}"
    ),
    "biased": (
        r"\begin{aligned}\mathrm{HSIC}(K, L) &= \frac{\mathrm{tr}(KHLH)}{(n-1)^2} \\ H &= I - \tfrac1n "
        r"\mathbf 1 \mathbf 1^{\!\top}\end{aligned}"
    ),
}
"""In LaTeX, by estimator."""
_MEANS = {
    "unbiased": "K̃ and L̃ are K and L with zeros on the diagonal.",
    "biased": "The same formula in features: ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) for centred X and Y.",
}
SOURCES = (
    "Sources: Kornblith, Norouzi, Lee and Hinton 2019, [Similarity of Neural Network Representations Revisited]"
    "(https://arxiv.org/abs/1905.00414), for CKA; Song et al. 2012, [Feature Selection via Dependence Maximization]"
    "(https://jmlr.org/papers/v13/song12a.html), for the unbiased HSIC; Nguyen, Raghu and Kornblith 2021, [Do Wide and "
    "Deep Networks Learn the Same Things?](https://arxiv.org/abs/2010.15327), for CKA by the unbiased HSIC and for "
    "networks beside themselves, where blocks of a wide or deep network that are all alike show as a bright square."
)


STEM = "stem"


def method_words(state: View, count: int) -> str:
    """What K, L and n are, and what the estimator does with so few pictures."""
    what = "F(x) of a block" if place_of(state) == "branch" else "what leaves a block"
    common = (
        f"K = XXᵀ and L = YYᵀ, where row i of X and of Y is {what} for picture i: all channels and positions in a row, "
        f"not averaged. Here n = {count} pictures. 1 means that the one is the other, rotated and scaled; 0 that what "
        "the one says of which pictures are alike has nothing to do with what the other says."
    )
    return f"{common} {_MEANS[state.estimator]} {_estimate(state.estimator, count)}"


def _estimate(estimator: str, count: int) -> str:
    if estimator == "biased":
        return (
            f"With far more values than pictures this estimate mostly comes out too high, and tends to 1 for any two "
            f"networks: at n = {count}, read it beside the unbiased one."
        )
    noisy = " So few pictures make a rough estimate, though not a one-sided one." if count < 64 else ""
    return (
        "It is the default here since each HSIC is right on average for any n, while the usual (biased) estimate is "
        f"mostly too high where there are far more values than pictures, as here.{noisy} Below 0 means 0."
    )


def learned_words(state: View) -> str:
    """Whose weights the two networks have; that they are untrained is said first."""
    pair = {place + 1: state.at(place) for place in dict.fromkeys(pair_of(state))}
    told = "; ".join(f"network {number}: {weights_words(one)}" for number, one in pair.items())
    untrained = [number for number, one in pair.items() if one.weights == RANDOM]
    if not untrained:
        return f"Weights of {told}."
    who = "Untrained weights" if len(untrained) == len(pair) else f"Network {untrained[0]} is untrained"
    return f"**{who}:** what it shows is architecture and initialisation, not what is learned. Weights of {told}."


def aligned(state: View, found: Similarity, values: Values) -> dict[str, float]:
    """By the paths of the first network's blocks: CKA with the block beside it, NaN where there is none.

    Of a network with itself, where that is 1: with the block before it.
    """
    first, second = pair_of(state)
    rows, columns = found.rows.paths, found.columns.paths
    blocks = [block.path for block in state.at(first).plan.blocks]
    if first == second:
        beside = dict(zip(blocks[1:], blocks, strict=False))
    else:
        pairs = ((column[first], column[second]) for column in state.alignment.columns)
        beside = {one.path: other.path for one, other in pairs if one and other}
    return {
        path: float(values[rows.index(path), columns.index(beside[path])]) if path in beside else math.nan
        for path in blocks
    }


def found_words(state: View, found: Similarity, values: Values, curve: Mapping[str, float]) -> Iterator[str]:
    """How alike the blocks side by side are, and what is most like the selected one."""
    first, second = pair_of(state)
    finite = {path: value for path, value in curve.items() if math.isfinite(value)}
    if finite:
        low, high = min(finite, key=finite.__getitem__), max(finite, key=finite.__getitem__)
        what = "Neighbouring blocks" if first == second else "Blocks side by side"
        yield (
            f"{what}: CKA {_number(np.median(list(finite.values())))} in the middle (median), highest at {high} "
            f"({_number(finite[high])}), lowest at {low} ({_number(finite[low])})."
        )
    missing = int(np.isnan(values).sum())
    if missing:
        yield (
            f"{missing:,} of {values.size:,} pairs have no similarity: the pictures are all alike there, or values "
            "have grown beyond what 32-bit numbers hold."
        )
    yield from _selected(state, found, values, finite)


def _selected(state: View, found: Similarity, values: Values, finite: Mapping[str, float]) -> Iterator[str]:
    first, second = pair_of(state)
    path = state.at(first).block
    if path not in found.rows.paths:
        return
    row = values[found.rows.paths.index(path)].copy()
    if first == second:
        row[found.rows.paths.index(path)] = np.nan
    best = _best(row, found.columns.paths)
    if best:
        others, beside = ("the others", "before") if first == second else (f"network {second + 1}", "beside")
        with_it = f", and {_number(finite[path])} is its CKA with the block {beside} it" if path in finite else ""
        yield f"Selected: {path} of network {first + 1}. Of {others}, {best} is most like it{with_it}."


def _best(row: Values, paths: Sequence[str]) -> str:
    if not np.isfinite(row).any():
        return ""
    place = int(np.nanargmax(row))
    name = "the stem" if paths[place] == STEM else paths[place]
    return f"{name} ({_number(row[place])})"


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
