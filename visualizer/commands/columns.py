"""Rows of text under each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence


def aligned(titles: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> Iterator[str]:
    """Lines with the cells of each column under each other, two spaces apart; the columns in `right` end together."""
    cells = [*([titles] if titles else []), *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        sides = enumerate(zip(row, widths, strict=True))
        yield "  ".join(c.rjust(width) if number in right else c.ljust(width) for number, (c, width) in sides).rstrip()
