"""What is taken along from the page Activations is what the page shows, says of what it is, and needs nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.activations.meeting import SMALL, alive, page, picture
from visualizer.figures.encode import from_data_uri
from visualizer.figures.palettes import Theme
from visualizer.network import build
from visualizer.ui import take_activations
from visualizer.ui.activations import selected_part
from visualizer.ui.activations_files import about, arrays_npz, features_npy, maps_png, title_of
from visualizer.ui.block_view import grids_of
from visualizer.ui.computing import maps_of
from visualizer.ui.links import from_params
from visualizer.ui.pictures import input_of
from visualizer.ui.take_activations import KINDS
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.view_file import view_html
from visualizer.ui.views import View


def viewed(**params: str) -> View:
    state, complaints = from_params({name: [value] for name, value in {**SMALL, **params}.items()})
    assert not complaints
    return state


PARTS = [
    {"select": "layer2.0"}, {"select": "layer2.0.conv2"}, {"select": "fc"}, {"net": "plain34", "select": "layer1.1"},
    {"select": "layer1.0", "edits": "flip,noise=10:1", "off": "layer1.1", "seed": "3"},
]  # fmt: skip


@pytest.mark.parametrize("params", PARTS)
def test_arrays_are_those_of_the_page_and_say_of_what(params: dict[str, str]) -> None:
    state = viewed(**params)
    values = maps_of(state, selected_part(state)).values
    with np.load(BytesIO(arrays_npz(state, list(values))), allow_pickle=False) as file:
        assert set(file.files) == {*values, "meta"}
        for place, maps in values.items():
            assert file[place].dtype == np.float32
            assert np.array_equal(file[place], maps)
        meta = json.loads(str(file["meta"]))
    assert meta["part"] == state.select
    assert meta["run"]["net"] == str(state.spec)
    assert meta["run"]["weights"] == {"name": f"random:{state.seed}", "trained": False, "key": "random"}
    assert (meta["run"]["edits"], meta["run"]["off"], meta["run"]["resolution"]) == (state.edits, state.off, 64)
    assert meta["picture"]["key"] == "cat"
    one = next(iter(values))
    with np.load(BytesIO(arrays_npz(state, [one])), allow_pickle=False) as file:
        assert set(file.files) == {one, "meta"}


def test_equal_views_give_equal_bytes() -> None:
    state = viewed(select="layer2.0")
    assert arrays_npz(state, ["out"]) == arrays_npz(state, ["out"])
    assert maps_png(state, "light") == maps_png(state, "light")


@pytest.mark.parametrize("net", ["resnet18", "resnet18v2"])
def test_features_are_what_leaves_a_stage_and_what_the_classifier_reads(net: str) -> None:
    import torch

    state = viewed(net=net, seed="2")
    model = build(state.plan, 2).eval()
    with torch.inference_mode():
        logits = model(torch.from_numpy(input_of(state))[None])[0].numpy()
    features = np.load(BytesIO(features_npy(state, "features")))
    weight, bias = (model.state_dict()[f"fc.{name}"].numpy() for name in ("weight", "bias"))
    assert np.allclose(weight @ features + bias, logits, rtol=1e-4, atol=1e-5)
    for stage in state.plan.stages:
        assert np.load(BytesIO(features_npy(state, stage.name))).shape == stage.output


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("params", [*PARTS, {"select": "layer4.1", "scale": "per map", "page": "3"}])
def test_the_picture_has_the_grids_of_the_page_pixel_by_pixel(params: dict[str, str], theme: Theme) -> None:
    state = viewed(**params)
    whole = np.asarray(Image.open(BytesIO(maps_png(state, theme))))
    for panel in grids_of(state, theme)["panels"]:
        image = Image.open(BytesIO(from_data_uri(panel["src"]))).convert("RGBA")
        grid = np.asarray(image)
        top, left = _found(whole, grid[..., :3])
        there = whole[top : top + grid.shape[0], left : left + grid.shape[1]]
        opaque = grid[..., 3] == 255
        assert np.array_equal(there[opaque], grid[..., :3][opaque])


def _found(whole: Any, part: Any) -> tuple[int, int]:
    """Where a part lies in a picture, by its first row, its first column and a row in between."""
    height, width = part.shape[:2]
    for top in range(whole.shape[0] - height + 1):
        for left in np.flatnonzero((whole[top, : whole.shape[1] - width + 1] == part[0, 0]).all(axis=1)):
            rows, columns = slice(top, top + height), slice(left, left + width)
            if np.array_equal(whole[top, columns], part[0]) and np.array_equal(whole[rows, left], part[:, 0]):
                middle = part.shape[0] // 3
                if np.array_equal(whole[top + middle, columns], part[middle]):
                    return top, int(left)
    raise AssertionError("The grid is not in the picture.")


class _Reader(HTMLParser):
    """Every tag with its attributes, and all text outside of style sheets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("params", PARTS)
def test_the_page_stands_alone_and_shows_the_view(params: dict[str, str]) -> None:
    state = viewed(**params)
    text = view_html(state, "light", "https://example.org/activations?net=resnet18").decode()
    read = _Reader(text)
    for tag, attributes in read.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "form")
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "srcset", "action", "data"):
            address = attributes.get(name) or "data:"
            assert address.startswith("data:") or (tag, name) == ("a", "href")
    assert not re.search(r"url\(|@import", text)
    assert [one["href"] for tag, one in read.tags if tag == "a"] == ["https://example.org/activations?net=resnet18"]
    sources = [one["src"] for tag, one in read.tags if tag == "img"]
    assert {panel["src"] for panel in grids_of(state, "light")["panels"]} <= set(sources)
    words = " ".join(read.texts)
    assert title_of(state) in words
    assert all(line in words for line in about(state))
    assert "Weights: untrained, random with seed" in words


@pytest.mark.parametrize("address", ["javascript:alert(1)", "", "https://[", '"><script>', "data:text/html,x"])
def test_an_address_that_is_none_is_not_a_link(address: str) -> None:
    read = _Reader(view_html(viewed(), "light", address).decode())
    assert not [tag for tag, _ in read.tags if tag in ("a", "script")]


def test_an_address_does_not_become_markup() -> None:
    address = 'https://example.org/?net="><script>alert(1)</script>'
    read = _Reader(view_html(viewed(), "light", address).decode())
    assert "script" not in [tag for tag, _ in read.tags]
    assert [one["href"] for tag, one in read.tags if tag == "a"] == [address]


@pytest.mark.parametrize("kind", [*KINDS, "no such kind", 7])
def test_a_choice_makes_no_file_and_a_forged_one_costs_no_session(
    kind: str | int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("Nobody asked for a file.")

    for name in ("maps_png", "arrays_npz", "features_npy", "view_html"):
        monkeypatch.setattr(take_activations, name, never)
    at = page(**SMALL)
    assert not list(at.get("download_button"))
    at.session_state["take_values"] = True
    at.session_state["values_kind"] = kind
    at.run()
    assert alive(at)
    labels = [found.proto.label for found in at.get("download_button")]
    assert labels == [f"Download {str(kind).upper() if kind in KINDS else 'PNG'}"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_computed_is_a_sentence_and_no_button(kind: str) -> None:
    at = page(**{**SMALL, "resolution": "2048"})
    at.session_state["take_values"] = True
    at.session_state["values_kind"] = kind
    at.run()
    assert not at.exception
    assert not list(at.get("download_button"))
    assert "up to 1024 pixels" in at.warning[0].value.replace("\\", "")


def test_an_upload_is_named_by_its_digest_alone() -> None:
    digest = UPLOADS.keep(picture("PNG", (50, 90)))
    lines = " ".join(about(replace(viewed(), picture=digest)))
    assert f"an upload, SHA-256 {digest[:8]}…" in lines
