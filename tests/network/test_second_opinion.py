"""torchinfo's summary beside our own counts: the exact relation, for every preset of usual size."""

from __future__ import annotations

from math import prod

import pytest

from visualizer.analysis import costs
from visualizer.analysis.conventions import CONVENTIONS, counted
from visualizer.network.second_opinion import MAX_LAYERS, TooManyLayersError, second_opinion
from visualizer.resnet import parse, plan, presets, usual_resolution

NAMES = ("resnet18", "resnet50", "resnet101_v1", "seresnet50", "ecaresnet50d", "resnet20", "resnet18v2", "wrn_16_4",
         "keras_resnet50", "resnext50_32x4d", "plain34")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_its_totals_are_ours_by_its_rules(name: str) -> None:
    network = plan(parse(name), usual_resolution(name))
    table, found = costs(network), second_opinion(network)
    assert found.params == table.total.params
    assert found.mult_adds == counted(network, CONVENTIONS["torchinfo"], table.total.macs)
    with_parameters = (layer for layer in network.layers if table.by_path[layer.path].params)
    assert found.output_bytes == 2 * 4 * sum(prod(layer.output) for layer in with_parameters)
    assert f"Total params: {found.params:,}" in found.text
    assert "layer1" in found.text


def test_a_giant_is_refused_in_a_sentence_before_anything_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visualizer.network.second_opinion.build", None)
    with pytest.raises(TooManyLayersError, match=r"has 24,007 layers: up to 10,000 are summarised here"):
        second_opinion(plan(parse("resnet50?depths=400,400,400,400,400&width=16&shortcut=C")))
    assert len(plan(presets()["resnet1202"].spec, 32).layers) < MAX_LAYERS
