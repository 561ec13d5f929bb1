"""What is selected anywhere is selected everywhere, and the browser's back button undoes it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.live import settled
from tests.browser.conftest import OpenPage

expect.set_options(timeout=30_000)


def _row(page: Page, name: str) -> Locator:
    """The inspector's row of a layer or a block."""
    button = page.get_by_role("button", name=name, exact=True)
    return page.get_by_test_id("stMain").get_by_role("row").filter(has=button)


def _click_bar(page: Page, chart: str, number: int) -> None:
    """Clicks the bar with this number in the chart's first row: in the second trace, above what is selected."""
    bar = page.locator(f".st-key-chart_{chart} .subplot.xy .barlayer .trace").nth(1).locator(".point path").nth(number)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    settled(page)


def _tick(page: Page, number: int) -> None:
    """Ticks a row of the table of layers, which is drawn on a canvas: rows of 35 pixels below a header of as much."""
    grid = page.get_by_test_id("stDataFrame").locator("canvas").first
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": 20, "y": 35 * (number + 1) + 17}, force=True)
    settled(page)


def _selects(page: Page, path: str) -> None:
    if path:
        expect(page).to_have_url(re.compile(rf"select={re.escape(path)}(&|$)"))
        expect(page.get_by_text(path, exact=True).first).to_be_visible()
    else:
        expect(page).not_to_have_url(re.compile("select="))
        expect(page.get_by_text("Select a block, a layer or a stage")).to_be_visible()


def _entries(page: Page) -> int:
    found: int = page.evaluate("history.length")
    return found


def test_each_selection_is_one_step_of_the_back_button(open_page: OpenPage) -> None:
    page = open_page("/?net=resnet18&view=Charts")
    steps = [
        ("layer2.0", page.locator("[data-testid=stMain] [data-path='layer2.0']").first.click),
        ("layer2.0.conv2", lambda: _row(page, "conv2").get_by_role("button").click()),
        ("layer3", lambda: _click_bar(page, "stage_macs", 3)),
        ("layer1.1", lambda: _click_bar(page, "depth", 2)),
        ("layer1", lambda: page.get_by_role("button", name="Stage 1 ›").click()),
    ]
    before = _entries(page)
    for number, (path, act) in enumerate(steps, start=1):
        act()
        settled(page)
        _selects(page, path)
        assert _entries(page) == before + number, path
    paths = ["", *(path for path, _ in steps)]
    for path in paths[-2::-1]:
        page.go_back()
        settled(page)
        _selects(page, path)
    for path in paths[1:]:
        page.go_forward()
        settled(page)
        _selects(page, path)
    assert _entries(page) == before + len(steps)


def test_a_row_of_the_table_of_layers_selects_its_layer_and_can_be_undone(open_page: OpenPage) -> None:
    page = open_page("/?net=resnet18&view=Layers&select=layer3.0")
    before = _entries(page)
    _tick(page, 4)
    _selects(page, "layer1.0.conv1")
    expect(page.get_by_role("row").filter(has_text="conv1").locator("[aria-pressed=true]")).to_be_visible()
    assert _entries(page) == before + 1
    page.go_back()
    settled(page)
    _selects(page, "layer3.0")
    page.go_forward()
    settled(page)
    _selects(page, "layer1.0.conv1")


def test_a_layer_is_chosen_by_key_and_keeps_the_focus(open_page: OpenPage) -> None:
    page = open_page("/?net=resnet18&select=layer1.0")
    button = _row(page, "conv2").get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    settled(page)
    _selects(page, "layer1.0.conv2")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("select", ["layer2", "layer2.0", "layer2.0.conv2", "conv1"])
def test_nothing_is_cut_on_a_phone(open_page: OpenPage, select: str) -> None:
    page = open_page(f"/?net=resnet152&select={select}", width=390, height=844)
    frame = page.locator(".frame").filter(has=page.locator("caption"))
    expect(frame).to_be_visible()
    assert frame.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
