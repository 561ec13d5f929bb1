"""One picture through several networks in a browser: a curve and a class map select a block in all; work is stopped."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Settled = Callable[[Page], None]
pytestmark = pytest.mark.allow_console(
    r"404 \(Not Found\) \(\S+/compare/_stcore/",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)
PAIR = "/compare?net=resnet20&weights=resnet20_digits&vs=resnet20%3Fdepths%3D5,3,3&picture=digit_3&compare=Activations"


def test_a_block_is_selected_from_a_curve_and_from_a_class_map_and_opened_in_the_maps(
    open_page: Any, settled: Settled
) -> None:
    page = open_page(f"{PAIR}&laid=Depth", height=2600)
    charts = page.locator(".js-plotly-plot")
    expect(charts).to_have_count(4)
    points = charts.first.locator(".scatterlayer .point")
    expect(points).to_have_count(9 + 11)
    points.nth(9 + 5).click(force=True)  # the second network's first block of stage 2
    expect(page).to_have_url(re.compile(r"select=layer2\.0\b"))
    settled(page)
    page.get_by_role("button", name="Show this block's maps").click()
    settled(page)
    table = page.get_by_role("region", name="The selected block of each network")
    expect(table.get_by_role("img", name=re.compile(r"layer2\.0, F\(x\)"))).to_have_count(2)
    expect(table.get_by_text("untrained", exact=True)).to_have_count(5)
    page.get_by_role("radio", name="Class maps").click()
    settled(page)
    page.get_by_role("button", name="Class map of 2 · ResNet-20 with blocks per stage 5-3-3 at layer3.2").click()
    expect(page).to_have_url(re.compile(r"select=layer3\.2\b"))
    settled(page)
    marked = page.locator("button.frame[aria-pressed=true]")
    expect(marked).to_have_count(2)


def test_long_work_names_its_network_and_is_stopped_and_taken_up(open_page: Any, settled: Settled) -> None:
    page = open_page("/compare?net=resnet101&vs=resnet152&resolution=640&compare=Tables", height=2000)
    page.get_by_role("tab", name="Activations").click()
    stop = page.get_by_role("button", name="Stop here")
    progress = page.get_by_text(re.compile(r"^1 · ResNet-101: stage [1-4] of 4$"))
    expect(progress).to_be_visible(timeout=30_000)  # torch is imported and the network made before it
    stop.click()
    settled(page)
    expect(stop).to_have_count(0)
    expect(page.get_by_text("Stopped; what had been computed by then is kept.")).to_be_visible()
    expect(page.locator(".rv-beside")).to_have_count(0)
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
