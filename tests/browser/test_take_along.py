"""Explore, "Take the map along": each format comes as a file, of the map on screen, in the theme on screen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

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


def test_what_is_on_screen_is_what_the_map_shows(open_page: OpenPage) -> None:
    page = open_page("/?net=resnet50&level=layers", height=1400)

    def sizes() -> tuple[float, float]:
        page.get_by_role("button", name="Take the map along").click()
        settled(page)
        page.get_by_text("What is on screen", exact=True).click()
        expect(page.get_by_text("What is on screen, light")).to_be_visible(timeout=20_000)
        page.wait_for_timeout(1000)  # the browser tells where the map lies once it has come to rest
        settled(page)
        with page.expect_download() as arriving:
            page.get_by_role("button", name="Download SVG").click()
        assert arriving.value.suggested_filename == "resnet50_224px_part.svg"
        root = ElementTree.fromstring(Path(arriving.value.path()).read_bytes())
        assert root.attrib["aria-label"].startswith("Part of ResNet-50")
        page.keyboard.press("Escape")
        settled(page)
        return float(root.attrib["width"]), float(root.attrib["height"])

    width, height = sizes()
    page.get_by_role("button", name="Zoom in").click(click_count=3)
    nearer, lower = sizes()
    assert nearer < width / 1.5
    assert lower < height


@pytest.mark.parametrize("width", [1440, 390])
def test_the_choice_opens_in_sight(width: int, open_page: OpenPage) -> None:
    page = open_page("/?net=resnet50", width=width, height=844)
    page.get_by_role("button", name="Take the map along").click()
    settled(page)
    button = page.get_by_role("button", name="Download SVG")
    expect(button).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
