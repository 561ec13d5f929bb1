"""The value of a formula as it is written, found without the code that wrote it."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor

_SIGNS = {"·": "*", "−": "-", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"}
_ALLOWED = re.compile(r"[0-9,·/+−()⌊⌋⌈⌉ ]+")


def value(text: str) -> Fraction:
    """What a person with a pocket calculator gets."""
    assert _ALLOWED.fullmatch(text), text
    written = re.sub(r"[0-9,]+", lambda digits: f"Fraction({digits[0].replace(',', '')})", text)
    for sign, code in _SIGNS.items():
        written = written.replace(sign, code)
    return Fraction(eval(written, {"Fraction": Fraction, "floor": floor, "ceil": ceil}))
