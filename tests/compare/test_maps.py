"""Compare's view Maps, run as Streamlit runs it: one figure of all networks, what is selected in it, and its file."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from typing import Any
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import html_with, opened
from visualizer.figures.report import Sketch
from visualizer.figures.take_along import FORMATS
from visualizer.resnet import parse
from visualizer.ui import compare_maps
from visualizer.ui.compare_maps import FOLDED, _content, chosen, report
from visualizer.ui.views import START, View

pytestmark = pytest.mark.usefixtures("no_collector")
SVG = "{http://www.w3.org/2000/svg}"


def _data(at: AppTest) -> dict[str, Any]:
    """What the browser is told of the map."""
    (found,) = (json.loads(element.proto.json) for element in at.get("bidi_component"))
    return dict(found)


def _unpacked(code: str) -> str:
    return zlib.decompress(b64decode(code)).decode()


def _view(*names: str, **more: Any) -> View:
    first, *others = map(parse, names)
    return View(first, others=tuple(others), **more)


def test_one_figure_has_all_networks_and_what_differs() -> None:
    at = opened("compare", net="resnet34", vs=["resnet18", "resnet34?shortcut=A"], compare="Maps")
    assert not at.exception
    data = _data(at)
    svg = _unpacked(data["forms"][0]["code"])
    paths = [group.get("data-path", "") for group in ElementTree.fromstring(svg).iter(f"{SVG}g")]
    blocks = [path for path in paths if path.count(".") == 1 and path[1:].startswith(":layer")]
    assert [sum(path.startswith(f"{number}:") for path in blocks) for number in (1, 2, 3)] == [16, 8, 16]
    assert [path for path in paths if path.count(":") == 2][:3] == ["2:1:layer1.2", "2:1:layer2.2", "2:1:layer2.3"]
    assert svg.count(">≠<") == 3 + 1  # and in the legend
    index = json.loads(_unpacked(data["index"]))
    assert len(index["networks"]) == 3
    assert index["notes"]["1:layer1.2"] == "Not in 2 · ResNet-18"
    assert index["notes"]["3:layer2.0"] == "Shortcut: projection in 1 · ResNet-34, padded with zeros here"
    assert len({form["width"] for form in data["forms"]}) == 3


def test_the_selected_block_is_shown_beside_what_stands_beside_it() -> None:
    deeper = "keras_resnet50v2?depths=3,5,6,3"
    at = opened("compare", net="keras_resnet50v2", vs=[deeper, "resnet20"], select="layer2.3", compare="Maps")
    assert not at.exception
    assert _data(at)["selected"] == "1:layer2.3"
    html = html_with(at, "Not in")
    assert "stage 2, block 4" in html
    assert "stage 2, block 5" in html
    assert "Not in 3" in html


@pytest.mark.parametrize(("path", "place", "within"), [
    ("2:layer3.1", 1, "layer3.1"), ("1:conv1", 0, "conv1"), ("9:layer1.0", 8, "layer1.0"), ("", 0, ""),
    ("1:2:layer3.1", 1, "layer3.1"), ("0:2:layer3.1", 0, ""), ("1:1:2:layer3.1", 0, ""), ("1::layer3.1", 0, ""),
    ("layer1.0", 0, ""), ("0:layer1.0", 0, ""), ("²:layer1.0", 0, ""), (":", 0, ""), ("12:layer1.0", 0, ""),
])  # fmt: skip
def test_a_path_of_the_figure_names_a_network_and_its_part(
    path: str, place: int, within: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[int, str]] = []
    monkeypatch.setattr(compare_maps, "select", lambda place, path: heard.append((place, path)))
    chosen(path)
    assert heard == [(place, within)]


def test_the_figure_is_taken_along_as_a_picture_with_the_networks_names() -> None:
    state = _view("resnet18", "plain18", resolution=64)
    assert _content(state, "svg")().decode().count("ResNet-18 · plain-18 at 64 × 64 pixels") > 0
    assert _content(state, "pdf")().startswith(b"%PDF-")
    assert {extension for extension, one in FORMATS.items() if one.of_map} == {"svg", "png", "pdf", "tex"}


def test_the_report_holds_the_figure_of_the_page() -> None:
    (sketch,) = [item for item in report(_view("resnet18", "resnet34")) if isinstance(item, Sketch)]
    assert "2 · ResNet-34: 8 blocks as in 1, 8 added" in sketch.drawing.description


def test_every_level_says_whether_equal_blocks_are_drawn_once() -> None:
    drawn = {
        level: len(report(_view("resnet152", "resnet152v2", level=level))[-1].drawing.items)  # type: ignore[union-attr]
        for level in FOLDED
    }
    assert drawn["network"] == drawn["stages"] < drawn["usual"] < drawn["blocks"] == drawn["layers"]
    assert START.level in FOLDED
