"""Whose weights the Activations page has: ours, ImageNet's with their download, a recognised file; classes by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
import safetensors.torch
import torch
from streamlit.testing.v1 import AppTest

from tests.activations.meeting import alive, page, sentences, shown
from tests.network.publishing import Publisher, published
from visualizer.images import network_input
from visualizer.images.sample import samples
from visualizer.network import build, hub
from visualizer.network.bundled import bundled
from visualizer.network.hub import Places
from visualizer.network.published_weights import imagenet_classes, published_weights
from visualizer.resnet import parse, plan
from visualizer.ui.answers import percent
from visualizer.ui.downloads import DOWNLOADS
from visualizer.ui.links import from_params
from visualizer.ui.views import View

KEY = "timm_resnet18_a1_in1k"


class _Cells(HTMLParser):
    """The texts of a table's cells."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._inside = tag == "td"
        self.cells += [""] if tag == "td" else []

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.cells[-1] += data


def answer(at: AppTest) -> list[tuple[str, str]]:
    """The classes that the page names under the picture, with their probabilities; none if there is no such table."""
    tables = [one.proto.body for one in at.get("html") if "What the network sees" in one.proto.body]
    if not tables:
        return []
    cells = _Cells()
    cells.feed(tables[0])
    return list(zip(cells.cells[::3], cells.cells[1::3], strict=True))


def read(*markdown: str) -> str:
    """What a person reads of it."""
    return re.sub(r"\\(.)", r"\1", " ".join(markdown))


def captions(at: AppTest) -> str:
    return read(*(found.value for found in at.caption))


def state_of(at: AppTest) -> View:
    """The view in the page's URL, which has to be read without complaint."""
    found, complaints = from_params({name: [value] for name, value in at.query_params.items()})
    assert not complaints
    return found


def press(at: AppTest, start: str) -> AppTest:
    found = [button for button in at.button if button.label.startswith(start)]
    assert len(found) == 1, [button.label for button in at.button]
    return found[0].click().run()


def turn(at: AppTest, source: str) -> AppTest:
    return at.segmented_control(key="weights_source").set_value(source).run()


def test_one_click_opens_the_digits_with_their_weights_and_a_sample() -> None:
    at = press(page(), "Open trained ResNet-20, digits")
    assert alive(at)
    state = state_of(at)
    assert (str(state.spec), state.resolution, state.weights, state.picture) == (
        "resnet20", 32, "resnet20_digits", "digit_3",
    )  # fmt: skip
    drawing = shown(at, "block_maps")
    assert drawing is not None
    assert drawing["flag"] == "ResNet-20, handwritten digits"
    assert answer(at)[0][0] == "3"
    card = bundled()["resnet20_digits"].card
    assert f"{card['accuracy']['right']} of {card['accuracy']['held_out']} held-out pictures right" in captions(at)
    assert at.segmented_control(key="weights_source").value == "Ours"


@pytest.mark.parametrize("key", sorted(bundled()))
def test_every_bundled_weights_open_and_a_link_brings_them_back(key: str) -> None:
    one = bundled()[key]
    words = "ResNet-20, digits" if key == "resnet20_digits" else "ResNet-18, photographs"
    first = press(page(), f"Open trained {words}")
    again = page(**first.query_params)
    assert alive(again)
    assert shown(again, "block_maps") == shown(first, "block_maps")
    assert one.title in read(*(found.value for found in again.markdown))
    assert bool(answer(again)) is bool(one.classes)


def test_the_matching_network_s_own_weights_are_the_first_choice() -> None:
    at = turn(page(net="resnet20"), "Ours")
    assert at.query_params["weights"] == "resnet20_digits"
    assert alive(turn(at, "Random"))
    assert "weights" not in at.query_params


def test_the_answer_is_the_network_s() -> None:
    at = page(net="resnet20", picture="digit_7", weights="resnet20_digits")
    sample = {one.key: one for one in samples()}["digit_7"]
    with torch.inference_mode():
        logits = bundled()["resnet20_digits"].model()(torch.from_numpy(network_input(sample.picture(), 32))[None])
    expected = logits.softmax(1)[0].sort(descending=True, stable=True)
    found = answer(at)
    assert [name for name, _ in found] == [str(int(number)) for number in expected.indices[:5]]
    assert found[0][1] == percent(float(expected.values[0]))


def test_random_weights_name_no_classes() -> None:
    assert answer(page(net="resnet18", resolution="64")) == []


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A hub on loopback with a ResNet-18 of which it says that it is trained on ImageNet."""
    body = safetensors.torch.save(build(plan(parse("resnet18"))).state_dict())
    with published(body) as found:
        places = Places(tmp_path / "hub", tmp_path / "torch", found.address, found.address)
        monkeypatch.setattr(hub, "USUAL", places)
        yield found
        DOWNLOADS.stop(KEY)


def ended(at: AppTest) -> AppTest:
    """The page once no download runs, as its browser asks for it again and again."""
    for _ in range(200):
        running = DOWNLOADS.find(KEY)
        if running is None or running.ended:
            return at.run()
        at.run()
    raise AssertionError("the download did not end")


def test_imagenet_weights_are_fetched_and_used(publisher: Publisher) -> None:
    at = turn(page(net="resnet18", resolution="64"), "ImageNet")
    row = published_weights()[KEY]
    assert at.selectbox(key="published").value == KEY
    for words in ("71.5 % top 1", "Licence Apache-2.0", "ResNet strikes back", row.source):
        assert words in captions(at)
    at = ended(press(at, "Download: about 44.6 MiB from huggingface.co"))
    assert at.query_params["weights"] == KEY
    assert alive(at)
    drawing = shown(at, "block_maps")
    assert drawing is not None
    assert drawing["flag"] == "resnet18.a1_in1k (timm)"
    names = [name for name, _ in answer(at)]
    assert len(names) == 5
    assert set(names) <= set(imagenet_classes())
    number = len(publisher.requests)
    assert alive(page(net="resnet18", resolution="64", weights=KEY))
    assert len(publisher.requests) == number  # what is here is not asked for again


def test_without_a_network_one_sentence_and_the_other_choices(publisher: Publisher) -> None:
    publisher.status = 503
    at = ended(press(turn(page(net="resnet18", resolution="64"), "ImageNet"), "Download"))
    assert alive(at, complaints=1)
    assert "huggingface.co answers with error 503" in sentences(at)[0]
    labels = [button.label for button in at.button]
    assert any(label.startswith("Try again") for label in labels)
    assert "Open trained ResNet-20, digits" in labels
    publisher.status = 200
    assert ended(press(at, "Try again")).query_params["weights"] == KEY


def test_a_link_to_weights_that_are_not_here_offers_them(publisher: Publisher) -> None:
    at = page(net="resnet18", resolution="64", weights=KEY)
    assert not at.exception
    assert "are not on this machine yet" in sentences(at)[0]
    assert any(button.label.startswith("Download") for button in at.button)
    assert not publisher.requests  # nothing is fetched that nobody asked for


def test_a_network_without_published_weights_says_so() -> None:
    at = turn(page(net="resnet18", resolution="64", shortcut="C"), "ImageNet")
    assert "No ImageNet weights of exactly this network are known here" in captions(at)
    assert alive(at)


def _file(net: str, without: str = "") -> bytes:
    state = build(plan(parse(net), 32)).state_dict()
    state.pop(without, None)
    buffer = BytesIO()
    torch.save({"state_dict": {f"module.{name}": tensor for name, tensor in state.items()}}, buffer)
    return buffer.getvalue()


def _opened(data: bytes) -> AppTest:
    at = turn(page(net="resnet18", resolution="64"), "From a file")
    return at.file_uploader[1].set_value(("mine.pth", data, "application/octet-stream")).run()


@pytest.mark.parametrize(
    ("net", "buttons"),
    [
        ("resnet18?width=8&classes=3", {"Open resnet18": "resnet18?width=8&classes=3"}),
        ("resnet20", {"Open as option A": "resnet20", "Open as a plain net": "plain20"}),
        ("seresnet50?depths=1,1&width=8", {
            "Open as v1.5": "seresnet50?depths=1,1&width=8",
            "Open as v1": "seresnet50?depths=1,1&width=8&stride_on=1x1",
        }),
    ],
)  # fmt: skip
def test_a_file_is_recognised_and_opens_by_one_click(net: str, buttons: dict[str, str]) -> None:
    data = _file(net)
    for label, spec in buttons.items():
        at = _opened(data)
        assert "By their names and shapes these are weights of" in captions(at)
        found = [button for button in at.button if re.sub(r"\\(.)", r"\1", button.label).split(" with")[0] == label
                 or (len(buttons) == 1 and button.label.startswith(label))]  # fmt: skip
        assert len(found) == 1, [button.label for button in at.button]
        at = found[0].click().run()
        assert alive(at)
        state = state_of(at)
        assert state.spec == parse(spec)
        assert state.resolution == (32 if net.startswith("resnet20") else 224)


def test_what_no_tensor_tells_can_be_changed_afterwards() -> None:
    at = _opened(_file("resnet20"))
    found = [button for button in at.button if button.label == "Open as option A"]
    at = found[0].click().run()
    at = at.radio(key="tells_shortcut").set_value("none").run()
    assert alive(at)
    assert state_of(at).spec == parse("plain20")


def test_a_file_that_is_nearly_a_resnet_says_what_differs() -> None:
    at = _opened(_file("resnet50?width=16", without="layer3.2.conv2.weight"))
    assert not at.exception
    assert "layer3.2.conv2.weight, which would be 64×64×3×3, is missing, and nothing else" in captions(at)
