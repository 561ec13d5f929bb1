"""Costs in a real browser: rows open to their formulas without the server, and a click changes the network."""

from __future__ import annotations

from playwright.sync_api import expect

from scripts.live import settled
from tests.browser.conftest import OpenPage


def test_a_row_opens_to_its_formulas_by_click_and_by_key(open_page: OpenPage) -> None:
    page = open_page("/?view=Costs&resolution=225&select=layer2.0")
    row = page.locator("summary:visible").filter(has_text="conv2 3×3 convolution, stride 2")
    formulas = row.locator("xpath=..")
    expect(formulas.get_by_text("3·3·128·128 = 147,456")).to_be_hidden()
    row.click()
    for line in (
        "3·3·128·128 = 147,456",
        "147,456 · 29·29 = 124,010,496",
        "⌊(57 + 2·1 − 3)/2⌋ + 1 = 29",
        "57/2 is no whole number and goes up to 29",
    ):
        expect(formulas.get_by_text(line)).to_be_visible()
    row.press("Enter")
    expect(formulas.get_by_text("3·3·128·128 = 147,456")).to_be_hidden()


def test_nothing_is_cut_on_a_phone(open_page: OpenPage) -> None:
    for section in ("Formulas", "Count the layers", "Receptive field", "One more block"):
        page = open_page(f"/?view=Costs&section={section}&elementwise=shown&net=seresnet50", width=390, height=844)
        assert page.evaluate(
            """() => [...document.querySelectorAll('.rv-costs, .rv-plain, .rv-steps')]
                .every(part => part.scrollWidth <= part.clientWidth + 1)"""
        ), section


def test_one_more_block_is_a_click_away(open_page: OpenPage) -> None:
    page = open_page("/?view=Costs&section=One more block&net=resnet34")
    page.get_by_role("button", name="Apply").first.click()
    settled(page)
    expect(page.get_by_role("heading", name="ResNet-18 with blocks per stage 4-4-6-3")).to_be_visible()
    assert "depths=4%2C4%2C6%2C3" in page.url


def test_the_map_shows_the_numbers_when_asked(open_page: OpenPage) -> None:
    page = open_page("/?view=Costs&section=Count the layers&net=resnet18")
    numbers = page.locator("svg.net text.number")
    expect(numbers).to_have_count(0)
    page.get_by_text("Number the weighted layers in the map").click()
    settled(page)
    expect(numbers).to_have_count(18)
    assert numbers.last.text_content() == "18"
