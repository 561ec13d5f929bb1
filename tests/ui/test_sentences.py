"""Words of others in our sentences."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.ui.sentences import file_name, literal


@pytest.mark.parametrize("text", ["**a**", "[a](http://b)", "![a](b)", "<b>", "$x$", "`a`", ":red[a]", "# a", "~~a~~"])
def test_no_sign_of_markdown_stands_without_its_backslash(text: str) -> None:
    written = literal(text)
    assert not re.search(r"(?<!\\)[*\[\]()<>$`:#~!]", written.replace("\\\\", ""))


@given(st.text())
def test_without_the_backslashes_it_is_the_text(text: str) -> None:
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", literal(text)) == text


@given(st.text(max_size=700))
def test_a_name_is_one_short_printable_line(name: str) -> None:
    shown = file_name(name)
    assert len(shown) <= 40
    assert shown.isprintable()


def test_a_long_name_keeps_its_ending() -> None:
    assert file_name("x" * 100 + "_last.pth") == "x" * 28 + "…" + "xx_last.pth"
    assert file_name("kept.pth") == "kept.pth"
