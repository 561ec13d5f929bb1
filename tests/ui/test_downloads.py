"""Downloads of this server: each once, a few at a time, ended when nobody waits for them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from visualizer.network import hub
from visualizer.network.fetching import NotFetchedError
from visualizer.network.published_weights import Published, published_weights
from visualizer.ui import downloads
from visualizer.ui.downloads import Downloads, TooManyError

ROWS = list(published_weights().values())


class Server:
    """What stands in for a fetch: it tells of bytes until it is let go, and then ends as it was told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.go = Event()
        self.told = Event()
        self.ended = Event()
        self.outcome: Exception | None = None
        monkeypatch.setattr(hub, "fetch", self.fetch)

    def fetch(self, row: Published, tell: Callable[[int, int], object]) -> Any:
        self.calls.append(row.key)
        try:
            while not self.go.wait(0.01):
                tell(len(self.calls), 100)
                self.told.set()
            if self.outcome is not None:
                raise self.outcome
        finally:
            self.ended.set()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    return Server(monkeypatch)


def _wait_for_end(all_of_them: Downloads, key: str) -> None:
    for _ in range(2000):
        found = all_of_them.find(key)
        if found is None or found.ended:
            return
        Event().wait(0.005)
    raise AssertionError("it did not end")


def test_many_who_ask_share_one_download(server: Server) -> None:
    known = Downloads()
    for _ in range(5):
        known.start(ROWS[0])
    assert server.told.wait(10)
    found = known.find(ROWS[0].key)
    assert found is not None
    assert (found.done, found.size, found.ended) == (1, 100, False)
    server.go.set()
    _wait_for_end(known, ROWS[0].key)
    assert known.find(ROWS[0].key) is None
    assert server.calls == [ROWS[0].key]


def test_no_more_than_a_few_at_once(server: Server) -> None:
    known = Downloads()
    for row in ROWS[: downloads.AT_ONCE]:
        known.start(row)
    with pytest.raises(TooManyError, match=r"try again when one is done\.$"):
        known.start(ROWS[downloads.AT_ONCE])
    server.go.set()
    for row in ROWS[: downloads.AT_ONCE]:
        _wait_for_end(known, row.key)
    known.start(ROWS[downloads.AT_ONCE])


def test_a_download_that_is_stopped_ends_and_is_forgotten(server: Server) -> None:
    known = Downloads()
    known.start(ROWS[0])
    assert server.told.wait(10)
    known.stop(ROWS[0].key)
    assert server.ended.wait(10)
    _wait_for_end(known, ROWS[0].key)
    assert known.find(ROWS[0].key) is None


def test_a_download_that_nobody_asks_for_ends(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "PATIENCE", 0.1)
    known = Downloads()
    known.start(ROWS[0])
    assert server.ended.wait(10)


def test_one_that_is_asked_for_goes_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "PATIENCE", 5.0)
    known = Downloads()
    known.start(ROWS[0])
    found = known.find(ROWS[0].key)
    assert found is not None
    found.asked -= 100
    known.find(ROWS[0].key)  # a page that is still open
    assert found.asked > 0
    found.tell(5, 10)
    assert (found.done, found.size) == (5, 10)
    server.go.set()


def test_a_failure_is_one_sentence_until_it_is_tried_again(server: Server) -> None:
    server.outcome = NotFetchedError("The disk is full.")
    server.go.set()
    known = Downloads()
    known.start(ROWS[0])
    _wait_for_end(known, ROWS[0].key)
    found = known.find(ROWS[0].key)
    assert found is not None
    assert found.error == "The disk is full."
    server.outcome = None
    known.start(ROWS[0])
    _wait_for_end(known, ROWS[0].key)
    assert known.find(ROWS[0].key) is None


def test_what_nobody_thought_of_is_a_sentence_and_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.outcome = RuntimeError("surprise")
    server.go.set()
    known = Downloads()
    known.start(ROWS[0])
    _wait_for_end(known, ROWS[0].key)
    found = known.find(ROWS[0].key)
    assert found is not None
    assert found.error == f"The weights {ROWS[0].name} could not be fetched: choose others, or try again."
    assert "surprise" in caplog.text
