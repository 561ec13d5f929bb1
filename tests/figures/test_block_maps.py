"""The values of a block as grids: orders, pages, scales, and the size in which they are drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.figures.block_maps import CELL, LARGEST, block_maps, place_grid, scale_at
from visualizer.figures.channel import channel_pictures
from visualizer.figures.colour import CENTRE, scale_to
from visualizer.figures.ordering import channel_order, similarity_order
from visualizer.figures.resizing import reduced, resized


def _values(channels=130, entering=64, size=7):
    draw = np.random.default_rng(0).standard_normal
    counts = {"x": entering, "branch": channels, "shortcut": channels, "sum": channels, "out": channels}
    return {place: draw((count, size, size)).astype(np.float32) for place, count in counts.items()}


def test_places_with_the_channels_of_the_output_are_in_its_order():
    maps = block_maps(_values())
    strength = np.abs(maps.values["out"]).mean(axis=(1, 2))
    for place in ("branch", "shortcut", "sum", "out"):
        assert (np.diff(strength[maps.orders[place]]) <= 1e-6).all()
    assert sorted(maps.orders["x"]) == list(range(64))
    assert maps.strongest("out") == strength.argmax()
    same = block_maps(_values(64, 64))
    assert (same.orders["x"] == same.orders["out"]).all()


def test_every_channel_is_on_the_page_that_is_said():
    maps = block_maps(_values())
    assert maps.pages == 3
    for number in (1, 2, 3):
        for channel in place_grid(maps, "sum", number, maps.scale).channels:
            assert maps.page_of("sum", channel) == number
    assert place_grid(maps, "x", 3, maps.scale).channels == tuple(maps.orders["x"])


@pytest.mark.parametrize("by", ["variance", "sparsity"])
def test_channels_of_all_places_are_sorted_by_the_output(by):
    values = _values()
    values["out"][::3, :4] = 0
    maps = block_maps(values).sorted(by)
    assert not (maps.orders["out"] == block_maps(values).orders["out"]).all()
    for place in ("branch", "shortcut", "sum", "out"):
        assert (maps.orders[place] == channel_order(values["out"], by)).all()
    assert (maps.orders["x"] == channel_order(values["x"], by)).all()


def test_similarity_sorts_the_places_that_have_the_chosen_places_channels():
    maps = block_maps(_values())
    by_branch, by_x = maps.sorted("similarity", "branch", 7), maps.sorted("similarity", "x", 7)
    assert (by_branch.orders["out"] == similarity_order(maps.values["branch"], 7)).all()
    assert (by_branch.orders["x"] == maps.orders["x"]).all()
    assert by_x.orders["x"][0] == 7
    assert (by_x.orders["out"] == maps.orders["out"]).all()
    with pytest.raises(ValueError, match="not by 'name'"):
        maps.sorted("name")  # type: ignore[arg-type]


def test_a_scale_reaches_as_far_as_is_asked():
    maps = block_maps(_values())
    assert scale_at(maps, "x", "shared") == maps.scale
    assert scale_at(maps, "x", "per map") is None
    per_layer, whole = scale_at(maps, "x", "per layer"), scale_at(maps, "x", "global", scale_to(99, signed=True))
    assert per_layer is not None
    assert per_layer.high == np.abs(maps.values["x"]).max() < maps.scale.high
    assert whole is not None
    assert whole.high == 99


def test_one_scale_holds_every_value_of_the_block():
    maps = block_maps(_values())
    assert maps.scale.signed
    assert maps.scale.high == max(np.abs(values).max() for values in maps.values.values())


@pytest.mark.parametrize("shared", [True, False])
def test_a_scale_shared_or_of_its_own_has_zero_in_the_middle(shared):
    values = _values(4, 4)
    values["out"][:] = 0
    values["branch"][0] *= 1e-3
    maps = block_maps(values)
    scale = maps.scale if shared else None
    cell = _cell(place_grid(maps, "out", 1, scale), 0)
    assert (cell == CENTRE).all()
    weak = _cell(place_grid(maps, "branch", 1, scale), 0)
    assert (np.abs(weak.astype(int) - CENTRE).max() == CENTRE) == (not shared)


def _cell(drawn, channel):
    x, y = drawn.origin(channel)
    return drawn.indices[y : y + drawn.cell[0], x : x + drawn.cell[1]]


@given(st.integers(1, 300))
def test_maps_are_drawn_at_about_one_size(size):
    drawn = place_grid(block_maps(_values(2, 2, size)), "out", 1, None)
    assert max(drawn.cell) <= LARGEST
    assert min(drawn.cell) > min(CELL, LARGEST) / 2


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 20))
def test_reducing_averages_and_keeps_what_fits(height, width, most):
    maps = np.random.default_rng(height).random((2, height, width)).astype(np.float32)
    small = reduced(maps, most)
    assert max(small.shape[1:]) <= most
    assert (small is maps) == (max(height, width) <= most)
    assert maps.min() - 1e-6 <= small.min() <= small.max() <= maps.max() + 1e-6


def test_a_square_of_values_becomes_its_mean():
    maps = np.arange(16, dtype=np.float32).reshape(1, 4, 4)
    assert reduced(maps, 2).tolist() == [[[2.5, 4.5], [10.5, 12.5]]]


@pytest.mark.parametrize(("side", "shown"), [(1, 224), (32, 224), (100, 200), (224, 224), (448, 448), (1024, 448)])
def test_pictures_come_at_a_size_for_the_screen(side, shown):
    picture = np.random.default_rng(side).integers(0, 255, (side, side, 3), np.uint8)
    found = resized(picture)
    assert found.shape == (shown, shown, 3)
    if side <= shown:
        assert (found[:: shown // side, :: shown // side] == picture).all()


def test_a_silent_channel_leaves_the_picture_as_it_is():
    picture = np.random.default_rng(3).integers(0, 255, (224, 224, 3), np.uint8)
    silent, loud = (channel_pictures(picture, np.full((7, 7), value, np.float32)) for value in (0, 2))
    other = channel_pictures(picture // 2, np.zeros((7, 7), np.float32))
    assert silent.over not in (loud.over, other.over)
    assert (silent.scale.high, loud.scale.high) == (0, 2)
    from visualizer.figures.encode import data_uri, png

    assert silent.over == data_uri(png(picture))


def test_a_channel_alone_is_each_value_a_square():
    one = np.zeros((4, 4), np.float32)
    one[0, 0] = 1
    assert channel_pictures(np.zeros((8, 8, 3), np.uint8), one).alone.startswith("data:image/png;base64,")
