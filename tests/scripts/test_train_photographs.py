"""The bundled network of photographs: learned filters, as measured on its card; its script can be repeated."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from scripts import train_photographs as script
from visualizer.network.bundled import bundled


def test_what_is_held_out_and_what_is_trained_on_are_the_photograph_side_by_side() -> None:
    parts = zip(script.pyramids(), script.pyramids(held_out=True), strict=True)
    for pixels, (train, held_out) in zip(script.photographs().values(), parts, strict=True):
        whole = torch.cat([train[0], held_out[0]], dim=2)
        assert torch.equal(whole, torch.tensor(pixels).permute(2, 0, 1) / 255)
        assert held_out[0].shape[2] == pytest.approx(script.HELD_OUT * pixels.shape[1], abs=1)
        assert all(min(level.shape[1:]) >= script.CROP for level in train + held_out)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 1), st.floats(0, 1))
def test_a_view_is_turned_resized_and_mirrored_but_not_sheared(seed: int, across: float, down: float) -> None:
    """On a picture that holds its own coordinates: both steps along the view are equally long and at right angles."""
    rows, columns = torch.meshgrid(torch.arange(200.0), torch.arange(300.0), indexing="ij")
    picture = torch.stack([columns, rows, torch.zeros_like(rows)])
    view = script._view(picture, torch.tensor([across, down]), torch.Generator().manual_seed(seed))
    right, below = view[:2, 20, 21] - view[:2, 20, 20], view[:2, 21, 20] - view[:2, 20, 20]
    assert torch.dot(right, below).abs() < 1e-3
    torch.testing.assert_close(right.norm(), below.norm(), atol=1e-3, rtol=0)
    assert math.exp(-script.ZOOM) - 1e-3 <= right.norm() <= math.exp(script.ZOOM) + 1e-3
    # Nothing is reflected; a view may reach the outer half of the picture's last pixel, which has no slope.
    steps = torch.diff(view[:2], dim=2)
    torch.testing.assert_close(steps, right[:, None, None].expand_as(steps), atol=0.35, rtol=0)


def test_each_output_is_compared_with_its_other_view_and_never_with_itself() -> None:
    outputs = torch.randn(5, 8, generator=torch.Generator().manual_seed(0))
    cosines, other = script.similarities(torch.cat([outputs, 3 * outputs]))
    assert torch.equal(cosines.argmax(1), other)
    assert torch.equal(other, torch.tensor([5, 6, 7, 8, 9, 0, 1, 2, 3, 4]))
    assert cosines.diagonal().isneginf().all()


def _trained(seed: int) -> tuple[dict[str, Tensor], list[float]]:
    """The state of a model after three steps of the script, and its losses."""
    model = script.untrained(seed)
    losses = list(script.training(model, script.pyramids(), 3, seed))
    return model.state_dict(), losses


@pytest.mark.usefixtures("one_thread")
def test_two_runs_from_one_seed_are_equal_to_the_last_bit() -> None:
    (first, losses), (second, again), (_, others) = (_trained(seed) for seed in (0, 0, 1))
    assert losses == again
    assert losses != others
    start = script.untrained().state_dict()
    for name, tensor in first.items():
        assert torch.equal(tensor, second[name]), name
        assert not torch.equal(tensor, start[name]), name


def test_the_bundled_network_is_what_its_card_measured() -> None:
    weights = bundled()[script.KEY]
    model, card = weights.model(), weights.card["measured"]
    again = script.measured(model)
    # Another processor adds in another order: of 1,280 views a few may find another.
    assert again.pop("pairs_found_percent") == pytest.approx(card["pairs_found_percent"], abs=1)
    assert again == {name: value for name, value in card.items() if name != "pairs_found_percent"}


def test_the_first_filters_are_smooth_as_those_of_an_untrained_network_are_not() -> None:
    assert script.smoothness(bundled()[script.KEY].model()) > 0.7
    assert abs(script.smoothness(script.untrained())) < 0.1


def test_training_made_it_find_pairs_that_it_never_saw() -> None:
    card = bundled()[script.KEY].card["measured"]
    assert card["pairs_found_percent"] > 10 * card["pairs_found_by_chance_percent"]
    assert script.found(script.untrained(), script.pyramids(held_out=True), batches=3) < card["pairs_found_percent"] / 2


def test_views_differ_from_one_another() -> None:
    views = script.pairs(script.pyramids(), script.PAIRS, torch.Generator().manual_seed(0))
    assert views.shape == (2 * script.PAIRS, 3, script.CROP, script.CROP)
    assert (views[:script.PAIRS] - views[script.PAIRS:]).abs().mean((1, 2, 3)).min() > 0.05
