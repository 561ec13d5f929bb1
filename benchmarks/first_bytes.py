"""Bytes on the wire from a cold browser to the first screen of Explore, beside an empty Streamlit page.

Promise: within 3.3 MB. Each time a new Chromium with an empty profile opens the page. Counted are, as its network
events say it, all responses with their headers, and the messages of the websocket, until the page is idle and nothing
has come for a second. Medians of three.
"""

from __future__ import annotations

import base64
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, Playwright, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from scripts.chromium import chromium
from scripts.live import APP, FLAGS, beside_the_app, served, settled

RUNS = 3
QUIET = 1.0  # seconds without a byte
PROMISE = 3.3e6
FLOOR = 'import streamlit as st\n\nst.write("")\n'
MAP = "[data-testid=stMain] svg >> visible=true"


class Wire:
    """Bytes that came to a page, by what they were."""

    def __init__(self, page: Page) -> None:
        self.bytes: Counter[str] = Counter()
        self.last = time.monotonic()
        self._kinds: dict[str, str] = {}
        events = page.context.new_cdp_session(page)
        events.on("Network.responseReceived", self._response)
        events.on("Network.loadingFinished", self._finished)
        events.on("Network.webSocketFrameReceived", self._frame)
        events.send("Network.enable")
        events.send("Network.setCacheDisabled", {"cacheDisabled": False})

    def _response(self, event: dict[str, Any]) -> None:
        self._kinds[event["requestId"]] = event["type"]

    def _finished(self, event: dict[str, Any]) -> None:
        self._add(self._kinds.get(event["requestId"], "Other"), int(event["encodedDataLength"]))

    def _frame(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        data = frame["payloadData"]
        self._add("WebSocket", len(base64.b64decode(data) if frame["opcode"] == 2 else data.encode()))

    def _add(self, kind: str, count: int) -> None:
        self.bytes[kind] += count
        self.last = time.monotonic()


def first_screen(playwright: Playwright, address: str, element: str) -> Counter[str]:
    """Bytes by kind until the page with this element is idle, in a browser that has never been anywhere."""
    with TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium(), args=list(FLAGS), viewport={"width": 1440, "height": 900}
        )
        page = context.pages[0]
        wire = Wire(page)
        page.goto(address)
        page.wait_for_selector(element)
        settled(page)
        while time.monotonic() - wire.last < QUIET:
            page.wait_for_timeout(100)
        context.close()
    return wire.bytes


def main() -> None:
    with TemporaryDirectory() as ours, TemporaryDirectory() as peers, sync_playwright() as playwright:
        peer = beside_the_app(Path(peers), FLOOR)
        with served(APP, Path(ours)) as app, served(peer, Path(peers)) as floor:
            asked = {"an empty page": (floor.address, "[data-testid=stMain]"), "Explore": (app.address, MAP)}
            found: dict[str, list[Counter[str]]] = {name: [] for name in asked}
            for _ in range(RUNS):
                for name, (address, element) in asked.items():
                    found[name].append(first_screen(playwright, address, element))
    medians = {name: median(one.total() for one in runs) for name, runs in found.items()}
    for name, total in medians.items():
        kinds = ", ".join(f"{kind} {count / 1e6:.2f}" for kind, count in found[name][-1].most_common())
        print(f"{name:15}{total / 1e6:6.2f} MB{total / medians['an empty page']:6.2f} ×  ({kinds})")
    kept = medians["Explore"] <= PROMISE
    print(f"promise: Explore within {PROMISE / 1e6:g} MB: {'kept' if kept else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
