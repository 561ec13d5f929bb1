"""The grids of a block in a browser: a channel is found by mouse and by keys, and marked wherever it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

Settled = Callable[[Page], None]
SMALL = "net=resnet18&resolution=64&select=layer2.0"  # 128 channels of 8×8 everywhere but in x, which has 64
pytestmark = pytest.mark.allow_console(
    r"404 \(Not Found\) \(\S+/activations/_stcore/",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)
PLACES = ("x", "branch", "shortcut", "sum", "out")


def _grid(page: Page, place: str) -> Locator:
    grid = page.locator(f"[data-place={place}]").get_by_role("listbox")
    grid.scroll_into_view_if_needed()
    return grid


def _click(grid: Locator, column: int, row: int) -> None:
    """Clicks the middle of a map; a page has 8×8 of them."""
    box = grid.bounding_box()
    assert box is not None
    grid.click(position={"x": box["width"] * (column + 0.5) / 8, "y": box["height"] * (row + 0.5) / 8})


def _marked(page: Page) -> dict[str, str]:
    """What is said below each grid that has a channel marked."""
    tips = {place: page.locator(f"[data-place={place}] .tip").inner_text() for place in PLACES}
    marks = {place: page.locator(f"[data-place={place}] .chosen").is_visible() for place in PLACES}
    assert {place for place in PLACES if tips[place]} == {place for place in PLACES if marks[place]}
    return {place: tip for place, tip in tips.items() if tip}


def _large(page: Page) -> str:
    return page.locator(".facts .title").inner_text()


def test_a_click_enlarges_a_channel_and_marks_it_in_every_grid_that_has_it(open_page: Any, settled: Settled) -> None:
    page = open_page(f"/activations?{SMALL}")
    assert _large(page).endswith(", after ReLU")
    _click(_grid(page, "branch"), 2, 3)
    settled(page)
    channel = re.fullmatch(r"Channel (\d+), F\(x\)", _large(page))
    assert channel is not None
    expect(page).to_have_url(re.compile(rf"place=branch&channel={channel[1]}\b"))
    page.mouse.move(0, 0)
    assert _marked(page) == dict.fromkeys(PLACES[1:], f"channel {channel[1]}, chosen")
    page.get_by_role("spinbutton", name=re.compile("^Channel")).fill(str((int(channel[1]) + 1) % 128))
    page.keyboard.press("Enter")
    settled(page)
    assert _large(page) != channel[0]
    assert not any(channel[0] in said for said in _marked(page).values())


def test_keys_walk_from_channel_to_channel(open_page: Any, settled: Settled) -> None:
    page = open_page(f"/activations?{SMALL}")
    grid = _grid(page, "sum")
    page.mouse.move(0, 0)
    _click(grid, 0, 0)
    settled(page)
    page.mouse.move(0, 0)
    names = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        grid.press(key)
        names.append(page.locator("[data-place=sum] .tip").inner_text())
    assert len(set(names)) == 4
    grid.press("ArrowLeft")  # there is nothing to the left of the first
    assert page.locator("[data-place=sum] .tip").inner_text() == names[-1]
    grid.press("ArrowDown")
    grid.press("ArrowRight")
    grid.press("Enter")
    settled(page)
    assert f"{_large(page).split(',')[0].lower()}" == names[1]
    expect(grid).to_be_focused()


def test_what_feeds_a_channel_is_one_click_away_and_the_page_follows(open_page: Any, settled: Settled) -> None:
    page = open_page(f"/activations?{SMALL.replace('layer2.0', 'layer2.1')}")
    first = page.locator("button.feed").first
    fed = first.inner_text().splitlines()[0]
    first.click()
    settled(page)
    expect(page.get_by_role("heading", name="Stage 2, block 1")).to_be_visible()
    assert _large(page) == f"{fed.capitalize()}, after ReLU"
    assert fed in page.locator("[data-place=out] .tip").inner_text()


def test_a_layer_of_the_stem_is_chosen_on_the_map(open_page: Any, settled: Settled) -> None:
    page = open_page(f"/activations?{SMALL}")
    page.get_by_role("button", name="Whole network").click()
    page.locator("[data-testid=stMain] [data-path=conv1] .box").first.click()
    settled(page)
    expect(page.get_by_role("heading", name="conv1 of the stem")).to_be_visible()
    assert page.locator(".panel .title").all_inner_texts() == ["input", "after conv1"]
    expect(page.get_by_role("img", name="The filter in colour")).to_be_visible()


def test_a_hovered_map_says_its_channel(open_page: Any) -> None:
    page = open_page(f"/activations?{SMALL}")
    grid = _grid(page, "x")
    tip = page.locator("[data-place=x] .tip")
    expect(tip).to_be_empty()
    box = grid.bounding_box()
    assert box is not None
    seen = set()
    for column in range(8):
        page.mouse.move(box["x"] + box["width"] * (column + 0.5) / 8, box["y"] + box["height"] / 16)
        seen.add(tip.inner_text())
    assert len(seen) == 8
    assert all(re.fullmatch(r"channel \d+(, dead|, always on)?", said) for said in seen)


def test_nothing_moves_when_another_channel_or_scale_is_chosen(open_page: Any, settled: Settled) -> None:
    page = open_page(f"/activations?{SMALL}")
    heights = []
    for act in (
        lambda: None,
        lambda: _click(_grid(page, "out"), 5, 5),
        lambda: page.get_by_role("radio", name="each map").click(),
    ):
        act()
        settled(page)
        boxes = [page.locator(name).bounding_box() for name in ("div.row", "figure.over", "figure.alone")]
        heights.append([box["height"] for box in boxes if box])
    assert len(heights[0]) == 3
    assert heights[0] == pytest.approx(heights[1], abs=1)
    assert heights[0] == pytest.approx(heights[2], abs=1)
