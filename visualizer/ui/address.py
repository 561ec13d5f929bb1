"""The address of a view, while messages about it are on their way between the server and the browser.

The server writes an address when a run ends, and the browser reports the one that it shows with each act. Whoever
presses the back button in between stands at an older address, and what the server wrote then replaces that. So it is
known here what was written last, and which addresses a browser may still report though others have been written since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from urllib.parse import urlencode

PATIENCE = 3.0
"""Seconds in which what was written may not have come to a browser, or not to its answer."""
Params = Mapping[str, list[str]]


@dataclass
class Address:
    """What a session knows of its browser's address, each as its parameters in text."""

    now: str = ""
    written: str = ""
    at: float = -inf
    left: dict[str, float] = field(default_factory=dict)

    def is_ours(self, reported: Params) -> bool:
        """Whether a browser that reports this went nowhere: it is the view's address, or was until a moment ago."""
        address = _text(reported)
        return address == self.now or _recent(self.left.get(address, -inf))

    def must_write(self, reported: Params, wanted: Params) -> bool:
        """Take `wanted` for the view's address; whether the browser, which reported another or will get one, needs it.

        Where it has come to rest at `wanted` nothing is written: that could meet the next press of the back button.
        """
        address = _text(wanted)
        if address != self.now:
            self.left = {old: since for old, since in self.left.items() if _recent(since)} | {self.now: monotonic()}
            self.now = address
        return _text(reported) != address or (self.written != address and _recent(self.at))

    def wrote(self, params: Params) -> None:
        """Note what was sent to the browser."""
        self.written, self.at = _text(params), monotonic()


def _recent(since: float) -> bool:
    return monotonic() - since < PATIENCE


def _text(params: Params) -> str:
    return urlencode({name: params[name] for name in sorted(params)}, doseq=True)
