"""The map to take along: nothing is made before it is asked for, and the files' names say what is in them."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_letters, digits

import pytest
from hypothesis import given

from tests.running import opened
from tests.strategies import specs
from visualizer.figures.detail import Detail
from visualizer.figures.network_map import network_map
from visualizer.figures.take_along import FORMATS, Choice, Window, taken_along
from visualizer.resnet import ResNetSpec, parse, plan
from visualizer.ui import take_along
from visualizer.ui.map_component import COLUMNS
from visualizer.ui.take_along import PARTS, PLAIN, WINDOW, chosen, file_name, keep_window, on_screen
from visualizer.ui.views import START


@given(spec=specs(most_stages=3, most_blocks=2))
def test_names_are_plain_short_and_end_in_their_format(spec: ResNetSpec) -> None:
    names = {file_name(plan(spec), extension, *marks) for extension in FORMATS for marks in ((), ("dark",))}
    assert len(names) == 2 * len(FORMATS)
    for name in names:
        assert set(name) <= set(ascii_letters + digits + "_.")
        assert len(name) < 90
        assert name.rpartition(".")[2] in FORMATS


def test_files_of_different_networks_have_different_names() -> None:
    long = "depths=1,2,3,4&width=10,11,12,13&groups=2&attention=se&attention_ratio={}"
    assert len({file_name(plan(parse(f"resnet50?{long.format(ratio)}")), "svg") for ratio in (5, 6)}) == 2


@pytest.mark.parametrize("chosen", ["svg", "dot", "no such format", 7])
def test_a_choice_makes_no_file_and_a_forged_one_costs_no_session(
    chosen: str | int, monkeypatch: pytest.MonkeyPatch, no_collector: None
) -> None:
    def never(*_: object, **__: object) -> bytes:
        raise AssertionError("Nobody asked for a file.")

    monkeypatch.setattr(take_along, "taken_along", never)
    at = opened()
    assert not at.exception
    assert "Format" not in [box.label for box in at.selectbox]
    at.session_state["take_along"] = True
    at.session_state["map_format"] = chosen
    at.run()
    assert not at.exception
    labels = [found.proto.label for found in at.get("download_button")]
    assert labels == [f"Download {str(chosen).upper() if chosen in FORMATS else 'SVG'}"]


@pytest.mark.parametrize("part", [*PARTS, "no such part", 7])
def test_the_part_is_a_choice_for_pictures_and_not_for_graphs(
    part: str | int, monkeypatch: pytest.MonkeyPatch, no_collector: None
) -> None:
    at = opened()
    at.session_state["take_along"] = True
    at.session_state["map_part"] = part
    at.run()
    assert not at.exception
    assert [radio.label for radio in at.radio if radio.label == "Part"] == ["Part"]
    at.session_state["map_format"] = "dot"
    at.run()
    assert not at.exception
    assert "Part" not in [radio.label for radio in at.radio]


@pytest.mark.parametrize("columns", COLUMNS)
def test_what_is_on_screen_is_of_the_form_that_the_browser_shows(columns: int | None) -> None:
    network = plan(parse("resnet50"))
    width = network_map(network, columns=columns).width
    found = on_screen(network, Choice(), (10, 20, 300, 200, width + 0.4))
    assert found == Choice(columns=columns, window=Window(10, 20, 300, 200))


def test_every_block_is_drawn_whatever_is_folded() -> None:
    state = replace(START, level="network", folds="layer2:stages", direction="down", numbers="shown")
    whole = Choice(detail=state.detail, direction="down", numbers=True)
    assert chosen(state, PLAIN, "whole") == chosen(state, PLAIN, "screen") == whole
    assert chosen(state, PLAIN, "blocks") == replace(whole, detail=Detail("blocks"))


@pytest.mark.parametrize(
    "report", [[], [1.0] * 4, [0, 0, 0, 5, 5], [0, 0, 5, -5, 5], [float("nan"), 0, 5, 5, 5], [0, 0, float("inf"), 5, 5]]
)
def test_what_is_no_window_is_not_kept(report: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, object] = {}
    monkeypatch.setattr("streamlit.session_state", kept)
    keep_window(report)
    assert not kept
    keep_window([1.0, 2.0, 3.0, 4.0, 5.0])
    assert kept == {WINDOW: (1.0, 2.0, 3.0, 4.0, 5.0)}


def test_a_window_beside_the_map_gives_all_of_it() -> None:
    network = plan(parse("resnet18"))
    beside = take_along._content(network, "svg", "light", Choice(), (9e9, 0, 5, 5, 1000))
    assert beside == taken_along(network, "svg", "light")
    part = take_along._content(network, "svg", "light", Choice(), (0, 0, 300, 100, 1000))
    assert len(part) < len(beside)
