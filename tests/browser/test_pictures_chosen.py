"""Class maps and receptive field in a browser: frames and positions are chosen by mouse and by keys, and axe agrees."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

Settled = Callable[[Page], None]
DIGITS = "net=resnet20&weights=resnet20_digits&picture=digit_3"
pytestmark = pytest.mark.allow_console(
    r"404 \(Not Found\) \(\S+/activations/_stcore/",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)


def _serious(page: Page) -> list[tuple[str, Any]]:
    """What axe finds in the components of these views."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    nodes = [(one["id"], node["target"]) for one in found for node in one["nodes"] if one["impact"] != "minor"]
    return [(rule, target) for rule, target in nodes if re.search(r"frame|large|strip", str(target))]


def test_a_frame_selects_its_block_and_a_class_by_mouse_and_by_key(open_page: Any, settled: Settled) -> None:
    page = open_page(f"/activations?{DIGITS}&look=Class+maps")
    page.locator(".frame[data-key='layer2.1']").click()
    settled(page)
    expect(page).to_have_url(re.compile(r"select=layer2\.1\b"))
    expect(page.locator(".frame[data-key='layer2.1']")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".facts .title")).to_have_text(re.compile(r"for 3 at the block's output of layer2\.1$"))
    other = page.locator("[aria-label=Classes] .frame[aria-pressed=false]").first
    key = other.get_attribute("data-key")
    other.focus()
    page.keyboard.press("Enter")
    settled(page)
    expect(page).to_have_url(re.compile(rf"target={key}\b"))
    expect(page.locator("[aria-label=Classes] .frame[aria-pressed=true]")).to_have_attribute("data-key", str(key))
    assert _serious(page) == []


def test_a_position_is_chosen_on_the_picture_and_moved_by_keys(open_page: Any, settled: Settled) -> None:
    page = open_page(f"/activations?{DIGITS}&look=Receptive+field&select=layer2.1")
    picture = page.locator(".choosable")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] * 8.5 / 32, "y": box["height"] * 20.5 / 32})
    settled(page)
    expect(page).to_have_url(re.compile(r"spot=8%2C20\b"))
    expect(page.locator(".facts .title")).to_have_text("Position (10, 4) of layer2.1")
    page.locator(".choosable").focus()
    page.keyboard.press("ArrowRight")
    settled(page)
    expect(page.locator(".facts .title")).to_have_text("Position (10, 5) of layer2.1")
    page.keyboard.press("ArrowUp")  # the focus is still there
    settled(page)
    expect(page.locator(".facts .title")).to_have_text("Position (9, 5) of layer2.1")
    expect(page.locator(".marks rect.longest")).to_have_count(1)
    assert _serious(page) == []
