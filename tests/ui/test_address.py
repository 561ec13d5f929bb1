"""However acts, presses of the back button and messages cross each other, the address and the view agree in the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.ui import address
from visualizer.ui.address import Address

Params = dict[str, list[str]]


@dataclass
class Crossing:
    """A session and its browser, whose history is a list; messages in both directions come in order, later by any time.

    The browser does what Streamlit's does: what the server writes is a new entry, or takes the place of the entry to
    which a person has just gone back. Which of both follows from messages that are not modelled, so a law tries either.
    """

    history: list[str] = field(default_factory=lambda: ["a"])
    place: int = 0
    view: str = "a"
    session: Address = field(default_factory=Address)
    to_server: list[tuple[str, str, bool]] = field(default_factory=list)
    to_browser: list[str] = field(default_factory=list)
    rewrites: int = 0

    def __post_init__(self) -> None:
        self.session.must_write(_params(self.view), _params(self.view))  # the run that opened the page

    def act(self, wanted: str) -> None:
        """A click that makes `wanted` the view; "" for one that changes nothing of it."""
        self.to_server.append((self.history[self.place], wanted, False))

    def go(self, steps: int) -> None:
        if 0 <= self.place + steps < len(self.history):
            self.place += steps
            self.to_server.append((self.history[self.place], "", True))

    def serve(self) -> None:
        """One run: as `restore` and `remember` do."""
        if not self.to_server:
            return
        shown, wanted, went = self.to_server.pop(0)
        if went or not (wanted or self.session.is_ours(_params(shown))):
            self.view = shown
        self.view = wanted or self.view
        if self.session.must_write(_params(shown), _params(self.view)):
            self.session.wrote(_params(self.view))
            self.to_browser.append(self.view)
            self.rewrites += went

    def receive(self, replaces: bool) -> None:
        if not self.to_browser:
            return
        written = self.to_browser.pop(0)
        if written == self.history[self.place]:
            return
        if not replaces:
            self.history[self.place + 1 :] = [written]
            self.place += 1
        self.history[self.place] = written

    def rest(self, replaces: bool = False) -> None:
        while self.to_server or self.to_browser:
            self.serve()
            self.receive(replaces)

    @property
    def shown(self) -> str:
        return self.history[self.place]


def _params(view: str) -> Params:
    return {"net": [view]}


@pytest.fixture(autouse=True, scope="module")
def clock() -> list[float]:
    """Seconds, which pass where a test lets them."""
    return [1000.0]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    monkeypatch.setattr(address, "PATIENCE", 3.0)
    monkeypatch.setattr(address, "monotonic", lambda: clock[0])


STEPS: list[Callable[[Crossing], None]] = [
    *(lambda one, wanted=wanted: one.act(wanted) for wanted in ("", "a", "b", "c")),
    *(lambda one, steps=steps: one.go(steps) for steps in (-1, -2, 1)),
    Crossing.serve, Crossing.serve,
    lambda one: one.receive(True), lambda one: one.receive(False),
]  # fmt: skip


@given(st.lists(st.sampled_from(STEPS), max_size=25), st.booleans())
def test_the_address_and_the_view_agree_once_all_messages_have_come(
    steps: list[Callable[[Crossing], None]], replaces: bool
) -> None:
    one = Crossing()
    for step in steps:
        step(one)
    one.rest(replaces)
    assert one.shown == one.view
    for steps_back in (-1, -1, 1, 1, 1):
        one.go(steps_back)
        one.rest()
        assert one.shown == one.view


def test_back_before_an_acts_address_has_come_ends_where_the_button_led() -> None:
    one = Crossing()
    one.act("b")
    one.rest()
    one.act("c")
    one.serve()
    one.go(-1)  # "c" is on its way
    one.rest(replaces=True)
    assert (one.shown, one.view, one.history) == ("a", "a", ["a", "b"])


def test_a_click_that_reports_the_address_of_before_undoes_no_act() -> None:
    one = Crossing()
    one.act("b")
    one.act("")
    one.rest()
    assert one.shown == one.view == "b"


def test_at_rest_going_back_writes_nothing_so_that_quick_presses_disturb_no_history(clock: list[float]) -> None:
    one = Crossing()
    for wanted in "bcd":
        one.act(wanted)
        one.rest()
    clock[0] += 4
    one.go(-1)
    one.go(-1)
    one.rest()
    assert (one.rewrites, one.shown, one.view, one.history) == (0, "b", "b", ["a", "b", "c", "d"])


def test_a_browser_that_comes_back_at_another_address_went_there(clock: list[float]) -> None:
    one = Crossing()
    one.act("b")
    one.rest()
    clock[0] += 4
    one.place = 0  # while it was not connected, as nothing told the server
    one.act("")
    one.rest()
    assert one.shown == one.view == "a"
