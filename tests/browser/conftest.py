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
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, Protocol

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.chromium import chromium

SECONDS_TO_START = 60
MILLISECONDS = 30_000  # what a page may take for anything: the tests ask whether it comes, not how fast
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
IDLE = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
    ":not(:has([data-testid=stSkeleton]))"
)


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
def app_script(root: Path) -> Path:
    """The script that the server runs. RESNET_APP names another, to try the harness itself."""
    return Path(os.environ.get("RESNET_APP", root / "visualizer" / "app.py"))


@pytest.fixture(scope="session")
def server(app_script: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running app, started as a user would, from a folder that has nothing to do with it."""
    folder = tmp_path_factory.mktemp("server")
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app_script)]
    command += [f"--server.port={port}", "--server.headless=true"]
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_healthy(process, port, folder / "log")
        yield f"http://localhost:{port}"
    finally:
        _end(process)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start; it said:\n{log.read_text(encoding='utf-8')}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the server and whatever it started: they are one process group of their own."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
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
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
        page.goto(server + path)
        _settled(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    allowed = [mark.args[0] for mark in request.node.iter_markers("allow_console") if mark.kwargs["reason"]]
    unexpected = [error for error in errors if not any(re.search(pattern, error) for pattern in allowed)]
    assert not unexpected, "The browser's console says:\n" + "\n".join(unexpected)


@pytest.fixture(scope="session")
def settled() -> Callable[[Page], None]:
    """Waits until the app has nothing left to do: `settled(page)` after a click, before looking at the result."""
    return _settled


def _settled(page: Page) -> None:
    """A rerun begins a moment after the click that asks for it, so idleness has to last to count."""
    page.wait_for_selector(IDLE, state="attached")
    page.wait_for_function(
        """idle => new Promise(done => {
            let since = performance.now();
            const look = () => {
                const now = performance.now();
                if (!document.querySelector(idle)) since = now;
                if (now - since > 250) done(true); else setTimeout(look, 25);
            };
            look();
        })""",
        arg=IDLE,
    )
