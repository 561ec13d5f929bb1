"""Compare's report, downloaded in a browser and opened where there is no network."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.live import settled
from tests.browser.conftest import OpenPage

expect.set_options(timeout=30_000)


def _downloaded(page: Page, label: str, folder: Path) -> Path:
    with page.expect_download() as found:
        page.get_by_role("button", name=label).click()
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


@pytest.mark.allow_console("404", reason="Streamlit looks for its server below a page's own path first")
def test_a_report_is_downloaded_and_opens_without_network(
    open_page: OpenPage, browser: Browser, tmp_path: Path
) -> None:
    page = open_page("/compare?net=resnet34&shortcut=A&vs=resnet34")
    page.get_by_role("button", name="Report").click()
    settled(page)
    html, pdf = (_downloaded(page, f"Download {kind}", tmp_path) for kind in ("HTML", "PDF"))
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    alone, said = context.new_page(), []
    alone.on("console", lambda message: said.append(message.text))
    alone.on("request", lambda one: said.append(one.url) if one.url.startswith("http") else None)
    alone.goto(html.as_uri())
    for heading in ("What differs", "Maps, aligned", "Tables", "Charts", "Measured here"):
        expect(alone.get_by_role("heading", name=heading)).to_be_visible()
    expect(alone.get_by_text("+173,824 parameters").first).to_be_visible()
    assert alone.get_by_role("link", name="This view, live").get_attribute("href") == page.url
    assert min(alone.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth)")) > 100
    assert alone.evaluate("document.documentElement.scrollWidth") <= 390
    assert not said
    context.close()
    text = "\n".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pdf))
    assert "+173,824 parameters" in text
    assert "Seed of random weights: 0" in text
