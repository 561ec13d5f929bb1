"""Measured here, in a browser: one at a time, who waits sees it and may cancel, and a closed page is not waited for."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.allow_console(
    "_stcore/(host-config|health)", reason="Streamlit looks beside a page for what stands at the top of the server"
)
TINY = quote("resnet18?depths=1&width=4")
SMALL = f"/compare?net=resnet18&depths=1&width=4&vs={TINY}&resolution=32&compare=Measured+here"
LARGE = "/compare?net=resnet152&vs=resnet101&compare=Measured+here"
MILLISECONDS = 60_000


def test_one_measures_at_a_time_and_the_next_has_its_turn_when_a_page_closes(open_page: OpenPage) -> None:
    first = open_page(LARGE)
    first.get_by_role("button", name="Measure").click()
    expect(first.get_by_test_id("stProgress")).to_be_visible()
    second = open_page(SMALL)
    second.get_by_role("button", name="Measure").click()
    expect(second.get_by_text("1 measurement before yours")).to_be_visible()
    second.get_by_role("button", name="Cancel").click()
    expect(second.get_by_role("button", name="Measure")).to_be_visible()
    second.get_by_role("button", name="Measure").click()
    expect(second.get_by_text("1 measurement before yours")).to_be_visible()
    first.close()
    expect(second.get_by_role("button", name="Measure again")).to_be_visible(timeout=MILLISECONDS)
    row = second.get_by_role("row", name=re.compile("^Time of a pass")).first
    expect(row).to_contain_text(re.compile(r"\d ms"))
    expect(second.get_by_text("Measured here, ")).to_be_visible()
