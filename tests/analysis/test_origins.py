"""Where values come from: what a layer reads, which convolution made a channel, what has gone through a ReLU."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.strategies import resolutions, specs
from visualizer.analysis.dataflow import operations
from visualizer.analysis.origins import after_relu, layer_inputs, made_by, maker
from visualizer.resnet import parse, plan


@given(specs(), resolutions)
def test_layers_read_what_a_forward_pass_reads(spec, resolution):
    network = plan(spec, resolution)
    inputs = layer_inputs(network)
    made = {0: "", **{operation.writes: operation.layer.path for operation in operations(network)}}
    for operation in operations(network):
        read = [made_by(network, address) for address in inputs[operation.layer.path]]
        assert read == [made[number] for number in operation.reads]


@given(specs(), resolutions)
def test_channels_are_made_by_a_convolution_that_has_as_many(spec, resolution):
    network = plan(spec, resolution)
    layers = {layer.path: layer for layer in network.layers}
    for address in layer_inputs(network):
        found, last = maker(network, address), made_by(network, address)
        assert found is not None
        assert found.kind in ("conv", "linear")
        if not any(block.shortcut_kind == "pad" for block in network.blocks):
            assert found.output[0] == layers[last].output[0]
    assert maker(network, "") is None


FACTS = {
    "layer1.0.x": ("conv1", True), "layer1.0.branch": ("layer1.0.conv3", False),
    "layer1.0.out": ("layer1.0.conv3", True), "layer1.0.shortcut": ("layer1.0.downsample.0", False),
    "layer1.1.shortcut": ("layer1.0.conv3", True), "layer1.1.sum": ("layer1.1.conv3", False),
    "bn1": ("conv1", False), "maxpool": ("conv1", True), "": (None, False),
    "avgpool": ("layer4.2.conv3", True), "fc": ("fc", False), "layer2.0.relu2": ("layer2.0.conv2", True),
}  # fmt: skip


@pytest.mark.parametrize("address", FACTS)
def test_what_made_the_channels_of_resnet_50(address):
    network = plan(parse("resnet50"), 224)
    found = maker(network, address)
    assert (found.path if found else None, after_relu(network, address)) == FACTS[address]


def test_a_pre_activation_network_hands_on_sums():
    network = plan(parse("resnet18v2"), 64)
    assert not after_relu(network, "layer2.0.out")
    assert not after_relu(network, "layer2.1.x")
    assert after_relu(network, "avgpool")
