"""A view and its URL: the round trip, and links that hold nonsense."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.resnet import ResNetSpec
from visualizer.resnet.spec import FIELDS
from visualizer.ui.state import START, VIEWS, View, from_params, to_params


@given(specs(), st.integers(1, 4096), st.sampled_from(VIEWS))
def test_a_view_comes_back_from_its_url(spec: ResNetSpec, resolution: int, view: str) -> None:
    state = View(spec, resolution, "layer1.0", view)
    assert from_params(to_params(state)) == (state, [])


@given(st.dictionaries(st.sampled_from([*FIELDS, "net", "resolution", "select", "view", "x"]), st.lists(st.text())))
def test_any_link_gives_a_view_and_sentences(params: dict[str, list[str]]) -> None:
    state, complaints = from_params(params)
    assert state.plan.blocks
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in complaints)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [("net", "resnet51", "resnet51"), ("groups", "3.5", "groups"), ("resolution", "0", "resolution"),
     ("view", "nowhere", "nowhere"), ("wings", "2", "wings")],
)  # fmt: skip
def test_one_bad_part_costs_one_sentence_and_nothing_else(name: str, value: str, word: str) -> None:
    good = to_params(replace(START, select="layer2.1"))
    state, complaints = from_params({**good, name: [value]})
    assert len(complaints) == 1
    assert word in complaints[0]
    assert state.select == "layer2.1"


@pytest.mark.parametrize("select", ["layer9.0", "layer1.99", "layer².0", "<script>", "layer1"])
def test_a_block_that_is_not_there_is_not_selected(select: str) -> None:
    assert from_params({"select": [select]})[0].select == ""
