"""The view Receptive field: a position, its boxes on the picture, and their numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import opened
from visualizer.analysis.receptive_field import reaches
from visualizer.analysis.window import seen_box
from visualizer.resnet import parse, plan

SMALL = {"net": "resnet18", "resolution": "64"}


def _page(**params: str) -> AppTest:
    return opened("activations", look="Receptive field", **params)


def _drawn(at: AppTest) -> dict[str, Any]:
    assert not at.exception
    (found,) = [json.loads(e.proto.json) for e in at.get("bidi_component") if e.proto.component_name == "large"]
    return dict(found)


def _facts(drawn: dict[str, Any]) -> dict[str, str]:
    return {row["name"]: row["value"] for row in drawn["rows"]}


@pytest.mark.parametrize("text", ["resnet18", "resnet50v2", "plain18", "resnet18d"])
def test_the_boxes_are_those_of_the_position_clipped_at_the_picture(text: str) -> None:
    network = plan(parse(text), 64)
    drawn = _drawn(_page(net=text, resolution="64", select="layer2.1", spot="40,9"))
    boxes = {one["kind"]: one["box"] for one in drawn["figures"][0]["boxes"]}
    reach = reaches(network)[network.block("layer2.1").layers[-1].path]
    row, column = (round((at - reach.longest.start) / reach.longest.jump) for at in (9, 40))
    assert drawn["title"] == f"Position ({row}, {column}) of layer2.1"
    assert boxes["longest"] == list(seen_box(reach.longest, row, column).within(64))
    assert boxes["shortest"] == list(seen_box(reach.shortest, row, column).within(64))
    assert _facts(drawn)["Longest path"].startswith(f"{reach.longest.size} × {reach.longest.size} pixels")
    inner, outer = boxes["energy"], boxes["longest"]
    assert outer[0] <= inner[0] < inner[2] <= outer[2]
    assert outer[1] <= inner[1] < inner[3] <= outer[3]


def test_what_lies_beyond_the_picture_is_said() -> None:
    drawn = _drawn(_page(**SMALL, select="layer4.1"))
    size = reaches(plan(parse("resnet18"), 64))["layer4.1.add"].longest.size
    outside = 1 - 64**2 / size**2
    assert f"{outside:.1%} of it beyond the picture" in _facts(drawn)["Longest path"]


def test_row_and_column_move_the_position_and_are_in_the_link() -> None:
    at = _page(**SMALL, select="layer2.0")
    assert _drawn(at)["title"] == "Position (4, 4) of layer2.0"
    at.number_input("spot_row").set_value(1).run()
    assert _drawn(at)["title"] == "Position (1, 4) of layer2.0"
    assert at.query_params["spot"] in ("32,8", ["32,8"])
    at.number_input("spot_column").set_value(7).run()
    assert _drawn(at)["title"] == "Position (1, 7) of layer2.0"
    assert _drawn(at)["figures"][0]["spot"] == [56, 8]


def test_a_spot_beyond_the_picture_is_the_last_position() -> None:
    assert _drawn(_page(**SMALL, select="layer2.0", spot="9999,0"))["title"] == "Position (0, 7) of layer2.0"


def test_the_gate_of_an_attention_is_named() -> None:
    for net, named in (("seresnet50", True), ("resnet50", False)):
        at = _page(net=net, resolution="64")
        assert any("gate" in caption.value for caption in at.caption) == named


def test_a_network_that_takes_no_picture_has_no_field_and_one_sentence() -> None:
    at = _page(net="resnet20", channels="1")
    assert not at.exception
    assert any("3 input channels" in warning.value.replace("\\", "") for warning in at.warning)


def test_where_nothing_can_be_measured_the_theoretical_fields_stand() -> None:
    at = _page(net="resnet20", depths="400,1,1", select="layer2.0")
    facts = _facts(_drawn(at))
    assert facts["Measured"] == "not computed"
    assert "beyond the picture" in facts["Longest path"]
    assert any("32-bit" in warning.value.replace("\\", "") for warning in at.warning)
