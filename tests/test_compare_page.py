"""The Compare page, run as Streamlit runs it: what a person does there, what the URL says, links that hold nonsense."""

from __future__ import annotations

from html import unescape
from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import ROOT, opened
from visualizer.analysis.naming import network_name
from visualizer.resnet import parse, text
from visualizer.ui.compare_actions import add, edit, put, remove, select, show, swap
from visualizer.ui.comparisons import comparisons
from visualizer.ui.links import from_params
from visualizer.ui.views import Network

pytestmark = pytest.mark.usefixtures("no_collector")


def _page(**params: str | list[str]) -> AppTest:
    return opened("compare", **{"compare": "Tables", **params})


def _names(at: AppTest) -> list[str]:
    """The networks' headings on their cards."""
    found = [one.value.strip("*") for one in at.markdown if " · " in one.value and not one.value.startswith("- ")]
    return [name.partition(" · ")[2] for name in found]


def _html(at: AppTest) -> str:
    return unescape("".join(element.proto.body for element in at.get("html")))


def _said(at: AppTest) -> str:
    """The sentences of what differs, as one reads them."""
    (found,) = [markdown.value for markdown in at.markdown if markdown.value.startswith("- **")]
    return found.replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


def _edited(at: AppTest) -> list[int]:
    """Places of the networks that are said to be edited in the sidebar."""
    return [place for place in range(4) if _has(at, f"edit_{place}") and "✓" in at.button(key=f"edit_{place}").label]


def _has(at: AppTest, key: str) -> bool:
    return any(button.key == key for button in at.button)


def _compared(at: AppTest) -> list[str]:
    """The networks by the URL alone, as another person opens it."""
    params = {name: value if isinstance(value, list) else [value] for name, value in at.query_params.items()}
    state, complaints = from_params(parse_qs(urlencode(params, doseq=True)))
    assert not complaints
    return [text(spec) for spec in state.compared]


def test_two_networks_stand_side_by_side() -> None:
    at = _page()
    assert not at.exception
    assert not at.warning
    assert _names(at) == ["ResNet-50", "ResNet-34"]
    assert _edited(at) == [0]
    html = _html(at)
    difference = "−3,759,360 (−14.7\N{NO-BREAK SPACE}%)"
    for words in ("25,557,032", "21,797,672", difference, "512 × 7 × 7"):
        assert words in html
    assert "stacks basic blocks (3×3, 3×3) in place of bottlenecks" in _said(at)
    assert at.button(key="remove_0").disabled
    assert at.button(key="remove_1").disabled


def test_cells_that_differ_are_marked_and_no_others() -> None:
    marked = 'class="rv-differs"'
    assert _html(_page(net="resnet34", vs=["resnet34"])).count(marked) == 0
    html = _html(_page(net="resnet34", shortcut="A", vs=["resnet34"]))
    # Parameters, MACs, FLOPs, activations, both memories; then shortcuts, parameters and MACs of three stages.
    assert html.count(marked) == 6 + 3 * 3
    assert html.count("≠</span>\N{NO-BREAK SPACE}1 projection") == 3


def test_networks_come_and_go_up_to_four_and_down_to_two() -> None:
    at = _page()
    at.button(key="copy_0").click().run()
    assert _names(at) == ["ResNet-50", "ResNet-50", "ResNet-34"]
    assert _edited(at) == [1]
    assert "the same network as 1 · ResNet-50" in _said(at)
    at.selectbox(key="add").set_value("seresnet50").run()
    assert _names(at)[3] == "SE-ResNet-50"
    assert all(at.button(key=f"copy_{place}").disabled for place in range(4))
    assert _compared(at) == ["resnet50", "resnet50", "resnet34", "seresnet50"]
    at.button(key="remove_3").click().run()
    at.button(key="remove_0").click().run()
    assert _names(at) == ["ResNet-50", "ResNet-34"]
    assert _edited(at) == [1]
    assert not at.exception


def test_the_edited_network_stays_the_edited_one_when_it_moves() -> None:
    at = _page(net="resnet50", vs=["resnet18", "resnet101"], slot="1")
    assert _names(at) == ["ResNet-18", "ResNet-50", "ResNet-101"]
    at.button(key="right_1").click().run()
    assert _names(at) == ["ResNet-18", "ResNet-101", "ResNet-50"]
    assert _edited(at) == [2]
    at.button(key="left_1").click().run()
    assert _names(at) == ["ResNet-101", "ResNet-18", "ResNet-50"]
    assert _edited(at) == [2]
    assert _compared(at) == ["resnet101", "resnet18", "resnet50"]
    assert at.button(key="left_0").disabled
    assert at.button(key="right_2").disabled


def test_the_sidebar_edits_the_chosen_network_and_no_other() -> None:
    at = _page(net="resnet50", vs=["resnet18", "resnet34"])
    at.button(key="edit_2").click().run()
    assert _names(at) == ["ResNet-50", "ResNet-18", "ResNet-34"]
    assert _edited(at) == [2]
    assert at.segmented_control(key="depth").value == 34
    at.segmented_control(key="field_shortcut").set_value("A").run()
    assert _names(at) == ["ResNet-50", "ResNet-18", "ResNet-34 with shortcut A"]
    at.segmented_control(key="depth").set_value(152).run()
    assert _compared(at)[:2] == ["resnet50", "resnet18"]
    assert parse(_compared(at)[2]).depths == (3, 8, 36, 3)
    at.button(key="edit_0").click().run()
    assert at.segmented_control(key="depth").value == 50
    assert not at.exception


def test_a_card_chooses_another_published_network() -> None:
    at = _page()
    at.selectbox(key="compared_1").set_value("wide_resnet50_2").run()
    assert _names(at) == ["ResNet-50", "Wide ResNet-50-2"]
    assert _edited(at) == [0]
    assert "+43,326,208" in _html(at)


@pytest.mark.parametrize("name", list(comparisons()))
def test_every_comparison_opens_and_says_what_there_is_to_see(name: str) -> None:
    row = comparisons()[name]
    assert 2 <= len(row.specs) <= 4
    at = _page()
    at.pills(key="comparison").set_value(name).run()
    assert not at.exception
    assert not at.warning
    assert _names(at) == [network_name(spec) for spec in row.specs]
    assert at.number_input(key="resolution").value == row.resolution
    assert f"{row.lesson} ({row.source})" in [caption.value for caption in at.caption]
    assert at.pills(key="comparison").value == name


def test_cifar_networks_are_compared_at_32() -> None:
    at = _page()
    at.pills(key="comparison").set_value("CIFAR, 20 to 1202 layers").run()
    html = _html(at)
    assert "64 × 8 × 8" in html
    assert "269,722" in html
    assert "max pool" not in html
    assert _compared(at) == ["resnet20", "resnet56", "resnet110", "resnet1202"]


def test_a_size_that_fits_none_is_said_with_the_one_that_fits() -> None:
    at = _page(net="resnet20", resolution="224", vs=["resnet56"])
    at.button(key="usual").click().run()
    assert at.number_input(key="resolution").value == 32
    assert not _has(at, "usual")
    assert not _has(_page(net="resnet20", resolution="64", vs=["resnet50"]), "usual")


def test_a_selected_block_is_shown_in_every_network_that_has_it() -> None:
    at = _page(net="resnet34", vs=["resnet18", "resnet50"], select="layer1.2", compare="Maps")
    assert "Stage 1, block 3" in [found.value for found in at.subheader]
    html = _html(at)
    assert "[3×3, 64; 3×3, 64]" in html
    assert "≠</span>\N{NO-BREAK SPACE}[1×1, 64; 3×3, 64; 1×1, 256]" in html
    at.button(key="edit_1").click().run()  # ResNet-18 has no third block in stage 1
    assert "Stage 1, block 3" not in [found.value for found in at.subheader]
    assert not at.exception


def test_the_view_survives_a_change_of_page() -> None:
    at = _page(net="resnet50", vs=["resnet18", "resnet34?shortcut=C"], slot="2", select="layer2.1")
    before = _compared(at)
    at.switch_page(str(ROOT / "pages" / "explore.py")).run()
    at.switch_page(str(ROOT / "pages" / "compare.py")).run()
    assert _compared(at) == before == ["resnet18", "resnet34?shortcut=C", "resnet50"]
    assert at.query_params["select"] in ("layer2.1", ["layer2.1"])


@pytest.mark.parametrize(
    ("params", "sentences"),
    [({"vs": ["resnet51"]}, 1), ({"vs": ["<script>alert(1)</script>", "resnet18"]}, 1), ({"slot": "9"}, 1),
     ({"slot": "-1"}, 1), ({"slot": "one", "vs": ["resnet18?groups=3"]}, 2), ({"vs": ["resnet18"] * 9}, 1),
     ({"vs": [""], "slot": "3"}, 1), ({"vs": ["resnet50?" + "x" * 5000]}, 1), ({"vs": ["resnet20"], "slot": "3"}, 0)],
)  # fmt: skip
def test_forged_links_give_sentences_and_a_page(params: dict[str, str | list[str]], sentences: int) -> None:
    at = _page(**params)
    assert len(at.warning) == sentences
    assert not at.exception
    assert 2 <= len(_names(at)) <= 4
    assert len(_edited(at)) == 1
    assert "<script" not in "".join(element.proto.body for element in at.get("html"))


def test_networks_of_any_size_stand_side_by_side() -> None:
    at = _page(net="resnet1202", vs=["resnet20", "resnet1001v2", "plain20?depths=1"])
    assert not at.exception
    assert "0 of 9 blocks differ, 591 are missing" in _said(at)


class _Session(dict[str, object]):
    """A session's state without a browser."""


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> _Session:
    found = _Session()
    monkeypatch.setattr("streamlit.session_state", found)
    return found


def _state(session: _Session) -> tuple[list[str], int, str]:
    from visualizer.ui.state import view

    return [text(spec) for spec in view().compared], view().slot, view().select


def test_a_block_that_the_edited_network_lacks_turns_the_sidebar_to_one_that_has_it(session: _Session) -> None:
    show((Network(parse("resnet18")), Network(parse("resnet34"))), 0)
    select(1, "layer3.1")
    assert _state(session) == (["resnet18", "resnet34"], 0, "layer3.1")
    select(1, "layer3.5")
    assert _state(session) == (["resnet18", "resnet34"], 1, "layer3.5")
    select(0, "")
    assert _state(session) == (["resnet18", "resnet34"], 1, "")
    select(1, "layer9.9<script>")
    select(7, "layer1.0")
    assert _state(session) == (["resnet18", "resnet34"], 1, "")


def test_the_edited_network_stays_the_edited_one_when_another_goes(session: _Session) -> None:
    names = ["resnet18", "resnet34", "resnet50", "resnet101"]
    show([Network(parse(name)) for name in names], 2)
    remove(0)
    assert _state(session) == (names[1:], 1, "")
    remove(2)
    assert _state(session) == (names[1:3], 1, "")


def test_a_click_that_comes_too_late_changes_nothing(session: _Session) -> None:
    show((Network(parse("resnet18")), Network(parse("resnet34"))), 0)
    before = _state(session)
    remove(0)
    swap(1)
    swap(-1)
    put(3, Network(parse("resnet50")))
    edit(2)
    assert _state(session) == before
    for name in ("resnet50", "resnet101", "resnet152"):
        add(Network(parse(name)))
    assert _state(session) == (["resnet18", "resnet34", "resnet50", "resnet101"], 3, "")


def test_a_line_under_the_title_names_the_networks_and_their_counts() -> None:
    at = opened("compare", net="resnet50", vs="resnet34?shortcut=A")
    first, second = at.main.caption[0].value.replace("\\", "").split(" — ")
    assert first == "1 · ResNet-50: 25.6 M parameters, 4.09 G MACs"  # torchvision's 25,557,032 and 4.09
    assert second.startswith("2 · ResNet-34")
    assert second.endswith(": 21.6 M parameters, 3.64 G MACs")  # less B's projections: 172,032 weights, 1,792 of BN
