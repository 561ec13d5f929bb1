"""Numbers and lists as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.analysis.format import (
    BINARY_PREFIXES,
    PREFIXES,
    abbreviated,
    binary_size,
    dimensions,
    grouped,
    listed,
    relative,
    signed,
)


@pytest.mark.parametrize(
    ("count", "unit", "text"),
    [
        (25_557_032, "", "25.6 M"),
        (4_089_184_256, "MACs", "4.09 GMACs"),
        (8_178_368_512, "FLOPs", "8.18 GFLOPs"),
        (11_513_626_624, "MACs", "11.5 GMACs"),
        (269_722, "", "270 k"),
        (0, "", "0"),
        (999, "", "999"),
        (1000, "", "1.00 k"),
        (999_499, "", "999 k"),
        (999_500, "", "1.00 M"),
        (9_994_999, "", "9.99 M"),
        (9_995_001, "", "10.0 M"),
        (99_950_001, "", "100 M"),
        (5, "MACs", "5 MACs"),
        (3 * 10**18, "", "3000 P"),
    ],
)
def test_three_digits_and_a_prefix(count: int, unit: str, text: str) -> None:
    assert abbreviated(count, unit) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (102_228_128, "97.5 MiB"), (2**40 * 3, "3.00 TiB")],
)
def test_sizes_are_by_powers_of_1024(count: int, text: str) -> None:
    assert binary_size(count) == text


@given(st.integers(0, 10**17))
def test_an_abbreviation_is_within_half_a_unit_of_its_last_digit(count: int) -> None:
    number, _, prefix = abbreviated(count).partition(" ")
    factor = 1000 ** PREFIXES.index(prefix)
    unit = factor * 10 ** -len(number.partition(".")[2])
    assert abs(float(number) * factor - count) <= unit * 0.5000001
    assert len(number.replace(".", "")) <= 3


@given(st.integers(0, 2**49))
def test_a_size_is_within_half_a_unit_of_its_last_digit(count: int) -> None:
    number, _, prefix = binary_size(count).partition(" ")
    factor = 1024 ** BINARY_PREFIXES.index(prefix)
    unit = factor * 10 ** -len(number.partition(".")[2])
    assert abs(float(number) * factor - count) <= unit * 0.5000001


def test_every_digit_in_groups() -> None:
    assert grouped(25_557_032) == "25,557,032"


def test_shapes() -> None:
    assert dimensions((256, 56, 56)) == "256 × 56 × 56"
    assert dimensions((1000,)) == "1000"


def test_lists() -> None:
    assert [listed("abc"[:many]) for many in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("difference", "base", "absolute", "share"),
    [(173_824, 21_623_848, "+173,824", "+0.80 %"), (-7_680, 25_557_032, "−7,680", "−0.03 %"), (0, 5, "same", ""),
     (3, 0, "+3", ""), (16, 34, "+16", "+47.1 %"), (-1_182, 1_202, "−1,182", "−98.3 %"), (7, 7, "+7", "+100 %"),
     (11, 1, "+11", "+1,100 %"), (1, 1_000_000, "+1", "+0.0001 %")],
)  # fmt: skip
def test_differences_have_signs_and_percent(difference: int, base: int, absolute: str, share: str) -> None:
    assert signed(difference) == absolute
    assert relative(difference, base) == share
