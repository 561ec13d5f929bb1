"""The map to take along: nothing is made before it is asked for, and the files' names say what is in them."""

from __future__ import annotations

from string import ascii_letters, digits

import pytest
from hypothesis import given

from tests.running import opened
from tests.strategies import specs
from visualizer.figures.take_along import FORMATS
from visualizer.resnet import ResNetSpec, parse, plan
from visualizer.ui import take_along
from visualizer.ui.take_along import file_name


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
