"""axe-core looks at every page: Explore with each of its views and something selected, Activations, Compare, Share.

axe-core (Deque, MPL 2.0) comes with the package axe-playwright-python and needs no network. What it finds serious or
critical is mended; what is Streamlit's own and cannot be mended from here is in `KNOWN`, so that nothing new hides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from scripts.live import settled
from tests.browser.conftest import OpenPage
from visualizer.ui.views import VIEWS

pytestmark = pytest.mark.allow_console(
    r"404 .*/(activations|compare)/_stcore/(health|host-config)",
    reason="Streamlit looks for its server under the address of the page before it looks above it",
)
Look = tuple[int, Literal["light", "dark"]]
LOOKS: tuple[Look, ...] = ((1440, "light"), (390, "dark"))
OTHER_LOOKS: tuple[Look, ...] = ((1440, "dark"), (390, "light"))
"""Pages are looked at in these too; their views are made of the same parts."""
PAGES = (
    "/?net=resnet50", "/activations?net=resnet18&resolution=64&select=layer2.0",
    "/compare?net=resnet50&vs=resnet34&select=layer2.0",
)  # fmt: skip
VIEWED = (
    *(f"/?net=resnet50&select=layer3.1.conv2&view={view}" for view in VIEWS),
    "/?net=resnet50&select=layer3&view=Costs&section=Receptive field", "/?net=resnet50&select=conv1&view=Layers",
    *(f"/activations?net=resnet18&resolution=64&off=layer2.1&look={look}" for look in ("Depth", "Switch off")),
)  # fmt: skip


class Known(NamedTuple):
    """A finding that stays: its rule, a CSS selector of what it is about, and why it stays."""

    rule: str
    about: str
    reason: str


KNOWN = (
    Known(
        "scrollable-region-focusable", "[data-testid=stCode] pre",
        "Streamlit's code block has no tabindex; Chromium lets Tab into what scrolls, and the text can be downloaded",
    ),
    Known(
        "color-contrast", "label[disabled] *, [data-testid=stWidgetLabel][disabled] *",
        "the label of a control that is switched off, which WCAG 1.4.3 leaves out and axe does not recognise",
    ),
)  # fmt: skip


class Finding(NamedTuple):
    """What axe says of one element."""

    rule: str
    target: list[str]
    html: str


def _findings(page: Page) -> Iterator[Finding]:
    """What is serious or critical, and not known."""
    for violation in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        if violation["impact"] not in ("serious", "critical"):
            continue
        for node in violation["nodes"]:
            if not any(one.rule == violation["id"] and _is(page, node["target"], one.about) for one in KNOWN):
                yield Finding(violation["id"], node["target"], f"{node['html'][:200]} {node['failureSummary'][:300]}")


def _is(page: Page, target: list[str], about: str) -> bool:
    """Whether what axe names is such an element; in a shadow tree, of which a target has several parts, none is."""
    found: bool = len(target) == 1 and page.evaluate(
        "([target, about]) => document.querySelector(target)?.matches(about) ?? false", [target[0], about]
    )
    return found


@pytest.mark.parametrize(
    ("path", "looks"), [*((path, (*LOOKS, *OTHER_LOOKS)) for path in PAGES), *((path, LOOKS) for path in VIEWED)]
)
def test_nothing_serious(open_page: OpenPage, path: str, looks: tuple[Look, ...]) -> None:
    page = open_page(path)
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        settled(page)
        assert list(_findings(page)) == [], f"{width} pixels, {scheme}"


@pytest.mark.parametrize(("path", "look"), [
    *(("/?net=resnet18", look) for look in (*LOOKS, *OTHER_LOOKS)), ("/?net=resnet18&lock=depth,weights", LOOKS[0]),
])  # fmt: skip
def test_nothing_serious_in_the_dialog_that_shares(open_page: OpenPage, path: str, look: Look) -> None:
    width, scheme = look
    page = open_page(path, width=width, color_scheme=scheme)
    if width < 800:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_alt_text("The link as a QR code")).to_be_visible()
    for act, name in {"Lock": "Published network", "Hide": "Explore: Charts"}.items() if "lock" not in path else ():
        dialog.get_by_role("combobox", name=act).fill(name)
        page.get_by_role("option", name=name).click()
        page.keyboard.press("Tab")  # the list of choices closes, which hides all else from a screen reader
        settled(page)
    assert list(_findings(page)) == []
    expect(dialog).to_be_visible()


def test_a_picture_without_words_would_be_found(open_page: OpenPage) -> None:
    page = open_page("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=data:,>')")
    assert [finding.rule for finding in _findings(page)] == ["image-alt"]
