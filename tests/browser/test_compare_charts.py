"""Compare's charts in a browser: a click on a bar selects its stage, and the legend is whole on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.live import settled
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.allow_console(
    r"404 .*/compare/_stcore/(health|host-config)",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)
PAGE = "/compare?net=resnet50&vs=resnet34&vs=resnet20&vs=seresnet50&compare=Charts"


def _click(page: Page, network: int, group: int) -> None:
    """Click the middle of a bar, above which plotly's own layer lies."""
    chart = page.locator(".st-key-compared_stages")
    chart.evaluate("chart => chart.scrollIntoView({block: 'center'})")
    box = _box(chart.locator(".barlayer .trace.bars").nth(network).locator("path").nth(group))
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_click_on_any_networks_bar_selects_its_stage(open_page: OpenPage) -> None:
    page = open_page("/compare?net=resnet50&vs=resnet34&compare=Charts")
    _click(page, 1, 3)
    expect(page).to_have_url(re.compile("select=layer3"))
    settled(page)
    _click(page, 0, 4)
    expect(page).to_have_url(re.compile("select=layer4"))
    settled(page)
    assert "slot" not in page.url


def test_on_a_phone_no_entry_of_the_legend_is_cut_and_none_lies_on_the_plot(open_page: OpenPage) -> None:
    page = open_page(PAGE, width=390, height=844)
    for key in ("compared_stages", "compared_accuracy"):
        chart = page.locator(f".st-key-{key}")
        expect(chart.locator(".legendtext").first).to_be_visible()
        edge, plot = _box(chart), _box(chart.locator(".bglayer, .plotbg, .gridlayer").first)
        for entry in chart.locator(".legendtext").all():
            box = _box(entry)
            assert edge["x"] <= box["x"]
            assert box["x"] + box["width"] <= edge["x"] + edge["width"]
            assert plot["y"] + plot["height"] <= box["y"] + 1
            assert box["y"] + box["height"] <= edge["y"] + edge["height"]


def _box(found: Locator) -> dict[str, float]:
    box = found.bounding_box()
    assert box is not None
    return {name: float(box[name]) for name in ("x", "y", "width", "height")}
