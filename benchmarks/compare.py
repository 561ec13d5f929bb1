"""Networks beside each other: what differs, the aligned map of four, and the page with it, beside Explore's map.

Promises: the difference of ResNet-152 and its pre-activation twin, block by block, row by row and in words, within
20 ms; four networks of 152 layers, drawn and repainted, within 1.5 × of four times Explore's map of one of them. Plans
are given, and nothing else is kept between runs. Drawn is what travels to a browser, three widths of it. The repaint is
in a real browser on the same machine: from the click on another shortcut in the sidebar, the same control on both
pages, to the end of the first frame in which the map says something else; medians.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from benchmarks.network_map import milliseconds as processor_time
from benchmarks.repaint import MAP, opened
from benchmarks.repaint import milliseconds as repaint_time
from scripts.chromium import chromium
from scripts.live import APP, FLAGS, served
from visualizer.analysis.alignment import Alignment
from visualizer.analysis.difference import Difference, lacking, marks
from visualizer.analysis.naming import network_name
from visualizer.figures.aligned_map import aligned_map
from visualizer.figures.drawing import Drawing, text_width
from visualizer.figures.network_map import network_map
from visualizer.figures.style import css
from visualizer.figures.svg import svg
from visualizer.resnet import Plan, parse, plan
from visualizer.ui.map_component import COLUMNS

TWINS = ("resnet152", "resnet152v2")
FOUR = (*TWINS, "resnet152?shortcut=C", "resnet152?attention=se")
RUNS, CHOICES = 15, 12
DIFFERENCE, REPAINT = 20.0, 1.5
SHORTCUTS = ("A", "B", "C")
PAGES = {
    "Explore": "/?net=resnet152",
    "Compare": "/compare?net=resnet152&vs=resnet152v2&vs=resnet152?shortcut=C&vs=resnet152?attention=se",
}


def difference(first: Plan, second: Plan) -> list[object]:
    """Two networks aligned, and how they differ: in total, by row, by block, and in the words of the map."""
    found = Difference(first, second)
    said = marks(first, second, "1"), lacking(first, [("2", second)])
    return [Alignment((first, second)).columns, found.blocks, found.rows, found.total, said]


def drawn(draw: Callable[[int | None], Drawing]) -> list[str]:
    """A map in the three widths that a browser chooses from, every text measured anew."""
    text_width.cache_clear()
    css.cache_clear()
    return [svg(draw(columns)) for columns in COLUMNS]


def of_one(network: Plan) -> list[str]:
    return drawn(lambda columns: network_map(network, columns=columns))


def of_four(networks: Sequence[Plan], folded: bool | None) -> list[str]:
    named = [(network_name(network.spec), network) for network in networks]
    return drawn(lambda columns: aligned_map(named, columns=columns, folded=folded))


def repaints(browser: Browser, address: str) -> dict[str, float]:
    """Milliseconds from the choice of another shortcut to the repainted map, in turn."""
    pages = {name: opened(browser, address + path) for name, path in PAGES.items()}
    times: dict[str, list[float]] = {name: [] for name in pages}
    for turn, shortcut in zip(range(len(SHORTCUTS) + CHOICES), cycle(SHORTCUTS), strict=False):
        for name, page in pages.items():
            taken = repaint_time(page, MAP, shortcut)
            times[name] += [taken] if turn >= len(SHORTCUTS) else []  # the first round warms up
    return {name: median(found) for name, found in times.items()}


def main() -> None:
    twins, four = ([plan(parse(name)) for name in names] for names in (TWINS, FOUR))
    found = processor_time(partial(difference, *twins), RUNS)
    print(f"ResNet-152 and its pre-activation twin differ: {found:.1f} ms, {_kept(found <= DIFFERENCE)}")
    one, size = processor_time(partial(of_one, four[0]), RUNS), _kilobytes(of_one(four[0]))
    print(f"Explore's map of ResNet-152, three widths: {one:.1f} ms, {size:.0f} KB")
    for words, folded in (("equal blocks of long stages once", None), ("every block", False)):
        taken, size = processor_time(partial(of_four, four, folded), RUNS), _kilobytes(of_four(four, folded))
        share = taken / (4 * one)
        print(f"four, {words}: {taken:.1f} ms, {size:.0f} KB, {share:.2f} × of four maps, {_kept(share <= REPAINT)}")
    with TemporaryDirectory() as folder, sync_playwright() as playwright, served(APP, Path(folder)) as app:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        times = repaints(browser, app.address)
        browser.close()
    share = times["Compare"] / (4 * times["Explore"])
    print(f"repaint: Explore {times['Explore']:.0f} ms, Compare with four {times['Compare']:.0f} ms, "
          f"{share:.2f} × of four maps, {_kept(share <= REPAINT)}; load {os.getloadavg()[0]:.1f}")  # fmt: skip


def _kilobytes(forms: list[str]) -> float:
    return sum(len(form.encode()) for form in forms) / 1e3


def _kept(yes: bool) -> str:
    return "kept" if yes else "NOT KEPT"


if __name__ == "__main__":
    main()
