"""The Activations page, run as Streamlit runs it: what it shows, what it keeps, and what it says to bad input."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
import zipfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.running import ROOT, opened
from visualizer.images import samples
from visualizer.resnet import parse, plan
from visualizer.ui.state import from_params
from visualizer.ui.store import STORES
from visualizer.ui.uploads import UPLOADS

SMALL = {"net": "resnet18", "resolution": "64"}
TINY = "resnet20?depths=1,1,1"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_collector: None) -> None:
    """A server that was started just now: no uploads, no results, and no collector beside the test."""
    monkeypatch.setattr(UPLOADS, "folder", tmp_path / "uploads")
    monkeypatch.setattr(UPLOADS, "_last", ("", b""))
    for store in STORES:
        store.forget_idle(-1)


def _page(**params: str) -> AppTest:
    return opened("activations", **params)


def _shown(at: AppTest, name: str) -> dict[str, Any] | None:
    """What one of the page's own components was given; None if it is not there."""
    found = [json.loads(e.proto.json) for e in at.get("bidi_component") if e.proto.component_name == name]
    return found[0] if found else None


def _titles(at: AppTest) -> list[str]:
    drawing = _shown(at, "block_maps")
    assert drawing is not None
    return [f"{panel['sign']} {panel['title']}".strip() for panel in drawing["panels"]]


def _complaints(at: AppTest) -> list[str]:
    """The sentences of warning as a person reads them."""
    return [re.sub(r"\\(.)", r"\1", found.value) for found in at.warning]


def _alive(at: AppTest, complaints: int = 0) -> bool:
    """Whether the page stands, with its maps, and so many sentences of complaint, each of them one."""
    said = _complaints(at)
    assert not at.exception
    assert len(said) == complaints, said
    assert all(sentence.endswith(".") and "\n" not in sentence and len(sentence) < 500 for sentence in said), said
    return _shown(at, "block_maps") is not None


def _picture(form: str = "JPEG", size: tuple[int, int] = (80, 60), **options: Any) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 255, (*size[::-1], 3), np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, form, **options)
    return buffer.getvalue()


def _upload(at: AppTest, data: bytes, name: str = "photo.jpg") -> AppTest:
    return at.file_uploader[0].set_value((name, data, "application/octet-stream")).run()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("net", "select", "equation"),
    [
        ("resnet50", "layer1.0", ["x", "→ F(x)", "+ shortcut", "= sum", "→ after ReLU"]),
        ("plain34", "layer2.1", ["x", "→ F(x)", "→ after ReLU"]),
        ("resnet18v2", "layer3.0", ["x", "→ F(x)", "+ shortcut", "= sum"]),
        ("resnet18?order=bn_after_add", "layer2.0", ["x", "→ F(x)", "+ shortcut", "= sum", "→ after BN and ReLU"]),
    ],
)
def test_a_block_reads_as_its_equation(net: str, select: str, equation: list[str]) -> None:
    name, _, field = net.partition("?")
    at = _page(net=name, resolution="64", select=select, **dict([field.split("=")] if field else []))
    assert _alive(at)
    assert _titles(at) == equation
    last = _shown(at, "block_maps")["panels"][-1]  # type: ignore[index]
    assert "the block's output" in last["note"]
    assert ("no ReLU follows" in last["note"]) == (equation[-1] == "= sum")


def test_the_page_shows_maps_without_any_choice() -> None:
    at = _page()
    assert _alive(at)
    large = _shown(at, "channel")
    assert large is not None
    assert large["place"] == "out"
    assert at.selectbox(key="picture").value == "cat"


def test_the_channels_of_a_block_stand_alike_and_the_strongest_is_large() -> None:
    drawing, large = (_shown(_page(**SMALL, select="layer2.0"), name) for name in ("block_maps", "channel"))
    assert drawing is not None
    assert large is not None
    x, *others = drawing["panels"]
    assert (x["total"], {panel["total"] for panel in others}) == (64, {128})
    assert len({tuple(panel["channels"]) for panel in others}) == 1
    assert large["channel"] == others[-1]["channels"][0]


def test_untrained_weights_are_flagged_beside_every_map() -> None:
    at = _page(**SMALL)
    assert [_shown(at, name)["flag"] for name in ("block_maps", "channel")] == ["untrained"] * 2  # type: ignore[index]


def test_a_seed_a_scale_and_a_page_change_the_maps_and_the_url() -> None:
    at = _page(**SMALL, select="layer4.0")
    seen = [json.dumps(_shown(at, "block_maps"))]
    for change in (
        lambda: at.number_input(key="seed").set_value(7),
        lambda: at.segmented_control(key="scale").set_value("per map"),
        lambda: at.number_input(key="page").set_value(8),
    ):
        change().run()
        assert _alive(at)
        seen.append(json.dumps(_shown(at, "block_maps")))
    assert len(set(seen)) == 4
    assert {name: at.query_params[name] for name in ("seed", "scale", "page")} == {
        "seed": "7", "scale": "per map", "page": "8",
    }  # fmt: skip


def test_any_channel_of_any_place_is_shown_large() -> None:
    at = _page(**SMALL)
    at.segmented_control(key="place").set_value("branch").run()
    at.number_input(key="channel").set_value(3).run()
    large = _shown(at, "channel")
    assert large is not None
    assert (large["place"], large["channel"], large["title"]) == ("branch", 3, "Channel 3, F(x)")
    assert (at.query_params["place"], at.query_params["channel"]) == ("branch", "3")


def test_steps_lead_from_block_to_block() -> None:
    at = _page(**SMALL, select="layer1.1")
    steps = {button.label: button for button in at.button}
    steps["Next block ›"].click().run()
    assert at.query_params["select"] == "layer2.0"
    assert at.selectbox(key="block_shown").value == "layer2.0"
    at.selectbox(key="block_shown").set_value("layer4.1").run()
    assert at.subheader[0].value == "Stage 4, block 2"
    assert {button.label: button.disabled for button in at.button}["Next block ›"]


def test_the_same_channel_is_asked_of_every_network_and_the_strongest_where_there_is_none() -> None:
    at = _page(net="resnet50", resolution="64", select="layer1.0", channel="200")
    at.segmented_control(key="depth").set_value(18).run()
    assert _alive(at)
    large = _shown(at, "channel")
    assert large is not None
    assert 0 <= large["channel"] < 64
    assert any("no channel 200" in found.value for found in at.caption)


def test_picture_weights_and_block_survive_a_change_of_page_and_depth_and_a_reload() -> None:
    at = _page(**SMALL, select="layer2.0")
    data = _picture()
    _upload(at, data)
    at.number_input(key="seed").set_value(4).run()
    at.switch_page(str(ROOT / "pages" / "explore.py")).run()
    at.switch_page(str(ROOT / "pages" / "activations.py")).run()
    at.segmented_control(key="depth").set_value(34).run()
    before = _shown(at, "block_maps")
    assert (at.query_params["picture"], at.query_params["seed"]) == (_digest(data), "4")
    for store in STORES:
        store.forget_idle(-1)  # a server started anew has only the files
    again = _page(**dict(at.query_params.items()))
    assert _alive(again)
    assert _shown(again, "block_maps") == before
    assert again.subheader[0].value == "Stage 2, block 1"


def test_an_upload_becomes_a_choice_and_the_widget_is_empty_again() -> None:
    at = _page(**SMALL)
    of_the_sample = _shown(at, "block_maps")
    data = _picture("PNG", (50, 90))
    _upload(at, data, "<img src=x> **bold** [a](b).png")
    assert _alive(at)
    assert at.selectbox(key="picture").options[0] == "Yours: <img src=x> **bold** [a](b).png"
    assert at.selectbox(key="picture").value == _digest(data)
    assert _shown(at, "block_maps") != of_the_sample
    assert at.file_uploader[0].value is None
    assert len(repr(at.session_state)) < 5000  # names and digests: neither the file nor its pixels


def test_a_picture_of_a_link_is_not_called_the_visitors_own() -> None:
    data = _picture("PNG", (50, 90))
    at = _page(**SMALL, picture=UPLOADS.keep(data))
    assert _alive(at)
    assert at.selectbox(key="picture").value == _digest(data)
    assert at.selectbox(key="picture").options[0] == "An uploaded picture"
    assert at.selectbox(key="picture").options[1:] == [sample.title for sample in samples()]
    _upload(at, data, "tree.png")
    assert at.selectbox(key="picture").options[0] == "Yours: tree.png"


def test_a_picture_turned_by_its_orientation_says_so() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    at = _upload(_page(**SMALL), _picture(exif=exif))
    assert _alive(at)
    assert any("Turned upright" in found.value for found in at.caption)


def test_an_animated_gif_gives_its_first_frame_and_says_so() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    buffer = BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    at = _upload(_page(**SMALL), buffer.getvalue(), "moving.gif")
    assert _alive(at)
    assert any("first" in found.value.lower() and "frame" in found.value.lower() for found in at.caption)


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1)])
def test_a_picture_of_odd_size_is_a_picture(size: tuple[int, int]) -> None:
    at = _upload(_page(**SMALL), _picture("PNG", size), "thin.png")
    assert _alive(at)


def _declared(width: int, height: int) -> bytes:
    """A PNG whose header says a size that its data do not have."""
    import struct
    import zlib

    data = bytearray(_picture("PNG", (8, 8)))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<!doctype html><p>not found</p>", "web page"),
        (_picture()[:400], "cut short"),
        (_declared(30_000, 30_000), "30,000"),
        (b"\x00" * 5000, "zeros"),
    ],
)
def test_a_file_that_is_no_picture_costs_one_sentence(data: bytes, said: str) -> None:
    at = _upload(_page(**SMALL), data)
    assert _alive(at, complaints=1)
    assert said in _complaints(at)[0]
    assert at.selectbox(key="picture").value == "cat"
    assert _alive(at.run())  # said once


@pytest.mark.parametrize("name", ["nobody", "f" * 64, "0" * 63])
def test_a_picture_that_is_not_here_gives_way_to_the_first_sample(name: str) -> None:
    at = _page(**SMALL, picture=name)
    assert _alive(at, complaints=1)
    assert samples()[0].title in _complaints(at)[0]
    assert "picture" not in at.query_params


def test_bytes_that_are_no_picture_are_refused_under_their_digest_too() -> None:
    at = _page(**SMALL, picture=UPLOADS.keep(b"not a picture"))
    assert _alive(at, complaints=1)
    assert at.selectbox(key="picture").value == "cat"


@pytest.mark.parametrize(
    "forged",
    [
        {"channel": "-7"}, {"channel": "1e9"}, {"page": "0"}, {"page": "<b>"}, {"scale": "log"}, {"seed": "-1"},
        {"place": "skip"}, {"weights": "../../etc/passwd"}, {"picture": "../cat"},
    ],
)  # fmt: skip
def test_a_forged_link_costs_one_sentence(forged: dict[str, str]) -> None:
    assert _alive(_page(**SMALL, **forged), complaints=1)


@pytest.mark.parametrize(
    ("field", "value", "said"), [("page", "99", "no page 99"), ("channel", "60000", "no channel 60000")]
)
def test_what_this_block_does_not_have_is_said_beside_it(field: str, value: str, said: str) -> None:
    at = _page(**SMALL, **{field: value})
    assert _alive(at)
    assert any(said in found.value for found in at.caption)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"resolution": "2048"}, "up to 1024 pixels"),
        ({"channels": "1"}, "3 input channels"),
        ({"width": "1024"}, "of weights"),
        ({"resolution": "1024", "stem": "cifar", "width": "256"}, "The values of this block"),
        ({"depths": "1,1,250", "resolution": "1024", "select": "layer3.249"}, "MACs"),
    ],
)
def test_what_would_cost_too_much_is_refused_before_it_is_begun(params: dict[str, str], said: str) -> None:
    at = _page(**{**SMALL, **params})
    assert not at.exception
    assert len(at.warning) == 1
    assert said in _complaints(at)[0]
    assert _shown(at, "block_maps") is None


def _weights(net: str, seed: int, form: str) -> bytes:
    import safetensors.torch
    import torch

    from visualizer.network import build

    tensors = build(plan(parse(net), 32), seed=seed).state_dict()
    if form == "safetensors":
        return safetensors.torch.save(tensors)
    buffer = BytesIO()
    torch.save(tensors, buffer)
    return buffer.getvalue()


def _with_weights(data: bytes, name: str = "weights.pth") -> AppTest:
    spec = parse(TINY)
    at = _page(net="resnet20", depths=",".join(map(str, spec.depths)))
    at.segmented_control(key="weights_source").set_value("From a file").run()
    at.file_uploader[1].set_value((name, data, "application/octet-stream")).run()
    return at


@pytest.mark.parametrize("form", ["safetensors", "pth"])
def test_weights_from_a_file_give_the_maps_of_those_weights(form: str) -> None:
    data = _weights(TINY, 3, form)
    at = _with_weights(data, f"mine_{form}.bin")
    assert _alive(at)
    loaded = _shown(at, "block_maps")
    assert loaded is not None
    assert loaded["flag"] == f"weights {_digest(data)[:8]}"
    assert any("mine" in found.value for found in at.markdown)
    at.segmented_control(key="weights_source").set_value("Random").run()
    at.number_input(key="seed").set_value(3).run()
    random = _shown(at, "block_maps")
    assert random == {**loaded, "flag": "untrained"}


def test_weights_survive_a_reload() -> None:
    at = _with_weights(_weights(TINY, 3, "safetensors"))
    before = _shown(at, "block_maps")
    again = _page(**dict(at.query_params.items()))
    assert _alive(again)
    assert _shown(again, "block_maps") == before


def _turn(at: AppTest, source: str) -> str:
    """Choose where the weights come from; what stands beside the maps then."""
    at.segmented_control(key="weights_source").set_value(source).run()
    assert _alive(at)
    flag: str = _shown(at, "block_maps")["flag"]  # type: ignore[index]
    return flag


@pytest.mark.parametrize("by_link", [False, True])
def test_the_weights_of_a_file_come_back_after_random_ones(by_link: bool) -> None:
    data = _weights(TINY, 3, "safetensors")
    at = _with_weights(data, "mine.bin")
    if by_link:
        at = _page(**dict(at.query_params.items()))
    name = "a checkpoint" if by_link else "mine"
    for _ in range(2):
        assert _turn(at, "Random") == "untrained"
        assert _turn(at, "From a file") == f"weights {_digest(data)[:8]}"
        assert any(name in found.value for found in at.markdown)


def test_of_two_files_the_weights_that_were_used_last_come_back() -> None:
    first, second = (_weights(TINY, seed, "safetensors") for seed in (3, 4))
    at = _with_weights(first, "first.bin")
    link = dict(at.query_params.items())
    at.file_uploader[1].set_value(("second.bin", second, "application/octet-stream")).run()
    for name, value in link.items():  # the back button
        at.query_params[name] = value
    at.run()
    assert _turn(at, "Random") == "untrained"
    assert _turn(at, "From a file") == f"weights {_digest(first)[:8]}"


def test_every_tensor_that_keeps_weights_from_a_network_is_listed() -> None:
    from visualizer.network import tensor_shapes

    at = _with_weights(_weights(TINY, 3, "safetensors"))
    assert all("differ" not in found.label for found in at.expander)
    at.segmented_control(key="depth").set_value(18).run()
    other = from_params({name: [value] for name, value in at.query_params.items()})[0].plan
    held, wanted = (
        {name: shape for name, shape in tensor_shapes(network).items() if "num_batches" not in name}
        for network in (plan(parse(TINY), 32), other)
    )
    differing = [name for name in {**wanted, **held} if held.get(name) != wanted.get(name)]
    labels = [found.label for found in at.expander if "differ" in found.label]
    assert labels == [f"All {len(differing)} tensors that differ"]
    (table,) = [found.proto.body.replace("<wbr>", "") for found in at.get("html") if "this network" in found.proto.body]
    assert [row.partition("<")[0] for row in table.split('anywhere">')[1:]] == differing
    assert "fc.weight</td><td>10 × 64</td><td>10 × 128</td>" in table


def test_weights_that_no_longer_fit_say_so_and_offer_random_ones() -> None:
    at = _with_weights(_weights(TINY, 3, "safetensors"))
    at.segmented_control(key="depth").set_value(18).run()
    assert not _alive(at, complaints=1)
    assert "does not fit this network" in _complaints(at)[0]
    next(button for button in at.button if button.label == "Use random weights").click().run()
    assert _alive(at)
    assert at.segmented_control(key="weights_source").value == "Random"
    assert _shown(at, "block_maps")["flag"] == "untrained"  # type: ignore[index]


class _Runs:
    """A pickle of it would run code when it is opened."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return print, ("the pickle's code ran",)


def _bad_weights(kind: str) -> bytes:
    import safetensors.torch
    import torch

    tensors = safetensors.torch.load(_weights(TINY, 0, "safetensors"))
    if kind == "nan":
        tensors["conv1.weight"][0, 0, 0, 0] = float("nan")
    elif kind == "shape":
        tensors["conv1.weight"] = torch.zeros(16, 3, 5, 5)
    elif kind == "missing":
        del tensors["fc.bias"]
    return safetensors.torch.save(tensors)


def _code_in_a_zip() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
        file.writestr("archive/data.pkl", pickle.dumps(_Runs(), protocol=2))
        file.writestr("archive/version", "3\n")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda: b"", "empty"),
        (lambda: b"<!doctype html><p>404</p>", "HTML"),
        (_picture, "JPEG"),
        (lambda: pickle.dumps(_Runs()), "pickle"),
        (_code_in_a_zip, "print"),
        (lambda: _bad_weights("nan"), "NaN"),
    ],
)
def test_a_file_that_holds_no_weights_costs_one_sentence(data: Any, said: str, capfd: Any) -> None:
    at = _with_weights(data())
    assert _alive(at, complaints=1)
    assert said in _complaints(at)[0]
    assert "weights" not in at.query_params
    assert "code ran" not in capfd.readouterr().out


@pytest.mark.parametrize(("kind", "said"), [("shape", "16×3×5×5 in the file"), ("missing", "fc.bias")])
def test_weights_of_another_network_say_which_tensors_differ(kind: str, said: str) -> None:
    at = _with_weights(_bad_weights(kind))
    assert not _alive(at, complaints=1)
    assert said in _complaints(at)[0]


@pytest.mark.parametrize("digest", ["a" * 64, "nonsense"])
def test_weights_that_are_not_here_give_way_to_random_ones(digest: str) -> None:
    at = _page(**SMALL, weights=digest)
    assert _alive(at, complaints=1)
    assert "weights" not in at.query_params


def test_a_picture_named_as_weights_costs_one_sentence() -> None:
    assert _alive(_page(**SMALL, weights=UPLOADS.keep(_picture())), complaints=1)


@pytest.mark.parametrize("report", [["out", 3], ["x", -1], ["out", 10**9], ["skip", 1], "out", ["out", "3"], None, {}])
def test_a_click_is_taken_only_if_it_can_be_one(report: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from visualizer.ui import activations, maps_component

    taken: list[dict[str, Any]] = []
    monkeypatch.setattr(activations, "change", lambda **values: taken.append(values))
    monkeypatch.setattr("streamlit.session_state", {"grids": SimpleNamespace(chosen=report)})
    monkeypatch.setattr(maps_component, "_GRIDS", lambda **mounted: mounted["on_chosen_change"]())
    maps_component.grids({}, "untrained", activations._choose)
    assert taken == ([{"place": "out", "channel": 3}] if report == ["out", 3] else [])


@pytest.mark.parametrize("sent", [-5, 10_000, 10**30])
def test_a_number_that_a_browser_made_up_is_kept_inside(sent: int) -> None:
    at = _page(**SMALL, seed="5")
    at.number_input(key="seed").set_value(sent).run()
    assert _alive(at)
    assert int(at.query_params.get("seed", "0")) in range(10_000)


def test_values_beyond_what_numbers_hold_are_said_and_not_drawn() -> None:
    at = _page(net="resnet1202", resolution="8", select="layer3.199")
    assert not at.exception
    assert [warning.value for warning in at.warning if "beyond what 32" in warning.value]
    assert _shown(at, "block_maps") is None
    near = _page(net="resnet1202", resolution="8", select="layer1.3")
    assert not near.warning
    assert _shown(near, "block_maps")
