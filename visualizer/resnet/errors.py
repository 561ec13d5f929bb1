"""What is said when a network's description cannot be: one sentence with the rule and the nearest value that works."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

MAX_SHOWN = 60


def shown(value: object) -> str:
    """The text form of a field's value: lists with commas, true/false in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return ",".join(shown(item) for item in value)
    return str(value)


class SpecError(ValueError):
    """A field of a network's description that cannot be, with the rule and the nearest value that works.

    `nearest` is a value that the field takes as things are, or, where the field itself is unknown, the field's name.
    """

    def __init__(self, field: str, value: object, rule: str, nearest: object, noun: str = "that works") -> None:
        self.field = field
        self.value = value
        self.rule = rule
        self.nearest = nearest
        self.noun = noun
        sentence = f"{brief(field)}={brief(value)} does not work: {rule}; the nearest {noun} is {shown(nearest)}."
        super().__init__(sentence)

    def __reduce__(self) -> tuple[type[SpecError], tuple[str, object, str, object, str]]:
        """Pickles by what it was made from, so that it can cross from one process to another."""
        return type(self), (self.field, self.value, self.rule, self.nearest, self.noun)


def brief(value: object) -> str:
    """A value as at most 60 printable characters on one line, whatever it holds."""
    try:
        text = shown(value[:MAX_SHOWN] if isinstance(value, tuple | list) else value)
    except ValueError:  # Python refuses to print an integer of more than 4,300 digits
        text = "a number of thousands of digits"
    text = "".join(char if char.isprintable() or char.isspace() else "�" for char in text[: 20 * MAX_SHOWN])
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def closest(value: object, choices: Iterable[str], otherwise: str) -> str:
    """The choice that begins with the value, or else is most like it; `otherwise` where none is like it.

    Capitals do not count, and of two that are as like it, the one that begins more like it is taken.
    """
    from difflib import SequenceMatcher  # only on the way to an error message

    wanted = brief(value).lower()
    likeness: dict[str, tuple[float, int]] = {}
    for choice in choices:
        begins = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(wanted, choice.lower(), strict=False)))
        ratio = SequenceMatcher(None, wanted, choice.lower()).ratio()
        likeness[choice] = (1.0 if 0 < begins == len(wanted) else ratio, begins)
    best = max(likeness, key=likeness.__getitem__)
    return best if likeness[best][0] > 0.55 else otherwise
