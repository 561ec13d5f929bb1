"""Compare's cards in a browser: a network typed and one from the menu; a popover closes when its work is done."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from scripts.live import settled
from tests.browser.conftest import OpenPage

allowed = pytest.mark.allow_console(
    r"404 .*/compare/_stcore/(health|host-config)",
    reason="Streamlit first asks for its server below the page's own address",
)


@allowed
def test_a_typed_network_and_a_change_of_the_left_one_take_their_places(open_page: OpenPage) -> None:
    page = open_page("/compare?net=resnet18&vs=resnet34&compare=Tables")
    cards = page.locator("[class*=st-key-edited_],[class*=st-key-beside_]")
    page.locator(".st-key-own_0").get_by_role("button", name="Your own").click()
    box = page.get_by_role("textbox", name="As text, or a link of this app")
    expect(box).to_have_value("resnet18")
    box.fill("resnet50?grups=2")
    box.press("Enter")
    expect(page.get_by_text("the nearest name is groups")).to_be_visible()
    box.fill("resnet50?groups=32&width_per_group=4")
    box.press("Enter")
    expect(cards.nth(0)).to_contain_text("1 · ResNeXt-50 32×4d")
    expect(box).to_have_count(0)
    page.get_by_role("button", name="As left, but").click()
    page.get_by_text("no groups", exact=True).click()
    expect(cards.nth(1)).to_contain_text("2 · ResNet-50")
    settled(page)
    assert "vs=resnet50" in page.url
    expect(page.locator(".st-key-differences")).to_contain_text("has no groups in the 3×3 of every block")


@allowed
@pytest.mark.parametrize("width", [1440, 390])
def test_four_cards_stand_in_one_row_where_there_is_room_and_nothing_reaches_out_of_them(
    open_page: OpenPage, width: int
) -> None:
    page = open_page(
        "/compare?net=resnet50&vs=resnext50_32x4d&vs=wide_resnet50_2&vs=seresnet50&compare=Tables", width=width
    )
    cards = page.locator("[class*=st-key-edited_],[class*=st-key-beside_]")
    boxes = [box for box in (card.bounding_box() for card in cards.all()) if box]
    assert len(boxes) == 4
    assert len({round(box["y"]) for box in boxes}) == (1 if width == 1440 else 4)
    for card in cards.all():
        assert card.evaluate("card => card.scrollWidth <= card.clientWidth")
