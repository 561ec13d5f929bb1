"""The app as people meet it, for browser tests and benchmarks: a server of its own, a page that has come to rest."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "visualizer" / "app.py"
SECONDS_TO_START = 60
FLAGS = (
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
)
IDLE = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
    ":not(:has([data-testid=stSkeleton]))"
)


class ServerDidNotStartError(RuntimeError):
    """The message is what the server said."""


@dataclass(frozen=True)
class Server:
    """A running server: its address without a slash at the end, and its process."""

    address: str
    pid: int


@contextmanager
def served(script: Path, folder: Path) -> Iterator[Server]:
    """A server of this script, started as a user would, from a folder that has nothing to do with it.

    The folder is the server's home and takes its log. Raises ServerDidNotStartError.
    """
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
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
        yield Server(f"http://localhost:{port}", process.pid)
    finally:
        _end(process)


def beside_the_app(folder: Path, text: str) -> Path:
    """A script with this text in `folder`, to be served with the app's own settings."""
    script = folder / "peer.py"
    script.write_text(text, encoding="utf-8")
    shutil.copytree(APP.parent / ".streamlit", folder / ".streamlit", dirs_exist_ok=True)
    return script


def settled(page: Page) -> None:
    """Waits until the app has nothing left to do.

    A rerun begins a moment after the click that asks for it, so idleness has to last to count.
    """
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
    raise ServerDidNotStartError(f"The server did not start; it said:\n{log.read_text(encoding='utf-8')}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the server and whatever it started: they are one process group of their own."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
