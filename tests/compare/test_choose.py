"""Compare, choosing: a card's copy, its menu of single changes, typed networks and links, checkpoints, weights."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
import safetensors.torch
from hypothesis import given, settings
from streamlit.testing.v1 import AppTest

from tests.conftest import Row
from tests.network.publishing import Publisher, published
from tests.running import opened
from tests.strategies import specs
from visualizer.analysis.difference import Difference
from visualizer.analysis.difference_words import difference_words
from visualizer.analysis.variants import variants
from visualizer.network import build, hub
from visualizer.network.hub import Places
from visualizer.resnet import ResNetSpec, SpecError, parse, plan, text
from visualizer.ui.comparisons import comparisons
from visualizer.ui.downloads import DOWNLOADS
from visualizer.ui.links import from_params, to_params
from visualizer.ui.typed_network import typed_network
from visualizer.ui.views import RANDOM, Network, View

pytestmark = pytest.mark.usefixtures("no_collector")
TINY, DIGITS = "resnet20?depths=1,1,1", "resnet20_digits"
BOTTLENECK = "resnet20?block=bottleneck&depths=1,1,1&shortcut=B"


def page(**params: str | list[str]) -> AppTest:
    return opened("compare", **{"compare": "Tables", **params})


def state_of(at: AppTest) -> View:
    """The view by the page's URL alone, as another person opens it; it has to be read without complaint."""
    params = {name: value if isinstance(value, list) else [value] for name, value in at.query_params.items()}
    found, complaints = from_params(parse_qs(urlencode(params, doseq=True)))
    assert not complaints
    return found


def networks(at: AppTest) -> list[tuple[str, str]]:
    return [(text(spec), weights) for spec, weights in state_of(at).networks]


def sentences(at: AppTest) -> list[str]:
    """The sentences of warning as a person reads them; the page stands, whatever they say."""
    assert not at.exception
    found = [re.sub(r"\\(.)", r"\1", warning.value) for warning in at.warning]
    assert all(one.endswith(".") and "\n" not in one and len(one) < 400 for one in found), found
    return found


def opened_popover(at: AppTest, key: str) -> AppTest:
    """The page with a popover open, as if a person had pressed its button."""
    at.session_state[key] = True
    return at.run()


def popovers(at: AppTest) -> list[str]:
    """What the page's popovers are called, as a person reads it."""
    return [re.sub(r"\\(.)", r"\1", found.proto.popover.label) for found in at.get("popover")]


def type_in(at: AppTest, place: int, written: str) -> AppTest:
    return opened_popover(at, f"own_{place}").text_input(key=f"own_text_{place}").set_value(written).run()


def upload(at: AppTest, place: int, data: bytes, name: str = "mine.safetensors") -> AppTest:
    opened_popover(at, f"own_{place}")
    key = next(file.key for file in at.file_uploader if file.key and file.key.startswith(f"own_file_{place}_"))
    return at.file_uploader(key=key).set_value((name, data, "application/octet-stream")).run()


def file_of(net: str, seed: int = 1) -> bytes:
    return safetensors.torch.save(build(plan(parse(net), 32), seed=seed).state_dict())


@given(specs())
@settings(max_examples=5)
def test_what_the_menu_offers_is_another_network_by_one_change(spec: ResNetSpec) -> None:
    found = variants(spec)
    assert len({variant.words for variant in found}) == len({variant.spec for variant in found}) == len(found) > 8
    here = plan(spec, 64)
    for variant in found:
        there = plan(variant.spec, 64)
        assert len(difference_words(here, there).clauses) == 1
        ends = (here.stem, here.head) != (there.stem, there.head)
        assert ends or any(pair.differs for pair in Difference(here, there).blocks)


def test_the_menu_has_the_papers_changes() -> None:
    menu = {variant.words: text(variant.spec) for variant in variants(parse("resnet50"))}
    assert {"resnet50v2", "resnet50_v1", "resnet34", "resnet101", "resnet50c", "wide_resnet50_2", "resnext50_32x4d"} < {
        *menu.values()
    }
    assert menu["no shortcuts: a plain network"] == "resnet50?shortcut=none"


def test_the_same_as_left_but_one_thing_and_one_more_the_same_as_the_last_but_another() -> None:
    at = page(net="resnet50", vs=["resnet18"])
    at.menu_button(key="same_1").click("full pre-activation (v2)").run()
    assert networks(at) == [("resnet50", RANDOM), ("resnet50v2", RANDOM)]
    at.menu_button(key="same_2").click("SE gates").run()
    assert networks(at)[2] == ("resnet50v2?attention=se", RANDOM)
    assert state_of(at).slot == 2
    assert not sentences(at)


def test_a_copy_stands_to_the_right_with_its_weights_and_is_edited() -> None:
    at = page(net="resnet20", resolution="32", vs=["resnet56"], weights=DIGITS)
    at.button(key="copy_0").click().run()
    assert networks(at) == [("resnet20", DIGITS), ("resnet20", DIGITS), ("resnet56", RANDOM)]
    assert state_of(at).slot == 1


def test_a_typed_network_takes_its_place_and_one_more_comes_at_the_end() -> None:
    at = type_in(page(), 1, " resnet50?groups=32&width_per_group=4 ")
    assert networks(at)[1][0] == "resnext50_32x4d"
    assert not at.session_state["own_1"]
    at = type_in(at, 2, "resnet18?depths=2,2,3,2")
    assert [net for net, _ in networks(at)] == ["resnet50", "resnext50_32x4d", "resnet18?depths=2,2,3,2"]
    assert not sentences(at)


@pytest.mark.parametrize(
    ("written", "words"),
    [("resnet51", "net=resnet51 does not work"), ("", "a preset's name is missing"),
     ("resnet50?grups=32", "the nearest name is groups"), ("resnet18?groups=3", "only a bottleneck can be grouped"),
     ("https://example.org/", "names no network"), ("?net=resnet50&grups=2", "the nearest name is groups"),
     ("<img src=x onerror=alert(1)>", "there is no such preset"),
     ("resnet50?" + "x" * 3000, "at most 1000 characters")],
)  # fmt: skip
def test_a_text_that_is_no_network_is_refused_in_one_sentence(written: str, words: str) -> None:
    with pytest.raises(SpecError, match=re.escape(words)) as found:
        typed_network(written)
    assert str(found.value).endswith(".")
    assert len(str(found.value)) < 250


def test_what_was_typed_in_vain_stays_to_be_mended_and_the_rest_of_the_page_too() -> None:
    at = type_in(page(net="resnet18", vs=["resnet34"]), 1, "<img src=x>?grups=32")
    (sentence,) = sentences(at)
    assert sentence.startswith("net=<img src=x> does not work: there is no such preset")
    assert at.text_input(key="own_text_1").value == "<img src=x>?grups=32"
    assert networks(at) == [("resnet18", RANDOM), ("resnet34", RANDOM)]


@given(specs())
@settings(max_examples=10)
def test_a_link_of_the_app_is_its_network(spec: ResNetSpec) -> None:
    link = "https://example.org/compare?" + urlencode(to_params(View(spec, 64, weights="a" * 64)), doseq=True)
    assert typed_network(link) == Network(spec, "a" * 64)
    assert typed_network(str(spec)) == Network(spec)
    with pytest.raises(SpecError):
        typed_network(f"{link}&grups=2")


def test_a_checkpoint_is_recognised_and_brings_its_weights() -> None:
    data = file_of(TINY)
    at = upload(page(net="resnet20", resolution="32", vs=["resnet56"]), 1, data)
    net, weights = networks(at)[1]
    assert (net, len(weights)) == (TINY, 64)
    assert "Weights: mine.safetensors" in popovers(at)
    assert not sentences(at)
    # Option A or a plain net: no tensor tells, so it is asked, and the weights stay with either answer.
    at.radio(key="tells_1_shortcut").set_value("none").run()
    assert networks(at)[1] == ("plain20?depths=1,1,1", weights)
    # Weights go with what has their tensors: the menu's network has others.
    at.selectbox(key="compared_1").set_value("resnet18").run()
    assert networks(at)[1] == ("resnet18", RANDOM)
    assert not sentences(at)


def test_v1_or_v15_is_asked_for_a_checkpoint_of_bottlenecks() -> None:
    at = upload(page(net="resnet20", resolution="32", vs=["resnet56"]), 0, file_of(BOTTLENECK))
    before, weights = networks(at)[0]
    at.radio(key="tells_0_stride_on").set_value("1x1").run()
    assert networks(at)[0] == (text(parse(f"{before}&stride_on=1x1")), weights)
    assert not sentences(at)


def test_weights_are_chosen_on_the_card_and_leave_when_they_no_longer_fit() -> None:
    at = opened_popover(page(net="resnet20", resolution="32", vs=["resnet56"]), "weights_0")
    at.radio(key="weights_of_0").set_value(DIGITS).run()
    assert networks(at) == [("resnet20", DIGITS), ("resnet56", RANDOM)]
    assert "Weights: ResNet-20, handwritten digits" in popovers(at)
    at.segmented_control(key="field_shortcut").set_value("C").run()
    (sentence,) = sentences(at)
    assert sentence.startswith("1 · ResNet-20 with shortcut C: The weights “ResNet-20, handwritten digits” are of")
    assert networks(at)[0][1] == RANDOM


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A hub on loopback that has nothing to say until it is asked for a file, which it then refuses."""
    with published(b"") as found:
        found.status = 503
        monkeypatch.setattr(hub, "USUAL", Places(tmp_path / "hub", tmp_path / "torch", found.address, found.address))
        yield found
        DOWNLOADS.stop("timm_resnet18_a1_in1k")


def test_published_weights_that_are_not_here_are_offered_to_be_fetched(publisher: Publisher) -> None:
    at = page(net="resnet18", vs=["resnet34"], weights="timm_resnet18_a1_in1k")
    assert networks(at)[0] == ("resnet18", "timm_resnet18_a1_in1k")
    assert not sentences(at)
    assert at.button(key="fetch_0").label.startswith("Fetch: 44.6")
    assert not publisher.requests  # nothing is asked for before a person asks


FACTS = [
    ("Basic or bottleneck", "he2015_table3", {"model": "ResNet-34", "shortcut": "B"}, "top1_err"),
    ("Basic or bottleneck", "he2015_table3", {"model": "ResNet-50"}, "top1_err"),
    *[("Shortcuts A, B, C", "he2015_table3", {"model": "ResNet-34", "shortcut": one}, "top1_err") for one in "ABC"],
    ("Plain or residual", "he2015_table2", {"layers": "34", "kind": "plain"}, "top1_err"),
    ("Plain or residual", "he2015_table2", {"layers": "18", "kind": "plain"}, "top1_err"),
    *[("Post- or pre-activation", "he2016_table5_imagenet", {"model": "ResNet-200", "unit": unit, "aug": "scale"},
       "top1") for unit in ("original", "pre-act")],
    *[("Where BN and ReLU stand", "he2016_table2_activation", {"fig": f"4({letter})"}, "err_resnet110")
      for letter in "abde"],
    *[("18 to 152 layers", "he2015_table3", {"model": f"ResNet-{depth}"}, "top1_err") for depth in (50, 152)],
    ("Groups, width, SE", "resnext", {"table": "Table 3", "model": "ResNeXt-50", "setting": "32x4d"}, "top1_err"),
    ("Groups, width, SE", "wrn", {"model": "WRN-50-2-bottleneck"}, "top1"),
    ("Groups, width, SE", "senet_table2", {"table": "Table 2", "model": "ResNet-50"}, "se_top1"),
    *[("CIFAR, 20 to 1202 layers", "he2015_table6_cifar", {"method": "ResNet", "layers": depth}, "err")
      for depth in ("20", "56", "110", "1202")],
]  # fmt: skip


@pytest.mark.parametrize(("name", "table", "where", "column"), FACTS)
def test_what_a_comparison_says_of_errors_is_printed_in_the_paper(
    name: str, table: str, where: dict[str, str], column: str, paper_table: Callable[[str], list[Row]]
) -> None:
    (row,) = [row for row in paper_table(table) if where.items() <= row.items()]
    assert re.search(rf"(?<![\d.]){re.escape(row[column])}(?!\d)", comparisons()[name].lesson), row


def test_the_comparisons_that_are_asked_for_are_there() -> None:
    found = [{text(spec) for spec in row.specs} for row in comparisons().values()]
    for asked in (
        {"resnet34", "resnet50"}, {"resnet34?shortcut=A", "resnet34", "resnet34?shortcut=C"}, {"plain34", "resnet34"},
        {"resnet50_v1", "resnet50"}, {"resnet50", "resnet50v2"}, {"resnet18", "resnet152"}, {"resnet50", "resnet50d"},
        {"resnet50", "resnext50_32x4d", "wide_resnet50_2", "seresnet50"}, {"resnet20", "resnet1202"},
    ):  # fmt: skip
        assert any(asked <= row for row in found), asked
