"""The view of a block or layer: what it shows, what it keeps, and what it says to what cannot be."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from tests.activations.meeting import SMALL, alive, digest, page, picture, sentences, shown, titles, upload
from tests.running import ROOT
from visualizer.ui import block_view, channel_view, maps_component
from visualizer.ui.store import STORES
from visualizer.ui.views import START


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
    at = page(net=name, resolution="64", select=select, **dict([field.split("=")] if field else []))
    assert alive(at)
    assert titles(at) == equation
    last = shown(at, "block_maps")["panels"][-1]  # type: ignore[index]
    assert "the block's output" in last["note"]
    assert ("no ReLU follows" in last["note"]) == (equation[-1] == "= sum")


def test_the_page_shows_maps_without_any_choice() -> None:
    at = page()
    assert alive(at)
    large = shown(at, "channel")
    assert large is not None
    assert large["place"] == "out"
    assert at.selectbox(key="picture").value == "cat"


def test_the_channels_of_a_block_stand_alike_and_the_strongest_is_large() -> None:
    drawing, large = (shown(page(**SMALL, select="layer2.0"), name) for name in ("block_maps", "channel"))
    assert drawing is not None
    assert large is not None
    x, *others = drawing["panels"]
    assert (x["total"], {panel["total"] for panel in others}) == (64, {128})
    assert len({tuple(panel["channels"]) for panel in others}) == 1
    assert large["channel"] == others[-1]["channels"][0]


def test_untrained_weights_are_flagged_beside_every_map() -> None:
    at = page(**SMALL)
    assert [shown(at, name)["flag"] for name in ("block_maps", "channel")] == ["untrained"] * 2  # type: ignore[index]


def test_a_seed_a_scale_and_a_page_change_the_maps_and_the_url() -> None:
    at = page(**SMALL, select="layer4.0")
    seen = [json.dumps(shown(at, "block_maps"))]
    for change in (
        lambda: at.number_input(key="seed").set_value(7),
        lambda: at.segmented_control(key="scale").set_value("per map"),
        lambda: at.number_input(key="page").set_value(8),
    ):
        change().run()
        assert alive(at)
        seen.append(json.dumps(shown(at, "block_maps")))
    assert len(set(seen)) == 4
    assert {name: at.query_params[name] for name in ("seed", "scale", "page")} == {
        "seed": "7", "scale": "per map", "page": "8",
    }  # fmt: skip


def test_any_channel_of_any_place_is_shown_large() -> None:
    at = page(**SMALL)
    at.segmented_control(key="place").set_value("branch").run()
    at.number_input(key="channel").set_value(3).run()
    large = shown(at, "channel")
    assert large is not None
    assert (large["place"], large["channel"], large["title"]) == ("branch", 3, "Channel 3, F(x)")
    assert (at.query_params["place"], at.query_params["channel"]) == ("branch", "3")


def test_steps_lead_from_block_to_block() -> None:
    at = page(**SMALL, select="layer1.1")
    steps = {button.label: button for button in at.button}
    steps["Next block ›"].click().run()
    assert at.query_params["select"] == "layer2.0"
    assert at.selectbox(key="block_shown").value == "layer2.0"
    at.selectbox(key="block_shown").set_value("layer4.1").run()
    assert at.subheader[0].value == "Stage 4, block 2"


LAYERS = {
    "conv1": ["input", "→ after conv1"],
    "layer3.1.conv2": ["input", "→ after conv2"],
    "layer2.0.downsample.1": ["input", "→ after downsample.1"],
    "layer2.0.add": ["F(x)", "+ shortcut", "= sum"],
    "layer2.0.se.scale": ["input", "× gate", "= after se.scale"],
    "avgpool": ["input", "→ after avgpool"],
    "fc": ["input", "→ after fc"],
}


@pytest.mark.parametrize("layer", LAYERS)
def test_any_layer_is_shown_with_what_it_reads(layer: str) -> None:
    at = page(net="seresnet50", resolution="64", select=layer)
    assert alive(at)
    assert titles(at) == LAYERS[layer]
    assert at.selectbox(key="layer_shown").value == layer.split(".", 2)[-1]
    for place in [panel["place"] for panel in shown(at, "block_maps")["panels"]]:  # type: ignore[index]
        at.segmented_control(key="place").set_value(place).run()
        assert alive(at)
        assert shown(at, "channel")["place"] == place  # type: ignore[index]


def test_steps_lead_through_stem_layers_blocks_and_head() -> None:
    at = page(**SMALL, select="bn1")
    assert (at.selectbox(key="block_shown").value, at.subheader[0].value) == ("stem", "bn1 of the stem")
    steps = {button.label: button for button in at.button}
    steps["Next block ›"].click().run()
    assert at.query_params["select"] == "layer1.0"
    at.selectbox(key="layer_shown").set_value("conv2").run()
    assert (at.query_params["select"], at.subheader[0].value) == ("layer1.0.conv2", "conv2 of stage 1, block 1")
    at.selectbox(key="layer_shown").set_value("the block as a whole").run()
    assert at.query_params["select"] == "layer1.0"
    at.selectbox(key="block_shown").set_value("head").run()
    assert (at.query_params["select"], at.selectbox(key="layer_shown").value) == ("avgpool", "avgpool")
    assert {button.label: button.disabled for button in at.button}["Next block ›"]


@pytest.mark.parametrize("sort", ["variance", "sparsity", "similarity"])
def test_channels_stand_in_the_order_that_is_chosen(sort: str) -> None:
    at = page(**SMALL, select="layer2.0", channel="5", page="2")
    before = shown(at, "block_maps")
    at.segmented_control(key="sort").set_value(sort).run()
    assert alive(at)
    drawing = shown(at, "block_maps")
    assert drawing is not None
    assert drawing != before
    assert (at.query_params["sort"], "page" in at.query_params) == (sort, False)
    assert len({tuple(panel["channels"]) for panel in drawing["panels"][1:]}) == 1
    if sort == "similarity":
        assert drawing["panels"][-1]["channels"][0] == 5
        assert drawing["order"] == "most similar first to channel 5"


def test_a_scale_of_the_whole_network_is_the_same_at_every_block() -> None:
    at = page(**SMALL, select="layer1.0", scale="global")
    first = shown(at, "block_maps")
    again = page(**SMALL, select="layer4.1", scale="global")
    last = shown(again, "block_maps")
    assert first is not None
    assert last is not None
    assert (first["bar"], first["caption"]) == (last["bar"], last["caption"])
    own = shown(page(**SMALL, select="layer1.0"), "block_maps")
    assert own is not None
    assert own["bar"] != first["bar"]


def test_each_grids_own_scale_says_its_ends() -> None:
    drawing = shown(page(**SMALL, select="layer1.0", scale="per layer"), "block_maps")
    assert drawing is not None
    ends = [dict(panel["facts"])["Ends of scale"] for panel in drawing["panels"]]
    assert all(end.startswith("±") for end in ends)
    assert len(set(ends)) > 2


def test_a_number_finds_its_channel_on_its_page() -> None:
    at = page(**SMALL, select="layer4.1")
    last = shown(page(**SMALL, select="layer4.1", page="8"), "block_maps")
    assert last is not None
    wanted = last["panels"][-1]["channels"][9]
    at.number_input(key="channel").set_value(wanted).run()
    assert at.query_params["page"] == "8"
    assert wanted in shown(at, "block_maps")["panels"][-1]["channels"]  # type: ignore[index]


def test_dead_and_always_on_channels_are_marked_and_counted() -> None:
    at = page(net="resnet18", resolution="64", select="layer4.1")
    dead, on = 0, 0
    for number in range(1, 9):
        drawing = shown(page(net="resnet18", resolution="64", select="layer4.1", page=str(number)), "block_maps")
        assert drawing is not None
        assert not drawing["panels"][1]["on"]  # F(x) has not gone through a ReLU
        dead, on = dead + len(drawing["panels"][-1]["dead"]), on + len(drawing["panels"][-1]["on"])
    (said,) = [found.value for found in at.caption if "Click a map" in found.value]
    assert f" {dead} {'is' if dead == 1 else 'are'} dead" in said
    assert f" {on} {'is' if on == 1 else 'are'} always on" in said
    assert dead
    assert on
    facts = dict(shown(at, "block_maps")["panels"][-1]["facts"])  # type: ignore[index]
    assert (facts["Dead channels"], facts["Always on"]) == (f"{dead} of 512", f"{on} of 512")


def test_an_opened_channel_leads_to_what_feeds_it() -> None:
    at = page(**SMALL, select="layer2.1")
    large = shown(at, "channel")
    assert large is not None
    assert large["filters"]["title"].endswith("layer2.1.conv2")
    assert large["feeds"]["go"] == ["layer2.0", "out"]
    parts = [one["part"] for one in large["feeds"]["items"]]
    assert parts == sorted(parts, reverse=True)
    assert parts[0] == 1
    assert large["patches"]["items"]
    at.segmented_control(key="place").set_value("shortcut").run()
    large = shown(at, "channel")
    assert large is not None
    assert large["filters"]["title"].endswith("layer2.0.conv2")
    link = {"words": "Go to layer2.0", "go": ["layer2.0", "out"], "channel": large["channel"]}
    assert large["feeds"]["link"] == link


def test_filters_over_the_picture_are_in_colour_and_no_others() -> None:
    first, later = (shown(page(**SMALL, select=layer), "channel") for layer in ("conv1", "layer1.0.conv1"))
    assert first is not None
    assert later is not None
    assert "colour" in first["filters"]
    assert [one["name"] for one in first["feeds"]["items"]] != sorted(one["channel"] for one in first["feeds"]["items"])
    assert {one["name"] for one in first["feeds"]["items"]} == {"red", "green", "blue"}
    assert first["feeds"]["go"] is None
    assert "colour" not in later["filters"]
    assert later["feeds"]["go"] == ["maxpool", "out"]


def test_what_a_switched_off_block_shows_says_so() -> None:
    at = page(**SMALL, select="layer2.1", off="layer2.1", place="branch", channel="3")
    assert alive(at)
    large = shown(at, "channel")
    assert large is not None
    assert large["feeds"]["words"] == ["Nothing does through the branch: this block is switched off."]
    assert large["histogram"]["words"] == ["All 64 values are exactly zero."]


def test_the_same_channel_is_asked_of_every_network_and_the_strongest_where_there_is_none() -> None:
    at = page(net="resnet50", resolution="64", select="layer1.0", channel="200")
    at.segmented_control(key="depth").set_value(18).run()
    assert alive(at)
    large = shown(at, "channel")
    assert large is not None
    assert 0 <= large["channel"] < 64
    assert any("no channel 200" in found.value for found in at.caption)


def test_picture_weights_and_block_survive_a_change_of_page_and_depth_and_a_reload() -> None:
    at = page(**SMALL, select="layer2.0")
    data = picture()
    upload(at, data)
    at.number_input(key="seed").set_value(4).run()
    at.switch_page(str(ROOT / "pages" / "explore.py")).run()
    at.switch_page(str(ROOT / "pages" / "activations.py")).run()
    at.segmented_control(key="depth").set_value(34).run()
    before = shown(at, "block_maps")
    assert (at.query_params["picture"], at.query_params["seed"]) == (digest(data), "4")
    for store in STORES:
        store.forget_idle(-1)  # a server started anew has only the files
    again = page(**dict(at.query_params.items()))
    assert alive(again)
    assert shown(again, "block_maps") == before
    assert again.subheader[0].value == "Stage 2, block 1"


@pytest.mark.parametrize(
    "forged",
    [
        {"channel": "-7"}, {"channel": "1e9"}, {"page": "0"}, {"page": "<b>"}, {"scale": "log"}, {"seed": "-1"},
        {"place": "skip"}, {"weights": "../../etc/passwd"}, {"picture": "../cat"},
    ],
)  # fmt: skip
def test_a_forged_link_costs_one_sentence(forged: dict[str, str]) -> None:
    assert alive(page(**SMALL, **forged), complaints=1)


@pytest.mark.parametrize(
    ("field", "value", "said"), [("page", "99", "no page 99"), ("channel", "60000", "no channel 60000")]
)
def test_what_this_block_does_not_have_is_said_beside_it(field: str, value: str, said: str) -> None:
    at = page(**SMALL, **{field: value})
    assert alive(at)
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
    at = page(**{**SMALL, **params})
    assert not at.exception
    assert len(at.warning) == 1
    assert said in sentences(at)[0]
    assert shown(at, "block_maps") is None


@pytest.mark.parametrize("report", [["out", 3], ["x", -1], ["out", 10**9], ["skip", 1], "out", ["out", "3"], None, {}])
def test_a_click_is_taken_only_if_it_can_be_one(report: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[dict[str, Any]] = []
    monkeypatch.setattr(block_view, "change", lambda **values: taken.append(values))
    monkeypatch.setattr("streamlit.session_state", {"grids": SimpleNamespace(chosen=report)})
    monkeypatch.setattr(maps_component, "_GRIDS", lambda **mounted: mounted["on_chosen_change"]())
    maps_component.grids({}, "untrained", block_view._choose)
    assert taken == ([{"place": "out", "channel": 3}] if report == ["out", 3] else [])


@pytest.mark.parametrize(
    "report",
    [["layer1.1", "out", 3], ["layer9.1", "out", 3], ["layer1.1", "skip", 1], ["layer1.1", "out", -1], ["out"], None],
)
def test_a_way_to_a_channel_is_taken_only_if_it_can_be_one(report: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[dict[str, Any]] = []
    monkeypatch.setattr(channel_view, "change", lambda **values: taken.append(values))
    monkeypatch.setattr(channel_view, "view", lambda: START)
    monkeypatch.setattr("streamlit.session_state", {"channel_large": SimpleNamespace(gone=report)})
    monkeypatch.setattr(maps_component, "_CHANNEL", lambda **mounted: mounted["on_gone_change"]())
    maps_component.channel({}, "out", 0, "untrained", channel_view._go)
    first = report == ["layer1.1", "out", 3]
    assert taken == ([{"select": "layer1.1", "place": "out", "channel": 3}] if first else [])


@pytest.mark.parametrize("sent", [-5, 10_000, 10**30])
def test_a_number_that_a_browser_made_up_is_kept_inside(sent: int) -> None:
    at = page(**SMALL, seed="5")
    at.number_input(key="seed").set_value(sent).run()
    assert alive(at)
    assert int(at.query_params.get("seed", "0")) in range(10_000)


def test_values_beyond_what_numbers_hold_are_said_and_not_drawn() -> None:
    at = page(net="resnet1202", resolution="8", select="layer3.199")
    assert not at.exception
    assert [warning.value for warning in at.warning if "beyond what 32" in warning.value]
    assert shown(at, "block_maps") is None
    near = page(net="resnet1202", resolution="8", select="layer1.3")
    assert not near.warning
    assert shown(near, "block_maps")
