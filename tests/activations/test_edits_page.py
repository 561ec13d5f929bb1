"""Editing the picture on the Activations page: the maps follow, the link keeps it, one click undoes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.activations.meeting import SMALL, alive, page, picture, shown, upload
from visualizer.images import edited, network_input, parse_edits, samples
from visualizer.ui.computing import maps_key, maps_of, responses_key
from visualizer.ui.links import from_params, to_params
from visualizer.ui.pictures import input_of
from visualizer.ui.views import START, View

EDITS = "rotate=90,flip,crop=0.1:0.1:0.9:0.9,grey,blur=2,noise=10:7,occlude=0.5:0.5:0.2"


def tools(**params: str) -> AppTest:
    """The page with its tools opened."""
    return page(**SMALL, open="edits", **params)


def maps(at: AppTest) -> dict[str, Any]:
    assert alive(at)
    found = shown(at, "block_maps")
    assert found is not None
    return found


def test_closed_tools_cost_a_page_only_their_heading() -> None:
    at = page(**SMALL)
    assert alive(at)
    assert not list(at.slider)
    assert "Edit the picture" in [menu.proto.popover.label for menu in at.get("popover")]


@pytest.mark.parametrize(
    ("change", "edits"),
    [
        (lambda at: at.segmented_control(key="edit_turn").set_value(270), "rotate=270"),
        (lambda at: at.toggle(key="edit_flip").set_value(True), "flip"),
        (lambda at: at.slider(key="edit_across").set_value((10.0, 60.0)), "crop=0.1:0:0.6:1"),
        (lambda at: at.slider(key="edit_down").set_value((0.0, 50.0)), "crop=0:0:1:0.5"),
        (lambda at: at.toggle(key="edit_grey").set_value(True), "grey"),
        (lambda at: at.slider(key="edit_blur").set_value(2.5), "blur=2.5"),
        (lambda at: at.slider(key="edit_noise").set_value(30.0), "noise=30:0"),
        (lambda at: at.toggle(key="edit_occlude").set_value(True), "occlude=0.5:0.5:0.25"),
    ],
)
def test_each_tool_changes_the_maps_and_one_click_goes_back(change: Any, edits: str) -> None:
    at = tools()
    before = maps(at)
    change(at).run()
    assert edits in at.query_params["edits"]
    assert maps(at) != before
    assert any(found.value.startswith("Edited") for found in at.caption)
    next(button for button in at.button if button.label == "Back to the original").click().run()
    assert maps(at) == before
    assert "edits" not in at.query_params
    assert "Back to the original" not in [button.label for button in at.button]


def test_the_patch_moves_and_the_noise_has_a_seed() -> None:
    at = tools(edits="noise=30:0,occlude=0.5:0.5:0.25")
    seen = [maps(at)]
    for change in (
        lambda: at.slider(key="edit_patch_0").set_value(10.0),
        lambda: at.slider(key="edit_patch_1").set_value(90.0),
        lambda: at.slider(key="edit_patch_2").set_value(40.0),
        lambda: at.number_input(key="edit_seed").set_value(5),
    ):
        change().run()
        assert maps(at) not in seen
        seen.append(maps(at))
    assert "noise=30:5,occlude=0.1:0.9:0.4" in at.query_params["edits"]


def test_a_link_brings_any_chain_back_and_its_tools_show_it() -> None:
    at = tools(edits="occlude=0.2:0.3:0.1,rotate=90,grey,rotate=180,blur=1.3,blur=2")
    assert alive(at)
    assert at.slider(key="edit_blur").value == 1.3
    assert at.segmented_control(key="edit_turn").value == 90
    at.toggle(key="edit_grey").set_value(False).run()
    assert "occlude=0.2:0.3:0.1,rotate=90,rotate=180,blur=1.3,blur=2" in at.query_params["edits"]


@pytest.mark.parametrize("edits", ["sharpen", "blur=1e9", "rotate=45", "x" * 1999, "<script>", "crop=1:1:0:0"])
def test_a_forged_link_costs_one_sentence(edits: str) -> None:
    assert alive(page(**SMALL, edits=edits), complaints=1)


@pytest.mark.parametrize(
    ("key", "forged"), [("edit_across", (50.0, 50.0)), ("edit_across", (0.0, 100.0)), ("edit_blur", 0.0)]
)
def test_what_cannot_be_chosen_is_left_alone(key: str, forged: object) -> None:
    at = tools()
    before = maps(at)
    at.slider(key=key).set_value(forged).run()
    assert not at.exception
    assert shown(at, "block_maps") == before


def test_another_picture_is_not_edited() -> None:
    at = tools(edits="flip")
    at.selectbox(key="picture").set_value("coffee").run()
    assert "edits" not in at.query_params
    at = page(**SMALL, edits="flip")
    upload(at, picture())
    assert alive(at)
    assert "edits" not in at.query_params


@pytest.mark.parametrize("text", [EDITS, "flip", ""])
def test_the_network_is_given_the_edited_picture(text: str) -> None:
    state = replace(START, edits=text, resolution=96)
    cat = next(sample for sample in samples() if sample.key == "cat").picture()
    assert np.array_equal(input_of(state), network_input(edited(cat, parse_edits(text), 96), 96))
    assert from_params(to_params(state)) == (state, [])


def test_edits_are_part_of_every_key_of_values() -> None:
    plain, other = (replace(START, edits=edits) for edits in ("", "flip"))
    block = START.plan.blocks[0]
    assert maps_key(plain, block) != maps_key(other, block)
    assert responses_key(plain) != responses_key(other)


def test_values_of_edits_do_not_mix() -> None:
    def values(edits: str) -> Any:
        state: View = replace(START, resolution=32, edits=edits)
        return maps_of(state, state.plan.blocks[0]).values["out"]

    first, turned, again = values(""), values("rotate=90"), values("")
    assert not np.array_equal(first, turned)
    assert np.array_equal(first, again)
