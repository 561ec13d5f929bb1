"""Weights on the Activations page: those of a file, and files that hold none."""

from __future__ import annotations

import pickle
import zipfile
from io import BytesIO
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.activations.meeting import SMALL, alive, digest, page, picture, sentences, shown
from visualizer.resnet import parse, plan
from visualizer.ui.links import from_params
from visualizer.ui.uploads import UPLOADS

TINY = "resnet20?depths=1,1,1"


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
    at = page(net="resnet20", depths=",".join(map(str, spec.depths)))
    at.segmented_control(key="weights_source").set_value("From a file").run()
    at.file_uploader[1].set_value((name, data, "application/octet-stream")).run()
    return at


@pytest.mark.parametrize("form", ["safetensors", "pth"])
def test_weights_from_a_file_give_the_maps_of_those_weights(form: str) -> None:
    data = _weights(TINY, 3, form)
    at = _with_weights(data, f"mine_{form}.bin")
    assert alive(at)
    loaded = shown(at, "block_maps")
    assert loaded is not None
    assert loaded["flag"] == f"file {digest(data)[:8]}"
    assert any("mine" in found.value for found in at.markdown)
    at.segmented_control(key="weights_source").set_value("Random").run()
    at.number_input(key="seed").set_value(3).run()
    random = shown(at, "block_maps")
    assert random == {**loaded, "flag": "untrained"}


def test_weights_survive_a_reload() -> None:
    at = _with_weights(_weights(TINY, 3, "safetensors"))
    before = shown(at, "block_maps")
    again = page(**dict(at.query_params.items()))
    assert alive(again)
    assert shown(again, "block_maps") == before


def _turn(at: AppTest, source: str) -> str:
    """Choose where the weights come from; what stands beside the maps then."""
    at.segmented_control(key="weights_source").set_value(source).run()
    assert alive(at)
    flag: str = shown(at, "block_maps")["flag"]  # type: ignore[index]
    return flag


@pytest.mark.parametrize("by_link", [False, True])
def test_the_weights_of_a_file_come_back_after_random_ones(by_link: bool) -> None:
    data = _weights(TINY, 3, "safetensors")
    at = _with_weights(data, "mine.bin")
    if by_link:
        at = page(**dict(at.query_params.items()))
    name = "a checkpoint" if by_link else "mine"
    for _ in range(2):
        assert _turn(at, "Random") == "untrained"
        assert _turn(at, "From a file") == f"file {digest(data)[:8]}"
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
    assert _turn(at, "From a file") == f"file {digest(first)[:8]}"


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
    assert not alive(at, complaints=1)
    assert "does not fit this network" in sentences(at)[0]
    next(button for button in at.button if button.label == "Use random weights").click().run()
    assert alive(at)
    assert at.segmented_control(key="weights_source").value == "Random"
    assert shown(at, "block_maps")["flag"] == "untrained"  # type: ignore[index]


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
        (picture, "JPEG"),
        (lambda: pickle.dumps(_Runs()), "pickle"),
        (_code_in_a_zip, "print"),
        (lambda: _bad_weights("nan"), "NaN"),
    ],
)
def test_a_file_that_holds_no_weights_costs_one_sentence(data: Any, said: str, capfd: Any) -> None:
    at = _with_weights(data())
    assert alive(at, complaints=1)
    assert said in sentences(at)[0]
    assert "weights" not in at.query_params
    assert "code ran" not in capfd.readouterr().out


@pytest.mark.parametrize(("kind", "said"), [("shape", "16×3×5×5 in the file"), ("missing", "fc.bias")])
def test_weights_of_another_network_say_which_tensors_differ(kind: str, said: str) -> None:
    at = _with_weights(_bad_weights(kind))
    assert not alive(at, complaints=1)
    assert said in sentences(at)[0]


@pytest.mark.parametrize("digest", ["a" * 64, "nonsense"])
def test_weights_that_are_not_here_give_way_to_random_ones(digest: str) -> None:
    at = page(**SMALL, weights=digest)
    assert alive(at, complaints=1)
    assert "weights" not in at.query_params


def test_a_picture_named_as_weights_costs_one_sentence() -> None:
    assert alive(page(**SMALL, weights=UPLOADS.keep(picture())), complaints=1)
