"""VGG-16 and VGG-19 as the paper's table states them, and how networks are found by name."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.resnet import Plan, SpecError, named, parse, plan, preset, presets, usual_resolution
from visualizer.resnet.sequential import KINDS, SEQUENTIALS, Sequential, sequential, windows

NAMES = st.sampled_from(tuple(SEQUENTIALS))
CONFIGURATIONS = {
    "vgg16": "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M",
    "vgg19": "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M",
}
"""Simonyan and Zisserman 2015, table 1, columns D and E: channels of 3×3 convolutions, and max pools."""


@pytest.mark.parametrize("name", SEQUENTIALS)
def test_a_network_is_its_column_of_the_paper_s_table(name: str) -> None:
    network = sequential(name)
    drawn = [layer for section in network.sections for layer in section.layers if layer.kind != "relu"]
    column = ["M" if layer.kind == "maxpool" else str(layer.output[0]) for layer in drawn]
    assert " ".join(column) == CONFIGURATIONS[name]
    windowed = {(layer.kind, layer.kernel, layer.stride, layer.padding) for layer in drawn}
    assert windowed == {("conv", 3, 1, 1), ("maxpool", 2, 2, 0)}
    assert [layer.output for layer in network.head if layer.kind == "linear"] == [(4096,), (4096,), (1000,)]
    assert network.title == f"VGG-{network.weighted_layers}"


@given(NAMES, st.integers(32, 400))
def test_each_layer_reads_what_the_one_before_it_made(name: str, side: int) -> None:
    network = sequential(name, side)
    layers = network.layers
    assert all(before.output == after.input for before, after in pairwise(layers))
    assert (layers[0].input, network.input) == ((3, side, side), (3, side, side))
    assert network.features == (512, side // 32, side // 32)
    assert len({layer.path for layer in layers}) == len(layers)
    assert {layer.kind for layer in layers} <= set(KINDS)
    for before, after in pairwise(layers[:-1]):
        assert not (before.weighted and after.weighted), "a ReLU follows every weighted layer but the last"
    pools = [layer for layer in layers if layer.kind == "adaptive_pool"]
    assert [layer.path for layer in pools] == ([] if side // 32 == 7 else ["avgpool"])


@given(st.integers(1, 200), st.integers(1, 20))
def test_adaptive_windows_cover_the_map(size: int, outputs: int) -> None:
    sides = windows(size, outputs)
    assert len(sides) == outputs
    starts = [place * size // outputs for place in range(outputs)]
    covered = {start + step for start, side in zip(starts, sides, strict=True) for step in range(side)}
    assert covered == set(range(size))


@pytest.mark.parametrize("side", [31, 0, -1, 4097, True, 3.5, "224"])
def test_a_picture_of_which_nothing_would_be_left_is_refused(side: object) -> None:
    with pytest.raises(SpecError, match="it must be a whole number of pixels from 32 to 4096") as refusal:
        sequential("vgg19", side)  # type: ignore[arg-type]
    assert sequential("vgg19", refusal.value.nearest).resolution == refusal.value.nearest  # type: ignore[arg-type]


def test_every_network_is_found_by_its_name() -> None:
    assert not set(SEQUENTIALS) & set(presets())
    for name, row in SEQUENTIALS.items():
        found = named(name)
        assert isinstance(found, Sequential)
        assert (found.title, found.source, found.resolution) == row[:3]
    for text in ("resnet20", "resnet50?groups=32"):
        found = named(text)
        assert isinstance(found, Plan)
        assert found == plan(parse(text), usual_resolution(text))
        assert named(text, 64) == plan(parse(text), 64)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("vgg91", "vgg16"), ("VGG16", "vgg16"), ("vgg", "vgg16"), ("resnet5", "resnet50"), ("", "resnet50"),
     ("vgg19?classes=10", "vgg19"), ("x" * 9000, "resnet50")],
)  # fmt: skip
def test_a_network_that_is_none_is_refused_with_the_nearest_that_is(text: str, nearest: str) -> None:
    with pytest.raises(SpecError) as refusal:
        named(text)
    assert refusal.value.nearest == nearest
    assert len(str(refusal.value)) < 300
    named(nearest)


@pytest.mark.parametrize("name", SEQUENTIALS)
def test_where_a_resnet_is_wanted_the_refusal_says_what_the_other_is(name: str) -> None:
    with pytest.raises(SpecError, match=f"{SEQUENTIALS[name].title} is no ResNet") as refusal:
        parse(name)
    assert preset(str(refusal.value.nearest))
