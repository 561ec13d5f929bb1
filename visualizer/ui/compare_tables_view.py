"""The tables of a comparison on the page, and the same tables to take along."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from shlex import quote
from typing import TYPE_CHECKING

import streamlit as st

from visualizer.analysis.compared import BEST, TOTAL, Comparison, Load, compared
from visualizer.analysis.memory import OPTIMISERS, PRECISIONS
from visualizer.analysis.table import row_of
from visualizer.figures.compare_tables import FORMS, Form, Line, caption, lines
from visualizer.resnet import text
from visualizer.ui.compare_columns import columns, kept, selected_words
from visualizer.ui.compare_tables import figures_html, stages_html
from visualizer.ui.control import control
from visualizer.ui.handout import locked, shown
from visualizer.ui.presentation import wide
from visualizer.ui.state import change
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme
from visualizer.ui.views import BATCHES, View

if TYPE_CHECKING:
    from visualizer.figures.report import Item, Table

FILE = "comparison"
NO_BREAK = "\N{NO-BREAK SPACE}"
HEIGHT = 420
"""Pixels of the text to copy, which scrolls in itself."""


def ground() -> None:
    """Give the headings of rows, which stay in sight while a wide table is scrolled, the page's own ground."""
    colour = st.get_option(f"theme.{theme()}.backgroundColor")
    headings = ".rv-compare th[scope=row],.rv-compare thead th:first-child"
    rule = f"{headings}{{position:sticky;left:0;z-index:1;background:{colour}}}"
    st.html(f"<style>@media(max-width:800px){{{rule}}}</style>")


def comparison(state: View) -> Comparison:
    """The table of the compared networks, memory for the batch, precision and optimiser of the view."""
    return compared(columns(state), Load(state.batch, state.precision, state.optimiser))


def tables_view(state: View) -> None:
    """The totals, Table 1 side by side, and both to take along."""
    ground()
    load = f"{state.batch} {state.precision} {state.optimiser}"
    st.html(kept(f"figures {load}", state, lambda _: figures_html(comparison(state))))
    st.caption(
        f"Differences are to network 1. “fewest”, “least” and “largest” mark the best of a row: {BEST}; "
        "best is no word about accuracy."
    )
    _load(state)
    st.subheader("Stages", anchor=False)
    row = row_of(state.node) if state.node else ""
    st.html(kept(f"stages {row}", state, lambda _: stages_html(comparison(state), row)))
    if state.node:
        st.caption(selected_words(state, row))
    st.caption("The receptive field is that at the end of the stage: side in pixels of the input, on the longest path.")
    _take_along(state)


def _load(state: View) -> None:
    """What memory is counted for, as on Explore's page of costs."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        choices = (
            ("Memory for pictures in a batch", "batch", BATCHES), ("Precision", "precision", tuple(PRECISIONS)),
            ("Optimiser", "optimiser", tuple(OPTIMISERS)),
        )  # fmt: skip
        for label, field, known in choices:
            control(
                st.selectbox, label, known, key=f"compared_{field}", value=getattr(state, field), width=wide(230),
                act=partial(_chosen, field, known),
            )  # fmt: skip


def _chosen(field: str, known: tuple[object, ...], value: object) -> None:
    if value in known:  # a browser can send anything
        change(**{field: value})


def _take_along(state: View) -> None:
    """Three files, and their text to copy with the command that prints it."""
    if not shown("take"):
        return
    st.subheader("Take the tables along", anchor=False)
    with st.container(horizontal=True):
        for key, form in FORMS.items():
            st.download_button(
                f"Download {form.title}", partial(written, state, key), f"{FILE}.{form.extension}", form.mime,
                key=f"download_{key}", on_click="ignore", icon=":material/download:", disabled=locked("take"),
            )  # fmt: skip
    copy = st.expander("Copy them, or make them again", key="compared_copy", on_change="rerun")
    if copy.open:
        with copy:
            _copy(state)


def _copy(state: View) -> None:
    st.code(command(state), "bash", wrap_lines=True)
    key = st.segmented_control(
        "Form", list(FORMS), default="markdown", key="compared_form", format_func=_title, required=True
    )
    key = key if key in FORMS else "markdown"
    st.code(written(state, key), None, height=HEIGHT)


def _title(key: str) -> str:
    return FORMS[key].title if key in FORMS else key


def written(state: View, key: str) -> str:
    """The table in one of `FORMS`, written once for all who ask for it."""
    form: Form = FORMS[key]
    load = state.batch, state.precision, state.optimiser
    return FIGURES.value(
        ("comparison", key, state.compared, state.resolution, load), lambda: form.of(comparison(state)), len
    )


def command(state: View) -> str:
    """The line that prints the same table."""
    specs = " ".join(quote(text(spec)) for spec in state.compared)
    return (
        f"python -m visualizer compare {specs} --resolution {state.resolution} --batch {state.batch} "
        f"--precision {state.precision} --optimiser {quote(state.optimiser)}"
    )


def report(state: View) -> list[Item]:
    """The totals and the stages, a table each, of the same rows as the text forms."""
    from visualizer.figures.report import Heading, Words

    found = comparison(state)
    rows = list(lines(found))
    end = next(number for number, line in enumerate(rows) if line.part not in ("", TOTAL))
    marked = Words(f"{caption(found)} Best of a row: {BEST}.")
    return [Heading("Tables"), _table("Totals", found, rows[:end]), _table("Stages", found, rows[end:]), marked]


def _table(title: str, found: Comparison, rows: Sequence[Line]) -> Table:
    """A column a network, with its difference under each count: a page has no room for more of them."""
    from visualizer.figures.report import Table

    head = ("", "", *(network.name for network in found.networks))
    best = frozenset((number, 2 + (column + 1) // 2) for number, line in enumerate(rows) for column in line.best)
    return Table(head, tuple(map(_narrow, rows)), title, tuple(range(2, len(head))), best)


def _narrow(line: Line) -> tuple[str, ...]:
    first, *rest = line.cells
    cells = [_with_change(own, change) for own, change in zip(rest[::2], rest[1::2], strict=True)]
    return (line.part, line.name, first, *cells)


def _with_change(own: str, change: str) -> str:
    """A cell with its difference: "34; −16 (−32.0 %)", "≠ 512 × 7 × 7"; alone where there is none."""
    if change in ("", "same"):
        return own
    return f"≠ {own}" if change == "≠" else f"{own}; {change.replace(' %', f'{NO_BREAK}%')}"
