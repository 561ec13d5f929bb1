"""The app's pages, run as Streamlit runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from visualizer.ui import housekeeping

APP = Path(__file__).parents[1] / "visualizer" / "app.py"


@pytest.fixture(autouse=True)
def no_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    """The collector is one for the whole process, and has tests of its own there."""
    monkeypatch.setattr(housekeeping, "keep_house", lambda: None)


def _app(**params: str) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in params.items():
        at.query_params[name] = value
    return at.run()


@pytest.mark.parametrize("net", ["resnet18", "resnet152", "plain34", "resnet1202", "resnet50v2", "seresnet50"])
@pytest.mark.parametrize("view", ["Stages", "Layers", "Charts"])
def test_explore_shows_any_network(net: str, view: str) -> None:
    at = _app(net=net, view=view, select="layer1.0")
    assert not at.exception
    assert not at.warning


def test_a_depth_brings_its_block_and_the_url_follows() -> None:
    at = _app()
    at.segmented_control(key="depth").set_value(34).run()
    assert at.header[0].value == "ResNet-34"
    assert at.query_params["net"] in ("resnet34", ["resnet34"])


def test_a_grouped_network_turned_basic_says_what_went_back() -> None:
    at = _app(net="resnext50_32x4d")
    at.segmented_control(key="block").set_value("basic").run()
    assert not at.exception
    assert "groups went back to 1" in at.warning[0].value
    assert at.query_params["net"] in ("resnet34", ["resnet34"])


@pytest.mark.parametrize("typed", ["0,4,6,3", "three", "3,4,6,3,3,3", "9999999999999999999"])
def test_blocks_that_cannot_be_are_refused_with_one_sentence(typed: str) -> None:
    at = _app()
    at.text_input(key="depths").set_value(typed).run()
    assert not at.exception
    assert len(at.warning) == 1
    assert "depths" in at.warning[0].value
    assert at.header[0].value == "ResNet-50"


def test_a_link_of_nonsense_gives_sentences_and_a_page() -> None:
    at = _app(net="resnet51", groups="many", resolution="-1", wings="2")
    assert not at.exception
    assert at.header[0].value
    assert len(at.warning) == 4
