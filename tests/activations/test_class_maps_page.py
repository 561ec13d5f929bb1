"""The view Class maps: the likely classes, the selected block large, a frame for every block, or one sentence."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.running import opened
from visualizer.images import network_input, samples
from visualizer.network.bundled import bundled
from visualizer.network.cam import class_maps
from visualizer.resnet import preset
from visualizer.ui import class_maps as module
from visualizer.ui.views import View

DIGITS = {"net": "resnet20", "weights": "resnet20_digits", "picture": "digit_3"}


def _page(**params: str) -> AppTest:
    return opened("activations", look="Class maps", **params)


def _drawn(at: AppTest, name: str) -> list[dict[str, Any]]:
    """What the page's own components of this name were given, from top to bottom."""
    assert not at.exception
    return [json.loads(e.proto.json) for e in at.get("bidi_component") if e.proto.component_name == name]


def _frames(drawn: dict[str, Any]) -> list[dict[str, str]]:
    return [frame for row in drawn["rows"] for frame in row["frames"]]


def _param(at: AppTest, name: str) -> str | None:
    """A parameter of the link, which AppTest gives as a text or as a list of one."""
    found = at.query_params.get(name)
    return found[0] if isinstance(found, list) else found


def _facts(at: AppTest) -> dict[str, str]:
    (drawn,) = _drawn(at, "large")
    return {row["name"]: row["value"] for row in drawn["rows"]}


def test_trained_weights_name_their_classes_and_every_block_has_its_frame() -> None:
    at = _page(**DIGITS, select="layer3.2")
    classes, strip = _drawn(at, "frames")
    names = [frame["name"] for frame in _frames(classes)]
    assert (names[0], classes["selected"], len(names)) == ("3", "3", 5)
    assert float(_frames(classes)[0]["note"].strip("<> %")) > 90
    assert [frame["key"] for frame in _frames(strip)] == [f"layer{s}.{b}" for s in (1, 2, 3) for b in (0, 1, 2)]
    assert strip["selected"] == "layer3.2"
    assert "8 × 8" in strip["rows"][2]["title"]
    assert "digits" in _drawn(at, "large")[0]["flag"]
    assert not at.warning


def test_its_numbers_are_those_of_the_class_maps() -> None:
    at = _page(**DIGITS, select="layer2.1", target="8", method="layercam", place="branch")
    picture = next(sample for sample in samples() if sample.key == "digit_3").picture()
    found = class_maps(bundled()["resnet20_digits"].model(), network_input(picture, 32), 8)
    one = found.maps["layer2.1"]["layercam", "branch"]
    row, column = np.unravel_index(one.argmax(), one.shape)
    facts = _facts(at)
    assert facts["Largest value"].endswith(f"row {row}, column {column}")
    assert facts["Below zero, cut off"] == f"{(one < 0).mean():.1%} of positions"
    (drawn,) = _drawn(at, "large")
    assert drawn["title"] == "LayerCAM for 8 at F(x) of layer2.1"
    assert "16 × 16 values" in drawn["figures"][1]["words"]


def test_untrained_weights_are_said_to_be_so() -> None:
    at = _page(net="resnet20", picture="digit_3")
    assert "Untrained" in at.warning[0].value
    classes, _ = _drawn(at, "frames")
    assert all(frame["name"].startswith("class ") for frame in _frames(classes))
    assert "untrained" in classes["rows"][0]["title"]


def test_trained_weights_without_names_of_classes_say_so() -> None:
    at = _page(net="resnet18", width="16", stem_width="32", classes="64", weights="resnet18_photographs")
    assert any("no names" in caption.value for caption in at.caption)
    assert not at.warning
    assert all(frame["name"] == f"class {frame['key']}" for frame in _frames(_drawn(at, "frames")[0]))


def test_a_choice_of_class_method_and_place_is_in_the_link() -> None:
    at = _page(**DIGITS)
    at.selectbox("class").set_value(7).run()
    assert _param(at, "target") == "7"
    classes, _ = _drawn(at, "frames")
    assert classes["selected"] == "7"
    groups: list[Any] = list(at.get("button_group"))
    next(group for group in groups if group.key == "method").set_value("layercam").run()
    assert _param(at, "method") == "layercam"
    assert _drawn(at, "large")[0]["title"].startswith("LayerCAM for 7")


def test_a_class_that_is_not_likely_has_a_frame_too() -> None:
    likely = [frame["key"] for frame in _frames(_drawn(_page(**DIGITS), "frames")[0])]
    other = next(str(number) for number in range(10) if str(number) not in likely)
    classes, _ = _drawn(_page(**DIGITS, target=other), "frames")
    assert classes["selected"] == other
    assert [frame["key"] for frame in _frames(classes)] == [*likely, other]


def test_a_class_that_is_not_there_gives_way_to_the_most_probable() -> None:
    at = _page(**DIGITS, target="99")
    assert any("no class 99" in caption.value for caption in at.caption)
    assert _drawn(at, "frames")[0]["selected"] == "3"


def test_a_plain_network_has_no_shortcut_to_look_at() -> None:
    at = _page(net="plain20", picture="digit_3", place="shortcut")
    assert "the block's output" in _drawn(at, "large")[0]["title"]


def test_blocks_that_are_off_change_the_maps() -> None:
    whole, less = _page(**DIGITS), _page(**DIGITS, off="layer1.1,layer3.1")
    first, other = (_frames(_drawn(at, "frames")[1])[0] for at in (whole, less))
    assert first["key"] == other["key"]
    assert first["src"] != other["src"]


@pytest.mark.parametrize(("params", "words"), [
    ({"net": "resnet50", "resolution": "900"}, "way back needs"),
    ({"net": "resnet20", "depths": "400,1,1"}, "32-bit"),
    ({"net": "resnet20", "channels": "1"}, "3 input channels"),
])  # fmt: skip
def test_what_cannot_be_is_one_sentence(params: dict[str, str], words: str) -> None:
    at = _page(**params)
    assert not at.exception
    assert any(words in warning.value.replace("\\", "") for warning in at.warning)
    assert not _drawn(at, "frames")


@pytest.mark.parametrize("text", ["", "10", "-1", "１", "9" * 99, "<b>", "layer1.0"])
def test_a_browser_may_ask_for_any_class(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    changed: list[Any] = []
    monkeypatch.setattr(module, "view", lambda: View(preset("resnet20")))
    monkeypatch.setattr(module, "change", lambda **values: changed.append(values))
    module._choose(text)
    assert not changed
    module._choose("9")
    assert changed == [{"target": 9}]
