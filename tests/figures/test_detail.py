"""Levels of a map: opening and closing undo each other, nothing is lost, and the text form is the identity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.figures.detail import LEVELS, MOST_BLOCKS, Detail, own_from, own_text
from visualizer.resnet import Block, Plan, ResNetSpec, parse, plan, preset

levels = st.sampled_from(("", *LEVELS))


def _places(network: Plan) -> list[str]:
    return [*(stage.path for stage in network.stages), *(block.path for block in network.blocks)]


def _drawn(network: Plan, detail: Detail) -> list[str]:
    """What a person can point at: stages, and the first block of each run."""
    stages = detail.shown(network)
    runs = [run.first.path for shown in stages if not shown.closed for run in shown.runs]
    return [*(shown.stage.path for shown in stages), *runs]


@st.composite
def _details(draw: st.DrawFn, network: Plan) -> Detail:
    detail = Detail(draw(levels))
    for path in draw(st.lists(st.sampled_from(_places(network)), max_size=4)):
        detail = draw(st.sampled_from((detail.opened, detail.closed)))(network, path)
    return detail


@given(st.data(), specs())
def test_to_open_and_then_to_close_is_to_do_nothing(data: st.DataObject, spec: ResNetSpec) -> None:
    network = plan(spec, 64)
    detail = data.draw(_details(network))
    path = data.draw(st.sampled_from(_drawn(network, detail)))
    opened = detail.opened(network, path)
    if opened.shown(network) != detail.shown(network):
        assert opened.closed(network, path).shown(network) == detail.shown(network)


@given(st.data(), specs())
def test_every_block_is_in_one_run_and_only_equal_blocks_share_one(data: st.DataObject, spec: ResNetSpec) -> None:
    network = plan(spec, 64)
    detail = data.draw(_details(network))
    for shown in detail.shown(network):
        covered: list[Block] = []
        for run in shown.runs:
            blocks = shown.stage.blocks[run.first.index : run.first.index + run.repeats]
            assert {block.form for block in blocks} == {run.first.form}
            assert run.last == (blocks[-1].path if run.repeats > 1 else "")
            covered += blocks
        assert covered == list(shown.stage.blocks)


@given(st.data(), specs())
def test_what_is_shown_otherwise_survives_its_text(data: st.DataObject, spec: ResNetSpec) -> None:
    network = plan(spec, 64)
    detail = data.draw(_details(network))
    assert own_from(own_text(detail)) == detail.own


@pytest.mark.parametrize("text", ["layer1", "layer1:open", "layer1.0:network", "layerx:blocks", "conv1:layers"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"layer|conv"):
        own_from(text)


def test_the_way_into_resnet_50_and_out_again() -> None:
    network = plan(preset("resnet50"))
    third = network.stages[2]
    detail = Detail("network")
    seen = [detail.of_stage(third)]
    for _ in range(4):
        detail = detail.opened(network, "layer3")
        seen.append(detail.of_stage(third))
    assert seen == ["network", "stages", "blocks", "layers", "layers"]
    assert Detail("stages").shown(network)[2].runs[1].repeats == 5
    unfolded = Detail("stages").opened(network, "layer3.2")
    assert [run.repeats for run in unfolded.shown(network)[2].runs] == [1] * 6
    assert unfolded.shown(network)[1].runs[1].repeats == 3
    opened = unfolded.opened(network, "layer3.2")
    assert [run.opened for run in opened.shown(network)[2].runs] == [False, False, True, False, False, False]
    assert opened.closed(network, "layer3.2.conv1") == unfolded


def test_long_stages_are_folded_unless_one_says_otherwise() -> None:
    network = plan(parse(f"resnet20?depths={MOST_BLOCKS},{MOST_BLOCKS + 1},1"), 32)
    assert [len(shown.runs) for shown in Detail().shown(network)] == [MOST_BLOCKS, 2, 1]
    assert [len(shown.runs) for shown in Detail("blocks").shown(network)] == [MOST_BLOCKS, MOST_BLOCKS + 1, 1]


def test_parts_that_the_network_has_not_are_left_alone() -> None:
    network = plan(preset("resnet18"))
    for path in ("", "conv1", "layer9", "layer1.7", "nonsense"):
        assert Detail().opened(network, path) == Detail() == Detail().closed(network, path)
