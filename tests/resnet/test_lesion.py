"""A lesion is what its text says, in one form for all texts that do the same; what a network does not allow is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.resnet import Plan, ResNetSpec, parse, plan
from visualizer.resnet.lesion import WHOLE, lesion, removable, twins

RESNET20 = plan(parse("resnet20?depths=4,3"), 32)


@st.composite
def texts(draw: st.DrawFn, network: Plan) -> str:
    """Any blocks off and any swaps of equal ones, in any order, with repetitions."""
    paths = [block.path for block in network.blocks]
    off = [block.path for block in network.blocks if removable(block)]
    pairs = [f"{path}~{other}" for path in paths for other in twins(network, path)]
    kinds = [st.sampled_from(parts) for parts in (off, pairs) if parts]
    return ",".join(draw(st.lists(st.one_of(kinds), max_size=6))) if kinds else ""


@given(specs(most_stages=3), st.data())
def test_text_to_lesion_to_text_is_the_identity(spec: ResNetSpec, data: st.DataObject) -> None:
    network = plan(spec, 32)
    text = data.draw(texts(network))
    found, complaints = lesion(network, text)
    assert complaints == []
    assert lesion(network, found.text) == (found, [])
    assert bool(found) == bool(found.text)


@given(specs(most_stages=2), st.data())
def test_swaps_are_done_one_after_another(spec: ResNetSpec, data: st.DataObject) -> None:
    network = plan(spec, 32)
    text = data.draw(texts(network))
    row = [block.path for block in network.blocks]
    places = list(row)
    for part in filter(lambda part: "~" in part, text.split(",")):
        one, other = map(places.index, part.split("~"))
        row[one], row[other] = row[other], row[one]
    moved = [(place, block) for place, block in zip(places, row, strict=True) if place != block]
    assert list(lesion(network, text)[0].moved) == moved


def test_a_swap_twice_is_none_and_three_make_a_ring() -> None:
    assert lesion(RESNET20, "layer1.0~layer1.1,layer1.1~layer1.0") == (WHOLE, [])
    ring, _ = lesion(RESNET20, "layer1.0~layer1.1,layer1.1~layer1.2")
    assert ring.moved == (("layer1.0", "layer1.1"), ("layer1.1", "layer1.2"), ("layer1.2", "layer1.0"))
    assert len(ring.swaps) == 2


def test_order_and_repetition_in_a_text_mean_nothing() -> None:
    found, _ = lesion(RESNET20, "layer2.1,layer1.3,layer2.1")
    assert found.off == ("layer1.3", "layer2.1")
    assert found == lesion(RESNET20, "layer1.3,layer2.1")[0]
    assert found.places == {"layer1.3", "layer2.1"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("layer9.0", "no block layer9.0, so it is not switched off"),
        ("layer1.0~layer1.9", "no block layer1.9, so it is not swapped"),
        ("layer1.0~layer2.1", "differ in their shapes"),
        ("layer2.0~layer2.1", "differ in their shapes"),
        ("<script>" * 40, "no block <script><script><scr, so"),
    ],
)
def test_what_this_network_does_not_allow_is_left_out_and_told(text: str, said: str) -> None:
    found, (complaint,) = lesion(RESNET20, f"layer1.1,{text}")
    assert found.off == ("layer1.1",)
    assert not found.moved
    assert said in complaint


def test_a_plain_block_stays_on_but_may_be_swapped() -> None:
    plain = plan(parse("plain20"), 32)
    found, (complaint,) = lesion(plain, "layer1.0,layer1.1~layer1.2")
    assert "no shortcut" in complaint
    assert found.off == ()
    assert found.moved == (("layer1.1", "layer1.2"), ("layer1.2", "layer1.1"))
