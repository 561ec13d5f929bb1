"""The real app in a real Chromium: one server for the run, a fresh browser window for every test.

    def test_something(open_page):
        page = open_page("/?net=resnet34", width=390, height=844, color_scheme="dark")
        page.get_by_role("button", name="Zoom in").click()
        settled(page)

A test fails if the page logged an error to the console, or raised one. Where that is meant to happen, say why:
`@pytest.mark.allow_console("413", reason="the server refuses the file, which is what is tested")`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from scripts import live
from scripts.chromium import chromium

MILLISECONDS = 30_000  # what a page may take for anything: the tests ask whether it comes, not how fast


class OpenPage(Protocol):
    """Opens a page of the app and waits until it is idle."""

    def __call__(
        self,
        path: str = "/",
        *,
        width: int = 1440,
        height: int = 900,
        color_scheme: Literal["light", "dark"] = "light",
        has_touch: bool = False,
    ) -> Page: ...


@pytest.fixture(scope="session")
def app_script() -> Path:
    """The script that the server runs. RESNET_APP names another, to try the harness itself."""
    return Path(os.environ.get("RESNET_APP", live.APP))


@pytest.fixture(scope="session")
def server(app_script: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running app, started as a user would, from a folder that has nothing to do with it."""
    with live.served(app_script, tmp_path_factory.mktemp("server")) as running:
        yield running.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium(), args=live.FLAGS)
        yield chrome
        chrome.close()


@pytest.fixture
def open_page(server: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Opens pages in windows of their own; afterwards the test fails if one of them logged or raised an error."""
    errors: list[str] = []
    contexts = []

    def opened(
        path: str = "/",
        *,
        width: int = 1440,
        height: int = 900,
        color_scheme: Literal["light", "dark"] = "light",
        has_touch: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=color_scheme, has_touch=has_touch
        )
        contexts.append(context)
        context.set_default_timeout(MILLISECONDS)
        page = context.new_page()
        page.on("console", lambda said: errors.append(_with_place(said)) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
        page.goto(server + path)
        live.settled(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    allowed = [mark.args[0] for mark in request.node.iter_markers("allow_console") if mark.kwargs["reason"]]
    unexpected = [error for error in errors if not any(re.search(pattern, error) for pattern in allowed)]
    assert not unexpected, "The browser's console says:\n" + "\n".join(unexpected)


def _with_place(said: ConsoleMessage) -> str:
    """A console message and the address that it is about."""
    return f"{said.text} ({said.location['url']})"


@pytest.fixture(scope="session")
def settled() -> Callable[[Page], None]:
    """Waits until the app has nothing left to do: `settled(page)` after a click, before looking at the result."""
    return live.settled
