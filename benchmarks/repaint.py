"""From choosing another depth to the repainted map, in a real browser, beside an empty Streamlit page.

The peer has the same segmented control and one line of text that says what was chosen, nothing else: what Streamlit
itself takes for a click. The browser's clock: from the click's own time stamp to the end of the first frame in which
the map (the text) says something else. Medians, in turn.
"""

from __future__ import annotations

import os
import sys
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from scripts.chromium import chromium
from scripts.live import APP, FLAGS, beside_the_app, served, settled

CHOICES = 31
DEPTHS = ("34", "50", "101")
PEER = """import streamlit as st

depth = st.segmented_control("Depth", [18, 34, 50, 101, 152, "custom"], default=50, required=True, width="stretch")
st.text(f"ResNet-{depth}")
"""
MAP, TEXT = "[data-testid=stMain] [data-testid=stBidiComponentIsolated]", "[data-testid=stText]"
WATCH = """selector => {
    const said = () => {
        const element = document.querySelector(selector);
        return (element && (element.shadowRoot || element).textContent) || "";
    };
    window.repainted = new Promise(done => {
        const before = said();
        const watch = click => {
            const now = said();
            if (now === before || !now) return requestAnimationFrame(() => watch(click));
            setTimeout(() => done(performance.now() - click));  // a task after this frame was painted
        };
        const begin = event => requestAnimationFrame(() => watch(event.timeStamp));
        document.addEventListener("click", begin, {capture: true, once: true});
    });
}"""


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(address)
    settled(page)
    return page


def milliseconds(page: Page, watched: str, depth: str) -> float:
    """Time from the click on a depth until what is watched has been painted anew."""
    page.bring_to_front()
    page.evaluate(WATCH, watched)
    page.get_by_role("radio", name=depth, exact=True).click()
    taken: float = page.evaluate("window.repainted")
    settled(page)
    return taken


def main() -> None:
    with TemporaryDirectory() as ours, TemporaryDirectory() as peers, sync_playwright() as playwright:
        peer = beside_the_app(Path(peers), PEER)
        with served(APP, Path(ours)) as app, served(peer, Path(peers)) as floor:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            pages = {
                "an empty page": (opened(browser, floor.address), TEXT),
                "Explore": (opened(browser, app.address), MAP),
            }
            times: dict[str, list[float]] = {name: [] for name in pages}
            for turn, depth in zip(range(len(DEPTHS) + CHOICES), cycle(DEPTHS), strict=False):
                for name, (page, watched) in pages.items():
                    taken = milliseconds(page, watched, depth)
                    times[name] += [taken] if turn >= len(DEPTHS) else []  # the first round warms up
            browser.close()
    floor_median = median(times["an empty page"])
    for name, found in times.items():
        low, middle, high = quantiles(found, n=4)
        print(f"{name:15}{middle:7.0f} ms ({low:.0f} to {high:.0f}){middle / floor_median:7.2f} ×")
    print(f"load {os.getloadavg()[0]:.1f}; {CHOICES} choices each, quartiles in brackets")


if __name__ == "__main__":
    main()
