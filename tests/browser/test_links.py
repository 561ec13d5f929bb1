"""Links between people: the same in another browser, locked and hidden controls, large type, back and forward."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scripts.live import settled
from tests.browser.conftest import OpenPage

expect.set_options(timeout=30_000)
asks = pytest.mark.allow_console("404", reason="Streamlit looks for its server below a page's own path first")
CUT = """() => {
    const seen = [...document.querySelectorAll(
        '[data-testid=stMain] :is(p, h1, h2, h3, button, label, dt, dd, small, li, td, th)')]
        .filter((one) => one.checkVisibility({ opacityProperty: true }) && one.innerText.trim());
    return seen.filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
        .filter((one) => !one.closest('[data-testid=stDataFrame], [data-testid=stCode]'))
        .map((one) => `${one.tagName} ${one.innerText.slice(0, 40)}`);
}"""
"""Texts that are wider than what they stand in."""
OVERLAPS = """() => {
    const boxes = [...document.querySelectorAll(
        '[data-testid=stMain] :is(button, h1, h2, h3, p, dt, dd), [data-testid=stHeader] button')]
        .filter((one) => one.checkVisibility({ opacityProperty: true }) && one.innerText.trim())
        .map((one) => [one, one.getBoundingClientRect()])
        .filter(([, box]) => box.width && box.height && box.top < innerHeight);
    const both = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
    const found = [];
    boxes.forEach(([one, a], at) => boxes.slice(at + 1).forEach(([other, b]) => {
        if (!one.contains(other) && !other.contains(one) && both(a, b)) {
            found.push(`${one.innerText.slice(0, 30)} | ${other.innerText.slice(0, 30)}`);
        }
    }));
    return found;
}"""
"""Texts and buttons of the first screen that lie on each other."""


def _map(page: Page) -> Any:
    """Every text of the first map on the page with its place in the drawing, and what is selected."""
    drawing = page.locator("[data-testid=stMain] svg:has([data-path])").first
    drawing.wait_for()
    return drawing.evaluate(
        "svg => [[...svg.querySelectorAll('text')].map((one) => [one.textContent, one.getAttribute('x')]),"
        " [...svg.querySelectorAll('[aria-pressed=true]')].map((one) => one.dataset.path)]"
    )


@asks
@pytest.mark.parametrize(
    "link",
    ["/?net=resnet34&shortcut=C&select=layer3.1&direction=down&view=Costs",
     "/compare?net=resnet50&vs=resnet34&vs=resnet18&select=layer2.0&slot=1&compare=Tables"],
)  # fmt: skip
def test_a_link_shows_the_same_in_another_browser(open_page: OpenPage, link: str) -> None:
    one = open_page(link)
    other = open_page(one.url.removeprefix("http://").partition("/")[2].join(["/", ""]))
    assert one.url == other.url
    texts = [page.get_by_test_id("stMain").inner_text() for page in (one, other)]
    assert texts[0] == texts[1]
    if "compare" not in link:
        assert _map(one) == _map(other)


def test_a_locked_control_cannot_be_used_and_says_so_and_a_hidden_one_is_not_there(open_page: OpenPage) -> None:
    page = open_page("/?net=resnet34&lock=depth,part&hide=block,compare,explore.charts")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("Locked by this link: Depth, Part of the network.")).to_be_visible()
    fifty = sidebar.get_by_role("radio", name="50", exact=True)
    expect(fifty).to_be_disabled()
    fifty.click(force=True)
    settled(page)
    expect(page.get_by_role("heading", name="ResNet-34", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    expect(sidebar.get_by_text("bottleneck", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="Compare")).to_have_count(0)
    expect(page.get_by_role("tab", name="Charts")).to_have_count(0)
    page.get_by_role("link", name="Activations").click()
    settled(page)
    expect(page).to_have_url(re.compile("lock=depth%2Cpart&hide=block%2Ccompare%2Cexplore.charts"))
    expect(sidebar.get_by_text("Locked by this link")).to_be_visible()


@asks
def test_each_act_on_compare_is_one_step_back_and_forward(open_page: OpenPage) -> None:
    page = open_page("/compare?net=resnet50&vs=resnet34&compare=Tables")
    acts = [
        page.get_by_role("button", name="→").first.click,
        page.get_by_role("tab", name="Charts").click,
        page.get_by_text("v1 or v1.5", exact=True).click,
        page.get_by_test_id("stSidebar").get_by_text("basic", exact=True).click,
    ]
    urls = [page.url]
    entries = page.evaluate("history.length")
    for act in acts:
        act()
        settled(page)
        assert page.url != urls[-1]
        urls.append(page.url)
    assert page.evaluate("history.length") == entries + len(acts)
    cards = page.locator("[class*=st-key-compared_] input")
    shown = [[one.input_value() for one in cards.all()]]
    for way, expected in ((page.go_back, urls[-2::-1]), (page.go_forward, urls[1:])):
        for url in expected:
            way()
            settled(page)
            assert page.url == url
            shown.append([one.input_value() for one in cards.all()])
    assert shown[0] == shown[-1]
    assert shown[: len(urls)] == shown[len(urls) - 1 :][::-1]


@asks
@pytest.mark.parametrize(
    ("path", "width"),
    [("/?net=resnet50", 1920), ("/activations?net=resnet20", 1440), ("/compare?net=resnet50&vs=resnet34", 1440)],
)
def test_a_presentation_cuts_no_text_and_lays_nothing_on_another(open_page: OpenPage, path: str, width: int) -> None:
    page = open_page(f"{path}&select=layer2.0&large=shown", width=width, height=1080)
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('[data-testid=stMain] p')).fontSize)")
    assert size >= {1440: 17, 1920: 21}[width]  # captions too
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []
    assert page.evaluate(OVERLAPS) == []


def test_a_presentation_is_large_and_left_with_one_button(open_page: OpenPage) -> None:
    page = open_page("/?net=resnet18&large=shown")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    page.get_by_role("button", name="Leave presentation").click()
    settled(page)
    expect(page).not_to_have_url(re.compile("large"))
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "16px"
