"""Activations: the picture is edited with mouse and keyboard, and what comes of it is a file that opens alone."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.live import settled
from tests.browser.conftest import OpenPage
from visualizer.ui.activations_files import arrays_npz, features_npy, maps_png
from visualizer.ui.links import from_params
from visualizer.ui.views import View

pytestmark = pytest.mark.allow_console(
    r"404 \(Not Found\) \(\S+/activations/_stcore/",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)

PATH = "/activations?net=resnet18&resolution=64&select=layer2.0"


def state_of(page: Page) -> View:
    return from_params(parse_qs(urlsplit(page.url).query))[0]


def taken(page: Page, extension: str) -> bytes:
    with page.expect_download() as arriving:
        page.get_by_role("button", name=f"Download {extension.upper()}").click()
    assert arriving.value.suggested_filename.endswith(f".{extension}")
    return Path(arriving.value.path()).read_bytes()


def chosen(page: Page, words: str) -> None:
    page.get_by_role("combobox", name="What").click()
    page.get_by_role("option").filter(has_text=words).click()
    settled(page)


def test_a_picture_is_edited_and_taken_along(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(PATH)
    grids = page.locator(".panel img").last
    sources = [grids.get_attribute("src")]
    page.get_by_text("Edit the picture").click()
    settled(page)
    page.get_by_role("radio", name="90°", exact=True).or_(page.get_by_role("button", name="90°", exact=True)).click()
    settled(page)
    sources.append(grids.get_attribute("src"))
    page.get_by_role("slider", name="Blur, σ in pixels").press("ArrowRight")
    settled(page)
    sources.append(grids.get_attribute("src"))
    page.get_by_text("Cover a part").click()
    settled(page)
    page.get_by_role("slider", name="Across").press("ArrowLeft")
    settled(page)
    sources.append(grids.get_attribute("src"))
    assert len(set(sources)) == 4
    page.keyboard.press("Escape")
    state = state_of(page)
    assert state.edits == "rotate=90,blur=0.5,occlude=0.49:0.5:0.25"

    page.get_by_role("button", name="Take it along").click()
    settled(page)
    assert taken(page, "png") == maps_png(state, "light")
    chosen(page, "Arrays")
    assert taken(page, "npz") == arrays_npz(state, ["x", "branch", "shortcut", "sum", "out"])
    chosen(page, "Features")
    found = np.load(BytesIO(taken(page, "npy")))
    assert np.array_equal(found, np.load(BytesIO(features_npy(state, "features"))))
    chosen(page, "one page")
    _opens_alone(browser, taken(page, "html"), page.url)
    page.keyboard.press("Escape")
    page.get_by_text("Edit the picture").click()
    page.get_by_role("button", name="Back to the original").click()
    settled(page)
    assert grids.get_attribute("src") == sources[0]


def _opens_alone(browser: Browser, content: bytes, address: str) -> None:
    """Without a network, nothing is asked for, nothing is complained about, every picture is there."""
    context = browser.new_context(offline=True)
    said: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: None if request.url.startswith("data:") else said.append(request.url))
    page.set_content(content.decode())
    expect(page.get_by_role("heading", name="The maps")).to_be_visible()
    widths = page.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth)")
    assert len(widths) == 9  # the picture, five grids, two of the channel, the map
    assert min(widths) > 100
    link = page.get_by_role("link", name="This view, live").get_attribute("href")
    assert link is not None
    assert unquote(link) == unquote(address)
    assert not said
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_tools_and_choice_fit_in_the_page(width: int, open_page: OpenPage) -> None:
    page = open_page(f"{PATH}&edits=noise%3D10:1,occlude%3D0.5:0.5:0.2", width=width, height=844)
    page.get_by_text("Edit the picture").click()
    settled(page)
    for name in ("Across", "Down", "Side", "Noise, σ in levels"):
        expect(page.get_by_role("slider", name=name)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Take it along").click()
    settled(page)
    expect(page.get_by_role("button", name="Download PNG")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
