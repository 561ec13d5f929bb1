"""Edits of a picture: their text, their laws, and what each does to known pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.images import Picture, edited, edits_in_words, edits_text, network_input, parse_edits, samples, seen
from visualizer.images.edits import KINDS, MEAN_COLOUR, MOST_BLUR, MOST_EDITS, MOST_NOISE, Chain, Edit, with_edit

PARTS = st.integers(0, 1000).map(lambda number: number / 1000)
ENDS = st.tuples(PARTS, PARTS).filter(lambda ends: ends[0] != ends[1]).map(sorted)


def _crops() -> st.SearchStrategy[Edit]:
    return st.tuples(ENDS, ENDS).map(lambda ends: Edit("crop", (ends[0][0], ends[1][0], ends[0][1], ends[1][1])))


def _some(kind: str, *numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Edit]:
    return st.tuples(*numbers).map(lambda found: Edit(kind, found))


EDITS = st.one_of(
    _some("rotate", st.sampled_from((90.0, 180.0, 270.0))),
    _some("flip"), _some("grey"), _crops(),
    _some("blur", st.integers(1, int(MOST_BLUR * 10)).map(lambda number: number / 10)),
    _some("noise", st.integers(1, int(MOST_NOISE)).map(float), st.integers(0, 9999).map(float)),
    _some("occlude", PARTS, PARTS, PARTS.filter(bool)),
)  # fmt: skip
CHAINS = st.lists(EDITS, max_size=6).map(tuple)
SIZES = st.sampled_from((1, 7, 32, 64, 65, 96))


def picture(width: int, height: int, seed: int = 0) -> Picture:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return Picture(pixels, "PNG", ("A note.",), f"digest {width} {height} {seed}")


PICTURES = st.builds(picture, st.integers(1, 90), st.integers(1, 90), st.integers(0, 3))


def after(shown: Picture, text: str, size: int = 64) -> Picture:
    return edited(shown, parse_edits(text), size)


def test_every_kind_is_among_the_random_ones() -> None:
    text = "rotate=90,flip,crop=0.1:0.1:0.9:0.9,grey,blur=2,noise=10:7,occlude=0.5:0.5:0.2"
    assert {edit.kind for edit in parse_edits(text)} == set(KINDS)
    assert edits_text(parse_edits(text)) == text


@given(chain=CHAINS)
def test_a_chain_is_its_text(chain: Chain) -> None:
    text = edits_text(chain)
    assert parse_edits(text) == chain
    assert edits_text(parse_edits(text)) == text
    assert (edits_in_words(chain) == "") == (not chain)


@given(shown=PICTURES, chain=CHAINS, size=SIZES)
def test_any_chain_gives_a_bounded_picture_that_says_what_was_done(shown: Picture, chain: Chain, size: int) -> None:
    found = edited(shown, chain, size)
    short = round(size * 256 / 224) if size >= 65 else size
    assert max(found.width, found.height) <= max(4 * short, shown.width, shown.height)
    assert min(found.width, found.height) >= 1
    assert seen(found, size).shape == (size, size, 3)
    assert np.array_equal(edited(shown, chain, size).pixels, found.pixels)  # the noise too
    if chain:
        assert found.notes == ("A note.", f"Edited: {edits_in_words(chain)}.")
        assert found.digest != shown.digest


@given(shown=PICTURES)
def test_no_edit_is_the_very_same_picture(shown: Picture) -> None:
    assert after(shown, "") is shown


@given(shown=PICTURES)
def test_four_turns_and_two_exchanges_are_none(shown: Picture) -> None:
    for text in (",".join(["rotate=90"] * 4), "rotate=90,rotate=270", "rotate=180,rotate=180", "flip,flip"):
        assert np.array_equal(after(shown, text).pixels, shown.pixels)
    assert np.array_equal(after(shown, "rotate=90,rotate=90").pixels, after(shown, "rotate=180").pixels)


@given(shown=PICTURES)
def test_turns_are_clockwise(shown: Picture) -> None:
    for degrees in (90, 180, 270):
        assert np.array_equal(after(shown, f"rotate={degrees}").pixels, np.rot90(shown.pixels, -degrees // 90))
    assert np.array_equal(after(shown, "flip").pixels, shown.pixels[:, ::-1])


def test_a_crop_keeps_whole_pixels_of_both_sides() -> None:
    shown = picture(40, 20)
    assert np.array_equal(after(shown, "crop=0.25:0.1:0.75:0.6").pixels, shown.pixels[2:12, 10:30])
    assert after(shown, "crop=0.999:0.999:1:1").pixels.shape == (1, 1, 3)
    assert after(shown, "crop=0:0:0.001:0.001").pixels.shape == (1, 1, 3)


def test_grey_is_rec_601() -> None:
    shown = picture(50, 60)
    found = after(shown, "grey").pixels
    exact = shown.pixels @ np.array([0.299, 0.587, 0.114])
    assert np.array_equal(found[..., 0], found[..., 1])
    assert np.array_equal(found[..., 0], found[..., 2])
    assert np.abs(found[..., 0] - exact).max() <= 0.51


@pytest.mark.parametrize("sigma", [1, 2, 3.5, 6])
def test_blur_is_a_gaussian_of_that_deviation(sigma: float) -> None:
    square = np.zeros((64, 64, 3), np.uint8)
    square[24:40, 20:36] = 255
    found = after(Picture(square, "PNG", (), "square"), f"blur={sigma}", 64).pixels
    offsets = np.arange(-30, 31)
    weights = np.exp(-(offsets**2) / (2 * sigma**2))
    exact = np.pad(square[..., 0].astype(float), 30, mode="edge")
    for axis in (0, 1):
        exact = np.apply_along_axis(np.convolve, axis, exact, weights / weights.sum(), "valid")
    assert np.abs(found[..., 0] - exact).max() < 5


def test_lengths_are_in_pixels_that_the_network_sees() -> None:
    shown = picture(90, 60)
    assert after(shown, "blur=1", 32).pixels.shape == (32, 48, 3)
    assert after(shown, "noise=1:0", 96).pixels.shape == (110, 165, 3)  # 96 · 256 / 224, of which 96 are cut out
    assert after(shown, "grey,rotate=90", 32).pixels.shape == (90, 60, 3)  # no lengths, so all pixels stay


def test_noise_has_its_deviation_and_seed() -> None:
    shown = Picture(np.full((64, 64, 3), 128, np.uint8), "PNG", (), "grey")
    one, again, other = (after(shown, f"noise=10:{seed}").pixels.astype(float) - 128 for seed in (7, 7, 8))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert abs(one.mean()) < 0.5
    assert abs(one.std() - 10) < 0.3
    assert abs(np.corrcoef(one[..., 0].ravel(), one[..., 1].ravel())[0, 1]) < 0.05  # each colour its own


@given(across=PARTS, down=PARTS, side=PARTS.filter(bool), size=st.sampled_from((32, 64, 96, 224)))
def test_a_patch_covers_its_square_of_what_is_seen_and_nothing_else(
    across: float, down: float, side: float, size: int
) -> None:
    shown = next(sample for sample in samples() if sample.key == "cat").picture()
    before, covered = seen(shown, size), seen(after(shown, f"occlude={across}:{down}:{side}", size), size)
    inside = (covered == MEAN_COLOUR).all(axis=2)
    assert np.array_equal(covered[~inside], before[~inside])
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    for at, found in ((down, rows), (across, columns)):
        low, high = max(0, (at - side / 2) * size), min(size, (at + side / 2) * size)
        if high - low > 4:
            assert abs(found[0] - low) <= 2
            assert abs(found[-1] + 1 - high) <= 2


def test_a_patch_is_zero_for_the_network_but_for_rounding() -> None:
    values = network_input(after(picture(70, 70), "occlude=0.5:0.5:1", 64), 64)
    assert np.abs(values).max() < 0.009


@given(chain=CHAINS, edit=EDITS)
def test_one_kind_can_be_set_and_taken_away(chain: Chain, edit: Edit) -> None:
    having = with_edit(chain, edit.kind, edit.numbers)
    others = tuple(other for other in chain if other.kind != edit.kind)
    assert [one for one in having if one.kind == edit.kind] == [edit]
    assert tuple(one for one in having if one.kind != edit.kind) == others
    assert with_edit(having, edit.kind, None) == others


def test_edits_that_are_set_one_by_one_stand_in_the_order_of_the_page() -> None:
    chain: Chain = ()
    for kind, numbers in (("occlude", (0.5, 0.5, 0.2)), ("grey", ()), ("rotate", (90.0,)), ("blur", (2.0,))):
        chain = with_edit(chain, kind, numbers)
    assert edits_text(chain) == "rotate=90,grey,blur=2,occlude=0.5:0.5:0.2"


@pytest.mark.parametrize(
    "text",
    [
        "rotate", "rotate=45", "rotate=90:1", "rotate=-90", "flip=", "flip=1", "crop=0:0:1", "crop=0.5:0:0.5:1",
        "crop=0:0:1.1:1", "blur=0", "blur=17", "blur=nan", "blur=inf", "blur=1e1", "noise=10",
        "noise=10:1.5", "noise=200:1", "noise=10:99999", "occlude=0.5:0.5:0", "occlude=2:0:0.1", "sharpen=1",
        "grey,,grey", ",", " grey", "grey ", "Grey", "blur=٢", "blur=0.1234", "x" * 401,
        ",".join(["flip"] * (MOST_EDITS + 1)),
    ],
)  # fmt: skip
def test_any_other_text_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z][^\n]{10,200}\.$"):
        parse_edits(text)


@given(text=st.text(max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        chain = parse_edits(text)
    except ValueError:
        return
    assert parse_edits(edits_text(chain)) == chain
