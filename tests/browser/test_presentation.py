"""Large type on a real page: letters inside charts, components and data grids are larger by what the root's are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.allow_console("404", reason="Streamlit looks for its server below a page's own path first")
LETTERS = """selectors => {
  const found = {};
  const look = (part) => part.querySelectorAll("*").forEach((one) => {
    if (one.shadowRoot) look(one.shadowRoot);
    for (const selector of selectors.filter((name) => one.matches(name) && one.textContent.trim()))
      found[selector] ??= parseFloat(getComputedStyle(one).fontSize);
  });
  look(document.querySelector("[data-testid=stMain]"));
  return found;
}"""
"""The size in pixels of the letters of the first element of each selector, in components too."""
PARTS = [
    ("/?net=resnet18&select=layer2.0", [".says", ".bar button", "caption", "td", "tbody button"]),
    ("/activations?net=resnet20&select=layer2.0", [".panel .title", ".panel .flag", ".panel .note", "dt", ".more h4"]),
    ("/activations?net=resnet20&look=Class+maps", [".frames h4", ".frame .name", ".frame .note", "figcaption"]),
]
CHART = [".gtitle", ".xtick text", ".ytick text", ".ytitle", ".legendtext"]


def _letters(page: Page, selectors: list[str]) -> dict[str, float]:
    page.locator(selectors[0]).first.wait_for()
    found: dict[str, float] = page.evaluate(LETTERS, selectors)
    assert {*found} == {*selectors}
    return found


@pytest.mark.parametrize(("path", "selectors"), PARTS)
def test_letters_of_components_grow_as_the_roots_do(open_page: OpenPage, path: str, selectors: list[str]) -> None:
    before = _letters(open_page(path), selectors)
    for width, larger in ((1440, 1.25), (1920, 1.5)):
        after = _letters(open_page(f"{path}&large=shown", width=width), selectors)
        assert after == {name: pytest.approx(larger * size) for name, size in before.items()}


def _heading(page: Page) -> int:
    """The height of a data grid's heading. Streamlit takes it, the rows' and the painted letters from the root's."""
    page.get_by_role("tab", name="Layers").click()
    grid = page.locator("[data-testid=stDataFrame] canvas")
    grid.first.wait_for()
    found: list[int] = grid.evaluate_all("all => all.map((one) => one.clientHeight)")
    return min(found)


def test_letters_of_charts_and_rows_of_grids_are_larger(open_page: OpenPage, settled: Callable[[Page], None]) -> None:
    """Letters of the page's theme follow the root's; those that a figure sizes itself are a quarter larger."""
    seen = []
    for path, width in (("", 1440), ("&large=shown", 1440), ("&large=shown", 1920)):
        page = open_page(f"/?net=resnet18&select=layer2.0{path}", width=width)
        page.get_by_role("tab", name="Charts").click()
        settled(page)
        seen.append((_letters(page, CHART), _heading(page)))
    (before, low), *large = seen
    for (after, high), larger in zip(large, (1.25, 1.5), strict=True):
        expected = {name: size * (1.25 if name == ".gtitle" else larger) for name, size in before.items()}
        assert after == {name: pytest.approx(size) for name, size in expected.items()}
        assert high == pytest.approx(larger * low, abs=1)
