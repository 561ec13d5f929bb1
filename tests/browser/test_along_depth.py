"""Curves and bars along the blocks in a browser: a click selects a block; a sweep is stopped by a button."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Settled = Callable[[Page], None]
pytestmark = pytest.mark.allow_console(
    r"404 \(Not Found\) \(\S+/activations/_stcore/",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)


def test_a_click_on_a_point_and_on_a_bar_selects_its_block(open_page: Any, settled: Settled) -> None:
    page = open_page("/activations?net=resnet20&picture=digit_3&look=Depth", height=2400)
    points = page.locator(".js-plotly-plot .scatterlayer .point")
    expect(points).to_have_count(9 + 18 + 9 + 9)
    points.nth(5).click(force=True)
    expect(page).to_have_url(re.compile(r"select=layer2\.2\b"))
    settled(page)
    points.nth(9 + 2 * 7 + 1).click(force=True)  # the second convolution of the eighth block
    expect(page).to_have_url(re.compile(r"select=layer3\.1\b"))
    settled(page)
    page.get_by_role("tab", name="Switch off").click()
    page.get_by_role("button", name="Switch off each block in turn").click()
    bars = page.locator(".js-plotly-plot .barlayer .point")
    expect(bars).to_have_count(18)
    settled(page)
    bars.nth(0).click(force=True)
    expect(page).to_have_url(re.compile(r"select=layer1\.0\b"))


def test_a_sweep_is_stopped_while_it_runs(open_page: Any, settled: Settled) -> None:
    page = open_page("/activations?net=resnet152&look=Switch%20off", height=2400)
    start = page.get_by_role("button", name="Switch off each block in turn")
    start.click()
    expect(page.get_by_text(re.compile(r"Block \d+ of 50"))).to_be_visible()
    page.get_by_role("button", name="Stop here").click()
    settled(page)
    expect(start).to_be_enabled()
    expect(page.get_by_role("button", name="Stop here")).to_have_count(0)
    expect(page.locator(".js-plotly-plot")).to_have_count(0)
