"""A frame of the live camera: whatever a browser sends is answered, exactly enough, and nothing of it is kept."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from visualizer.figures.block_maps import BlockMaps
from visualizer.images import ImageError
from visualizer.network.fast import MOST_ERROR, Fast, Measured
from visualizer.resnet import parse
from visualizer.ui import frame_passes
from visualizer.ui.computing import TooLargeError
from visualizer.ui.frame_passes import MOST_LETTERS, NO_PICTURE, Frame, frame_of, live_maps
from visualizer.ui.live import way_in_words
from visualizer.ui.store import MAPS, MODELS, PICTURES, STORES
from visualizer.ui.views import START, View

SMALL = replace(START, spec=parse("resnet18?width=8&stem_width=8"), resolution=64)
names = st.text() | st.sampled_from(("number", "picture"))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(names, inner),
)


@pytest.fixture(autouse=True)
def _empty(no_collector: None) -> Iterator[None]:
    for store in STORES:
        store.forget_idle(-1)
    yield
    for store in STORES:
        store.forget_idle(-1)


def _frame(seed: int = 0, size: tuple[int, int] = (97, 73)) -> Frame:
    """A JPEG of noise as base64."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG")
    return Frame(7, b64encode(file.getvalue()).decode())


def _exact(state: View, part: Any, frame: Frame, monkeypatch: pytest.MonkeyPatch) -> BlockMaps:
    """The same by the walk in float32: no other way is near enough."""
    with monkeypatch.context() as patch:
        patch.setattr("visualizer.network.fast.MOST_ERROR", 0.0)
        MODELS.forget_idle(-1)
        maps, fast = live_maps(state, part, frame)
        assert fast.chosen.name == "float32"
        MODELS.forget_idle(-1)
        return maps


@pytest.mark.parametrize("path", ["layer1.0", "layer2.0", "layer4.1"])
def test_a_frame_has_the_blocks_values_within_one_percent(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    block = SMALL.plan.block(path)
    expected = _exact(SMALL, block, _frame(), monkeypatch)
    found, fast = live_maps(SMALL, block, _frame())
    assert set(found.values) == set(expected.values)
    for place, maps in expected.values.items():
        apart = np.linalg.norm(found.values[place] - maps) / np.linalg.norm(maps)
        assert apart <= fast.chosen.error + 1e-6 < MOST_ERROR + 1e-6, place


def test_a_layer_reads_the_frame_itself() -> None:
    conv = SMALL.plan.stem[0]
    maps, _ = live_maps(SMALL, conv, _frame())
    assert maps.values["x"].shape == (3, 64, 64)
    assert maps.values["out"].shape == conv.output


def test_blocks_that_are_off_are_off_here_too() -> None:
    maps, _ = live_maps(replace(SMALL, off="layer1.1"), SMALL.plan.block("layer1.1"), _frame())
    assert not maps.values["branch"].any()


def test_nothing_of_a_frame_is_kept() -> None:
    block = SMALL.plan.block("layer2.0")
    live_maps(SMALL, block, _frame(1))
    held = [(store.size, len(store)) for store in STORES]
    for seed in range(2, 6):
        live_maps(SMALL, block, _frame(seed))
    assert [(store.size, len(store)) for store in STORES] == held
    assert len(PICTURES) == len(MAPS) == 0


def test_the_way_is_measured_once_for_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    from visualizer.network import fast

    real, calls = fast.fastest, []

    def counted(*arguments: Any) -> Fast:
        calls.append(1)
        return real(*arguments)

    monkeypatch.setattr(fast, "fastest", counted)
    for path in ("layer1.0", "layer1.0", "layer2.0", "layer1.0"):
        live_maps(SMALL, SMALL.plan.block(path), _frame())
    assert len(calls) == 2


@given(anything)
def test_any_report_is_a_frame(report: object) -> None:
    found = frame_of(report)
    assert type(found.number) is int
    assert 0 <= found.number < 2**53
    assert isinstance(found.text, str)


def test_a_report_is_understood() -> None:
    assert frame_of({"number": 3, "picture": "QUJD"}) == Frame(3, "QUJD")
    assert frame_of({"number": True, "picture": b"QUJD"}) == Frame(0, "")
    assert frame_of({"number": 2**60}) == Frame(0, "")


@pytest.mark.parametrize(
    "text",
    [
        "", "bm8gcGljdHVyZQ==", "not base64 at all", "é", "QUJ", _frame().text[:200], "A" * (MOST_LETTERS + 4),
        b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode(),
    ],
    ids=["nothing", "text", "no base64", "no ASCII", "no end", "half a JPEG", "too long", "SVG"],
)  # fmt: skip
def test_what_is_no_picture_is_one_sentence(text: str) -> None:
    with pytest.raises(ImageError) as refusal:
        live_maps(SMALL, SMALL.plan.block("layer1.0"), Frame(1, text))
    assert str(refusal.value) == NO_PICTURE


def test_what_is_too_long_is_not_even_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_passes, "b64decode", lambda *arguments, **options: pytest.fail("decoded"))
    with pytest.raises(ImageError):
        live_maps(SMALL, SMALL.plan.block("layer1.0"), Frame(1, "A" * (MOST_LETTERS + 4)))


def test_a_network_that_is_too_large_is_refused_before_the_frame_is_looked_at() -> None:
    large = replace(START, resolution=2048)
    with pytest.raises(TooLargeError):
        live_maps(large, large.plan.block("layer1.0"), Frame(1, "no picture"))


def _said(name: str, seconds: float, error: float) -> str:
    plain = Measured("float32", 0.05, 0.0)
    chosen = plain if name == "float32" else Measured(name, seconds, error)
    return way_in_words(Fast(chosen, (plain, chosen), lambda x: {}, 0))


def test_the_way_is_said_with_its_error_and_what_it_saves() -> None:
    assert _said("bf16, fused", 0.018, 0.00412).startswith(
        "Fast mode: bf16, fused, error 0.4 %, 18 ms in the network instead of 50 ms"
    )
    assert "error below 0.05 %" in _said("float32, fused", 0.03, 4e-7)
    assert _said("float32", 0.05, 0.0).endswith("float32.")
