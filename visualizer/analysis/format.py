"""Numbers and lists as people read them: 25,557,032 · 25.6 M · 4.09 GMACs · 256 × 56 × 56 · 97.5 MiB · a, b and c."""

from __future__ import annotations

from collections.abc import Iterable

PREFIXES = ("", "k", "M", "G", "T", "P")
BINARY_PREFIXES = ("B", "KiB", "MiB", "GiB", "TiB")


def grouped(count: int) -> str:
    """Every digit, in groups of three: 25,557,032."""
    return f"{count:,}"


def abbreviated(count: float, unit: str = "") -> str:
    """Three significant digits, a decimal prefix and the unit: 25.6 M, 4.09 GMACs; exact below 1,000."""
    number, prefix = _scaled(count, 1000, PREFIXES)
    return f"{number} {prefix}{unit}".rstrip()


def binary_size(count: int) -> str:
    """A size in bytes, by powers of 1,024: 97.5 MiB."""
    number, prefix = _scaled(count, 1024, BINARY_PREFIXES)
    return f"{number} {prefix}"


def signed(difference: int) -> str:
    """A difference with its sign, every digit: +173,824, −7,680; "same" for none."""
    if not difference:
        return "same"
    return ("+" if difference > 0 else "−") + grouped(abs(difference))


def relative(difference: int, base: int) -> str:
    """A difference in percent of what it is a difference to, with its sign: +17.2 %; empty where that is nothing."""
    if not difference or not base:
        return ""
    percent = abs(difference / base) * 100
    decimals = 0 if percent >= 99.95 else 1 if percent >= 9.995 else 2
    digits = f"{percent:,.{decimals}f}" if percent >= 0.1 else f"{percent:.2g}"
    return ("+" if difference > 0 else "−") + digits + " %"


def dimensions(shape: Iterable[int]) -> str:
    """A shape, C × H × W: 256 × 56 × 56."""
    return " × ".join(map(str, shape))


def listed(parts: Iterable[str]) -> str:
    """Parts of a sentence: "a", "a and b", "a, b and c"."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def _scaled(count: float, base: int, prefixes: tuple[str, ...]) -> tuple[str, str]:
    """The number at three significant digits under the largest prefix that leaves it at least 1, and that prefix."""
    power, scaled = 0, float(count)
    # From half below the base on, the rounded number would be the base itself: that is 1.00 of the next prefix.
    while abs(scaled) >= base - 0.5 and power + 1 < len(prefixes):
        power, scaled = power + 1, scaled / base
    if power == 0:
        return f"{count:g}", prefixes[0]
    digits = 2 if abs(scaled) < 9.995 else 1 if abs(scaled) < 99.95 else 0
    return f"{scaled:.{digits}f}", prefixes[power]
