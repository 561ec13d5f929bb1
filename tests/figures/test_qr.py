"""The QR code of a link, read back by a reader of our own that follows the standard (ISO/IEC 18004)."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from visualizer.figures.qr import MOST, QUIET, modules, qr_png

MASKS = (
    lambda row, column: (row + column) % 2, lambda row, column: row % 2, lambda row, column: column % 3,
    lambda row, column: (row + column) % 3, lambda row, column: (row // 2 + column // 3) % 2,
    lambda row, column: row * column % 2 + row * column % 3,
    lambda row, column: (row * column % 2 + row * column % 3) % 2,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2,
)  # fmt: skip
"""Clause 7.8.2, table 10: a data module is turned over where the formula gives 0."""
IN_ONE_PIECE = 106
"""Bytes of a link in version 5 at level L, the last in which the data are not interleaved (table 9)."""


def read(code: NDArray[np.bool_]) -> str:
    """The text of a code of version 1 to 5 at level L in byte mode, without correcting errors."""
    size = len(code)
    form = [bool(code[8, column]) for column in (0, 1, 2, 3, 4)]  # clause 7.9: level and mask, turned over by 10101
    level, mask = ([bit ^ (place % 2 == 0) for place, bit in enumerate(form)][at] for at in (slice(2), slice(2, 5)))
    assert level == [False, True]  # L
    turned = MASKS[sum(bit << (2 - place) for place, bit in enumerate(mask))]
    bits = [bool(code[row, column]) ^ (turned(row, column) == 0) for row, column in _path(size)]
    assert _number(bits[:4]) == 0b0100  # bytes
    length = _number(bits[4:12])
    return bytes(_number(bits[12 + 8 * at : 20 + 8 * at]) for at in range(length)).decode("ascii")


def _path(size: int) -> list[tuple[int, int]]:
    """Rows and columns of the data modules in their order: in pairs of columns, up and down, from the right."""
    columns = [right for right in range(size - 1, 0, -2) if right > 6] + [5, 3, 1]
    steps = []
    for pair, right in enumerate(columns):
        rows = range(size) if pair % 2 else range(size - 1, -1, -1)
        steps += [(row, column) for row in rows for column in (right, right - 1) if not _fixed(size, row, column)]
    return steps


def _fixed(size: int, row: int, column: int) -> bool:
    """Whether a module is a finder with its format, a timing line or the alignment pattern."""
    finder = (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9)
    alignment = size > 21 and abs(row - size + 7) <= 2 and abs(column - size + 7) <= 2
    return finder or alignment or row == 6 or column == 6


def _number(bits: list[bool]) -> int:
    return sum(bit << (len(bits) - 1 - place) for place, bit in enumerate(bits))


@settings(max_examples=15)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=IN_ONE_PIECE))
def test_a_code_is_read_back_as_its_link(link: str) -> None:
    assert read(modules(link)) == link


def test_the_picture_is_the_code_in_white_that_is_wide_enough() -> None:
    link = "http://class.example:8501/compare?net=resnet50&vs=resnet34&lock=depth"
    pixels = np.asarray(Image.open(BytesIO(qr_png(link))))
    dark = pixels.max(axis=2) == 0
    assert not dark[:QUIET].any()
    assert not dark[:, -QUIET:].any()
    assert read(dark[QUIET:-QUIET, QUIET:-QUIET]) == link


def test_a_link_that_no_phone_could_read_is_refused() -> None:
    with pytest.raises(ValueError, match="is too long for a code"):
        modules("x" * (MOST + 1))


def test_the_longest_link_has_a_code() -> None:
    assert modules("x" * MOST).shape == (105, 105)
