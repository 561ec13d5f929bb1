"""CKA from Gram matrices against its definitions, by other ways: features, the sum over four pictures, scikit-learn."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.preprocessing import KernelCenterer

from tests.strategies import specs
from visualizer.analysis.memory import similarity_values
from visualizer.network import ResNet, build, walk
from visualizer.network import similarity as module
from visualizer.network.similarity import Estimator, Matrices, cka, compared_places, gram_matrices
from visualizer.resnet import ResNetSpec, parse, plan

ESTIMATORS: tuple[Estimator, ...] = ("unbiased", "biased")
seeds = st.integers(0, 2**32 - 1)
counts = st.integers(4, 9)
estimators = st.sampled_from(ESTIMATORS)


def _features(seed: int, n: int, width: int) -> Matrices:
    """Values of n pictures, n × width, that are not centred."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, width)) * rng.uniform(0.1, 10, width) + rng.uniform(-5, 5, width)


def _one(x: Matrices, y: Matrices, estimator: Estimator) -> float:
    return float(cka((x @ x.T)[None], (y @ y.T)[None], estimator)[0, 0])


@given(seeds, counts, st.integers(1, 12), st.integers(1, 12))
def test_biased_is_kornblith_by_features(seed: int, n: int, wide: int, narrow: int) -> None:
    """‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) of centred features in Frobenius' norm: Kornblith et al. 2019, section 3."""
    x, y = _features(seed, n, wide), _features(seed + 1, n, narrow)
    a, b = x - x.mean(0), y - y.mean(0)
    expected = np.linalg.norm(b.T @ a) ** 2 / (np.linalg.norm(a.T @ a) * np.linalg.norm(b.T @ b))
    assert _one(x, y, "biased") == pytest.approx(expected, rel=1e-9)
    k, h = (KernelCenterer().fit_transform(z @ z.T) for z in (x, y))
    assert _one(x, y, "biased") == pytest.approx((k * h).sum() / np.sqrt((k * k).sum() * (h * h).sum()), rel=1e-9)


def _song(k: Matrices, h: Matrices) -> float:
    """Nguyen et al. 2021, the unbiased HSIC of Song et al. 2012, by matrices without their diagonals."""
    n = len(k)
    k, h = k - np.diag(np.diag(k)), h - np.diag(np.diag(h))
    ones = np.ones(n)
    sums = (ones @ k @ ones) * (ones @ h @ ones) / ((n - 1) * (n - 2))
    return float((np.trace(k @ h) + sums - 2 / (n - 2) * (ones @ k @ h @ ones)) / (n * (n - 3)))


def _u_statistic(k: Matrices, h: Matrices) -> float:
    """The mean of k_ij (h_ij + h_qr − 2 h_iq) over all four different pictures, in every order (Song et al. 2012)."""
    terms = [k[i, j] * (h[i, j] + h[q, r] - 2 * h[i, q]) for i, j, q, r in permutations(range(len(k)), 4)]
    return float(np.mean(terms))


@settings(max_examples=20)
@given(seeds, st.integers(4, 7), st.integers(2, 9), st.integers(2, 9))
def test_unbiased_is_song_and_the_mean_over_four_different_pictures(seed: int, n: int, wide: int, narrow: int) -> None:
    x, y = _features(seed, n, wide), _features(seed + 1, n, narrow)
    k, h = x @ x.T, y @ y.T
    for hsic in (_song, _u_statistic):
        expected = hsic(k, h) / np.sqrt(hsic(k, k) * hsic(h, h))
        assert _one(x, y, "unbiased") == pytest.approx(expected, rel=1e-6, abs=1e-8)


@given(seeds, counts, st.integers(2, 9), st.floats(0.01, 100), estimators)
def test_turned_moved_and_scaled_values_are_the_same(
    seed: int, n: int, width: int, factor: float, estimator: Estimator
) -> None:
    x, y = _features(seed, n, width), _features(seed + 1, n, width + 1)
    turn, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((width, width)))
    moved = factor * x @ turn + 3
    assert _one(moved, y, estimator) == pytest.approx(_one(x, y, estimator), rel=1e-6, abs=1e-8)
    assert _one(moved, x, estimator) == pytest.approx(1)


@given(seeds, counts, estimators)
def test_symmetric_bounded_and_one_with_itself(seed: int, n: int, estimator: Estimator) -> None:
    places = [_features(seed + number, n, 2 + number) for number in range(4)]
    grams = np.stack([x @ x.T for x in places])
    found = cka(grams, grams, estimator)
    np.testing.assert_allclose(found, found.T, atol=1e-12)
    np.testing.assert_allclose(np.diag(found), 1)
    assert found.max() <= 1
    assert found.min() >= (0 if estimator == "biased" else -1)


def test_of_few_pictures_and_many_values_only_the_unbiased_estimate_is_near_zero() -> None:
    """Two independent sets of values have CKA 0: 8 pictures of 20,000 values, twenty times."""
    rng = np.random.default_rng(0)
    pairs = [(rng.standard_normal((8, 20_000)), rng.standard_normal((8, 20_000))) for _ in range(20)]
    unbiased, biased = ([_one(x, y, estimator) for x, y in pairs] for estimator in ESTIMATORS)
    assert abs(np.mean(unbiased)) < 0.2
    assert min(biased) > 0.99


def test_pictures_that_are_alike_or_beyond_32_bits_have_no_similarity() -> None:
    x, y = _features(0, 5, 3), np.ones((5, 3))
    grams = np.stack([x @ x.T, y @ y.T, np.full((5, 5), np.inf)])
    for estimator in ESTIMATORS:
        np.testing.assert_array_equal(np.isnan(cka(grams, grams, estimator)), ~np.eye(3, dtype=bool) | [[0], [1], [1]])


def test_pictures_that_are_all_equally_far_apart_say_nothing_without_bias() -> None:
    """Without its diagonal their matrix is one number everywhere; what rounding leaves of that is no similarity."""
    turns = [np.linalg.qr(np.random.default_rng(seed).standard_normal((7, 7)))[0] for seed in range(2)]
    grams = np.stack([turn @ turn.T for turn in turns])
    assert np.isnan(cka(grams, grams)).all()
    np.testing.assert_allclose(cka(grams, grams, "biased"), 1)


def test_three_pictures_are_too_few() -> None:
    grams = np.eye(3)[None]
    with pytest.raises(ValueError, match="4 pictures or more, not from 3"):
        cka(grams, grams)


def _model(spec: ResNetSpec, resolution: int) -> ResNet:
    return build(plan(spec, resolution)).eval()


def _pictures(model: ResNet, n: int) -> NDArray[np.float32]:
    return np.random.default_rng(n).standard_normal((n, *model.plan.input)).astype(np.float32)


@settings(max_examples=10)
@given(specs(most_stages=3, most_blocks=2), st.integers(4, 20), st.sampled_from(("out", "branch")))
def test_a_network_has_the_gram_matrices_of_its_values(spec: ResNetSpec, n: int, place: Any) -> None:
    """All values of one picture after the other, by the ordinary walk, against the pass over all pictures."""
    model = _model(spec, 12)
    pictures, places = _pictures(model, n), compared_places(model.plan, place)
    found = list(gram_matrices(model, pictures, list(places.values())))
    with torch.inference_mode():
        each = [dict(walk(model, torch.from_numpy(one)[None])) for one in pictures]
    for gram, address in zip(found, places.values(), strict=True):
        x = np.stack([values[address].numpy().ravel().astype(np.float64) for values in each])
        x -= x.mean(0)
        np.testing.assert_allclose(gram, x @ x.T, rtol=1e-3, atol=1e-4 * np.abs(x @ x.T).max())


@settings(max_examples=10)
@given(specs(most_stages=3, most_blocks=2), st.integers(1, 4), st.sampled_from(("out", "branch")))
def test_the_bound_is_what_the_walk_holds_where_the_values_are_largest(spec: ResNetSpec, n: int, place: Any) -> None:
    """The pictures and the values at the largest place; beside a branch, as much again for what it is added to."""
    model = _model(spec, 12)
    pictures, places = _pictures(model, n), compared_places(model.plan, place)
    with torch.inference_mode():
        values = dict(walk(model, torch.from_numpy(pictures)))
    ends = [values[address] for address in compared_places(model.plan).values()]
    largest = max(value.numpy().nbytes for value in ends)
    bound = similarity_values(model.plan, n, place == "branch")
    assert bound == pictures.nbytes + largest * (2 if place == "branch" else 1)
    assert all(values[address].numpy().nbytes <= largest for address in places.values())


def test_the_places_are_the_stem_and_the_blocks() -> None:
    made = plan(parse("resnet18"), 64)
    assert compared_places(made) == {"stem": "maxpool", **{block.path: f"{block.path}.out" for block in made.blocks}}
    assert list(compared_places(made, "branch").values()) == [f"{block.path}.branch" for block in made.blocks]


def test_values_are_let_go_address_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four batches there are never more values than one a batch, and the one that is made just now."""
    seen: list[weakref.ref[torch.Tensor]] = []
    most = 0

    def watched(*args: Any, **more: Any) -> Iterator[tuple[str, torch.Tensor]]:
        nonlocal most
        for address, value in walk(*args, **more):
            seen.append(weakref.ref(value))
            most = max(most, sum(one() is not None for one in seen))
            yield address, value
            del value

    monkeypatch.setattr(module, "walk", watched)
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    model = _model(parse("resnet20"), 8)
    list(gram_matrices(model, _pictures(model, 8), list(compared_places(model.plan).values())))
    assert len(seen) == 4 * 10
    assert most <= 4 + 1


def test_progress_is_told_step_by_step_and_can_end_the_run() -> None:
    model = _model(parse("resnet20?depths=1"), 8)
    steps: list[tuple[int, int]] = []
    addresses = list(compared_places(model.plan).values())
    list(gram_matrices(model, _pictures(model, 40), addresses, lambda done, every: steps.append((done, every))))
    assert not torch.is_inference_mode_enabled()
    assert [done for done, _ in steps] == list(range(steps[0][1]))

    def stop(done: int, _: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        next(gram_matrices(model, _pictures(model, 40), addresses, stop))
