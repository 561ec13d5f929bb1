"""Orders, pages, grids and numbers of feature maps."""

import math
from io import BytesIO
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from visualizer.figures.colour import CENTRE, EMPTY, GAP, MISSING, TOP, indices, own_scales, scale_to, shared_scale
from visualizer.figures.maps import always_on, channel_order, dead, grid, page, page_count, statistics
from visualizer.figures.palettes import palette

ORDERS: list[Any] = ["strength", "variance", "sparsity", "index"]
VALUE = st.one_of(st.floats(-100, 100, width=32), st.sampled_from([0.0, 1.0]))
MAPS = arrays(np.float32, array_shapes(min_dims=3, max_dims=3, max_side=9), elements=VALUE)
HOLES = arrays(
    np.float32,
    array_shapes(min_dims=3, max_dims=3, max_side=5),
    elements=st.one_of(VALUE, st.sampled_from([math.nan, math.inf, -math.inf])),
)
SETTINGS = st.fixed_dictionaries(
    {
        "columns": st.one_of(st.none(), st.integers(1, 12)),
        "cell": st.integers(1, 30),
        "gutter": st.integers(0, 3),
        "theme": st.sampled_from(["light", "dark"]),
    }
)


@given(MAPS, SETTINGS, st.booleans(), st.data())
def test_every_cell_is_its_map(maps, settings, shared, data):
    order = data.draw(st.permutations(range(len(maps))).map(lambda all_: all_[: max(1, len(all_) // 2)]))
    scale = shared_scale(maps) if shared else None
    picture = grid(maps, order, scale, **settings)
    decoded = np.asarray(Image.open(BytesIO(picture.png())))
    assert (decoded == picture.indices).all()
    height, width = picture.cell
    for channel in order:
        x, y = picture.origin(channel)
        block = decoded[y : y + height, x : x + width]
        expected = indices(maps[channel], picture.scale_of(channel))
        assert (block[:: picture.magnification, :: picture.magnification] == expected).all()
        assert (block == expected.repeat(picture.magnification, 0).repeat(picture.magnification, 1)).all()


@given(MAPS, SETTINGS)
def test_a_pixel_belongs_to_a_channel_or_to_none(maps, settings):
    picture = grid(maps, range(len(maps)), **settings)
    width, height = picture.size
    owners = np.array([[picture.cell_at(x, y) for x in range(-1, width + 1)] for y in range(-1, height + 1)])
    assert {owner for owner in owners.ravel() if owner is not None} == set(range(len(maps)))
    for channel in range(len(maps)):
        x, y = picture.origin(channel)
        assert picture.cell_at(x, y) == picture.cell_at(x + 0.9, y + 0.9) == channel
        down, across = np.nonzero(owners == channel)
        assert (down.min() - 1, across.min() - 1) == (y, x)
        assert len(down) == picture.cell[0] * picture.cell[1]
    shown = owners[1:-1, 1:-1] != None  # noqa: E711 - element by element
    assert ((picture.indices >= EMPTY) == ~shown).all()
    assert (owners[0] == None).all()  # noqa: E711
    assert (owners[:, -1] == None).all()  # noqa: E711


@given(HOLES, st.booleans())
def test_inputs_stay_as_they_are_however_they_lie_in_memory(maps, shared):
    scale = shared_scale(maps) if shared else None
    laid = [maps, np.asfortranarray(maps), maps[::-1].copy()[::-1], maps.transpose(1, 2, 0).copy().transpose(2, 0, 1)]
    results = []
    for one in laid:
        before = one.tobytes()
        one.flags.writeable = False
        results.append(grid(one, range(len(one)), scale).png())
        assert [channel_order(one, by).tolist() for by in ORDERS] == [channel_order(maps, by).tolist() for by in ORDERS]
        statistics(one)
        assert one.tobytes() == before
    assert len(set(results)) == 1


@given(HOLES)
def test_missing_values_are_marked_and_counted(maps):
    picture = grid(maps, range(len(maps)), cell=1, gutter=0)
    assert picture.missing == np.count_nonzero(~np.isfinite(maps)) == np.count_nonzero(picture.indices == MISSING)
    assert statistics(maps).missing == picture.missing


@given(MAPS)
def test_own_scales_show_the_strongest_value_of_each_map_at_full_strength(maps):
    picture = grid(maps, range(len(maps)))
    height, width = picture.cell
    for channel, one in enumerate(maps):
        x, y = picture.origin(channel)
        levels = set(picture.indices[y : y + height, x : x + width].ravel().tolist())
        assert picture.scale_of(channel).high == np.abs(one).max()
        assert levels & {0, TOP} if one.any() else levels == {CENTRE if (maps < 0).any() else 0}


def test_the_palette_of_a_page_does_not_depend_on_what_is_on_it():
    maps = np.stack([np.full((2, 2), 1.0), np.full((2, 2), -1.0)])
    for channel in (0, 1):
        assert (grid(maps, [channel]).colours == palette(True)).all()
    assert (grid(np.abs(maps), [0], theme="dark").colours == palette(False, "dark")).all()


@pytest.mark.parametrize(
    ("shape", "factor"), [((7, 7), 8), ((14, 14), 4), ((28, 28), 2), ((56, 56), 1), ((112, 112), 1), ((7, 9), 6)]
)
def test_small_maps_are_enlarged_by_whole_factors(shape, factor):
    picture = grid(np.zeros((3, *shape), np.float32), [0, 1, 2])
    assert picture.magnification == factor
    assert picture.cell == (shape[0] * factor, shape[1] * factor)


def test_the_layout_of_a_page():
    maps = np.ones((5, 2, 2), np.float32)
    picture = grid(maps, [4, 2, 0], scale_to(1, False), columns=2, cell=2, gutter=1)
    assert picture.size == (7, 7)
    g, e, t = GAP, EMPTY, TOP
    assert picture.indices.tolist() == [
        [g, g, g, g, g, g, g],
        [g, t, t, g, t, t, g],
        [g, t, t, g, t, t, g],
        [g, g, g, g, g, g, g],
        [g, t, t, g, e, e, g],
        [g, t, t, g, e, e, g],
        [g, g, g, g, g, g, g],
    ]
    assert [picture.origin(channel) for channel in (4, 2, 0)] == [(1, 1), (4, 1), (1, 4)]
    with pytest.raises(KeyError):
        picture.origin(1)


def test_scales_may_be_given_one_by_one():
    maps = np.array([[[1.0]], [[2.0]], [[4.0]]])
    picture = grid(maps, [2, 0], own_scales(maps[[2, 0]] * 2), gutter=0, cell=1)
    assert picture.indices.tolist() == [[CENTRE, CENTRE]]  # half of an unsigned range is its middle


@pytest.mark.parametrize("by", ORDERS)
@given(maps=HOLES)
def test_an_order_names_every_channel_once(by, maps):
    assert sorted(channel_order(maps, by).tolist()) == list(range(len(maps)))


@given(MAPS)
def test_orders_follow_their_measures(maps):
    channels = [one.astype(np.float64) for one in maps]
    measures: dict[Any, list[Any]] = {
        "strength": [np.abs(one).mean() for one in channels],
        "variance": [one.var() for one in channels],
        "sparsity": [-np.mean(one == 0) for one in channels],
    }
    for by, measure in measures.items():
        ranked = [measure[channel] for channel in channel_order(maps, by)]
        assert all(a >= b or math.isclose(a, b, rel_tol=1e-9) for a, b in pairwise(ranked)), by


@pytest.mark.parametrize("by", ORDERS)
def test_equal_channels_keep_their_order(by):
    kinds = np.arange(300) % 3
    maps = np.array([[[0, 0]], [[0, 1]], [[2, -3]]], np.float32)[kinds]
    expected = range(300) if by == "index" else sorted(range(300), key=lambda channel: -kinds[channel])
    assert channel_order(maps, by).tolist() == list(expected)


def test_orders_of_known_channels():
    quiet, flat, sparse, broken = np.zeros((2, 2)), np.full((2, 2), 3.0), np.array([[0, 0], [0, 8.0]]), np.eye(2) / 0.5
    broken[0, 1] = math.nan
    maps = np.stack([quiet, flat, sparse, broken]).astype(np.float32)
    assert channel_order(maps).tolist() == [1, 2, 0, 3]
    assert channel_order(maps, "variance").tolist() == [2, 0, 1, 3]
    assert channel_order(maps, "sparsity").tolist() == [1, 2, 0, 3]
    assert channel_order(maps, "index").tolist() == [0, 1, 2, 3]


@given(st.integers(0, 500), st.integers(1, 100))
def test_pages_in_turn_are_the_whole_order(channels, size):
    order = np.arange(channels)[::-1]
    pages = [page(order, number, size) for number in range(1, page_count(channels, size) + 1)]
    assert np.concatenate(pages).tolist() == order.tolist()
    assert all(len(one) == size for one in pages[:-1])
    assert channels == 0 or len(pages[-1]) > 0
    for number in (0, len(pages) + 1):
        with pytest.raises(ValueError, match=f"no page {number}"):
            page(order, number, size)


@given(MAPS)
def test_numbers_are_those_of_numpy(maps):
    exact = maps.astype(np.float64)
    found = statistics(maps)
    assert found.shape == maps.shape
    assert math.isclose(found.mean, exact.mean(), rel_tol=1e-12, abs_tol=1e-12)
    assert math.isclose(found.std, exact.std(), rel_tol=1e-9, abs_tol=1e-12)
    assert (found.min, found.max) == (exact.min(), exact.max())
    assert math.isclose(found.zeros, 100 * np.mean(exact == 0))
    assert found.dead == sum(not one.any() for one in maps) == dead(maps).sum()
    assert found.always_on == sum(bool((one > 0).all()) for one in maps) == always_on(maps).sum()
    assert found.missing == 0


@given(MAPS)
def test_relu_only_makes_more_zeros(maps):
    before, after = statistics(maps), statistics(np.maximum(maps, 0))
    assert after.zeros >= before.zeros
    assert after.zeros == pytest.approx(100 * np.mean(maps <= 0))
    assert after.always_on == before.always_on
    assert after.dead >= before.dead


def test_numbers_of_known_maps():
    maps = np.array([[[0, 0], [0, 0]], [[1, 2], [3, 4]], [[-1, 0], [0, 1]]], np.float32)
    found = statistics(maps)
    assert found[:1] == ((3, 2, 2),)
    assert found.mean == pytest.approx(10 / 12)
    assert found.std == pytest.approx(math.sqrt(32 / 12 - (10 / 12) ** 2))
    assert (found.min, found.max, found.zeros) == (-1, 4, 50)
    assert (found.dead, found.always_on, found.missing) == (1, 1, 0)


def test_a_mean_of_many_small_values_is_not_lost_in_single_precision():
    maps = np.full((16, 512, 512), 0.1, np.float32)
    assert statistics(maps).mean == pytest.approx(float(np.float32(0.1)), rel=1e-14)


def test_numbers_leave_out_what_is_missing():
    found = statistics(np.array([[[1, math.nan], [3, math.inf]]], np.float32))
    assert (found.mean, found.min, found.max, found.missing) == (2, 1, 3, 2)
    nothing = statistics(np.full((2, 1, 1), math.nan))
    assert math.isnan(nothing.mean)
    assert (nothing.dead, nothing.always_on, nothing.missing) == (0, 0, 2)


@pytest.mark.parametrize("shape", [(0, 7, 7), (3, 0, 7), (7, 7), (1, 3, 7, 7)])
@pytest.mark.parametrize("use", [lambda maps: grid(maps, [0]), statistics, channel_order, dead, always_on])
def test_what_are_no_maps_is_refused_in_one_sentence(shape, use):
    with pytest.raises(ValueError, match=r"^Feature maps are channels × height × width[^\n]+\.$"):
        use(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda maps: grid(maps, []), "empty"),
        (lambda maps: grid(maps, [0, 4]), "channels 0 to 3, not 4"),
        (lambda maps: grid(maps, [-1]), "channels 0 to 3, not -1"),
        (lambda maps: grid(maps, [0, 1, 2], own_scales(maps[:2])), "3 maps need"),
        (lambda maps: channel_order(maps, cast(Any, "beauty")), "strength, variance, sparsity, index"),
    ],
)
def test_wrong_requests_are_refused_in_one_sentence(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong(np.ones((4, 2, 2), np.float32))
