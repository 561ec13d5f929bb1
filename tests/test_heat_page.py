"""Explore in the colours of values: every choice is in the URL, and what cannot be shown is said."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import opened
from visualizer.ui.heat import HEAT_WORDS, OF_PICTURE
from visualizer.ui.map_component import Figure
from visualizer.ui.sentences import literal
from visualizer.ui.store import MAPS
from visualizer.ui.views import HEATS

SMALL = {"net": "resnet20", "depths": "1,1", "resolution": "32"}

pytestmark = pytest.mark.usefixtures("no_collector")


def _param(at: AppTest, name: str) -> Any:
    found = at.query_params.get(name)
    return found[0] if isinstance(found, list) else found


@pytest.mark.parametrize("heat", HEATS)
def test_every_choice_is_opened_by_a_link(heat: str) -> None:
    at = opened(**SMALL, heat=heat, thumbnails="shown")
    assert not at.exception
    assert not at.warning
    assert at.selectbox("heat").value == heat
    assert at.toggle("thumbnails").value is True


def test_choices_change_the_link() -> None:
    at = opened(**SMALL)
    assert [box.key for box in at.selectbox].count("heat_picture") == 0
    at.selectbox("heat").set_value("mean").run()
    assert _param(at, "heat") == "mean"
    assert any("Untrained, random with seed 0: structure" in caption.value for caption in at.caption)
    at.selectbox("heat_picture").set_value("coffee").run()
    assert _param(at, "picture") == "coffee"
    at.toggle("thumbnails").set_value(True).run()
    assert _param(at, "thumbnails") == "shown"
    at.selectbox("heat").set_value("params").run()
    assert any(box.key == "heat_picture" for box in at.selectbox)
    at.toggle("thumbnails").set_value(False).run()
    assert (_param(at, "heat"), _param(at, "thumbnails")) == ("params", None)
    assert not any(box.key == "heat_picture" for box in at.selectbox)
    assert not at.exception


def test_choices_of_a_picture_say_so() -> None:
    assert {name for name, words in HEAT_WORDS.items() if "picture" in words} == set(OF_PICTURE)


@pytest.mark.parametrize("heat", ["mean", "params"])
def test_a_picture_that_is_gone_leaves_a_sentence_and_a_map(heat: str) -> None:
    at = opened(**SMALL, heat=heat, thumbnails="shown", picture="f" * 64)
    assert not at.exception
    (warning,) = at.warning
    assert "upload it again" in warning.value
    assert at.selectbox("heat_picture").value == "f" * 64
    at.selectbox("heat_picture").set_value("cat").run()
    assert not at.warning


def test_a_plain_network_says_that_it_has_no_shortcut() -> None:
    (warning,) = opened(**{**SMALL, "net": "plain20"}, heat="ratio").warning
    assert "no shortcut" in warning.value


def test_the_map_waits_for_no_picture_and_what_a_link_gets_wrong_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run draws it in the colours of its stages, the next one in those of the picture; both say the sentence."""
    drawn = []

    def noted(figure: Figure, *_: Any, busy: str = "", **__: Any) -> None:
        drawn.append((figure.heat is not None, busy != ""))

    monkeypatch.setattr("visualizer.ui.explore.network_map_view", noted)
    MAPS.forget_idle(-1)
    at = opened(**SMALL, heat="mean", level="fish", seed="77")
    assert drawn == [(False, True), (True, False)]
    assert [warning.value.partition(" ")[0] for warning in at.warning] == [literal("level=fish")]
    assert _param(at, "heat") == "mean"
