"""Explore, "Take the map along": each format comes as a file, of the map on screen, in the theme on screen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from scripts.live import settled
from tests.browser.conftest import OpenPage
from visualizer.figures.take_along import FORMATS, Choice, taken_along
from visualizer.resnet import parse, plan
from visualizer.ui.take_along import file_name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_format_is_a_click_away(scheme: Literal["light", "dark"], open_page: OpenPage) -> None:
    page = open_page("/?net=resnet34&shortcut=A&numbers=shown&resolution=160", color_scheme=scheme)
    network = plan(parse("resnet34?shortcut=A"), 160)
    marks = ["dark", "numbered"] if scheme == "dark" else ["numbered"]
    expect(page.get_by_role("combobox", name="Format")).to_have_count(0)
    page.get_by_role("button", name="Take the map along").click()
    settled(page)
    for extension, form in FORMATS.items():
        page.get_by_role("combobox", name="Format").click()
        page.get_by_role("option", name=form.title).click()
        settled(page)
        with page.expect_download() as arriving:
            page.get_by_role("button", name=f"Download {extension.upper()}").click()
        of_format = [mark for mark in marks if mark == "dark" or extension != "dot"]
        assert arriving.value.suggested_filename == file_name(network, extension, *of_format)
        content = Path(arriving.value.path()).read_bytes()
        assert content == taken_along(network, extension, scheme, Choice(numbers=True))


@pytest.mark.parametrize("width", [1440, 390])
def test_the_choice_opens_in_sight(width: int, open_page: OpenPage) -> None:
    page = open_page("/?net=resnet50", width=width, height=844)
    page.get_by_role("button", name="Take the map along").click()
    settled(page)
    button = page.get_by_role("button", name="Download SVG")
    expect(button).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
