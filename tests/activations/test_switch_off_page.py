"""Blocks switched off and swapped on the page: everything follows, a banner says so, and one click undoes it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.activations.meeting import page, sentences, shown
from tests.running import html_with
from visualizer.resnet import parse, plan
from visualizer.resnet.lesion import lesion
from visualizer.ui import answers, sweeping
from visualizer.ui.computing import TooLargeError
from visualizer.ui.heat import lit
from visualizer.ui.lesions import in_words
from visualizer.ui.views import START

TINY = {"net": "resnet20", "depths": "3,2"}
OFF = {**TINY, "look": "Switch off"}


def _button(at: AppTest, label: str) -> Any:
    (found,) = [button for button in at.button if button.label == label]
    return found


def _banner(at: AppTest) -> str:
    found = [text.value for text in at.markdown if text.value.startswith(":material/power_off:")]
    return re.sub(r"\\(.)", r"\1", "".join(found))


def _off(at: AppTest) -> str:
    found = at.query_params.get("off", "")
    return str(found if isinstance(found, str) else found[-1])


def test_switches_are_in_the_link_and_on_again_by_one_click() -> None:
    at = page(**OFF)
    assert _banner(at) == ""
    at.button_group("off_1").set_value(["layer1.1", "layer1.2"]).run()
    at.button_group("off_2").set_value(["layer2.0"]).run()
    assert _off(at) == "layer1.1,layer1.2,layer2.0"
    assert "layer1.1, layer1.2 and layer2.0 are switched off." in _banner(at)
    at.button_group("off_1").set_value(["layer1.2"]).run()
    assert _off(at) == "layer1.2,layer2.0"
    _button(at, "Restore the whole network").click().run()
    assert (_off(at), _banner(at)) == ("", "")
    assert not at.exception


def test_two_equal_blocks_change_places_and_back() -> None:
    at = page(**OFF, off="layer2.1")
    at.selectbox("swap_layer1.0").set_value("layer1.1").run()
    at.selectbox("swap_with_layer1.1").set_value("layer1.2").run()
    _button(at, "Swap").click().run()
    assert _off(at) == "layer2.1,layer1.1~layer1.2"
    assert "layer1.1 and layer1.2 have changed places." in _banner(at)
    at.selectbox("swap_layer1.0").set_value("layer1.1").run()
    at.selectbox("swap_with_layer1.1").set_value("layer1.2").run()
    _button(at, "Swap").click().run()
    assert _off(at) == "layer2.1"


def test_maps_show_the_network_without_the_block() -> None:
    """What comes before the block stays, and its sum is its shortcut."""

    def panels(**more: str) -> dict[str, Any]:
        drawing = shown(page(**TINY, select="layer1.1", **more), "block_maps")
        assert drawing is not None
        return {panel["title"]: panel for panel in drawing["panels"]}

    whole, off = panels(), panels(off="layer1.1")
    assert whole["x"]["facts"] == off["x"]["facts"]
    assert off["sum"]["facts"][1:4] == off["shortcut"]["facts"][1:4]
    assert whole["sum"]["facts"][1:4] != whole["shortcut"]["facts"][1:4]
    assert _banner(page(**TINY, off="layer1.1")).endswith("layer1.1 is switched off.")


@pytest.mark.parametrize(
    ("off", "words"),
    [("", ""), ("layer1.1", "; without layer1.1"), ("layer1.1,layer2.0", "; without 2 blocks"),
     ("layer1.1~layer1.2", "; 2 blocks swapped"),
     ("layer2.0,layer1.1~layer1.2", "; without layer2.0, 2 blocks swapped")],
)  # fmt: skip
def test_colours_of_the_map_say_it_too(off: str, words: str) -> None:
    small = replace(START, spec=parse("resnet20?depths=3,2"), resolution=32, heat="zeros")
    found = lit(replace(small, off=off)).heat
    assert found is not None
    assert found.note == f"weights: untrained, random with seed 0; picture: Cat{words}"
    whole = lit(small).heat
    assert whole is not None
    assert (found.values != whole.values) == bool(off)


def test_answers_stand_side_by_side() -> None:
    at = page(**OFF, off="layer2.1")
    whole, without = html_with(at, "Whole network"), html_with(at, "layer2.1 is switched off</caption>")
    assert whole.count("<tr>") == without.count("<tr>") == 5
    assert "points" in without
    assert "points" not in whole
    assert any("Untrained" in caption.value and "mean nothing" in caption.value for caption in at.caption)


def test_trained_weights_name_their_classes() -> None:
    at = page(net="resnet20", weights="resnet20_digits", picture="digit_3", look="Switch off")
    table = html_with(at, "Whole network")
    assert re.search(r"<td>3<span", table)
    assert "class 3" not in table
    assert not any("mean nothing" in caption.value for caption in at.caption)


def test_names_of_classes_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "class_name", lambda state, number: "<img src=x onerror=alert(1)>")
    found = answers.answer_html("<b>", np.array([1, 2], np.float32), None, None)  # type: ignore[arg-type]
    assert "<img" not in found
    assert "<b>" not in found


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0.0%"), (1e-9, "< 0.1%"), (0.0005, "0.1%"), (0.5, "50.0%"), (0.99999, "> 99.9%"), (1, "100.0%")],
)  # fmt: skip
def test_small_probabilities_are_not_none_and_large_ones_not_all(share: float, text: str) -> None:
    assert answers.percent(share) == text


def test_a_sweep_has_a_bar_for_each_block_and_is_kept() -> None:
    at = page(**OFF, off="layer1.1")
    assert not at.get("plotly_chart")
    _button(at, "Switch off each block in turn").click().run()
    assert not at.exception
    (chart,) = at.get("plotly_chart")
    figure = json.loads(chart.proto.spec)
    assert [(trace["type"], trace["text"]) for trace in figure["data"]] == [
        ("bar", ["layer1.0", "layer1.1", "layer1.2", "layer2.0", "layer2.1"])
    ] * 2
    assert not [button for button in at.button if button.label in ("Stop here", "Switch off each block in turn")]
    again = page(**OFF, select="layer2.1")
    assert again.get("plotly_chart")
    _button(again, "Switch layer2.1 off").click().run()
    assert _off(again) == "layer2.1"
    _button(again, "Switch layer2.1 on again").click().run()
    assert _off(again) == ""


def test_another_picture_asks_again() -> None:
    at = page(**OFF)
    _button(at, "Switch off each block in turn").click().run()
    at.selectbox("picture").set_value("coffee").run()
    assert not at.get("plotly_chart")
    assert _button(at, "Switch off each block in turn")


def test_a_sweep_that_was_stopped_is_offered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    at = page(**OFF)
    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "effects_of", lambda state: (_ for _ in ()).throw(TooLargeError("Too long.")))
        _button(at, "Switch off each block in turn").click().run()
        assert "Too long." in sentences(at)
        _button(at, "Stop here").click().run()
    assert _button(at, "Switch off each block in turn")
    assert not at.get("plotly_chart")


def test_a_plain_network_says_why_its_blocks_stay_on() -> None:
    at = page(net="plain20", depths="3,1", look="Switch off")
    assert any("A plain network has no shortcuts" in caption.value for caption in at.caption)
    assert not [group for group in at.button_group if str(group.key).startswith("off_")]
    assert not [button for button in at.button if button.label == "Switch off each block in turn"]
    _button(at, "Swap").click().run()
    assert _off(at) == "layer1.0~layer1.1"
    assert not at.exception


def test_blocks_that_another_network_lacks_are_named_and_left_out() -> None:
    at = page(**TINY, off="layer1.1,layer4.7,layer1.0~layer2.0")
    assert not at.exception
    said = _banner(at)
    assert "layer1.1 is switched off." in said
    assert "This network has no block layer4.7, so it is not switched off." in said
    assert "layer1.0 and layer2.0 differ" in said
    assert page(**TINY, off="layer9.9").button


def test_long_stages_have_a_list_and_no_more_than_a_link_holds() -> None:
    at = page(net="resnet20", depths="300,1", resolution="4", look="Switch off")
    many = [f"layer1.{number}" for number in range(299)]
    at.multiselect("off_1").set_value(many[:60]).run()
    assert _off(at).count(",") == 59
    assert "and 54 more blocks are switched off" in _banner(at)
    at.multiselect("off_1").set_value(many).run()
    assert _off(at).count(",") == 59
    assert any("could not name them" in said for said in sentences(at))


def test_a_lesion_in_words() -> None:
    network = plan(parse("resnet20?depths=4,2"), 32)
    for text, words in {
        "layer1.0": "layer1.0 is switched off.",
        "layer1.0,layer1.1": "layer1.0 and layer1.1 are switched off.",
        "layer1.0~layer1.1": "layer1.0 and layer1.1 have changed places.",
        "layer2.0,layer1.0~layer1.1,layer1.2~layer1.3": (
            "layer2.0 is switched off. layer1.0 and layer1.1; layer1.2 and layer1.3 have changed places."
        ),
    }.items():
        assert in_words(lesion(network, text)[0]) == words
