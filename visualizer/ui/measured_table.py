"""What was measured as a table, a column a network: rows of text, which the page and the report show alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from visualizer.analysis.compared import Named
from visualizer.analysis.format import binary_size
from visualizer.analysis.measured import (
    BATCHES,
    Measurement,
    Timing,
    digits,
    fastest,
    least,
    milliseconds,
    pictures,
    spread,
)
from visualizer.figures.report import Table
from visualizer.ui import compare_tables
from visualizer.ui.measuring import predicted

NONE = "–"
FASTEST, AMONG, LEAST = "fastest", "no clear difference", "least"


class Cell(NamedTuple):
    """The number with its unit; what is said below it; and a word if it is the best of its row."""

    value: str
    notes: tuple[str, ...] = ()
    word: str = ""


class Row(NamedTuple):
    """A quantity at a batch: its name, what it is, and a cell a network."""

    batch: int
    name: str
    note: str
    cells: tuple[Cell, ...]


def rows(found: Measurement, columns: Sequence[Named]) -> list[Row]:
    """All rows, batch by batch; ratios are to the first network."""
    return [row for batch in BATCHES for row in _rows(found, columns, batch)]


def _rows(found: Measurement, columns: Sequence[Named], batch: int) -> Iterator[Row]:
    timings = [found.timing(column.plan.spec, batch) for column in columns]
    yield Row(batch, "Time of a pass", "median; between the quartiles", _times(timings))
    if batch > 1:
        yield Row(batch, "Time per picture", f"a pass / {batch}", _cells(timings, _per_picture))
    yield Row(batch, "Pictures per second", "", _cells(timings, lambda one: Cell(f"{digits(one.rate)} /s")))
    yield Row(batch, "Peak memory", "measured", _peaks(timings))
    plans = [column.plan for column in columns]
    guesses = [_predicted(predicted(plan, batch), one) for plan, one in zip(plans, timings, strict=True)]
    yield Row(batch, "Predicted memory", "by the plan", tuple(guesses))


def _cells(timings: Sequence[Timing | None], cell: Callable[[Timing], Cell]) -> tuple[Cell, ...]:
    return tuple(cell(one) if one else Cell(NONE) for one in timings)


def _per_picture(one: Timing) -> Cell:
    return Cell(f"{milliseconds(one.median / one.batch)} ms")


def _times(timings: Sequence[Timing | None]) -> tuple[Cell, ...]:
    marks, first = fastest(timings), timings[0]
    word = FASTEST if sum(marks) == 1 else AMONG
    cells = []
    for place, (one, mark) in enumerate(zip(timings, marks, strict=True)):
        if one is None:
            cells.append(Cell(NONE))
            continue
        ratio = (_ratio(one.median, first.median),) if first and place else ()
        cells.append(Cell(f"{milliseconds(one.median)} ms", (spread(one), *ratio), word if mark else ""))
    return _unless_all(cells) if word == FASTEST else tuple(cells)


def _peaks(timings: Sequence[Timing | None]) -> tuple[Cell, ...]:
    marks = least(timings)
    first = timings[0].peak if timings[0] else None
    cells = []
    for place, (one, mark) in enumerate(zip(timings, marks, strict=True)):
        peak = one.peak if one else None
        if peak is None:
            cells.append(Cell(NONE if one is None else "not known on this system"))
            continue
        ratio = (_ratio(peak, first),) if first and place else ()
        cells.append(Cell(binary_size(peak), ratio, LEAST if mark else ""))
    return _unless_all(cells)


def _unless_all(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells; without the word if it stands in all of them."""
    return tuple(cell._replace(word="") for cell in cells) if all(cell.word for cell in cells) else tuple(cells)


def _predicted(size: int, one: Timing | None) -> Cell:
    return Cell(binary_size(size), (f"measured: {one.peak / size:.2f} ×",) if one and one.peak else ())


def _ratio(value: float, first: float) -> str:
    return f"{value / first:.2f} × the first"


def table_html(found: Measurement, columns: Sequence[Named]) -> str:
    """The table as HTML; a network that failed has dashes."""
    all_rows = rows(found, columns)
    groups = [
        compare_tables.group(
            f"{pictures(batch)} at a time", [_row_html(row) for row in all_rows if row.batch == batch], len(columns)
        )
        for batch in BATCHES
    ]
    return compare_tables.table("Measured", columns, "".join(groups))


def _row_html(row: Row) -> str:
    cells = []
    for cell in row.cells:
        word = f' <span class="rv-tag">{cell.word}</span>' if cell.word else ""
        notes = "".join(f"<small>{escape(note)}</small>" for note in cell.notes)
        cells.append(f"<td><span>{escape(cell.value)}</span>{word}{notes}</td>")
    note = f"<small>{row.note}</small>" if row.note else ""
    return compare_tables.row(f"{row.name}{note}", cells)


def table(found: Measurement, columns: Sequence[Named], caption: str) -> Table:
    """The same table for the report."""
    all_rows = rows(found, columns)
    lines = [
        (pictures(row.batch), row.name, *("; ".join(filter(None, (c.value, *c.notes, c.word))) for c in row.cells))
        for row in all_rows
    ]
    best = {
        (number, 2 + place)
        for number, row in enumerate(all_rows)
        for place, cell in enumerate(row.cells) if cell.word in (FASTEST, LEAST)
    }  # fmt: skip
    head = ("At a time", "Measured", *(column.name for column in columns))
    return Table(head, tuple(lines), caption, best=frozenset(best))
