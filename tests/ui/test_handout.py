"""Lecturer's links: what they lock cannot be used and says so, what they hide is not there, and Share makes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import opened
from visualizer.ui.control_names import HIDEABLE, LOCKABLE, MORE, PAGES, SIDEBAR, VIEWS_OF_PAGES, view_name
from visualizer.ui.handout import name_of
from visualizer.ui.links import from_params
from visualizer.ui.views import COMPARED, LOOKS, VIEWS

pytestmark = pytest.mark.usefixtures("no_collector")
WIDGETS = (
    "selectbox", "number_input", "segmented_control", "text_input", "toggle", "checkbox", "pills", "button",
)  # fmt: skip


def _disabled(at: AppTest) -> dict[str, bool]:
    """By key: which widgets of the sidebar and the page cannot be used."""
    return {one.key: bool(one.disabled) for kind in WIDGETS for one in getattr(at, kind) if one.key}


def test_every_control_of_the_sidebar_is_locked_by_its_name() -> None:
    free, fixed = opened(open="more"), opened(open="more", lock="network,resolution,depth,block,shortcut,more")
    keys = [one.key for kind in WIDGETS for one in getattr(free.sidebar, kind)]
    known = {key: name for key in keys if (name := name_of(key)) in LOCKABLE}
    assert set(known.values()) == {*SIDEBAR} - {"more"}
    assert not any(_disabled(free)[key] for key in known)
    assert all(_disabled(fixed)[key] for key, name in known.items() if name != "stride")
    (words,) = [one.value for one in fixed.sidebar.caption if "Locked by this link" in one.value]
    assert words.endswith("this link: Published network, Resolution, Depth, Block, Shortcut, More choices.")


def test_what_is_hidden_is_not_drawn_and_its_value_stays() -> None:
    hidden = ["network", "depth", "shortcut", "stride", "width", "conv_bias"]
    at = opened(open="more", hide=",".join(hidden), net="resnet50", shortcut="C", depths="3,4,6,2", width="32")
    assert not at.exception
    assert {name_of(key) for key in _disabled(at)} & {*SIDEBAR} == {*SIDEBAR} - {*hidden, "more"}
    at.number_input(key="resolution").set_value(128).run()
    state, _ = from_params({name: [values] if isinstance(values, str) else values for name, values in _url(at)})
    assert (state.hide.split(","), str(state.spec), state.resolution) == (
        hidden, "resnet50?depths=3,4,6,2&shortcut=C&width=32", 128,
    )  # fmt: skip


def _url(at: AppTest) -> Iterable[tuple[str, Any]]:
    return dict(at.query_params).items()


@pytest.mark.parametrize(
    ("page", "lock", "keys"),
    [("", "figure,level,heat,part", ["figure", "level", "heat", "select"]),
     ("activations", "part,picture,own,weights", ["block_shown", "layer_shown", "picture", "source", "weights_source"]),
     ("compare", "comparisons,cards", ["comparison", "compared_0", "compared_1"])],
)  # fmt: skip
def test_controls_of_the_pages_are_locked_and_hidden(page: str, lock: str, keys: list[str]) -> None:
    link = {"net": "resnet18", "resolution": "32"}
    fixed, without = (opened(page, **link, **{act: lock}) for act in ("lock", "hide"))
    assert not any(at.exception for at in (fixed, without))
    assert [_disabled(fixed)[key] for key in keys] == [True] * len(keys)
    assert not set(keys) & set(_disabled(without))


@pytest.mark.parametrize(
    ("page", "view", "lock", "keys"),
    [("compare", "Tables", "load", ["compared_batch", "compared_precision", "compared_optimiser"]),
     ("compare", "Charts", "quantity,axis", ["compared_quantity", "compared_axis"]),
     ("compare", "Similarity", "pair,place,estimator", ["pair", "similarity_place", "estimator"]),
     ("compare", "Measured here", "measure", ["measure"]),
     ("compare", "Activations", "laid,part,place,scale", ["laid", "compare_block", "place", "scale"]),
     ("activations", "Block", "scale,sort,channel,place", ["scale", "sort", "channel", "place"]),
     ("activations", "Depth", "second", ["second"]),
     ("activations", "Class maps", "class,method,place", ["class", "method", "cam_place"]),
     ("activations", "Receptive field", "spot", ["spot_row", "spot_column"]),
     ("activations", "Switch off", "off", ["off_1", "swap_layer1.0", "swap_with_layer1.0"])],
)  # fmt: skip
def test_controls_of_the_views_are_locked_and_hidden(page: str, view: str, lock: str, keys: list[str]) -> None:
    link = {"net": "resnet18", "resolution": "32", "compare" if page == "compare" else "look": view}
    free, fixed, without = (opened(page, **link, **more) for more in ({}, {"lock": lock}, {"hide": lock}))
    assert not any(at.exception for at in (free, fixed, without))
    assert [_disabled(free)[key] for key in keys] == [False] * len(keys)
    assert [_disabled(fixed)[key] for key in keys] == [True] * len(keys)
    assert not set(keys) & set(_disabled(without))
    assert "Locked by this link" in "".join(one.value for one in fixed.sidebar.caption)


@pytest.mark.parametrize(("page", "views"), [("", VIEWS), ("compare", COMPARED)])
def test_a_view_that_is_hidden_has_no_tab_and_the_first_left_is_open(page: str, views: tuple[str, ...]) -> None:
    name = page or "explore"
    at = opened(page, hide=f"{view_name(name, views[0])},{view_name(name, views[2])}")
    assert not at.exception
    assert [tab.label for tab in at.tabs] == [views[1], *views[3:]]


def test_a_link_that_hides_all_views_hides_none() -> None:
    at = opened(hide=",".join([*PAGES, *VIEWS_OF_PAGES]))
    assert [tab.label for tab in at.tabs] == list(VIEWS)
    (said,) = [one.value.replace("\\", "") for one in at.warning]  # punctuation is escaped for Markdown
    assert said.startswith("This link hides all pages, all views of Explore, all views of Activations, all views of ")


def test_a_link_that_leaves_something_of_each_page_says_nothing() -> None:
    some = [*list(PAGES)[1:], *list(VIEWS_OF_PAGES)[1 : len(VIEWS)]]
    assert from_params({"hide": [",".join(some)]})[1] == []
    (said,) = from_params({"hide": [",".join(view_name("compare", view) for view in COMPARED)]})[1]
    assert said == "This link hides all views of Compare: nothing would be left, so they are shown."


@pytest.mark.parametrize("page", ["explore", "compare"])
def test_a_page_that_is_hidden_says_so_and_leads_to_the_others(page: str) -> None:
    at = opened("compare" if page == "compare" else "", hide=page)
    assert not at.exception
    assert not at.title
    assert [one.value for one in at.info] == [f"The link that you opened leaves out the page {PAGES[page]}."]
    assert len(at.get("page_link")) == 2


def _link(at: AppTest) -> dict[str, list[str]]:
    (code,) = at.code
    return parse_qs(urlsplit(code.value).query)


def test_share_makes_a_link_of_what_is_seen_with_what_the_lecturer_chose() -> None:
    at = opened(net="resnet34", select="layer2.0", shortcut="C")
    at.button(key="share").click().run()
    assert not at.exception
    assert from_params(_link(at)) == from_params({"net": ["resnet34"], "shortcut": ["C"], "select": ["layer2.0"]})
    chosen = {"lock": ["depth", "weights"], "hide": ["compare", "explore.charts"], "large": True, "colours": "dark"}
    for name, value in chosen.items():  # AppTest runs no part of a page by itself, so the dialog is opened anew
        at.session_state[f"share_{name}"] = value
    at.button(key="share").click().run()
    link = _link(at)
    state, complaints = from_params(link)
    assert (state.lock, state.hide, state.large, complaints) == (
        "depth,weights", "compare,explore.charts", "shown", [],
    )  # fmt: skip
    assert link["embed_options"] == ["dark_theme"]
    assert state.spec.shortcut == "C"


def test_a_class_is_offered_the_link_that_it_has_and_no_way_to_unlock() -> None:
    at = opened(net="resnet34", lock="depth")
    at.button(key="share").click().run()
    assert _link(at) == {"net": ["resnet34"], "lock": ["depth"]}
    assert not at.multiselect


def test_a_presentation_is_left_with_one_button() -> None:
    at = opened(large="shown")
    at.button(key="leave_presentation").click().run()
    assert not at.exception
    assert "large" not in at.query_params
    assert not [one for one in at.button if one.key == "leave_presentation"]


def test_names_are_for_good() -> None:
    """Links that people keep use them: one may be added here, none changed."""
    assert {*LOCKABLE} >= {
        "network", "resolution", "depth", "block", "shortcut", "stride", "more", "figure", "level", "direction", "heat",
        "thumbnails", "part", "take", "picture", "own", "edits", "weights", "comparisons", "cards", "place", "scale",
        "sort", "channel", "second", "class", "method", "spot", "off", "load", "laid", "quantity", "axis", "measure",
        "pair", "estimator", *MORE,
    }  # fmt: skip
    views: dict[str, Any] = {"explore": VIEWS, "activations": LOOKS, "compare": COMPARED}
    assert {*HIDEABLE} == {*LOCKABLE, *PAGES, "share"} | {view_name(p, view) for p in views for view in views[p]}
    assert "compare.measured-here" in HIDEABLE
