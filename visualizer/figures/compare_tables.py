"""The table of several networks (`analysis.compared`) to take along: as Markdown, LaTeX and CSV.

The best of a row is bold in Markdown and LaTeX, which say so; CSV names it. CSV is for programs: a row for each network
and part, whole numbers without groups, and units in the headings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from visualizer.analysis.compared import BEST, TOTAL, Comparison, Counts, Part, Quantity
from visualizer.analysis.format import relative, signed

NOTHING = "–"
"""What stands for a part that a network lacks."""


class Line(NamedTuple):
    """A row as people read it: its part ("" where that stands above), what it tells, a cell a column, the best's."""

    part: str
    name: str
    cells: tuple[str, ...]
    best: tuple[int, ...]

    def written(self, escaped: Callable[[str], str], mark: str) -> list[str]:
        """The row in a form of text: every cell escaped, the best of the row in `mark`, such as "**{}**"."""
        cells = (
            mark.format(escaped(cell)) if number in self.best else escaped(cell)
            for number, cell in enumerate(self.cells)
        )
        return [escaped(self.part), escaped(self.name), *cells]


def headings(found: Comparison) -> list[str]:
    """The columns of a table for people: part, quantity, and the networks, each but the first with its difference."""
    names = [network.name for network in found.networks]
    rest = [text for place, name in enumerate(names[1:], 2) for text in (name, f"{place} − 1")]
    return ["", "", names[0], *rest]


def lines(found: Comparison) -> Iterator[Line]:
    """The rows of a table for people, part by part."""
    for part in found.all:
        counts, said = [_counted(one) for one in part.there], [_told(one.name, one.values) for one in part.said]
        for number, row in enumerate(counts + said if part.name == TOTAL else said + counts):
            yield row._replace(part="" if number else part.name)


def _counted(one: Counts) -> Line:
    cells = [_exact(one, 0)]
    for place in range(1, len(one.values)):
        cells += [_exact(one, place), _change(one, place)]
    columns = [0, *range(1, len(cells), 2)]  # each network's, between them the differences
    return Line("", _unit(one.quantity), tuple(cells), tuple(columns[place] for place in one.best))


def _unit(quantity: Quantity) -> str:
    return quantity.name if quantity.unit == "count" else f"{quantity.name} ({quantity.unit})"


def _exact(one: Counts, place: int) -> str:
    value = one.values[place]
    return NOTHING if value is None else f"{value:,}"


def _change(one: Counts, place: int) -> str:
    """The difference to the first network, absolute and relative: "+3,759,360 (+17.2 %)"."""
    more = one.difference(place)
    if more is None:
        return ""
    share = relative(more, one.values[0] or 0)
    return signed(more) + (f" ({share})" if share else "")


def _told(name: str, values: Sequence[str | None]) -> Line:
    cells = [values[0] or NOTHING]
    for value in values[1:]:
        cells += [value or NOTHING, "same" if value == values[0] else "≠"]
    return Line("", name, tuple(cells), ())


def caption(found: Comparison) -> str:
    """What the networks are, and what is counted."""
    networks = "; ".join(f"{name}: {plan.spec} at {plan.resolution} px" for name, plan in found.networks)
    batch, precision, optimiser = found.load
    return (
        f"{networks}. Memory: batch {batch}, {precision}; training with {optimiser}. "
        f"A MAC is one multiply-accumulate; receptive field: side, longest path."
    )


def as_markdown(found: Comparison) -> str:
    """A table whose columns stand under each other in the source too."""
    rows = [line.written(_marked, "**{}**") for line in lines(found)]
    head = list(map(_marked, headings(found)))
    widths = [max(3, *map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = ["-" * width if number < 2 else "-" * (width - 1) + ":" for number, width in enumerate(widths)]
    table = [_bars(row, widths) for row in (head, rule, *rows)]
    return "\n".join([*table, "", f"{_marked(caption(found))} Bold: {BEST}."])


def _bars(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = enumerate(zip(cells, widths, strict=True))
    return "| " + " | ".join(c.ljust(width) if number < 2 else c.rjust(width) for number, (c, width) in pairs) + " |"


def _marked(text: str) -> str:
    """A text in which Markdown sees no mark-up."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#" else sign for sign in text)


LATEX: Mapping[str, str] = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "<": "$<$", ">": "$>$", "×": "$\\times$", "·": "$\\cdot$", "−": "$-$", "–": "--", "≠": "$\\neq$",
    "ε": "$\\varepsilon$", "→": "$\\to$", "…": "\\dots{}",
}  # fmt: skip
"""What LaTeX prints as the sign."""


def as_latex(found: Comparison) -> str:
    """A tabular with booktabs' rules; it needs \\usepackage{booktabs} and nothing else."""
    head = headings(found)
    rows = []
    for line in lines(found):
        rows += ["\\midrule"] if line.part and line.part != TOTAL else []
        rows.append(_ampersands(line.written(latex, "\\textbf{{{}}}")))
    return "\n".join([
        f"% {caption(found)}", f"% Bold: {BEST}. It needs \\usepackage{{booktabs}}.",
        f"\\begin{{tabular}}{{ll{'r' * (len(head) - 2)}}}", "\\toprule", _ampersands(map(latex, head)), "\\midrule",
        *rows, "\\bottomrule", "\\end{tabular}",
    ])  # fmt: skip


def _ampersands(cells: Iterable[str]) -> str:
    return " & ".join(cells) + " \\\\"


def latex(text: str) -> str:
    """A text whose special signs are printed. A "[" at the start of a row would be read as a length: it is braced."""
    found = "".join(LATEX.get(sign, sign) for sign in text)
    return f"{{}}{found}" if found.startswith("[") else found


def as_csv(found: Comparison) -> str:
    """A row for each network and part, with the differences to the first network."""
    text = io.StringIO()
    rows = [_plain(found, place, part) for part in found.all for place in range(len(found.networks))]
    head = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, head, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _plain(found: Comparison, place: int, part: Part) -> dict[str, str | int]:
    """One row of CSV by its headings; what a network lacks is left empty."""
    name, plan = found.networks[place]
    row: dict[str, str | int] = {
        "place": place + 1, "network": _safe(name.partition(" · ")[2] or name), "spec": _safe(str(plan.spec)),
        "resolution (px)": plan.resolution, "part": part.name,
    }  # fmt: skip
    row["best in"] = "; ".join(one.quantity.name for one in part.counts if place in one.best)
    for one in part.counts:
        unit = one.quantity.unit
        row |= _filled({
            f"{one.quantity.name} ({unit})": one.values[place],
            f"{one.quantity.name}, difference to 1 ({unit})": one.difference(place),
            f"{one.quantity.name}, difference to 1 (%)": _percent(one, place),
        })  # fmt: skip
    return row | {said.name: _safe(said.values[place] or "") for said in part.said}


def _filled(cells: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {name: "" if value is None else value for name, value in cells.items()}


def _percent(one: Counts, place: int) -> str:
    """The relative difference, at six significant digits; empty where the first network has none."""
    first, more = one.values[0], one.difference(place)
    return f"{100 * more / first:.6g}" if first and more is not None else ""


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class Form(NamedTuple):
    """A form of the table to take along: its title, its file's extension and MIME type, its text."""

    title: str
    extension: str
    mime: str
    of: Callable[[Comparison], str]


FORMS: Mapping[str, Form] = {
    "csv": Form("CSV", "csv", "text/csv", as_csv),
    "markdown": Form("Markdown", "md", "text/markdown", as_markdown),
    "latex": Form("LaTeX", "tex", "application/x-tex", as_latex),
}
"""What the page offers to take along."""
