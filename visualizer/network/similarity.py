"""Linear CKA: how alike what two networks make of the same pictures is, from the Gram matrices of their values.

Kornblith et al. 2019, "Similarity of Neural Network Representations Revisited" (arXiv:1905.00414), equations 3 and 4:
CKA(K, L) = HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)) with K = XXᵀ, where row i of X is all C·H·W values of picture i. It
does not change when values are rotated, moved or scaled, so networks of any two widths can be compared.

HSIC is a sum of products of two centred Gram matrices, so CKA is the cosine between these, read as vectors. How they
are centred makes the estimator:
    biased     HKH with H = I − 11ᵀ/n. For few pictures and many values it is near 1, whatever the networks do.
    unbiased   U-centred (Székely and Rizzo 2014, arXiv:1310.2926), which gives the unbiased HSIC of Song et al. 2012
               that Nguyen et al. 2021 (arXiv:2010.15327) use. It can be below 0.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import count, product
from math import isnan, prod
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress
from visualizer.resnet import Plan

Maps = NDArray[np.float32]
Pictures = Maps | Sequence[Maps]
Matrices = NDArray[np.float64]
Grams = Matrices | Sequence[Matrices]
Place = Literal["out", "branch"]
Estimator = Literal["unbiased", "biased"]
FEWEST = 4
"""Pictures from which on the unbiased estimator exists."""
STEM = "stem"
_TILE = 2**14
"""Values of each picture that are multiplied at once, in double precision."""
_AT_ONCE, _BATCH_BYTES = 16, 64 * 2**20
"""Pictures that go through a step together, and bytes of the largest value of so many."""
_ZERO = 1e-12
"""What is left of a matrix by centring, of its own size, up to which it is taken for rounding."""


def compared_places(plan: Plan, place: Place = "out") -> dict[str, str]:
    """The addresses of a walk at which networks are compared, by "stem" and the paths of the blocks, in order.

    place: what leaves each block, and the stem, or F(x) of each block.
    """
    stem = {STEM: plan.stem[-1].path} if place == "out" else {}
    return {**stem, **{block.path: f"{block.path}.{place}" for block in plan.blocks}}


def gram_matrices(
    model: ResNet, pictures: Pictures, addresses: Sequence[str], progress: Progress | None = None
) -> Iterator[Matrices]:
    """K = XXᵀ, n×n, at each of the addresses (in the walk's order), where the mean picture is taken from the rows of X.

    pictures: n times 3×H×W, normalised. Of all pictures only the values at one address are kept at once.
    `progress(done, steps)` is called before each step of each batch; what it raises ends the run.
    """
    told = _side_by_side(model, pictures, addresses, progress)
    for _ in addresses:
        # Not around the loop: a generator that waits would leave the mode on for whoever goes on meanwhile.
        with torch.inference_mode():
            found = _gram(next(told))
        yield found


def cka(first: Grams, second: Grams, estimator: Estimator = "unbiased") -> Matrices:
    """CKA of every place of one network (rows) with every place of another (columns), from their Gram matrices.

    first, second: n×n for each place. The result is from 0 or, unbiased, from −1, to 1; NaN where values are not
    finite, or all pictures alike. ValueError: the numbers of pictures differ, or there are fewer than `FEWEST`.
    """
    one, other = (_directions(np.asarray(grams), estimator) for grams in (first, second))
    found: Matrices = np.clip(one @ other.T, -1, 1)
    return found


def similarity_csv(
    names: tuple[str, str], paths: tuple[Sequence[str], Sequence[str]], unbiased: Matrices, biased: Matrices
) -> str:
    """Every pair of places, a row each, with CKA by both estimators; empty where it is not a number.

    names, paths: what the two networks are called, and their places.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*names, "CKA unbiased", "CKA biased"])
    numbers = zip(unbiased.ravel().tolist(), biased.ravel().tolist(), strict=True)
    for pair, both in zip(product(*paths), numbers, strict=True):
        writer.writerow([*pair, *("" if isnan(value) else value for value in both)])
    return text.getvalue()


def _directions(grams: Matrices, estimator: Estimator) -> Matrices:
    """The centred matrices as vectors of length 1, a row each; NaN where there is no direction."""
    pictures = grams.shape[-1]
    if pictures < FEWEST:
        raise ValueError(f"CKA is estimated from {FEWEST} pictures or more, not from {pictures}.")
    with np.errstate(all="ignore"):
        centred = (_centred(grams) if estimator == "biased" else _u_centred(grams)).reshape(len(grams), -1)
        sizes, before = (np.linalg.norm(rows.reshape(len(grams), -1), axis=1) for rows in (centred, grams))
        sizes[~(sizes > _ZERO * before)] = np.nan
        found: Matrices = centred / sizes[:, None]
    return found


def _centred(grams: Matrices) -> Matrices:
    """HKH."""
    rows = grams.mean(2, keepdims=True)
    found: Matrices = grams - rows - rows.swapaxes(1, 2) + rows.mean(1, keepdims=True)
    return found


def _u_centred(grams: Matrices) -> Matrices:
    """K̃ without its diagonal, moved so that each row's sum is 0 without it."""
    n = grams.shape[-1]
    apart = ~np.eye(n, dtype=bool)
    rows = np.where(apart, grams, 0).sum(2, keepdims=True)
    whole = rows.sum(1, keepdims=True) / ((n - 1) * (n - 2))
    found: Matrices = np.where(apart, grams - (rows + rows.swapaxes(1, 2)) / (n - 2) + whole, 0)
    return found


def _side_by_side(
    model: ResNet, pictures: Pictures, addresses: Sequence[str], progress: Progress | None
) -> Iterator[Sequence[Tensor]]:
    """At each address the values of all pictures, a batch each: walks that wait for each other.

    Each time it is the same list, overwritten, so that nobody keeps the values of the address before.
    """
    most, done = pictures_at_once(model.plan), count()
    starts = range(0, len(pictures), most)

    def tell(_: int, steps: int) -> None:
        if progress is not None:
            progress(next(done), steps * len(starts))

    told: list[Tensor] = []
    walks = []
    for start in starts:
        batch = torch.from_numpy(np.stack([*pictures[start : start + most]]))
        walks.append(walk(model, batch, addresses, progress=tell))
        told.append(next(walks[-1])[1])
    yield told
    for _ in addresses[1:]:
        for place, one in enumerate(walks):
            told[place] = next(one)[1]
        yield told


def pictures_at_once(plan: Plan) -> int:
    """How many pictures go through a step together, so that their values need not much memory."""
    largest = max(prod(layer.output) for layer in plan.layers)
    return min(max(_BATCH_BYTES // (4 * largest), 1), _AT_ONCE)


def _gram(values: Sequence[Tensor]) -> Matrices:
    """XXᵀ of batches of values, tile by tile in double precision, where squares of large values are still finite."""
    rows = [value.flatten(1) for value in values]
    found = torch.zeros(2 * [sum(map(len, rows))], dtype=torch.float64)
    for start in range(0, rows[0].shape[1], _TILE):
        tile = torch.cat([row[:, start : start + _TILE].double() for row in rows])
        tile -= tile.mean(0)
        found.addmm_(tile, tile.T)
    grams: Matrices = found.numpy()
    return grams
