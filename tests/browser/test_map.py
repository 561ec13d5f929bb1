"""The network map in a browser: its nodes are selected, opened, found, read and moved by mouse, keys and fingers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from visualizer.figures.detail import DIRECTIONS, LEVELS, Detail
from visualizer.figures.network_map import network_map
from visualizer.figures.svg import svg
from visualizer.resnet import plan, preset, presets

Settled = Callable[[Page], None]
pytestmark = pytest.mark.allow_console(
    r"404 .*/(activations|compare)/_stcore/(health|host-config)",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)
FOLDED = "/?net=resnet34&level=stages"
LONG = "/?net=resnet152"
WHERE = """node => {
    const window = node.closest(".view").getBoundingClientRect(), at = node.getBoundingClientRect();
    return {left: at.left - window.left, top: at.top - window.top, right: at.right - window.left,
            bottom: at.bottom - window.top, width: window.width, height: window.height};
}"""
DRAWN = """map => {
    const svg = map.querySelector(".paper svg").cloneNode(true);
    for (const mark of svg.querySelectorAll(".halo, .hit")) mark.remove(); // measured on the screen
    for (const node of svg.querySelectorAll("[data-path]")) {
        node.classList.remove("hovered");
        node.removeAttribute("tabindex");
    }
    return svg.outerHTML;
}"""
INSIDE = """code => {
    const paper = document.querySelector("[data-testid=stMain] [data-testid=stBidiComponentIsolated]").shadowRoot
        .querySelector(".paper");
    paper.innerHTML = code;
    const svg = paper.querySelector("svg"), scale = 1 / svg.getScreenCTM().a;
    const boxes = [...svg.querySelectorAll("rect")].filter(one => !one.matches(".card, .different"))
        .map(one => [one.getBoundingClientRect(), one]).sort(([a], [b]) => a.width * a.height - b.width * b.height);
    const page = svg.getBoundingClientRect(), out = [];
    let inBoxes = 0;
    for (const text of svg.querySelectorAll("text")) {
        const at = text.getBoundingClientRect(), x = (at.left + at.right) / 2, y = (at.top + at.bottom) / 2;
        const holds = ([box]) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
        const [box, rect] = boxes.find(holds) ?? [page, null];
        if (rect && !rect.matches(".band")) inBoxes += 1;
        const leaves = at.left < box.left - 0.5 || at.right > box.right + 0.5;
        if (leaves || at.top < box.top - 4 || at.bottom > box.bottom + 4) // letters are lower than their line
            out.push(`${text.textContent} by ${((at.right - box.right) * scale).toFixed(1)}`);
    }
    return {out, inBoxes};
}"""


def _map(page: Page) -> Locator:
    return page.locator("[data-testid=stMain] .map").first


def _node(page: Page, path: str) -> Locator:
    return _map(page).locator(f"[data-path='{path}']").first


def _where(node: Locator) -> dict[str, float]:
    """Where a node is in the map's window, and the window's size, in pixels."""
    found: dict[str, float] = node.evaluate(WHERE)
    return found


def _in_view(node: Locator) -> bool:
    at = _where(node)
    return at["left"] >= 0 and at["top"] >= 0 and at["right"] <= at["width"] and at["bottom"] <= at["height"]


def _button(page: Page, name: str) -> Locator:
    return _map(page).get_by_role("button", name=name, exact=True)


def _selected(node: Locator) -> None:
    expect(node).to_have_class(re.compile(r"\bselected\b"))


def _says(page: Page, words: str) -> None:
    expect(_map(page).locator(".says")).to_contain_text(words)


# ---------------------------------------------------------------- selecting, opening and closing


@pytest.mark.parametrize("path", ["layer3", "layer3.0", "layer3.0.conv2", "conv1", "fc"])
def test_a_node_of_every_kind_is_selected_by_a_click_and_outlives_a_reload(
    open_page: Any, settled: Settled, path: str
) -> None:
    page = open_page("/?net=resnet18&level=layers")
    _button(page, "Whole network").click()
    corner = _node(page, path).locator("rect, text").first
    page.wait_for_timeout(400)  # the map glides there
    corner.click(position={"x": 3, "y": 3})  # of a block: beside the layers in it
    _selected(_node(page, path))
    settled(page)
    expect(page).to_have_url(re.compile(rf"select={re.escape(path)}(&|$)"))
    page.reload()
    settled(page)
    _selected(_node(page, path))
    assert _in_view(_node(page, path))


@pytest.mark.parametrize(
    ("level", "holder", "words"),
    [
        ("layers", "layer3.2.conv2", "layer3.2.conv2: 3×3 convolution"),
        ("blocks", "layer3.2", "layer3.2.conv2 is selected, in block 3, which is not open"),
        ("stages", "layer3.1", "layer3.2.conv2 is selected, in block 3, which is not open"),
        ("network", "layer3", "layer3.2.conv2 is selected, in stage 3, which is closed"),
    ],
)
def test_what_is_selected_is_marked_and_in_view_at_every_level(
    open_page: Any, level: str, holder: str, words: str
) -> None:
    page = open_page(f"/?net=resnet34&level={level}&select=layer3.2.conv2")
    _selected(_node(page, holder))
    _says(page, words)
    assert _in_view(_node(page, holder).locator("rect").first)


def test_a_block_opens_and_closes_by_keys_and_stays_where_it_was(open_page: Any, settled: Settled) -> None:
    page = open_page(LONG)
    _button(page, "Zoom in").click()
    _node(page, "layer3.2").click()
    settled(page)
    before = _where(_node(page, "layer3.2"))
    page.keyboard.press("o")
    settled(page)
    expect(_node(page, "layer3.2.conv2")).to_be_visible()
    after = _where(_node(page, "layer3.2"))
    assert abs(after["left"] - before["left"]) < 40  # a sheet begins a little before the box that it takes the place of
    assert abs(after["top"] - before["top"]) < 40
    _selected(_node(page, "layer3.2"))
    page.keyboard.press("c")
    settled(page)
    expect(_node(page, "layer3.2.conv2")).to_have_count(0)
    _selected(_node(page, "layer3.2"))


def test_a_run_of_equal_blocks_opens_by_its_badge_and_closes_by_a_button(open_page: Any, settled: Settled) -> None:
    page = open_page(FOLDED)
    expect(_node(page, "layer3.4")).to_have_count(0)
    _node(page, "layer3.1").locator(".on-badge").click()
    settled(page)
    expect(_node(page, "layer3.4")).to_be_visible()
    expect(page).to_have_url(re.compile("folds="))
    _node(page, "layer3.4").click()
    settled(page)
    _button(page, "Close").click()
    settled(page)
    expect(_node(page, "layer3.4")).to_have_count(0)
    _selected(_node(page, "layer3.1"))
    _says(page, "Block 5 of stage 3 is selected.")
    expect(page).not_to_have_url(re.compile("folds="))


def test_a_double_click_opens_a_block_and_selects_it_too(open_page: Any, settled: Settled) -> None:
    page = open_page("/?net=resnet18")
    _node(page, "layer2.1").dblclick()
    settled(page)
    expect(_node(page, "layer2.1.conv1")).to_be_visible()
    _selected(_node(page, "layer2.1"))
    expect(page).to_have_url(re.compile(r"select=layer2\.1.*folds=layer2\.1"))


def test_nothing_opens_where_there_is_nothing_further(open_page: Any, settled: Settled) -> None:
    page = open_page("/?net=resnet18")
    expect(_button(page, "Open")).to_be_disabled()
    _node(page, "layer2.1").click()
    settled(page)
    expect(_button(page, "Open")).to_be_enabled()
    expect(_node(page, "layer2.1")).to_have_attribute("aria-expanded", "false")
    _button(page, "Open").click()
    settled(page)
    expect(_button(page, "Open")).to_be_disabled()
    expect(_button(page, "Close")).to_be_enabled()


def test_maps_of_other_pages_do_not_offer_to_open(open_page: Any) -> None:
    page = open_page("/compare?net=resnet18&vs=resnet34")
    expect(_button(page, "Fit")).to_be_visible()
    expect(_button(page, "Open")).to_be_hidden()


def test_a_group_with_nodes_inside_is_no_button(open_page: Any) -> None:
    """What is inside a button does not exist for a screen reader."""
    page = open_page("/?net=resnet18&level=layers")
    nested = _map(page).locator("[role=button] [role=button]")
    expect(_node(page, "layer1.0.conv1")).to_be_visible()
    assert nested.count() == 0


# ---------------------------------------------------------------- keys


def test_arrows_walk_through_the_network_in_its_order(open_page: Any) -> None:
    page = open_page("/?net=resnet18&level=layers")
    _button(page, "Fit").focus()
    _map(page).locator("[tabindex='0']").first.focus()
    page.keyboard.press("Home")
    order = []
    for _ in range(12):
        order.append(_focused(page))
        page.keyboard.press("ArrowRight")
    expected = ("conv1", "bn1", "relu", "maxpool", "layer1", "layer1.0", "layer1.0.conv1", "layer1.0.bn1")
    assert [path for path in order if path in expected] == list(expected)
    page.keyboard.press("End")
    assert _focused(page) == "fc"
    page.keyboard.press("/")
    expect(_map(page).get_by_role("combobox")).to_be_focused()


def _focused(page: Page) -> str:
    path: str = _map(page).evaluate("map => map.getRootNode().activeElement.dataset.path")
    return path


def test_the_keys_of_the_map_are_not_the_pages(open_page: Any, settled: Settled) -> None:
    """Streamlit has keys of its own: c clears its caches, r runs the page again."""
    page = open_page("/?net=resnet18")
    box = _map(page).get_by_role("combobox")
    box.press_sequentially("conv rc")
    expect(box).to_have_value("conv rc")
    _node(page, "layer2.1").click()
    page.keyboard.press("c")
    settled(page)
    expect(page.get_by_role("dialog")).to_have_count(0)


# ---------------------------------------------------------------- searching and reading


@pytest.mark.parametrize(
    ("query", "count", "first"),
    [
        ("layer3.1", 11, "layer3.1"),
        ("conv2", 16, "layer1.0.conv2"),
        ("512 × 7 x 7", 15, "layer4.0.conv2"),
        ("max pool", 1, "maxpool"),
        ("fc", 1, "fc"),
        ("stage 3, block 2", 1, "layer3.1"),
        ("layer4 projection", 3, "layer4.0"),
        ("7x7 conv", 1, "conv1"),
        ("<b>", 0, ""),
    ],
)
def test_layers_are_found_by_name_kind_and_shape(open_page: Any, query: str, count: int, first: str) -> None:
    page = open_page("/?net=resnet50")
    _map(page).get_by_role("combobox").fill(query)
    expect(_map(page).locator(".count")).to_have_text(f"{count} found" if count else "none found")
    names = _map(page).get_by_role("option").locator("b")
    assert names.count() == min(count, 60)
    if count:
        expect(names.first).to_have_text(first)


def test_what_is_found_is_selected_and_shown_near_enough_to_be_read(open_page: Any, settled: Settled) -> None:
    page = open_page(LONG)
    _button(page, "Whole network").click()
    box = _map(page).get_by_role("combobox")
    box.fill("layer3.2 3x3")
    expect(_map(page).get_by_role("option")).to_have_count(1)
    box.press("Enter")
    settled(page)
    _selected(_node(page, "layer3.2"))
    expect(page).to_have_url(re.compile(r"select=layer3\.2\.conv2"))
    page.wait_for_timeout(400)  # the map glides there
    assert _in_view(_node(page, "layer3.2").locator(".box").first)
    scale = _where(_node(page, "layer3.2").locator("text").first)
    assert scale["bottom"] - scale["top"] > 8
    box.fill("projection shortcut: 1×1")
    for number, path in enumerate(("layer1.0", "layer2.0", "layer3.0"), 1):
        box.press("Enter")
        expect(_map(page).locator(".count")).to_have_text(f"{number} of 4")
        _selected(_node(page, path))
    settled(page)


def test_a_card_tells_what_is_under_the_pointer_and_goes_with_escape(open_page: Any) -> None:
    page = open_page("/?net=resnet50")
    card = _map(page).locator(".card")
    for path in ("layer3.1", "layer4.2", "layer3.5"):
        _node(page, path).locator(".box").first.hover()
        expect(card.locator("strong")).to_have_text(path)
        assert _in_view(card)
    expect(card).to_contain_text("1024 × 14 × 14")
    expect(card).to_contain_text("1,117,184")
    expect(card).to_contain_text("218,365,952")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()


def test_one_can_go_over_to_a_card_and_it_stays(open_page: Any) -> None:
    page = open_page("/?net=resnet50")
    card = _map(page).locator(".card")
    _node(page, "layer2.1").locator(".box").first.hover()
    expect(card).to_be_visible()
    at = card.bounding_box()
    assert at is not None
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2, steps=4)
    page.wait_for_timeout(600)
    expect(card).to_be_visible()


# ---------------------------------------------------------------- moving


def test_a_drag_moves_the_map_and_selects_nothing(open_page: Any, settled: Settled) -> None:
    page = open_page(LONG)
    node = _node(page, "layer2.1")
    box = node.locator(".box").first.bounding_box()
    assert box is not None
    before = _where(node)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 80, steps=8)
    page.mouse.up()
    assert _where(node)["top"] == pytest.approx(before["top"] - 80, abs=6)
    settled(page)
    expect(node).not_to_have_class(re.compile(r"\bselected\b"))


def test_control_and_wheel_zoom_where_the_pointer_is(open_page: Any) -> None:
    page = open_page(LONG)
    node = _node(page, "layer2.1")
    box = node.locator(".box").first.bounding_box()
    assert box is not None
    before = _where(node)
    page.mouse.move(box["x"], box["y"])
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    page.wait_for_timeout(100)
    after = _where(node)
    grown = (after["right"] - after["left"]) / (before["right"] - before["left"])
    assert grown == pytest.approx(1.49, abs=0.05)
    now = node.locator(".box").first.bounding_box()
    assert now is not None
    assert now["x"] == pytest.approx(box["x"], abs=2)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_minimap_shows_where_the_window_is_and_moves_it(open_page: Any, direction: str) -> None:
    page = open_page(f"{LONG}&direction={direction}", height=1300)
    mini = _map(page).locator(".mini")
    expect(mini).to_be_visible()
    box = mini.bounding_box()
    assert box is not None
    last = _node(page, "layer4.2")
    assert not _in_view(last)
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] - 3)
    if direction == "rows":
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 3)
    assert _in_view(last.locator(".box").first)


def test_the_window_goes_where_a_minimap_is_dragged(open_page: Any) -> None:
    page = open_page(LONG, height=1300)
    box = _map(page).locator(".mini").bounding_box()
    assert box is not None
    x, places = box["x"] + box["width"] / 2, []
    page.mouse.move(x, box["y"] + 5)
    page.mouse.down()
    for share in (0.3, 0.6, 0.95):
        page.mouse.move(x, box["y"] + box["height"] * share)
        places.append(_where(_node(page, "layer1.0"))["top"])
    page.mouse.up()
    assert places[0] > places[1] > places[2]
    page.mouse.move(x, box["y"] + 5)
    assert _where(_node(page, "layer1.0"))["top"] == places[2]  # it was let go
    expect(_map(page).locator(".selected")).to_have_count(0)


def test_a_minimap_is_switched_off_by_its_button_and_its_key(open_page: Any) -> None:
    page = open_page(LONG)
    mini, button = _map(page).locator(".mini"), _button(page, "Minimap")
    button.click()
    expect(mini).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "false")
    _node(page, "layer1.0").focus()
    page.keyboard.press("m")
    expect(mini).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "true")


def test_a_minimap_leaves_the_column_of_ones_own_network_free(open_page: Any) -> None:
    page = open_page("/?net=resnet34&figure=paper")
    box, view = (_map(page).locator(of).bounding_box() for of in (".mini", ".view"))
    assert box is not None
    assert view is not None
    assert box["x"] + box["width"] < view["x"] + view["width"] / 4


def test_a_map_that_is_seen_whole_has_no_minimap(open_page: Any) -> None:
    page = open_page("/?net=resnet50")
    expect(_map(page).locator(".mini")).to_be_hidden()
    _button(page, "Whole network").click()
    expect(_map(page).locator(".mini")).to_be_hidden()


# ---------------------------------------------------------------- what the page hears and what people prefer


def test_the_window_is_reported_only_while_it_is_asked_for(open_page: Any, settled: Settled) -> None:
    page = open_page("/?net=resnet50&level=layers")
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(str(data))))
    page.reload()
    settled(page)

    def reports() -> int:
        return sum("window" in message for message in sent)

    _button(page, "Zoom in").click()
    page.wait_for_timeout(500)
    assert reports() == 0
    page.get_by_role("button", name="Take the map along").click()
    settled(page)
    page.wait_for_timeout(500)
    opened = reports()
    assert opened > 0
    page.keyboard.press("Escape")


def test_reduced_motion_moves_the_map_at_once(open_page: Any) -> None:
    page = open_page(LONG)
    paper = _map(page).locator(".paper")
    _button(page, "Zoom in").click()
    duration = "paper => getComputedStyle(paper).transitionDuration"
    assert paper.evaluate(duration) == "0.18s"
    page.emulate_media(reduced_motion="reduce")
    assert paper.evaluate(duration) == "0s"
    before = paper.bounding_box()
    _button(page, "Zoom in").click()
    now = paper.bounding_box()
    assert before is not None
    assert now is not None
    assert now["width"] == pytest.approx(1.3 * before["width"], rel=0.01)


@pytest.mark.parametrize("path", ["layer3", "layer3.1"])
def test_open_then_close_is_the_drawing_from_before(open_page: Any, settled: Settled, path: str) -> None:
    page = open_page("/?net=resnet50v2")
    _node(page, path).locator(".box, text").first.click()
    settled(page)
    before = _map(page).evaluate(DRAWN)
    _button(page, "Open").click()
    expect(_node(page, "layer3.1.conv1")).to_be_visible()
    settled(page)
    assert _map(page).evaluate(DRAWN) != before
    _button(page, "Close").click()
    expect(_map(page).locator("[data-path='layer3.1.conv1']")).to_have_count(0)
    settled(page)
    assert _map(page).evaluate(DRAWN) == before


def test_a_click_between_the_lines_of_a_stages_name_selects_it(open_page: Any, settled: Settled) -> None:
    page = open_page("/?net=resnet50", color_scheme="dark")
    name = _node(page, "layer2")
    first, second = (name.locator("text").nth(line).bounding_box() for line in (0, 1))
    assert first is not None
    assert second is not None
    page.mouse.click(first["x"] + 2, (first["y"] + first["height"] + second["y"]) / 2)
    settled(page)
    _selected(name)
    assert name.locator("text").first.evaluate("text => getComputedStyle(text).fill") == "rgb(22, 24, 29)"


def test_what_colours_mean_stays_in_sight(open_page: Any) -> None:
    page = open_page(f"{LONG}&heat=macs")
    key = _map(page).locator(".key")
    expect(key).to_contain_text("MACs, linear steps")
    expect(key.locator("i")).to_have_count(9)
    page.goto(page.url.replace("heat=macs", "heat=none"))
    expect(_map(page).locator(".key")).to_be_hidden()


class Fingers:
    """Touches on the page, as the browser gets them from a screen."""

    def __init__(self, page: Page) -> None:
        self._events = page.context.new_cdp_session(page)

    def send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._events.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touches})

    def move(self, *ways: tuple[tuple[float, float], tuple[float, float]], steps: int = 6) -> None:
        """Each finger from its first point to its second, all together."""
        self.send("Start", *(start for start, _ in ways))
        for step in range(1, steps + 1):
            share = step / steps
            self.send("Move", *((x + (u - x) * share, y + (v - y) * share) for (x, y), (u, v) in ways))
        self.send("End")


@pytest.fixture
def phone(open_page: Any) -> Page:
    page: Page = open_page("/?net=resnet50", width=390, height=844, has_touch=True)
    _map(page).scroll_into_view_if_needed()
    _map(page).evaluate("map => map.scrollIntoView({block: 'end'})")
    page.wait_for_timeout(200)
    return page


def test_two_fingers_zoom_and_move(phone: Page) -> None:
    box = _map(phone).locator(".view").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    node = _node(phone, "layer1.0")
    before = _where(node)
    Fingers(phone).move(((x - 40, y), (x - 80, y)), ((x + 40, y), (x + 80, y)))
    after = _where(node)
    assert (after["right"] - after["left"]) / (before["right"] - before["left"]) == pytest.approx(2, abs=0.3)
    Fingers(phone).move(((x - 40, y + 60), (x - 40, y)), ((x + 40, y + 60), (x + 40, y)))
    assert _where(node)["top"] < after["top"] - 30
    Fingers(phone).move(((x, y), (x, y - 50)))  # zoomed in, one finger moves the map and not the page
    assert _where(node)["top"] < after["top"] - 60
    moved = _map(phone).locator(".view").bounding_box()
    assert moved == box


def test_a_tap_selects_and_a_double_tap_opens(phone: Page, settled: Settled) -> None:
    box = _node(phone, "layer1.1").locator(".box").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    phone.touchscreen.tap(x, y)
    _selected(_node(phone, "layer1.1"))
    settled(phone)
    phone.wait_for_timeout(500)
    phone.touchscreen.tap(x, y)
    phone.touchscreen.tap(x, y)
    settled(phone)
    expect(_node(phone, "layer1.1.conv1")).to_be_visible()
    expect(_map(phone).locator(".card")).to_be_hidden()


def test_the_bar_fits_a_phone_and_does_not_change_its_height(phone: Page, settled: Settled) -> None:
    bar = _map(phone).locator(".bar")
    before = bar.bounding_box()
    assert before is not None
    for control in [*_map(phone).locator("button").all(), _map(phone).get_by_role("combobox")]:
        at = control.bounding_box()
        assert at is not None
        assert before["x"] <= at["x"]
        assert at["x"] + at["width"] <= before["x"] + before["width"] + 0.5
        assert at["y"] + at["height"] <= before["y"] + before["height"] + 0.5
    _node(phone, "layer1.0").locator(".box").first.tap()
    settled(phone)
    now = bar.bounding_box()
    assert now is not None
    assert now["height"] == before["height"]


# ---------------------------------------------------------------- texts

NETWORKS = (
    "resnet18", "resnet50", "resnet50v2", "resnet20", "plain34", "resnext50_32x4d", "seresnet50", "resnet50d",
)  # fmt: skip


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_no_text_leaves_its_box(open_page: Any, direction: str) -> None:
    """Measured in the browser with the fonts of the page: eight networks, every level, with and without numbers."""
    page = open_page("/?net=resnet18")
    for name in NETWORKS:
        of_name = plan(preset(name), presets()[name].resolution)
        for level in LEVELS:
            drawing = network_map(of_name, detail=Detail(level), direction=direction, numbers=level != "network")
            found = page.evaluate(INSIDE, svg(drawing))
            assert not found["out"], f"{name} by {level}, {direction}"
            assert found["inBoxes"] > 4, f"{name} by {level}, {direction}"
