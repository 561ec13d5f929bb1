"""Compare's view Activations: the values of each network's own pass, aligned by stage; nothing computed twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from tests.running import html_with, opened
from tests.strategies import specs
from visualizer.figures.report import Chart, Shot, Words
from visualizer.images import network_input
from visualizer.network import block_values, build
from visualizer.resnet import ResNetSpec, parse
from visualizer.ui import compare_activations_depth, compare_activations_passes, computing, gradients
from visualizer.ui.compare_activations import report
from visualizer.ui.compare_activations_cams import answer, looked_for
from visualizer.ui.compare_activations_grids import scales_of, values_at, values_of, whole
from visualizer.ui.compare_activations_passes import fill_maps, lanes
from visualizer.ui.compare_activations_places import PLACE_WORDS, bands_of
from visualizer.ui.compare_activations_table import Cell, Row, table_html
from visualizer.ui.computing import maps_key, maps_of
from visualizer.ui.gradients import class_maps_of
from visualizer.ui.pictures import picture
from visualizer.ui.state import view
from visualizer.ui.store import MAPS, STORES
from visualizer.ui.views import LAID_BESIDE, START, View

pytestmark = pytest.mark.usefixtures("no_collector")
TINY: dict[str, str | list[str]] = {
    "net": "resnet20", "depths": "1,1", "vs": ["resnet20?depths=2,1,1"], "compare": "Activations",
}  # fmt: skip
PAIR = replace(
    START, spec=parse("resnet20?depths=1,1"), others=(parse("resnet20?depths=2,1,1"),), resolution=32, picture="digit_3"
)
TRAINED = replace(
    PAIR, spec=parse("resnet20"), weights="resnet20_digits", others=(parse("resnet20"),), laid="Class maps"
)


@pytest.fixture(autouse=True)
def empty_stores() -> None:
    for store in STORES:
        store.forget_idle(-1)


def _page(**params: str | list[str]) -> AppTest:
    return opened("compare", **{**TINY, **params})


def _table(at: AppTest) -> str:
    return unescape(html_with(at, "rv-beside"))


@settings(max_examples=30)
@given(st.lists(specs(), min_size=2, max_size=4), st.data())
def test_every_stage_has_a_row_and_every_network_a_column(found: list[ResNetSpec], data: st.DataObject) -> None:
    first, *others = found
    place = data.draw(st.sampled_from(list(PLACE_WORDS)))
    state = replace(START, spec=first, others=tuple(others), resolution=32, place=place)
    beside = lanes(state)
    bands = bands_of(state, beside)
    assert len(bands) == max(len(spec.depths) for spec in found)
    for number, band in enumerate(bands):
        for lane, spot in zip(beside, band.spots, strict=True):
            stages = lane.state.plan.stages
            plain = number < len(stages) and place in ("shortcut", "sum") and lane.state.spec.shortcut == "none"
            assert (spot.block is None) == (number >= len(stages) or plain) == bool(spot.why)
            if spot.block is not None:
                assert spot.block == stages[number].blocks[-1]


@settings(max_examples=30)
@given(st.lists(specs(), min_size=2, max_size=4), st.data())
def test_an_opened_block_stands_beside_its_counterparts(found: list[ResNetSpec], data: st.DataObject) -> None:
    first, *others = found
    state = replace(START, spec=first, others=tuple(others), resolution=32)
    known = [node for stage in state.plan.stages for node in (stage.path, *(block.path for block in stage.blocks))]
    state = replace(state, select=data.draw(st.sampled_from(known)))
    bands = bands_of(state, lanes(state))
    assert len(bands) == len(found)
    assert {spot.place for spot in bands[0].spots} == set(PLACE_WORDS)
    for place, band in enumerate(bands):
        paths = {spot.block.path for spot in band.spots if spot.block}
        stage, _, block = state.select.removeprefix("layer").partition(".")
        opened = f"layer{stage}.{block or first.depths[int(stage) - 1] - 1}"
        beside = state.alignment.counterpart(0, opened, place)
        assert paths == ({beside} if beside else set())


def test_the_maps_are_those_of_each_network_by_itself_and_kept_where_its_own_page_finds_them() -> None:
    beside = lanes(PAIR)
    bands = bands_of(PAIR, beside)
    values = values_of(beside, bands)
    for lane in beside:
        model, pixels = build(lane.state.plan, 0).eval(), network_input(picture("digit_3"), 32)
        for path, maps in values[lane.place].items():
            assert not isinstance(maps, str)
            expected = block_values(model, pixels, path)
            for place, found in maps.values.items():
                np.testing.assert_array_equal(found, expected[place])
            assert maps_of(PAIR.at(lane.place), lane.state.plan.block(path)) is maps
    assert set(values[0]) == {"layer1.0", "layer2.0"}
    assert set(values[1]) == {"layer1.1", "layer2.0", "layer3.0"}


def test_one_pass_serves_all_stages_and_none_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import visualizer.network

    passes: list[list[str]] = []
    real = visualizer.network.values_of_blocks

    def counted(model: Any, pixels: Any, blocks: Any, *more: Any) -> Iterator[Any]:
        passes.append(list(blocks))
        return real(model, pixels, blocks, *more)

    monkeypatch.setattr(visualizer.network, "values_of_blocks", counted)
    lane = lanes(PAIR)[1]
    blocks = [stage.blocks[-1] for stage in lane.state.plan.stages]
    maps_of(lane.state, blocks[1])
    fill_maps(lane, blocks)
    assert passes == [["layer1.1", "layer3.0"]]
    assert all(MAPS.holds(maps_key(lane.state, block)) for block in blocks)
    fill_maps(lane, blocks)
    assert len(passes) == 1


@pytest.mark.parametrize("scale", ["shared", "per layer", "per map", "global"])
def test_a_scale_reaches_as_far_as_it_says(scale: str) -> None:
    state = replace(PAIR, scale=scale)
    beside = lanes(state)
    bands = bands_of(state, beside)
    values = values_of(beside, bands)
    rows = [[one.largest for spot in band.spots if not isinstance(one := values_at(spot, values), str)]
            for band in bands]  # fmt: skip
    scales = scales_of(state, bands, values, whole(state, beside))
    if scale == "shared":
        assert [one.high if one else None for one in scales] == [max(row) for row in rows]
    elif scale == "global":
        assert len({one.high if one else None for one in scales}) == 1
        assert all(one and one.high >= max(map(max, rows)) for one in scales)
    else:
        assert scales == [None] * 3


def test_the_same_class_by_its_name_else_each_networks_own() -> None:
    trained = replace(TRAINED, weights_beside=("resnet20_digits",), target=7)
    first, second = looked_for(trained, lanes(trained))
    assert not isinstance(first.found, str)
    assert not isinstance(second.found, str)
    assert (first.found.target, second.found.target) == (7, 7)
    assert "map for 7 (" in answer(first)
    own, random = looked_for(replace(TRAINED, target=7), lanes(replace(TRAINED, target=7)))
    assert not isinstance(own.found, str)
    assert not isinstance(random.found, str)
    assert own.found.target == 7
    assert random.found.target == int(random.found.logits.argmax())
    assert answer(random).startswith("the classes mean nothing; most probable class ")


def test_class_maps_of_the_most_probable_class_are_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    likely = class_maps_of(TRAINED.at(0))
    assert likely.target == 3
    monkeypatch.setattr(gradients, "input_of", lambda state: pytest.fail("computed again"))
    trained = replace(TRAINED, target=3, weights_beside=("resnet20_digits",))
    assert [one.found is likely for one in looked_for(trained, lanes(trained))] == [True, True]


def test_the_page_shows_both_networks_and_flags_the_untrained() -> None:
    at = _page(net="resnet20", depths="3,3,3", weights="resnet20_digits", vs=["resnet20"], picture="digit_3")
    assert not at.exception
    assert not at.warning
    html = _table(at)
    for words in ("1 · ResNet-20", "2 · ResNet-20", "Stage 3", "layer3.2: after ReLU", "64 × 8 × 8"):
        assert words in html
    assert html.count("<img") == 3 * 2 + 3
    assert html.count(">untrained<") == html.count(">ResNet-20, handwritten digits<") == 3
    at.selectbox(key="compare_block").set_value(4).run()
    assert at.query_params["select"] in ("layer2.1", ["layer2.1"])
    html = _table(at)
    assert html.count("<img") == 5 * 2 + 2
    assert html.count(">untrained<") == 5


def test_a_network_that_is_too_large_costs_a_sentence_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "MAX_WEIGHTS", 4 * 100_000)
    at = _page()
    assert not at.exception
    assert _table(at).count("<img") > 0
    monkeypatch.setattr(computing, "MAX_WEIGHTS", 4 * 30_000)
    html = _table(at.run())
    assert html.count("of weights, and maps are computed for up to") == 3
    assert html.count("<img") == 2 + 3
    at.segmented_control(key="laid").set_value("Depth").run()
    assert [warning.value for warning in at.warning if "2 · ResNet" in warning.value.replace("\\", "")]
    assert len(json.loads(at.get("plotly_chart")[0].proto.spec)["data"]) == 1
    assert not at.exception


def test_a_click_on_a_point_selects_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {"_view": PAIR}
    monkeypatch.setattr("streamlit.session_state", session)
    act = compare_activations_depth.clicked("chart", [(0, ["layer1.0.conv1"]), (1, ["layer1.0", "layer1.1"])])
    for point, select, slot in (
        ({"curve_number": 0, "point_index": 0}, "layer1.0", 0), ({"curve_number": 1, "point_index": 0}, "layer1.0", 0),
        ({"curve_number": 9, "point_index": 0}, "layer1.0", 0), ({"curve_number": 1, "point_index": 7}, "layer1.0", 0),
        ({"curve_number": 1, "point_index": 1}, "layer1.1", 1),
    ):  # fmt: skip
        session["chart"] = SimpleNamespace(selection=SimpleNamespace(points=[point]))
        act()
        assert (view().select, view().slot) == (select, slot)


def test_what_a_person_stopped_is_not_begun_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    at = _page()
    found = lanes(view_of(at))
    at.session_state["_compare_stopped"] = compare_activations_passes.work_key("maps", found)
    at.run()
    assert not [one for one in at.get("html") if "rv-beside" in one.proto.body]
    at.button(key="compare_go_on").click().run()
    assert "rv-beside" in html_with(at, "rv-beside")


def view_of(at: AppTest) -> View:
    found: View = at.session_state["_view"]
    return found


def test_texts_of_people_are_escaped() -> None:
    html = table_html("<x>", ["<b>"], [Row("<i>", (Cell("data:,", '"><script>', ("<s>",), "<u>"),))], "light")
    assert not any(tag in html for tag in ("<x>", "<b>", "<i>", "<script>", "<s>", "<u>"))


@pytest.mark.parametrize("laid", LAID_BESIDE)
def test_a_report_has_what_is_on_the_page_and_waits_for_no_long_work(
    laid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = replace(PAIR, laid=laid)
    monkeypatch.setattr(compare_activations_passes, "LONG", 0)
    items = report(state)
    assert isinstance(items[-1], Words)
    assert "make the report again" in items[-1].text
    monkeypatch.setattr(compare_activations_passes, "LONG", 10**10)
    items = report(state)
    shots, charts = ([item for item in items if isinstance(item, kind)] for kind in (Shot, Chart))
    assert (len(shots), len(charts)) == {"Maps": (1 + 3, 0), "Depth": (1, 4), "Class maps": (1 + 2, 0)}[laid]
    monkeypatch.setattr(compare_activations_passes, "LONG", 0)
    assert len(report(state)) == len(items)  # what is in the store costs nothing


def test_one_click_sets_trained_beside_untrained_and_a_picture_that_is_gone_costs_a_sentence() -> None:
    at = _page(picture="0" * 64)
    assert ["no longer kept" in warning.value for warning in at.warning] == [True]
    at.button(key="beside_resnet20_digits").click().run()
    assert not at.exception
    assert not at.warning
    state = view_of(at)
    assert [network.weights for network in state.networks] == ["resnet20_digits", "random"]
    assert {network.spec for network in state.networks} == {parse("resnet20")}
    assert state.picture == "digit_3"
    assert _table(at).count(">untrained<") == 3
