"""A block as an equation, for every order of its layers."""

import pytest

from visualizer.analysis.origins import places
from visualizer.figures.equation import term, terms
from visualizer.resnet import parse, plan


def _block(net, path):
    return plan(parse(net), 64).block(path)


def _written(net, path="layer2.0"):
    return " ".join(f"{one.sign} {one.title}".strip() for one in terms(_block(net, path)))


@pytest.mark.parametrize(
    ("net", "written"),
    [
        ("resnet50", "x → F(x) + shortcut = sum → after ReLU"),
        ("resnet18?order=bn_after_add", "x → F(x) + shortcut = sum → after BN and ReLU"),
        ("resnet18?order=relu_before_add", "x → F(x) + shortcut = sum"),
        ("resnet18?order=relu_only_pre", "x → F(x) + shortcut = sum"),
        ("resnet50v2", "x → F(x) + shortcut = sum"),
        ("plain34", "x → F(x) → after ReLU"),
        ("plain34?order=pre", "x → F(x)"),
    ],
)
def test_an_equation_ends_with_what_follows_the_addition(net, written):
    assert _written(net) == written


@pytest.mark.parametrize(
    ("layer", "written"),
    [
        ("layer2.0.conv2", "input → after conv2"), ("layer2.0.se.fc1", "input → after se.fc1"),
        ("layer2.0.se.scale", "input × gate = after se.scale"), ("layer2.0.add", "F(x) + shortcut = sum"),
        ("maxpool", "input → after maxpool"), ("avgpool", "input → after avgpool"),
    ],
)  # fmt: skip
def test_a_layer_reads_as_what_it_makes_of_its_input(layer, written):
    network = plan(parse("seresnet50"), 64)
    found = next(one for one in network.layers if one.path == layer)
    assert " ".join(f"{one.sign} {one.title}".strip() for one in terms(found)) == written
    assert [one.place for one in terms(found)] == list(places(network, found))


@pytest.mark.parametrize("net", ["resnet18", "resnet50v2", "plain18", "plain18?order=pre", "resnet20"])
def test_the_last_term_is_the_output_and_stands_for_it(net):
    block = _block(net, "layer1.0")
    assert "the block's output" in terms(block)[-1].note
    assert term(block, "out") == terms(block)[-1]
    assert [term(block, one.place) for one in terms(block)] == list(terms(block))


@pytest.mark.parametrize(
    ("net", "path", "note"),
    [
        ("resnet18", "layer1.0", "identity: x as it is"),
        ("resnet18", "layer2.0", "projection of x"),
        ("resnet18v2", "layer2.0", "projection of the activated x"),
        ("resnet20", "layer2.0", "x, zero-padded"),
    ],
)
def test_a_shortcut_says_what_it_is_and_of_what(net, path, note):
    assert term(_block(net, path), "shortcut").note == note
