"""The view "Depth": its charts, two pictures, the network with blocks off beside the whole one, a click on a point."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from tests.activations.meeting import digest, page, sentences
from tests.activations.meeting import picture as uploaded
from visualizer.resnet import parse
from visualizer.ui import depth
from visualizer.ui.block_passes import distances_of
from visualizer.ui.computing import responses_of
from visualizer.ui.depth import Side, charts, depth_csv, name_of
from visualizer.ui.state import view
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.views import START

TINY = {"net": "resnet20", "depths": "2,1", "look": "Depth"}
SMALL = replace(START, spec=parse("resnet20?depths=2,1"), resolution=32)


def _charts(at: AppTest) -> dict[str, list[Any]]:
    """The curves of each chart by its title; without what stands in the legend."""
    (chart,) = at.get("plotly_chart")
    figure = json.loads(chart.proto.spec)
    titles = [note["text"] for note in figure["layout"]["annotations"]]
    found: dict[str, list[Any]] = {title: [] for title in titles}
    for trace in figure["data"]:
        if trace.get("showlegend") is False:
            found[titles[int(trace.get("yaxis", "y1").removeprefix("y") or 1) - 1]].append(trace)
    return found


def _captions(at: AppTest) -> str:
    return "\n".join(caption.value for caption in at.caption)


def test_four_charts_of_one_picture() -> None:
    at = page(**TINY)
    assert not at.exception
    found = _charts(at)
    assert [title.removesuffix(" (logarithmic)") for title in found] == [
        "‖F(x)‖ / ‖x‖", "Standard deviation of responses", "Zeros after the block", "Cosine of F(x) and shortcut",
    ]  # fmt: skip
    assert [len(curves) for curves in found.values()] == [1, 1, 1, 1]
    assert "Untrained weights" in _captions(at)
    assert "Selected: stage 1, block 1 (layer1.0)" in _captions(at)


def test_a_second_picture_has_its_curves_and_its_distances() -> None:
    at = page(**TINY)
    at.selectbox("second").set_value("coffee").run()
    assert at.query_params["second"] in ("coffee", ["coffee"])
    found = _charts(at)
    assert [len(curves) for curves in found.values()] == [2, 2, 2, 2, 1, 1]
    assert [curve["name"] for curve in found["Zeros after the block"]] == ["Cat", "Cup of coffee"]
    at.selectbox("second").set_value("").run()
    assert len(_charts(at)) == 4


def test_a_network_with_blocks_off_stands_beside_the_whole_one() -> None:
    at = page(**TINY, off="layer1.1")
    found = _charts(at)
    assert [curve["name"] for curve in found["Zeros after the block"]] == ["Cat, without layer1.1", "Cat"]
    apart = next(curves[0] for title, curves in found.items() if title.startswith("Outputs apart"))
    assert apart["y"][0] == 0
    assert min(apart["y"][1:]) > 0
    spread = next(curves for title, curves in found.items() if title.startswith("Standard deviation"))
    assert [value is None for value in spread[0]["y"]] == [False, False, True, True, False, False]
    assert None not in spread[1]["y"]


def test_numbers_are_those_of_the_responses() -> None:
    other = replace(SMALL, picture="coffee")
    sides = [Side(state, name_of(state), responses_of(state)) for state in (SMALL, other)]
    rows = list(csv.DictReader(StringIO(depth_csv(list(charts(sides, distances_of(SMALL, other)))))))
    for _, name, found in sides:
        for path, one in found.items():
            mine = {row["quantity"]: float(row["value"]) for row in rows if (row["of"], row["path"]) == (name, path)}
            assert mine["‖F(x)‖ / ‖x‖"] == one.branch_norm / one.x_norm
            assert mine["Zeros after the block"] == one.zeros
            assert mine["Cosine of F(x) and shortcut"] == one.cosine
    assert sum(row["quantity"].startswith("Outputs") for row in rows) == 2 * 3


def test_an_edited_picture_can_be_compared_with_itself() -> None:
    at = page(**TINY)
    assert "cat" not in at.selectbox("second").options
    at = page(**TINY, edits="flip", second="cat")
    names = [curve["name"] for curve in _charts(at)["Zeros after the block"]]
    assert names == ["Cat, edited", "Cat"]


def test_a_second_picture_that_is_gone_leaves_the_first_and_a_sentence() -> None:
    at = page(**TINY, second="f" * 64)
    assert not at.exception
    (said,) = sentences(at)
    assert "upload it again" in said
    assert [len(curves) for curves in _charts(at).values()] == [1, 1, 1, 1]
    data = uploaded()
    UPLOADS.keep(data)
    at = page(**TINY, second=digest(data))
    assert not at.warning
    assert len(_charts(at)) == 6


def test_a_plain_network_has_no_cosine_and_the_rest() -> None:
    found = _charts(page(net="plain20", depths="2,1", look="Depth"))
    assert len(found) == 3
    assert not any("shortcut" in title for title in found)


def test_values_beyond_32_bits_leave_gaps_and_a_sentence() -> None:
    at = page(net="resnet20", depths="400,1", resolution="8", look="Depth")
    assert not at.exception
    assert "32-bit" in _captions(at)
    assert "nan" not in _captions(at)


def test_a_network_that_costs_too_much_is_refused_in_a_sentence() -> None:
    at = page(net="resnet50", channels="1", look="Depth")
    assert any("3 input channels" in said for said in sentences(at))
    assert not at.get("plotly_chart")


@pytest.mark.parametrize(
    ("x", "select"),
    [(0, "layer1.0"), (1.25, "layer1.1"), (2, "layer2.0"), (1e300, "layer2.0"), (-7, "layer1.0"), (math.nan, None),
     ("layer1.1", None), (None, None), (True, "layer1.1")],
)  # fmt: skip
def test_a_click_selects_the_block_and_a_browser_may_send_anything(
    monkeypatch: pytest.MonkeyPatch, x: Any, select: str | None
) -> None:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(streamlit, "plotly_chart", lambda figure, **more: kept.update(more))
    state: dict[str, Any] = {"_view": SMALL}
    monkeypatch.setattr(streamlit, "session_state", state)
    depth.block_chart(SMALL, None, "curves", "alt")
    state["curves"] = SimpleNamespace(selection=SimpleNamespace(points=[{"x": x}]))
    kept["on_select"]()
    assert view().select == (select or "")
    rubbish: list[list[Any]] = [[], [5], [{}]]
    for points in rubbish:
        state["curves"] = SimpleNamespace(selection=SimpleNamespace(points=points))
        kept["on_select"]()
