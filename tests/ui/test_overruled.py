"""A value that a browser reports of a widget which another act has just changed is nobody's choice; every other is."""

from __future__ import annotations

from typing import Any

import pytest

from visualizer.ui import overruled
from visualizer.ui.overruled import is_overruled, show_value


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.session_state", found)
    monkeypatch.setattr(overruled, "PATIENCE", 0.5)
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(overruled, "monotonic", lambda: now[0])
    return now


def test_the_value_before_another_act_is_no_choice_for_a_moment(session: dict[str, Any], clock: list[float]) -> None:
    show_value("depth", 50)
    show_value("depth", 18)  # by a comparison that was opened
    session["depth"] = 50  # the browser had not drawn it yet
    assert is_overruled("depth")
    session["depth"] = 34
    assert not is_overruled("depth")
    session["depth"] = 50
    clock[0] += 0.6
    assert not is_overruled("depth")


def test_who_changes_a_widget_may_change_it_back_at_once(session: dict[str, Any], clock: list[float]) -> None:
    show_value("depth", 50)
    session["depth"] = 18  # by a person
    show_value("depth", 18)
    session["depth"] = 50
    assert not is_overruled("depth")


def test_a_widget_that_was_never_shown_is_not_overruled(session: dict[str, Any], clock: list[float]) -> None:
    session["depth"] = 50
    assert not is_overruled("depth")
