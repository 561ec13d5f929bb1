"""How channels are made: by which convolution, out of what, and where that is shown."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.strategies import resolutions, specs
from visualizer.analysis.making import destination, making
from visualizer.analysis.origins import made_by, places
from visualizer.resnet import Block, Layer, Plan, parse, plan
from visualizer.resnet.nodes import find


def _part(network: Plan, path: str) -> Block | Layer:
    found = find(network, path)
    assert isinstance(found, Block | Layer)
    return found


@given(specs(most_stages=3, most_blocks=2), resolutions)
def test_where_values_are_shown_as_made_they_are_the_same_values(spec, resolution):
    network = plan(spec, resolution)
    parts: list[Block | Layer] = [*network.blocks, *network.layers]
    for part in parts:
        for place, address in places(network, part).items():
            found, made = destination(network, address), making(network, part, place)
            if found is None:
                assert made_by(network, address) == ""
                continue
            path, at = found
            assert made_by(network, places(network, _part(network, path))[at]) == made_by(network, address)
            assert (made.part is None) == (not made.layers)
            assert made.part is None or made.conv in made.layers


FACTS: dict[tuple[str, str], tuple[str, str | None, tuple[str, str] | None]] = {
    ("layer2.1", "out"): ("layer2.1.conv3", "layer2.1", None),
    ("layer2.1", "x"): ("layer2.0.conv3", None, ("layer2.0", "out")),
    ("layer2.1", "shortcut"): ("layer2.0.conv3", None, ("layer2.0", "out")),
    ("layer2.0", "shortcut"): ("layer2.0.downsample.0", "layer2.0.downsample.0", None),
    ("layer1.0", "x"): ("conv1", None, ("maxpool", "out")),
    ("layer2.1.bn2", "out"): ("layer2.1.conv2", "layer2.1.conv2", None),
    ("layer2.1.bn2", "x"): ("layer2.1.conv2", None, ("layer2.1.conv2", "out")),
    ("conv1", "out"): ("conv1", "conv1", None),
    ("avgpool", "x"): ("layer4.2.conv3", None, ("layer4.2", "out")),
}


@pytest.mark.parametrize("at", FACTS)
def test_channels_of_resnet_50(at):
    network = plan(parse("resnet50"), 64)
    path, place = at
    made = making(network, _part(network, path), place)
    assert made.conv is not None
    assert (made.conv.path, made.part and made.part.path, made.go) == FACTS[at]


def test_the_picture_is_made_by_nothing():
    network = plan(parse("resnet50"), 64)
    assert making(network, _part(network, "conv1"), "x") == (None, None, (), None)
    assert destination(network, "") is None
