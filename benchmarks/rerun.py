"""CPU time that the server spends on one rerun of a page, beside an empty Streamlit page.

Promise: choosing another depth on Explore takes the server within 15 ms of CPU time. The floor is a script of one line,
served with the app's own settings. The messages are a browser's own: a real one opens each page and chooses depths,
what it sends is recorded, and a plain websocket then says the same again, many times. CPU time is of the whole server
process (Linux only), all threads, user and system: medians of batches, ours and the peer in turn. Both depths have been
seen before, as in a class; the last column is a rerun of Explore at a resolution that nobody has asked for yet.
"""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, WebSocket, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from scripts.chromium import chromium
from scripts.live import APP, FLAGS, ROOT, Server, beside_the_app, served, settled

DEPTHS = ("34", "50")
BATCHES, RERUNS = 15, 20
PROMISE = 15.0  # milliseconds, on Explore
FLOOR = 'import streamlit as st\n\nst.write("")\n'
Message = bytes


def recorded(browser: Browser, address: str, depths: Sequence[str]) -> tuple[Message, list[list[Message]]]:
    """What a browser sends when it opens the page, and what when each of the depths is chosen, once all is cached."""
    sent: list[Message] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame) if isinstance(frame, bytes) else None)

    page = browser.new_page()
    page.on("websocket", listen)
    page.goto(address)
    settled(page)
    opening, choices = _reruns(sent)[0], []
    for depth in (*depths, *depths):
        sent.clear()
        page.get_by_test_id("stSidebar").get_by_role("radio", name=depth, exact=True).click()
        settled(page)
        choices.append(_reruns(sent))
    page.close()
    return opening, choices[len(depths) :]


def _reruns(messages: list[Message]) -> list[Message]:
    return [message for message in messages if BackMsg.FromString(message).HasField("rerun_script")]


@contextmanager
def session(address: str, opening: Message) -> Iterator[ClientConnection]:
    """A session without a browser: it has said the opening message and the page is there."""
    with urllib.request.urlopen(f"{address}/_stcore/health") as answer:
        cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
    protocols = [Subprotocol("streamlit"), Subprotocol("benchmark")]
    stream = address.replace("http", "ws") + "/_stcore/stream"
    headers = {"Cookie": cookie} if cookie else {}
    with connect(
        stream, subprotocols=protocols, additional_headers=headers, origin=None, max_size=None, compression=None
    ) as socket:
        say(socket, opening)
        yield socket


def say(socket: ClientConnection, message: Message) -> None:
    """Send a message and read the answers until the script has run to its end. Raises if it had an exception."""
    socket.send(message)
    while True:
        data = socket.recv(timeout=60)
        assert isinstance(data, bytes)
        answer = ForwardMsg.FromString(data)
        assert not answer.delta.new_element.HasField("exception"), "the page shows an exception"
        if answer.WhichOneof("type") == "script_finished":
            assert answer.script_finished != ForwardMsg.FINISHED_WITH_COMPILE_ERROR
            if answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return


def cpu_seconds(process: int) -> float:
    """CPU time of a whole process so far: Linux makes the number of its clock from the process id."""
    return time.clock_gettime(~process << 3 | 2)


def batch(server: Server, socket: ClientConnection, choices: Iterator[list[Message]]) -> float:
    """Milliseconds of CPU time of the server for one choice, the mean of some in a row."""
    begin = cpu_seconds(server.pid)
    for _ in range(RERUNS):
        for message in next(choices):
            say(socket, message)
    return (cpu_seconds(server.pid) - begin) * 1e3 / RERUNS


def in_turn(choices: list[list[Message]]) -> Iterator[list[Message]]:
    """The choices again and again."""
    return (choices[turn % len(choices)] for turn in count())


def never_seen(choice: list[Message], first: int = 96) -> Iterator[list[Message]]:
    """The same choice at another resolution each time: nothing that depends on the network's shapes is cached."""
    for resolution in count(first):
        message = BackMsg.FromString(choice[0])
        for widget in message.rerun_script.widget_states.widgets:
            if widget.id.endswith("-resolution"):
                widget.int_value = resolution
        yield [message.SerializeToString()]


def page_addresses(address: str) -> dict[str, str]:
    """Every page of the app by its title."""
    names = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
    names.sort(key="explore".__ne__)
    return {name.capitalize(): address + ("/" if name == "explore" else f"/{name}") for name in names}


def measured(app: Server, floor: Server, browser: Browser) -> dict[str, list[float]]:
    """Batches of the empty page and of every page of the app, in milliseconds a rerun."""
    with ExitStack() as stack:

        def ready(server: Server, opening: Message, choices: Iterator[list[Message]]) -> Callable[[], float]:
            socket = stack.enter_context(session(server.address, opening))
            batch(server, socket, choices)  # warms up
            return lambda: batch(server, socket, choices)

        opening, _ = recorded(browser, floor.address, ())
        runs = {"an empty page": ready(floor, opening, in_turn([[opening]]))}
        for title, address in page_addresses(app.address).items():
            opening, choices = recorded(browser, address, DEPTHS)
            runs[title] = ready(app, opening, in_turn(choices))
            if title == "Explore":
                runs["Explore, never seen"] = ready(app, opening, never_seen(choices[0]))
        times: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(BATCHES):
            for name, run in runs.items():
                times[name].append(run())
    return times


def main() -> None:
    with TemporaryDirectory() as ours, TemporaryDirectory() as peers, sync_playwright() as playwright:
        peer = beside_the_app(Path(peers), FLOOR)
        with served(APP, Path(ours)) as app, served(peer, Path(peers)) as floor:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            times = measured(app, floor, browser)
            browser.close()
    medians = {name: median(found) for name, found in times.items()}
    for name, milliseconds in medians.items():
        print(f"{name:22}{milliseconds:7.1f} ms CPU a rerun{milliseconds / medians['an empty page']:7.1f} ×")
    kept = medians["Explore"] <= PROMISE
    print(f"load {os.getloadavg()[0]:.1f}; promise: Explore within {PROMISE:g} ms: {'kept' if kept else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
