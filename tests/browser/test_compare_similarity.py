"""Similarity in a browser: a click on a cell selects its row's block; pictures of one's own, and a stop on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

Settled = Callable[[Page], None]
pytestmark = pytest.mark.allow_console(
    r"404 \(Not Found\) \(\S+/compare/_stcore/",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)


def _picture(number: int) -> bytes:
    buffer = BytesIO()
    Image.fromarray(np.random.default_rng(number).integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_cell_selects_its_row_and_own_pictures_are_compared_on(open_page: Any, settled: Settled) -> None:
    page = open_page("/compare?net=resnet20&vs=resnet32&compare=Similarity", height=2600)
    cells = page.locator(".js-plotly-plot").first.locator(".nsewdrag").first
    box = cells.bounding_box()
    row = 10 - (5 + 0.5)  # from above, of the stem and nine blocks: layer2.1
    cells.click(position={"x": box["width"] * 0.8, "y": box["height"] * row / 10})
    expect(page).to_have_url(re.compile(r"select=layer2\.1\b"))
    settled(page)
    expect(page.get_by_text("Selected: layer2.1 of network 1")).to_be_visible()
    page.get_by_text("On 17 sample pictures").click()
    files = [{"name": f"{number}.png", "mimeType": "image/png", "buffer": _picture(number)} for number in range(5)]
    page.locator("[class*=st-key-album_Files] input[type=file]").set_input_files(files)
    expect(page.get_by_text("On 5 pictures of your own")).to_be_visible()
    expect(page).to_have_url(re.compile(r"album=[0-9a-f]{64}"))
    settled(page)
    expect(page.get_by_text("Here n = 5 pictures")).to_be_visible()


def test_what_takes_long_is_asked_for_and_stopped(open_page: Any, settled: Settled) -> None:
    page = open_page("/compare?net=resnet152&vs=resnet101&compare=Similarity", height=2600)
    start = page.get_by_role("button", name="Compute the similarity")
    start.click()
    expect(page.get_by_text(re.compile(r"Step \d+ of \d+"))).to_be_visible()
    page.get_by_role("button", name="Stop here").click()
    settled(page)
    expect(start).to_be_enabled()
    expect(page.locator(".js-plotly-plot")).to_have_count(0)
