"""What each network of a comparison is beside the first, a sentence each, on the page and in the report."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from visualizer.analysis.difference import Difference
from visualizer.analysis.difference_words import ORDER_NOTE, Clause, DifferenceWords, difference_words
from visualizer.figures.captions import blocks_text
from visualizer.figures.report import Item, Words
from visualizer.resnet import Plan
from visualizer.ui.compare_columns import Column, columns, kept
from visualizer.ui.views import View

STYLE = """<style>
ul.rv-words{margin:0;padding-left:1.1rem}
ul.rv-words li{margin:.2rem 0;text-wrap:pretty}
ul.rv-words .rv-adds{font-variant-numeric:tabular-nums;opacity:.85}
ul.rv-words .rv-all{font-variant-numeric:tabular-nums;font-weight:600}
.rv-words-note{font-size:.82rem;opacity:.75;margin:.2rem 0 0}
</style>"""


def words_view(state: View) -> None:
    """One sentence a network: what it is beside the first."""
    st.html(kept("words", state, words_html))


def words_html(columns: Sequence[Column]) -> str:
    """One sentence a network, and in which order several changes are counted."""
    first, *others = columns
    found = [difference_words(first.plan, other.plan) for other in others]
    lines = [f"<li><b>{escape(first.name)}</b> is what the others are compared with.</li>"]
    lines += [f"<li>{_sentence(first, other, said)}</li>" for other, said in zip(others, found, strict=True)]
    return f'{STYLE}<ul class="rv-words">{"".join(lines)}</ul>{_note(found)}'


def report(state: View) -> list[Item]:
    """The sentences in plain text; nothing has to be computed for them but what the page shows."""
    first, *others = columns(state)
    found = [difference_words(first.plan, other.plan) for other in others]
    lines = [
        Words(f"{said.sentence(first.name, other.name)} {_differing(first.plan, other.plan)}")
        for other, said in zip(others, found, strict=True)
    ]
    return [*lines, *(Words(ORDER_NOTE) for _ in range(any(len(said.clauses) > 1 for said in found)))]


def _sentence(first: Column, other: Column, said: DifferenceWords) -> str:
    name = f"<b>{escape(other.name)}</b>"
    if said.same:
        return f"{name} is the same network as {escape(first.name)}."
    total = f'<span class="rv-all">{_unbroken(said.total)}</span>'
    blocks = escape(_differing(first.plan, other.plan))
    if len(said.clauses) == 1:
        return f"{name} {escape(said.clauses[0].words)}: {total}. {blocks}"
    return f"{name} {'; '.join(map(_clause, said.clauses))}; together {total}. {blocks}"


def _clause(clause: Clause) -> str:
    return f'{escape(clause.words)}: <span class="rv-adds">{_unbroken(clause.numbers)}</span>'


def _unbroken(numbers: str) -> str:
    """Amounts as HTML that breaks between them and not within."""
    return ", ".join(escape(amount).replace(" ", "&nbsp;") for amount in numbers.split(", "))


def _note(found: Sequence[DifferenceWords]) -> str:
    several = any(len(said.clauses) > 1 for said in found)
    return f'<p class="rv-words-note">{escape(ORDER_NOTE)}</p>' if several else ""


def _differing(first: Plan, other: Plan) -> str:
    """How many of the second network's blocks differ from the first's that they stand beside, and how many it lacks."""
    pairs = Difference(first, other).blocks
    differing = sum(pair.second is not None and pair.differs for pair in pairs)
    missing = sum(pair.second is None for pair in pairs)
    return f"{differing} of {blocks_text(len(other.blocks))} differ" + (f", {missing} are missing." if missing else ".")
