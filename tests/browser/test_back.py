"""The back button pressed while an act's address is still on its way to the browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from scripts.live import settled
from tests.browser.conftest import OpenPage

expect.set_options(timeout=30_000)
SEARCH = "location.search"


class Wire:
    """The messages from the server to a page, of which those with an address can be held back as by a slow network."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.holds = False
        self._held: list[bytes] = []
        page.route_web_socket("**/_stcore/stream", self._connect)
        page.reload()
        settled(page)

    def _connect(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.connect_to_server().on_message(self._came)

    def _came(self, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        if self.holds and ForwardMsg.FromString(message).HasField("page_info_changed"):
            self._held.append(message)
        else:
            self._socket.send(message)

    def wait_for_an_address(self) -> None:
        """Until the server has sent one, which the page does not get yet."""
        while not self._held:
            self.page.wait_for_timeout(50)

    def release(self) -> None:
        """Send on what was held back."""
        self.holds = False
        for message in self._held:
            self._socket.send(message)
        self._held.clear()


@pytest.mark.allow_console("404", reason="Streamlit looks for its server below a page's own path first")
def test_back_while_an_acts_address_is_on_its_way_leaves_page_and_address_agreed(open_page: OpenPage) -> None:
    page = open_page("/compare?net=resnet50&vs=resnet34")
    wire = Wire(page)
    cards = page.locator("[class*=st-key-compared_0] input, [class*=st-key-compared_1] input")
    first = page.evaluate(SEARCH), [one.input_value() for one in cards.all()]
    page.get_by_text("Plain or residual", exact=True).click()
    expect(cards.first).to_have_value("plain-34")
    settled(page)

    wire.holds = True
    page.get_by_text("v1 or v1.5", exact=True).click()
    wire.wait_for_an_address()
    page.evaluate("history.back()")
    expect(cards.first).to_have_value(first[1][0])
    wire.release()

    for way in (lambda: None, page.go_back, page.go_forward):
        way()
        page.wait_for_timeout(300)  # a page that went nowhere yet looks settled
        settled(page)
    assert (page.evaluate(SEARCH), [one.input_value() for one in cards.all()]) == first
