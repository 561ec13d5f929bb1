"""A view and its URL: the round trip, and links that hold nonsense."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.analysis.memory import OPTIMISERS, PRECISIONS
from visualizer.figures.detail import DIRECTIONS, LEVELS
from visualizer.resnet import ResNetSpec, parse, plan, preset, text
from visualizer.resnet.nodes import nodes
from visualizer.resnet.spec import FIELDS
from visualizer.ui.control_names import HIDEABLE, LOCKABLE
from visualizer.ui.link_params import HANDOUT, PARAMS
from visualizer.ui.links import from_params, to_params
from visualizer.ui.views import (
    AXES,
    BATCHES,
    COMPARED,
    ESTIMATORS,
    FIGURE_KINDS,
    HEATS,
    LAID_BESIDE,
    LOOKS,
    METHODS,
    OPENED,
    OPERATIONS,
    PLACES,
    PURPOSES,
    QUANTITIES,
    SCALES,
    SECTIONS,
    SEEN,
    SORTS,
    START,
    USUAL,
    VIEWS,
    View,
    nearest_node,
    still_there,
)

LINKS = Path(__file__).parents[1] / "data" / "links.csv"
"""A link of each scheme there was: the commit that brought it, the view's fields that it shows, and what is said."""


def some(names: Iterable[str]) -> st.SearchStrategy[str]:
    """A few names with commas, each once."""
    return st.lists(st.sampled_from(list(names)), unique=True, max_size=5).map(",".join)


views = st.builds(
    View,
    spec=specs(), resolution=st.integers(1, 4096), others=st.lists(specs(), min_size=1, max_size=3).map(tuple),
    slot=st.just(0) | st.just(1), view=st.sampled_from(VIEWS),
    select=st.sampled_from(["", "layer1", "layer1.0", "layer1.0.conv1", "fc"]),
    picture=st.sampled_from(["cat", "zone_plate", "0f" * 32]), weights=st.sampled_from(["random", "ab" * 32]),
    seed=st.integers(0, 9999), scale=st.sampled_from(SCALES), place=st.sampled_from(PLACES),
    channel=st.integers(-1, 2047), page=st.integers(1, 40), section=st.sampled_from(SECTIONS),
    operations=st.sampled_from(OPERATIONS), elementwise=st.sampled_from(SEEN), numbers=st.sampled_from(SEEN),
    figure=st.sampled_from(FIGURE_KINDS), level=st.sampled_from((USUAL, *LEVELS)),
    direction=st.sampled_from(DIRECTIONS),
    folds=st.sampled_from(["", "layer1:network", "layer1.0:layers,layer2:stages"]), heat=st.sampled_from(HEATS),
    thumbnails=st.sampled_from(SEEN), look=st.sampled_from(LOOKS), sort=st.sampled_from(SORTS),
    target=st.integers(-1, 99_999), method=st.sampled_from(METHODS), second=st.sampled_from(["", "cat"]),
    off=st.sampled_from(["", "layer2.1", "layer1.0,layer3.1~layer3.2"]), spot=st.sampled_from(["", "112,80"]),
    weights_beside=st.sampled_from([(), ("ab" * 32,)]), compare=st.sampled_from(COMPARED),
    laid=st.sampled_from(LAID_BESIDE), quantity=st.sampled_from(QUANTITIES), axis=st.sampled_from(AXES),
    pair=st.sampled_from(["1,2", "3,1", "2,2"]), estimator=st.sampled_from(ESTIMATORS),
    album=st.sampled_from(["", "cd" * 32]),
    lock=some(LOCKABLE), hide=some(HIDEABLE), large=st.sampled_from(SEEN),
    open=st.sets(st.sampled_from(OPENED)).map(lambda names: ",".join(name for name in OPENED if name in names)),
    kinds=st.sampled_from(["", "conv", "conv,bn"]), parts=st.sampled_from(["", "stem,stage 2"]),
    edits=st.sampled_from(["", "rotate=90,crop=0.1:0.1:0.9:0.9,blur=2"]), only=st.sampled_from(SEEN),
    purpose=st.sampled_from(PURPOSES),
    batch=st.sampled_from(BATCHES), precision=st.sampled_from(list(PRECISIONS)),
    optimiser=st.sampled_from(list(OPTIMISERS)),
)  # fmt: skip


@given(views)
def test_a_view_comes_back_from_its_url(state: View) -> None:
    written = urlencode(to_params(state), doseq=True)
    assert from_params(parse_qs(written, strict_parsing=True)) == (state, [])


def test_random_views_vary_in_everything_that_a_view_holds() -> None:
    """So that a field which is added to a view cannot be forgotten in the law above."""
    assert {field.name for field in fields(View)} == set(_drawn())


def _drawn() -> list[str]:
    return list(views.wrapped_strategy.kwargs)  # type: ignore[attr-defined]


def _older() -> list[dict[str, str]]:
    with LINKS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _older(), ids=lambda row: f"{row['scheme']} {row['link'][:40]}")
def test_a_link_of_an_older_version_shows_what_it_did_or_says_what_it_does_not(row: dict[str, str]) -> None:
    state, complaints = from_params(parse_qs(row["link"].partition("?")[2]))
    for part in row["shows"].split(";"):
        name, _, value = part.partition("=")
        found = getattr(state, name)
        assert (" ".join(map(str, found)) if isinstance(found, tuple) else str(found)) == value, name
    assert len(complaints) == bool(row["says"])
    assert row["says"] in " ".join(complaints)


def test_every_part_of_a_link_is_in_a_link_of_the_file() -> None:
    known = {name for row in _older() for name in parse_qs(row["link"].partition("?")[2])}
    assert {*PARAMS, *HANDOUT, "net", "vs", "vs_weights", "select", "resolution"} <= known | {"album"}


@pytest.mark.parametrize("act", HANDOUT)
def test_a_name_that_nothing_has_costs_a_sentence_and_the_others_hold(act: str) -> None:
    state, complaints = from_params({act: ["depth,wings,depth,,<b>,block"]})
    assert getattr(state, act) == "depth,block"
    assert complaints == [f"This link cannot {act} wings, <b>; the rest of it holds."]


@given(
    st.dictionaries(
        st.sampled_from([*FIELDS, *PARAMS, *HANDOUT, "net", "vs", "resolution", "select", "x"]),
        st.lists(st.text(), max_size=5),
    )
)
def test_any_link_gives_a_view_and_sentences(params: dict[str, list[str]]) -> None:
    state, complaints = from_params(params)
    assert state.plan.blocks
    assert 2 <= len(state.compared) <= 4
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in complaints)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [("net", "resnet51", "resnet51"), ("groups", "3.5", "groups"), ("resolution", "0", "resolution"),
     ("view", "nowhere", "nowhere"), ("wings", "2", "wings"), ("vs", "resnet51", "resnet51"), ("seed", "-1", "seed"),
     ("scale", "log", "scale"), ("picture", "../cat", "picture"), ("weights", "a b", "weights"),
     ("place", "head", "place"), ("section", "Sums", "section"), ("operations", "OPs", "operations"),
     ("elementwise", "yes", "elementwise"), ("numbers", "1", "numbers"),
     ("channel", "1e3", "channel"), ("page", "0", "page"), ("slot", "4", "slot"),
     ("compare", "nothing", "compare"), ("laid", "x", "laid"), ("quantity", "x", "quantity"), ("axis", "x", "axis"),
     ("pair", "1,5", "pair"), ("estimator", "x", "estimator"),
     ("album", "../x", "album"), ("lock", "everything", "lock"), ("hide", "x,", "hide"),
     ("lock", "compare.charts", "lock"),
     ("large", "yes", "large"), ("open", "sesame", "open"), ("vs_weights", "a b", "vs_weights")],
)  # fmt: skip
def test_one_bad_part_costs_one_sentence_and_nothing_else(name: str, value: str, word: str) -> None:
    good = to_params(replace(START, select="layer2.1"))
    state, complaints = from_params({**good, name: [value]})
    assert len(complaints) == 1
    assert word in complaints[0]
    assert state.select == "layer2.1"


@pytest.mark.parametrize("select", [
    "layer9.0", "layer1.99", "layer².0", "<script>", "layer9", "layer0", "layer0.0", "layer1.-1", "layer1.0.conv9",
    "layer1.0.", "layer1.0.conv1.", "stem", "conv1.0", "layer999999.0", ".", "layer1.0.conv1\n",
])
def test_a_block_that_is_not_there_is_not_selected(select: str) -> None:
    state, complaints = from_params({"select": [select]})
    assert state.select == ""
    assert len(complaints) == 1
    assert complaints[0].startswith("select=")


@pytest.mark.parametrize("select", ["layer1.01", "layer01.1", "layer1.00001", "1.1"])
def test_a_selected_block_has_its_own_path_however_it_is_written(select: str) -> None:
    assert from_params({"select": [select]})[0].select == "layer1.1"


@given(specs(), specs(), st.text() | st.from_regex(r"layer[0-9]{1,3}(\.[0-9]{1,3}(\.conv[0-9])?)?", fullmatch=True))
def test_what_is_selected_exists(spec: ResNetSpec, other: ResNetSpec, written: str) -> None:
    paths = _paths(spec)
    assert still_there(spec, written) in ("", *paths)
    assert nearest_node(spec, written) in ("", *paths)
    for path in paths:
        assert still_there(spec, path) == nearest_node(spec, path) == path
        assert nearest_node(other, path) in _paths(other)


def _paths(spec: ResNetSpec) -> list[str]:
    """Every stage, block and layer."""
    return [node.path for node in nodes(plan(spec, 32))]


@pytest.mark.parametrize(
    ("select", "block", "kind"),
    [("layer3", "", "Stage"), ("layer3.1", "layer3.1", "Block"), ("layer3.1.conv2", "layer3.1", "Layer"),
     ("layer2.0.downsample.0", "layer2.0", "Layer"), ("conv1", "", "Layer"), ("fc", "", "Layer"), ("", "", "NoneType")],
)  # fmt: skip
def test_a_selected_layer_is_in_its_block(select: str, block: str, kind: str) -> None:
    state = replace(START, select=select)
    assert state.block == block
    assert type(state.node).__name__ == kind
    assert from_params({"select": [select]} if select else {}) == (state, [])


def test_the_stems_layers_are_in_no_block() -> None:
    assert replace(START, spec=preset("resnet50d"), select="conv1.3").block == ""


@given(specs(), st.sampled_from(["layer1.0.conv1", "layer2.0.downsample.0"]))
def test_a_layer_that_another_network_lacks_gives_its_block(spec: ResNetSpec, select: str) -> None:
    stage = min(int(select[5]), len(spec.depths))
    assert nearest_node(spec, select).startswith(f"layer{stage}.0")


@pytest.mark.parametrize(
    ("net", "select", "nearest"),
    [("resnet50d", "conv1", "conv1.0"), ("resnet50", "conv1.3", "conv1"), ("resnet20", "maxpool", "relu"),
     ("resnet50", "norm", "avgpool"), ("resnet50", "relu_last", "avgpool"), ("resnet50v2", "fc", "fc"),
     ("resnet50", "nonsense", "")],
)  # fmt: skip
def test_a_layer_of_stem_or_head_gives_the_one_beside_it(net: str, select: str, nearest: str) -> None:
    assert nearest_node(preset(net), select) == nearest


def test_another_depth_selects_the_nearest_node() -> None:
    assert nearest_node(preset("resnet18"), "layer3.20") == "layer3.1"
    assert nearest_node(preset("resnet20"), "layer4.0") == "layer3.0"
    assert nearest_node(preset("resnet101"), "layer3.20") == "layer3.20"
    assert nearest_node(preset("resnet18"), "") == ""


def test_a_network_pasted_in_its_text_form_is_understood() -> None:
    state, complaints = from_params({"net": ["resnet18?width=16&shortcut=A"], "shortcut": ["C"]})
    assert str(state.spec) == "resnet18?shortcut=C&width=16"
    assert not complaints


def test_networks_that_cannot_be_do_not_count_among_those_that_are_shown() -> None:
    good = ["resnet50", "resnet18", "resnet101", "resnet152"]
    view, (left_out, too_many) = from_params({"net": ["resnet34"], "vs": ["resnet34?shortcut=Z", *good]})
    assert view.others == tuple(map(parse, good[:3]))
    assert "compares with resnet34?shortcut=Z, which is left out" in left_out
    assert too_many == "This link compares 5 networks; the first 4 are shown."


def test_a_link_none_of_whose_networks_can_be_says_what_stands_there() -> None:
    view, (said,) = from_params({"net": ["resnet50"], "vs": [""]})
    assert view.others == START.others
    assert said.endswith(f"{text(START.others[0])} stands there instead.")


@pytest.mark.parametrize(
    ("params", "used"),
    [({"net": ["nonsense"]}, "ResNet-50 is shown instead."), ({"shortcut": ["Z"]}, "shortcut=B."),
     ({"resolution": ["99999999999999"]}, "the nearest that works is 4096. What is shown has 224 pixels.")],
)  # fmt: skip
def test_a_link_that_cannot_be_says_what_is_shown(params: dict[str, list[str]], used: str) -> None:
    assert from_params(params)[1][0].endswith(used)


@pytest.mark.parametrize("name", ["net", "resolution", "select", "groups", "seed", "view"])
def test_a_part_that_a_link_gives_twice_costs_one_sentence_and_the_last_holds(name: str) -> None:
    values = {
        "net": ["resnet18", "resnet34"], "resolution": ["64", "96"], "select": ["layer1.0", "layer1.1"],
        "groups": ["4", "32"], "seed": ["1", "2"], "view": ["Charts", "Code"],
    }[name]  # fmt: skip
    state, complaints = from_params({name: values})
    assert state == from_params({name: values[-1:]})[0] != from_params({name: values[:1]})[0]
    assert complaints == [f"This link gives more than one value for {name}: the last one is used."]


def test_many_repeated_parts_cost_one_sentence() -> None:
    params = {name: ["1", "2"] for name in ("seed", "channel", "page", "groups", "slot")}
    _, complaints = from_params({**params, "vs": ["resnet18", "resnet34"]})
    said = "This link gives more than one value for groups, slot, seed and 2 more: the last one is used."
    assert complaints == [said]


@pytest.mark.parametrize("params", [{"vs": ["resnet18", "resnet34"]}, {"net": ["resnet18"] * 2}, {"seed": []}])
def test_what_a_link_may_give_twice_costs_nothing(params: dict[str, list[str]]) -> None:
    assert from_params(params)[1] == []


def test_the_network_that_is_edited_stands_in_its_slot() -> None:
    others = (preset("resnet18"), preset("resnet34"))
    spec: ResNetSpec = START.spec
    assert View(spec, others=others, slot=1).compared == (others[0], spec, others[1])
    assert from_params({"slot": ["3"]})[0].slot == 1
