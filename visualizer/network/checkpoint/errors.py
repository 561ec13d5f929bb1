"""Why a checkpoint was refused, in words that are safe to show."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

Shape = tuple[int, ...]


class Difference(NamedTuple):
    """A tensor by its name in the file or the network, uncleaned, and its shape in each; None: there is none."""

    name: str
    held: Shape | None
    wanted: Shape | None


class CheckpointError(ValueError):
    """One sentence: what is wrong with the file, and what would work instead.

    differences: every tensor that keeps the file from a network, where that is the reason.
    """

    def __init__(self, sentence: str, differences: tuple[Difference, ...] = ()) -> None:
        super().__init__(sentence)
        self.differences = differences


class Refusal(ValueError):
    """What is wrong with the file, without its subject: "is an HTML page, not weights: choose ...".

    Raised inside this package only. `read_checkpoint` puts the file's name before it and raises
    `CheckpointError`, so that no part below has to know, or to clean, a name that a visitor chose.
    """


def shown(text: object, limit: int = 80) -> str:
    """`text` from the file, fit to be read in a sentence: one line, printable, at most `limit` characters.

    Control characters, lone surrogates and marks that turn the direction of writing become "?".
    """
    # Cut first: a name may be megabytes long.
    clean = "".join(c if c.isprintable() else "?" for c in str(text)[: limit + 1])
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def listed(names: Collection[str], most: int = 3) -> str:
    """The first few of `names`, and how many more there are: "conv1.weight, bn1.weight and 4 more"."""
    first = [shown(name) for name in list(names)[:most]]
    rest = len(names) - len(first)
    return ", ".join(first) + (f" and {rest} more" if rest else "")


def counted(number: int, noun: str) -> str:
    """`number` with its noun: "1 tensor", "3 tensors"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
