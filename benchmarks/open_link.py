"""From opening a link to its visible content, beside a Streamlit page of one line.

Promise: within 1.3 × of the empty page. Each time a browser window that has never been anywhere opens the link, on a
server that has shown it before; the clock is the page's own, from the start of its navigation until the first that
the link is about has been painted: a network's names and counts, the picture. How long sentences,
figures, maps and grids take, which the browser draws with code that it has to load first, stands below. The page looks
for itself, frame by frame: to ask it from outside would wait for its longest task. Runs alternate; medians.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from scripts.chromium import chromium
from scripts.live import APP, FLAGS, beside_the_app, served, settled

RUNS = 9
PROMISE = 1.3
ONE_LINE = 'import streamlit as st\n\nst.write("Here.")\n'
SEEN = """
([content, text]) => {
    const roots = [document], attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (how) {
        const root = attach.call(this, how);
        roots.push(root);
        return root;
    };
    const fits = (one) => one.textContent.includes(text) && one.checkVisibility();
    const look = () => {
        if (!roots.some((root) => [...root.querySelectorAll(content)].some(fits))) requestAnimationFrame(look);
        else setTimeout(() => { window.seenAfter = performance.now(); });  // this frame has been painted then
    };
    requestAnimationFrame(look);
}
"""
MAP = "svg [data-path$='layer1.0']"
GRID = "[role=listbox] > img[src]"
PEER = "an empty page"
EXPLORE = "/?net=resnet34"
COMPARE = "/compare?net=resnet50&vs=resnet34"
ACTIVATIONS = "/activations?net=resnet18"
BLOCK = "&select=layer2.0"


class Link(NamedTuple):
    """A link and what can be seen when it is open: an element (CSS), and text in it."""

    path: str
    content: str
    text: str = ""


LINKS = {
    PEER: Link("/", "[data-testid=stMarkdown]", "Here."),
    "Explore: name and counts": Link(EXPLORE + BLOCK, "[data-testid=stCaptionContainer]", "21.8 M parameters"),
    "Compare: names and counts": Link(COMPARE + BLOCK, "[data-testid=stCaptionContainer]", "25.6 M parameters"),
    "Compare: sentences": Link(COMPARE + BLOCK, ".st-key-differences li"),
    "Explore: figures": Link(EXPLORE + BLOCK, ".rv-figures"),
    "Activations: picture": Link(ACTIVATIONS + BLOCK, "img[alt^='The picture as the network']"),
    "Explore: map": Link(EXPLORE, MAP),
    "Explore: map, a block selected": Link(EXPLORE + BLOCK, MAP),
    "Compare: map": Link(COMPARE + BLOCK, MAP),
    "Activations: map": Link(ACTIVATIONS + BLOCK, MAP),
    "Activations: grids": Link(ACTIVATIONS + BLOCK, GRID),
}
PROMISED = ("Explore: name and counts", "Compare: names and counts", "Activations: picture")


def milliseconds(browser: Browser, address: str, link: Link) -> float:
    """Until the content of a link can be seen, in a new window."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(f"({SEEN})({json.dumps([link.content, link.text])})")
    page.goto(address + link.path, wait_until="commit")
    settled(page)
    page.wait_for_function("window.seenAfter")
    found: float = page.evaluate("window.seenAfter")
    context.close()
    return found


def main() -> None:
    with TemporaryDirectory() as ours, TemporaryDirectory() as peers, sync_playwright() as playwright:
        peer = beside_the_app(Path(peers), ONE_LINE)
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        with served(APP, Path(ours)) as app, served(peer, Path(peers)) as floor:
            found: dict[str, list[float]] = {name: [] for name in LINKS}
            for run in range(RUNS + 1):
                for name, link in LINKS.items():
                    taken = milliseconds(browser, floor.address if name == PEER else app.address, link)
                    found[name] += [taken] if run else []  # the first warms the server
        browser.close()
    empty = median(found[PEER])
    for name, times in found.items():
        spread = f"{min(times):5.0f} to {max(times):5.0f}"
        print(f"{name:32}{median(times):6.0f} ms ({spread}){median(times) / empty:6.2f} ×")
    kept = all(median(found[name]) <= PROMISE * empty for name in PROMISED)
    print(f"promise: within {PROMISE} × of {PEER}: {'kept' if kept else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
