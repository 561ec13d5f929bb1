"""Compare's view Similarity, run as Streamlit runs it: pairs, pictures of one's own, what is refused, what is shown."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from hashlib import sha256
from io import BytesIO, StringIO
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.running import opened
from visualizer.figures.report import Chart
from visualizer.figures.similarity_chart import Axis, similarity_map
from visualizer.network import build
from visualizer.network.similarity import cka, compared_places, gram_matrices
from visualizer.resnet import parse, plan
from visualizer.ui import album, similarity
from visualizer.ui.album import MOST, contact_sheet, inputs_in, is_held
from visualizer.ui.computing import TooLargeError
from visualizer.ui.similarity import report
from visualizer.ui.similarity_passes import check_pair_cost, pair_of, similarity_of
from visualizer.ui.similarity_words import aligned
from visualizer.ui.state import view
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.views import START, View

pytestmark = pytest.mark.usefixtures("no_collector")
LINK: dict[str, Any] = {
    "net": "resnet20", "depths": "1,2", "vs": ["resnet20?depths=2,1&width=4", "resnet18?width=4"], "resolution": "32",
    "compare": "Similarity",
}  # fmt: skip
STATE = replace(
    START, spec=parse("resnet20?depths=1,2"), others=tuple(map(parse, LINK["vs"])), resolution=32, compare="Similarity"
)


def _map(at: AppTest) -> dict[str, Any]:
    """The heat map's figure."""
    figures = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    return next(figure for figure in figures if figure["data"][0]["type"] == "heatmap")


def _said(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.warning, *at.caption))


def _files(count: int) -> list[tuple[str, bytes, str]]:
    """Small pictures, each of other pixels."""
    found = []
    for number in range(count):
        buffer = BytesIO()
        pixels = np.random.default_rng(number).integers(0, 256, (9, 9, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(buffer, "PNG")
        found.append((f"{number}.png", buffer.getvalue(), "image/png"))
    return found


def _upload(at: AppTest, files: list[tuple[str, bytes, str]]) -> AppTest:
    key = next(one.key for one in at.file_uploader if one.key and one.key.startswith("album_"))
    return at.file_uploader(key=key).set_value(files).run()


def test_blocks_of_both_networks_stand_against_each_other() -> None:
    at = opened("compare", **LINK)
    assert not at.exception
    figure = _map(at)
    assert figure["data"][0]["y"] == ["stem", "layer1.0", "layer2.0", "layer2.1"]
    assert figure["data"][0]["x"] == ["stem", "layer1.0", "layer1.1", "layer2.0"]
    assert figure["layout"]["yaxis"]["title"]["text"].startswith("1 · ResNet-20")
    assert "n = 17 pictures" in _said(at)
    assert "Untrained weights" in _said(at)
    assert "arxiv.org/abs/1905.00414" in _said(at)
    at.selectbox(key="pair").set_value("2,2").run()
    assert _map(at)["data"][0]["y"] == _map(at)["data"][0]["x"]
    assert any("the one before it" in one.value for one in at.markdown)
    at.segmented_control(key="similarity_place").set_value("branch").run()
    at.segmented_control(key="estimator").set_value("biased").run()
    assert _map(at)["data"][0]["y"] == ["layer1.0", "layer1.1", "layer2.0"]
    assert "mostly comes out too high" in _said(at)
    for name, value in {"pair": "2,2", "place": "branch", "estimator": "biased"}.items():
        assert at.query_params[name] in (value, [value])
    assert not at.warning


def test_own_pictures_take_the_place_of_the_samples_and_come_back_with_the_link() -> None:
    files = _files(6)
    broken, again = ("<b>x</b>.png", b"no picture", "image/png"), ("again.png", files[0][1], "image/png")
    at = _upload(opened("compare", **LINK), [*files, broken, again])
    assert not at.exception
    assert "n = 6 pictures" in _said(at)
    told = [warning.value for warning in at.warning]
    assert len(told) == 2
    assert "again\\.png is the same picture" in told[1]
    digest = np.ravel(at.query_params["album"])[0]
    assert json.loads(UPLOADS.find(str(digest)) or b"")["pictures"] == [sha256(one[1]).hexdigest() for one in files]
    later = opened("compare", **LINK, album=str(digest))
    assert "n = 6 pictures" in _said(later)
    later.button(key="album_samples").click().run()
    assert "n = 17 pictures" in _said(later)
    assert "album" not in later.query_params


def test_a_set_that_is_not_there_or_none_gives_way_to_the_samples() -> None:
    for digest in ("ab" * 32, UPLOADS.keep(b'{"pictures": ["cat"]}'), UPLOADS.keep(json.dumps(
        {"pictures": ["cd" * 32, "../../etc/passwd", "e", "f"]}
    ).encode())):  # fmt: skip
        at = opened("compare", **LINK, album=digest)
        assert not at.exception
        (warning,) = at.warning
        assert warning.value.endswith("no longer kept here; upload them again. The 17 samples are used instead.")
        assert "n = 17 pictures" in _said(at)


def _taken(files: list[tuple[str, bytes, str]], monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """How many pictures are compared on after an upload (0: no change), and what is said of it."""
    said: list[str] = []
    changed: list[str] = []
    monkeypatch.setattr(album, "refuse", said.append)
    monkeypatch.setattr(album, "change", lambda **values: changed.append(values["album"]))
    given: Any = [SimpleNamespace(name=name, getvalue=lambda data=data: data) for name, data, _ in files]
    album._take(given, lambda done, steps: None)
    return (len(album.names_of(changed[0])) if changed else 0), said


def test_of_too_many_files_the_first_are_used_and_too_few_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    count, said = _taken(_files(MOST + 2), monkeypatch)
    assert count == MOST
    assert said == ["These are 66 files; the first 64 that could be read are used."]
    count, said = _taken(_files(3), monkeypatch)
    assert count == 0
    assert "there are 3" in said[0]
    count, said = _taken([*_files(4), *[("x.txt", b"words", "text/plain")] * 9], monkeypatch)
    assert count == 4
    assert len(said) == 6
    assert said[-1] == "So it is with 4 more of the files."
    monkeypatch.setattr(album, "MAX_TOTAL", sum(len(data) for _, data, _ in _files(5)))
    count, said = _taken(_files(9), monkeypatch)
    assert count == 5
    assert said[0].startswith("5.png and what follows is left out")


def test_the_numbers_are_those_of_the_networks_by_themselves() -> None:
    state = replace(STATE, pair="3,1", seed=5)
    found = similarity_of(state)
    plans = [plan(spec, 32) for spec in (state.compared[2], state.compared[0])]
    first, second = (
        np.stack(list(gram_matrices(build(one, 5).eval(), inputs_in(state), list(compared_places(one).values()))))
        for one in plans
    )
    np.testing.assert_allclose(found.unbiased, cka(first, second), rtol=1e-9)
    np.testing.assert_allclose(found.biased, cka(first, second, "biased"), rtol=1e-9)
    rows = list(csv.reader(StringIO(similarity._csv(found))))
    assert len(rows) == 1 + found.unbiased.size
    assert rows[2][:2] == ["stem", "layer1.0"]
    assert float(rows[2][2]) == found.unbiased[0, 1]


def test_blocks_side_by_side_are_those_of_the_alignment() -> None:
    found = similarity_of(STATE)
    curve = aligned(STATE, found, found.unbiased)
    rows, columns = found.rows.paths, found.columns.paths
    for path, value in curve.items():
        beside = STATE.alignment.counterpart(0, path, 1)
        expected = found.unbiased[rows.index(path), columns.index(beside)] if beside else np.nan
        assert value == pytest.approx(expected, nan_ok=True)
    assert np.isnan(list(curve.values())).sum() == 1
    itself = replace(STATE, pair="1,1")
    alone = similarity_of(itself)
    values = aligned(itself, alone, alone.unbiased)
    assert values["layer2.1"] == alone.unbiased[3, 2]
    assert np.isnan(values["layer1.0"])


def test_a_report_has_the_charts_only_if_they_are_there_already() -> None:
    fresh = replace(STATE, seed=77)
    assert report(fresh) == []
    similarity_of(fresh)
    charts = [one for one in report(fresh) if isinstance(one, Chart)]
    assert [chart.figure.data[0].type for chart in charts] == ["heatmap", "scatter"]


@pytest.mark.parametrize(("state", "count", "words"), [
    (replace(START, resolution=1024), 64, "choose fewer pixels or fewer pictures"),
    (replace(START, spec=parse("resnet152"), resolution=272), 64, "64 pictures through 1 · ResNet-152 take"),
    (replace(START, spec=parse("resnet50?channels=4")), 17, "3 channels"),
])  # fmt: skip
def test_what_would_cost_too_much_is_refused_with_what_would_work(state: View, count: int, words: str) -> None:
    with pytest.raises(TooLargeError, match=words):
        check_pair_cost(state, count)


def test_what_takes_long_waits_for_a_click_and_a_pair_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(similarity, "AT_ONCE_MACS", 0)
    at = opened("compare", **{**LINK, "seed": "78", "pair": "4,4"})
    assert [warning.value for warning in at.warning] == [
        "This asks for networks 4 and 4, and there are 3: the first two are shown."
    ]
    assert not at.get("plotly_chart")
    next(one for one in at.button if one.label == "Compute the similarity").click().run()
    assert _map(at)["data"][0]["zmax"] == 1
    assert pair_of(replace(STATE, pair="4,4")) == (0, 1)


def _clicked(key: str, point: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is selected after a browser says that this point was clicked on."""
    state = {"_view": STATE, key: SimpleNamespace(selection=SimpleNamespace(points=[point]))}
    monkeypatch.setattr(streamlit, "session_state", state)
    drawn: dict[str, Any] = {}
    monkeypatch.setattr(
        streamlit, "plotly_chart", lambda figure, key, on_select, **more: drawn.update({key: on_select})
    )
    found = similarity_of(STATE)
    similarity._map(STATE, found, found.unbiased)
    similarity._curve(STATE, found)
    drawn[key]()
    return view().select


def test_a_click_selects_a_block_of_the_rows_network(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _clicked("similarity_map", {"x": "layer1.0", "y": "layer2.0"}, monkeypatch) == "layer2.0"
    assert _clicked("similarity_map", {"x": "layer1.0", "y": "stem"}, monkeypatch) == "relu"
    assert _clicked("similarity_curve", {"x": 2.2, "y": 0.5}, monkeypatch) == "layer2.1"
    for point in (None, {}, {"x": "layer1.0", "y": "<script>"}, {"x": float("nan"), "y": 3}):
        for key in ("similarity_map", "similarity_curve"):
            assert _clicked(key, point, monkeypatch) == ""


def test_the_map_draws_every_value_where_its_blocks_are() -> None:
    rows, columns = Axis("A <b>", ("stem", "layer1.0", "layer2.0")), Axis("B", ("stem", "layer1.0"))
    values = np.array([[1, 0.5], [0.25, np.nan], [-0.1, 0.75]])
    heat, points = similarity_map(values, rows, columns, "light", ("layer2.0", "")).data
    np.testing.assert_array_equal(np.array(heat.z), values.astype(np.float32))
    at = {path: (row, column) for row, path in enumerate(rows.paths) for column in (0, 1) if path}
    assert set(at) == set(rows.paths)
    assert len(points.customdata) == values.size
    for y, x, value in zip(points.y, points.x, points.customdata, strict=True):
        expected = values[rows.paths.index(y), columns.paths.index(x)]
        assert value == (None if np.isnan(expected) else expected)
    assert "A &lt;b>" in heat.hovertemplate
    assert len(similarity_map(values, rows, columns, "light", points=False).data) == 1


def test_pictures_stand_in_rows_as_long_as_each_other() -> None:
    pictures = np.arange(17, dtype=np.uint8)[:, None, None, None] * np.ones((1, 32, 32, 3), np.uint8)
    sheet = contact_sheet(pictures)
    assert sheet.shape == (2 * album.SIDE, 9 * album.SIDE, 3)
    assert sheet[album.SIDE, 7 * album.SIDE, 0] == 16
    assert sheet[-4, -4, 0] == 255


@pytest.mark.parametrize(("count", "resolution", "held"), [(MOST, 512, True), (MOST, 1024, False), (20, 1024, True)])
def test_pictures_that_are_not_held_are_refused_before_anything_is_computed(
    count: int, resolution: int, held: bool
) -> None:
    assert is_held(count, resolution) is held
    tiny = parse("resnet18?depths=1&width=1&stem_width=1")
    if not held:
        with pytest.raises(TooLargeError, match="fewer pixels or fewer pictures"):
            check_pair_cost(View(tiny, resolution, others=(tiny,)), count)
