"""The aligned map in a browser: what is chosen in one row lights up in all, is in the address, and can be undone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.live import settled
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.allow_console(
    r"404 .*/(activations|compare)/_stcore/(health|host-config)",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)
PAGE = "/compare?net=resnet34&vs=resnet18&vs=resnet34?shortcut=A"


def _node(page: Page, path: str) -> Locator:
    return page.locator(f"[data-testid=stMain] [data-path='{path}']")


def _lit(page: Page) -> list[str]:
    """The parts that are marked, and as many frames behind them."""
    nodes = page.locator("[data-testid=stMain] .map .selected")
    found: list[str] = nodes.evaluate_all("nodes => nodes.map(node => node.dataset.path)")
    assert page.locator("[data-testid=stMain] .map .halo").count() == len(found)
    return found


def _says(page: Page, words: str) -> None:
    expect(page.locator("[data-testid=stMain] .map .says")).to_contain_text(words)


def test_a_click_in_any_row_lights_all_rows_and_the_back_button_undoes_it(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    _node(page, "2:layer1.1").locator(".box").click()
    assert _lit(page) == ["1:layer1.1", "2:layer1.1", "3:layer1.1"]  # at once, before the server has answered
    _says(page, "2 · ResNet-18. Stage 1, block 2")
    settled(page)
    expect(page).to_have_url(re.compile(r"[?&]select=layer1\.1(&|$)"))
    expect(page.get_by_role("heading", name="Stage 1, block 2")).to_be_visible()
    _node(page, "1:layer1.2").locator(".box").click()
    assert _lit(page) == ["1:layer1.2", "2:1:layer1.2", "3:layer1.2"]
    settled(page)
    expect(page).to_have_url(re.compile(r"[?&]select=layer1\.2(&|$)"))
    page.wait_for_timeout(2700)  # past the time in which a choice of one's own outweighs the page's
    assert _lit(page) == ["1:layer1.2", "2:1:layer1.2", "3:layer1.2"]
    page.go_back()
    settled(page)
    expect(page).to_have_url(re.compile(r"[?&]select=layer1\.1(&|$)"))
    assert _lit(page) == ["1:layer1.1", "2:layer1.1", "3:layer1.1"]
    page.go_back()
    settled(page)
    assert _lit(page) == []


def test_an_empty_place_is_selected_by_a_click_and_by_keys_and_says_that_there_is_no_block(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    _node(page, "2:1:layer1.2").click()
    assert _lit(page) == ["1:layer1.2", "2:1:layer1.2", "3:layer1.2"]
    words = "2 · ResNet-18. No block here, beside layer1.2 of 1 · ResNet-34, layer1.2 of 3 · ResNet-34"
    _says(page, words)
    settled(page)
    expect(page).to_have_url(re.compile(r"[?&]select=layer1\.2(&|$)"))
    expect(page.get_by_text("Not in 2 · ResNet-18.")).to_be_visible()
    page.wait_for_timeout(2700)  # past the time in which a choice of one's own outweighs the page's
    _says(page, words)
    _node(page, "2:1:layer1.2").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name=words)).to_be_focused()
    expect(page.locator("[data-testid=stMain] .map .card")).to_contain_text(words)
    page.keyboard.press("ArrowUp")
    expect(_node(page, "1:layer1.2")).to_be_focused()


def test_rows_are_walked_by_keys_and_a_block_is_told_with_what_differs(open_page: OpenPage) -> None:
    page = open_page(f"{PAGE}&select=layer2.0")
    assert _lit(page) == ["1:layer2.0", "2:layer2.0", "3:layer2.0"]
    _node(page, "1:layer2.0").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(_node(page, "3:layer2.0")).to_be_focused()
    card = page.locator("[data-testid=stMain] .map .card")
    expect(card).to_contain_text("3:layer2.0")
    expect(card).to_contain_text("projection in 1 · ResNet-34, padded with zeros here")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert _lit(page) == ["1:layer2.1", "2:layer2.1", "3:layer2.1"]
    page.keyboard.press("Escape")
    settled(page)
    assert _lit(page) == []
    expect(page).not_to_have_url(re.compile("select="))


def test_a_block_in_a_run_that_the_edited_network_lacks_is_found_by_the_search(open_page: OpenPage) -> None:
    page = open_page("/compare?net=resnet18&vs=resnet101")
    page.get_by_role("combobox", name="Find layers").fill("2:layer3.5.conv2")
    page.get_by_role("combobox", name="Find layers").press("Enter")
    assert _lit(page) == ["1:2:layer3.2", "2:layer3.2"]  # equal blocks, drawn once
    cards = _node(page, "2:layer3.2").locator("rect.card").evaluate_all("all => all.map(one => one.getBBox().width)")
    assert len(cards) == 2
    assert min(cards) > 50
    settled(page)
    expect(page).to_have_url(re.compile(r"select=layer3\.5\.conv2"))
    expect(page).to_have_url(re.compile(r"slot=1"))
    page.reload()
    settled(page)
    assert _lit(page) == ["1:2:layer3.2", "2:layer3.2"]
    _says(page, "2:layer3.5.conv2 is selected, in block 6")
