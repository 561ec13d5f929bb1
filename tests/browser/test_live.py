"""The live camera in a browser, whose camera is Chromium's own test picture: frames come, stop, and are left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from visualizer.ui.frame_passes import NO_PICTURE

Settled = Callable[[Page], None]
SMALL = "net=resnet20&select=layer1.0"
pytestmark = pytest.mark.allow_console(
    r"404 \(Not Found\) \(\S+/activations/_stcore/",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)
COUNTED = """
    const real = HTMLCanvasElement.prototype.toDataURL;
    window.framesDrawn = 0;
    HTMLCanvasElement.prototype.toDataURL = function (...how) {
        window.framesDrawn += 1;
        return real.apply(this, how);
    };
"""
DENIED = """
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
"""
FORGED = """
    HTMLCanvasElement.prototype.toDataURL = () => "data:image/jpeg;base64,bm8gcGljdHVyZQ==";
"""
HIDE = """
    Object.defineProperty(document, "hidden", { get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
"""


def _live(open_page: Any, settled: Settled, script: str = "") -> Page:
    """The page with the live camera chosen."""
    page: Page = open_page(f"/activations?{SMALL}")
    page.evaluate(f"() => {{ {script} }}")
    page.get_by_role("button", name="Picture", exact=True).click()
    page.get_by_role("radio", name="Live").click()
    settled(page)
    page.keyboard.press("Escape")
    return page


def _part(page: Page, name: str) -> Locator:
    return page.locator(f"div.live p.{name}")


def _start(page: Page) -> None:
    page.get_by_role("button", name="Start the camera").click()
    expect(_part(page, "rate")).to_contain_text("frames a second")


def _picture(page: Page) -> str:
    return page.locator("[data-place=out] .grid img").get_attribute("src") or ""


def test_frames_come_one_at_a_time_and_stop(open_page: Any, settled: Settled) -> None:
    page = _live(open_page, settled, COUNTED)
    address = page.url
    _start(page)
    expect(_part(page, "rate")).to_contain_text(re.compile(r"\d ms a frame, \d+ of them on the server"))
    expect(_part(page, "way")).to_contain_text(re.compile(r"^(Fast mode: .*error|No faster way)"))
    before = _picture(page)
    expect(page.locator("[data-place=out] .grid img")).not_to_have_attribute("src", before)  # the picture moves
    page.get_by_role("button", name="Stop the camera").click()
    settled(page)
    expect(_part(page, "note")).to_have_text("Stopped.")
    drawn, shown = page.evaluate("window.framesDrawn"), _picture(page)
    assert page.locator("div.live video").evaluate("video => video.srcObject === null")
    page.wait_for_timeout(500)
    assert page.evaluate("window.framesDrawn") == drawn
    assert _picture(page) == shown
    assert page.url == address


def test_frames_that_the_server_is_too_slow_for_are_never_drawn(open_page: Any, settled: Settled) -> None:
    """The camera goes on while a frame is on its way; when it is answered, one frame follows, not all in between."""
    page = _live(open_page, settled, COUNTED)
    page.evaluate(
        """() => {
            const real = WebSocket.prototype.send;
            WebSocket.prototype.send = function (data) {  // whatever takes the server long
                if (window.held) window.held.push(() => real.call(this, data)); else real.call(this, data);
            };
        }"""
    )
    _start(page)
    page.evaluate("window.held = []")
    page.wait_for_function("window.held.length > 0")
    drawn = page.evaluate("window.framesDrawn")
    page.wait_for_timeout(1000)  # about twenty frames of the camera
    assert page.evaluate("window.framesDrawn") == drawn
    page.evaluate("() => { const held = window.held; window.held = null; for (const send of held) send(); }")
    page.wait_for_function("drawn => window.framesDrawn > drawn", arg=drawn)
    expect(_part(page, "rate")).to_contain_text("the others are left out")


def test_a_page_out_of_sight_stops_the_camera(open_page: Any, settled: Settled) -> None:
    page = _live(open_page, settled)
    _start(page)
    page.evaluate(f"() => {{ {HIDE} }}")
    expect(_part(page, "note")).to_have_text("Stopped, since this page was no longer in sight.")
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()


def test_another_tab_ends_the_camera(open_page: Any, settled: Settled) -> None:
    page = _live(open_page, settled)
    page.evaluate(
        """() => {
            const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (wish) => (window.stream = await real(wish));
        }"""
    )
    _start(page)
    assert page.evaluate("window.stream.active")
    page.get_by_role("tab", name="Depth").click()
    page.wait_for_function("!window.stream.active")


def test_a_camera_that_is_denied_is_said(open_page: Any, settled: Settled) -> None:
    page = _live(open_page, settled, DENIED)
    page.get_by_role("button", name="Start the camera").click()
    expect(_part(page, "note")).to_contain_text("The camera was not allowed")
    expect(page.get_by_role("button", name="Start the camera")).to_be_enabled()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_frame_that_is_no_picture_is_one_sentence(open_page: Any, settled: Settled) -> None:
    page = _live(open_page, settled, FORGED)
    page.get_by_role("button", name="Start the camera").click()
    expect(_part(page, "note")).to_have_text(NO_PICTURE)
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_selected_block_follows_while_the_camera_runs(open_page: Any, settled: Settled) -> None:
    page = _live(open_page, settled)
    _start(page)
    page.get_by_role("button", name="Next block").click()
    expect(page.get_by_role("heading", name="Stage 1, block 2")).to_be_visible()
    before = _part(page, "rate").inner_text()
    expect(_part(page, "rate")).not_to_have_text(before)
    expect(page.locator("[data-place=out] .grid img")).to_be_visible()
