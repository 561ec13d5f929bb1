"""Sentences for people with words of others in them: names of files, parts of links, what is inside a file."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")


def literal(text: str) -> str:
    """The text as Markdown that shows it letter by letter: no link, no picture, no formula, no HTML comes of it."""
    return _MARKUP.sub(r"\\\1", text)


def file_name(name: str, most: int = 40) -> str:
    """A file's name on one line of printable characters, cut in the middle: "holiday …42.jpg"."""
    clean = " ".join("".join(char if char.isprintable() else " " for char in name[:500]).split())
    return clean if len(clean) <= most else f"{clean[: most - 12]}…{clean[-11:]}"
