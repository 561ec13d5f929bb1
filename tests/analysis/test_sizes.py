"""Formulas of shapes: worked out as they are written, and their remarks against a walk of the window."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.equations import value
from tests.strategies import resolutions, specs
from visualizer.analysis.sizes import SAME, channel_formula, size_formula
from visualizer.resnet import Layer, ResNetSpec, parse, plan, preset
from visualizer.resnet.layers import KINDS, window_output


@given(specs(), resolutions)
def test_every_shape_comes_out_of_its_formula(spec: ResNetSpec, resolution: int) -> None:
    for layer in plan(spec, resolution).layers:
        formula, channels = size_formula(layer), channel_formula(layer)
        if formula is None:
            assert layer.kind in SAME
            assert layer.input == layer.output or layer.kind in ("scale", "sigmoid")
        else:
            assert value(formula.text) == formula.number == layer.output[-1]
        if channels:
            assert value(channels.text) == channels.number == layer.output[0]
        elif layer.kind == "pad":
            assert layer.input[0] == layer.output[0]


def conv(size: int, kernel: int, stride: int, padding: int) -> Layer:
    output = window_output(size, kernel, stride, padding)
    shapes = (1, size, size), (1, output, output)
    return Layer("conv", "conv", "stem", 0, None, *shapes, kernel=kernel, stride=stride, padding=padding)


@given(st.integers(1, 60), st.sampled_from((1, 3, 5, 7)), st.integers(1, 4))
def test_what_is_said_not_to_be_used_is_what_no_window_reaches(size: int, kernel: int, stride: int) -> None:
    padding = (kernel - 1) // 2
    layer = conv(size, kernel, stride, padding)
    read = {at * stride - padding + offset for at in range(layer.output[-1]) for offset in range(kernel)}
    beyond = set(range(max(read) + 1, size + padding))
    unused = {at for at in beyond if at < size}
    formula = size_formula(layer)
    assert formula is not None
    said = re.search(r"last (?:(\d+) rows|row) .* of the (map|padding)", formula.note)
    assert bool(said) == bool(beyond)
    if said:
        assert said[2] == ("map" if unused else "padding")
        assert int(said[1] or 1) == len(unused or beyond)
    assert ("no whole number" in formula.note) == (size % stride > 0)
    if size % stride:
        assert ("goes up" in formula.note) == (layer.output[-1] > size / stride)


WRITTEN = [
    ("resnet50", 224, "conv1", "⌊(224 + 2·3 − 7)/2⌋ + 1 = 112", "the last row and column of the padding are not used"),
    ("resnet50", 225, "conv1", "⌊(225 + 2·3 − 7)/2⌋ + 1 = 113", "225/2 is no whole number and goes up to 113"),
    ("resnet50", 224, "layer1.0.conv1", "⌊(56 + 2·0 − 1)/1⌋ + 1 = 56", ""),
    ("resnet50_v1", 224, "layer2.0.conv1", "⌊(56 + 2·0 − 1)/2⌋ + 1 = 28",
     "the last row and column of the map are not used"),
    ("resnet50", 224, "avgpool", "⌊(7 + 2·0 − 7)/1⌋ + 1 = 1", "the window is the whole map"),
    ("resnet50d", 225, "layer2.0.downsample.0", "⌈(57 − 2)/2⌉ + 1 = 29",
     "the last window holds 1 of its 2 rows and columns"),
    ("resnet34?shortcut=A", 225, "layer2.0.pad", "⌈57/2⌉ = 29", "1 row and 1 column of each 2 are kept"),
    ("resnet50", 224, "flatten", "2,048·1·1 = 2,048", ""),
]  # fmt: skip


@pytest.mark.parametrize(("net", "resolution", "path", "written", "note"), WRITTEN)
def test_a_size_is_written_as_one_writes_it(net: str, resolution: int, path: str, written: str, note: str) -> None:
    layer = next(layer for layer in plan(parse(net), resolution).layers if layer.path == path)
    formula = size_formula(layer)
    assert (str(formula), formula.note if formula else None) == (written, note)


def test_option_a_appends_and_drops_channels() -> None:
    for width, written in (("64", "64 + 64 = 128"), ("64,48,48,48", "64 − 16 = 48")):
        layers = plan(parse(f"resnet34?shortcut=A&width={width}")).layers
        layer = next(layer for layer in layers if layer.kind == "pad")
        assert str(channel_formula(layer)) == written


def test_a_formula_that_the_plan_contradicts_is_not_shown() -> None:
    with pytest.raises(ArithmeticError, match="the plan says 57"):
        size_formula(conv(112, 3, 2, 1)._replace(output=(1, 57, 57)))


def test_every_kind_of_layer_has_a_size() -> None:
    """Kinds that no plan of these has would be missing; an unknown one raises."""
    seen = set()
    for net in ("resnet50", "seresnet50", "ecaresnet50d", "resnet34?shortcut=A"):
        for layer in plan(parse(net)).layers:
            seen.add(layer.kind)
            size_formula(layer)
    assert seen == set(KINDS)
    with pytest.raises(KeyError):
        size_formula(plan(preset("resnet18")).stem[0]._replace(kind="mystery"))
