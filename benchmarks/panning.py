"""Panning the network map in a real browser: frames a second, beside an empty page on the same machine.

Promise: ResNet-152 unfolded to layers stays above 50 frames a second. The map is held with the mouse and moved in every
frame for some seconds; on the empty page a box is moved. Counted are the frames that Chromium's own trace calls
presented, and what of the processor a frame takes: the page's main thread, and painting into tiles. Chromium draws
without a graphics card here, on the processor, so a window's worth of pixels costs a few milliseconds more. Printed
too: the longest task while the page opened, which is how long it stood still. Medians of three. CIFAR-1202 opens
folded and is seen whole: there is nothing to pan.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from scripts.chromium import chromium
from scripts.live import APP, FLAGS, beside_the_app, served, settled

MILLISECONDS = 3000.0
RUNS = 3
PROMISED = "ResNet-152, layers"
PROMISE = 50.0
NETWORKS = {
    PROMISED: "?net=resnet152&level=layers",
    "ResNet-152, layers, down": "?net=resnet152&level=layers&direction=down",
    "CIFAR-1202, blocks": "?net=resnet1202&level=blocks",
    "CIFAR-1202, layers": "?net=resnet1202&level=layers",
}
PEER = """import streamlit as st

st.html("<div class=view style='height: 600px'><p style='width: 90px; height: 60px'>A box</p></div>")
"""
VIEW = ".view >> visible=true"
LONGEST = """window.longest = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
}).observe({type: "longtask", buffered: true});"""
MOVE = """(view, [x, y]) => {
    const box = view.querySelector("p");
    let frame = 0;
    window.moving = true;
    const next = () => {
        const at = frame++ % 120, far = at < 60 ? at : 120 - at, to = {clientX: x + far, clientY: y - 4 * far};
        if (box) box.style.transform = `translate(${far}px,${4 * far}px)`;
        else view.dispatchEvent(new PointerEvent("pointermove",
            {bubbles: true, pointerId: 1, pointerType: "mouse", buttons: 1, ...to}));
        if (window.moving) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
}"""
CATEGORIES = "cc,benchmark,devtools.timeline,disabled-by-default-devtools.timeline.frame"


class Panned(NamedTuple):
    """Presented frames a second; milliseconds of the processor a frame: the main thread, and painting."""

    fps: float
    main: float
    painting: float


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.add_init_script(LONGEST)
    page.goto(address)
    page.wait_for_selector(VIEW)
    settled(page)
    return page


def panned(page: Page) -> Panned:
    """Holds what is in the window and moves it in every frame."""
    page.bring_to_front()
    view = page.locator(VIEW).first
    view.scroll_into_view_if_needed()
    box = view.bounding_box()
    if box is None:
        raise RuntimeError("There is nothing to drag.")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.7
    page.mouse.move(x, y)
    page.mouse.down()
    view.evaluate(MOVE, [x, y])
    page.wait_for_timeout(500)
    found = _figures(_trace(page))
    page.evaluate("window.moving = false")
    page.mouse.up()
    page.wait_for_timeout(500)
    return found


def _trace(page: Page) -> list[dict[str, Any]]:
    """What Chromium's trace says of the next `MILLISECONDS`."""
    session: CDPSession = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    ended: list[bool] = []
    session.on("Tracing.dataCollected", lambda chunk: events.extend(chunk["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.start", {"categories": CATEGORIES, "transferMode": "ReportEvents"})
    page.wait_for_timeout(MILLISECONDS)
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(50)
    session.detach()
    return events


def _figures(events: list[dict[str, Any]]) -> Panned:
    frames: dict[int, float] = {}
    for event in events:
        said = event["args"].get("frame_reporter", {}) if event["name"] == "PipelineReporter" else {}
        if "PRESENTED" in said.get("state", ""):
            frames.setdefault(said["frame_sequence"], event["ts"])
    times = sorted(frames.values())
    return Panned(
        (len(times) - 1) / (times[-1] - times[0]) * 1e6,
        _milliseconds(events, "ProxyMain::BeginMainFrame") / len(times),
        _milliseconds(events, "RasterTask") / len(times),
    )


def _milliseconds(events: list[dict[str, Any]], name: str) -> float:
    """Of the processor, by all events of a name."""
    return sum(float(event.get("tdur", 0)) for event in events if event["name"] == name) / 1000


def _shown(name: str, page: Page) -> float:
    longest = page.evaluate("window.longest")
    runs = [panned(page) for _ in range(RUNS)]
    page.context.close()
    fps, main_thread, painting = (median(run[place] for run in runs) for place in range(3))
    print(
        f"{name:26}{fps:5.1f} frames/s; a frame: main thread {main_thread:4.1f} ms, painting {painting:4.1f} ms; "
        f"longest task while it opened {longest:5.0f} ms"
    )
    return fps


def main() -> None:
    with TemporaryDirectory() as ours, TemporaryDirectory() as peers, sync_playwright() as playwright:
        peer = beside_the_app(Path(peers), PEER)
        with served(APP, Path(ours)) as app, served(peer, Path(peers)) as floor:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            pages = {"an empty page": floor.address}
            pages |= {name: f"{app.address}/{query}" for name, query in NETWORKS.items()}
            found = {name: _shown(name, opened(browser, address)) for name, address in pages.items()}
            browser.close()
    kept = found[PROMISED] > PROMISE
    print(f"promise: {PROMISED} above {PROMISE:g} frames/s: {'kept' if kept else 'NOT KEPT'}", end="; ")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
