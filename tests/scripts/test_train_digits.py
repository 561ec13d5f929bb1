"""The bundled network of digits: as right as its card says on pictures it never saw; its script can be repeated."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_digits

from scripts import digit_samples, train_digits
from scripts.train_digits import BLACK, HELD_OUT, SIZE, WHITE, Digits, right, split, training
from visualizer.images import decode, network_input, samples
from visualizer.network import ResNet, build
from visualizer.network.bundled import bundled
from visualizer.resnet import parse, plan

LEAST_PERCENT = 98

Colour = tuple[int, int, int]


@pytest.fixture(scope="module")
def halves() -> tuple[Digits, Digits]:
    """What was trained on, and what was held out."""
    return split()


def test_what_is_held_out_is_a_fifth_of_each_digit_and_nothing_that_was_trained_on(
    halves: tuple[Digits, Digits],
) -> None:
    train, held_out = halves
    assert sorted([*train.places, *held_out.places]) == list(range(1797))
    assert len(held_out.places) == HELD_OUT
    of_each = np.bincount(load_digits().target)
    np.testing.assert_allclose(np.bincount(held_out.labels), of_each * HELD_OUT / 1797, atol=1)
    assert torch.equal(held_out.labels, torch.from_numpy(load_digits().target[held_out.places]))


def test_no_picture_that_is_held_out_is_twice_in_the_set(halves: tuple[Digits, Digits]) -> None:
    trained = {picture.numpy().tobytes() for picture in halves[0].ink}
    assert not any(picture.numpy().tobytes() in trained for picture in halves[1].ink)


def test_the_bundled_network_is_as_right_as_its_card_says(halves: tuple[Digits, Digits]) -> None:
    weights = bundled()[train_digits.KEY]
    model, accuracy = weights.model(), weights.card["accuracy"]
    assert accuracy["held_out"] == len(halves[1].labels) == HELD_OUT
    assert right(model, halves[1]) == accuracy["right"]
    assert right(model, halves[1], paper=BLACK, pen=WHITE) == accuracy["right_light_on_dark"]
    assert accuracy["top1_percent"] == round(100 * accuracy["right"] / HELD_OUT, 2)
    assert min(accuracy["right"], accuracy["right_light_on_dark"]) >= LEAST_PERCENT / 100 * HELD_OUT


def _trained(digits: Digits, seed: int) -> tuple[ResNet, list[float]]:
    """A model after three steps of the script, and its losses."""
    model = build(plan(parse(train_digits.NET), SIZE), seed)
    return model, list(training(model, digits, 3, seed))


@pytest.mark.usefixtures("one_thread")
def test_two_runs_from_one_seed_are_equal_to_the_last_bit(halves: tuple[Digits, Digits]) -> None:
    (first, losses), (second, again), (_, others) = (_trained(halves[0], seed) for seed in (0, 0, 1))
    assert losses == again
    assert losses != others
    start, end = build(first.plan, 0).state_dict(), second.state_dict()
    for name, tensor in first.state_dict().items():
        assert torch.equal(tensor, end[name]), name
        assert not torch.equal(tensor, start[name]), name


def test_the_samples_are_the_first_of_each_digit_that_was_held_out(halves: tuple[Digits, Digits]) -> None:
    data, places = load_digits(), digit_samples.places()
    pictures = {sample.key: sample.picture().pixels for sample in samples()}
    for digit, place in places.items():
        assert data.target[place] == digit
        assert place in halves[1].places
        np.testing.assert_array_equal(pictures[f"digit_{digit}"], train_digits.pixels(data.images[place]))


def test_the_app_gives_a_network_what_the_script_measured(halves: tuple[Digits, Digits]) -> None:
    _, held_out = halves
    pictures = {sample.key: sample.picture() for sample in samples()}
    for digit, place in digit_samples.places().items():
        ink = held_out.ink[held_out.places == place]
        expected = train_digits.network_input(ink, WHITE, BLACK)[0].numpy()
        np.testing.assert_allclose(network_input(pictures[f"digit_{digit}"], SIZE), expected, atol=1e-5)


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize(
    ("paper", "pen"), [((225, 215, 195), (30, 40, 110)), ((35, 70, 55), (240, 240, 230))], ids=["paper", "blackboard"]
)
def test_a_digit_is_read_from_a_picture_like_a_photograph(digit: int, paper: Colour, pen: Colour) -> None:
    """Written in two thirds of the height, in colours, under uneven light, saved as JPEG, and read as an upload is."""
    sample = next(sample for sample in samples() if sample.key == f"digit_{digit}")
    written = Image.fromarray(255 - sample.picture().pixels[..., 0]).resize((240, 240), Image.Resampling.BICUBIC)
    ink = np.pad(np.asarray(written) / 255, ((60, 60), (120, 120)))[..., None]
    lit = (paper + np.subtract(pen, paper) * ink) * np.linspace(0.75, 1, 480)[None, :, None]
    file = io.BytesIO()
    Image.fromarray(lit.astype(np.uint8)).save(file, "JPEG")
    inputs = torch.from_numpy(network_input(decode(file.getvalue()), SIZE))
    with torch.inference_mode():
        probabilities = bundled()[train_digits.KEY].model()(inputs.unsqueeze(0)).softmax(1)[0]
    assert probabilities.argmax() == digit
    assert probabilities.max() > 0.9
