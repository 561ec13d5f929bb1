"""What each network of a comparison is beside the first, a sentence each, on the page and in the report."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from visualizer.analysis import costs
from visualizer.analysis.compared import Named
from visualizer.analysis.difference import Difference
from visualizer.analysis.difference_words import ORDER_NOTE, Clause, DifferenceWords, difference_words
from visualizer.figures.captions import blocks_text, counts_text
from visualizer.figures.report import Item, Words
from visualizer.resnet import Plan
from visualizer.ui.compare_columns import columns, kept
from visualizer.ui.sentences import literal
from visualizer.ui.views import View

REFERENCE = "is what the others are compared with."
NO_BREAK = "\N{NO-BREAK SPACE}"


def names_view(state: View) -> None:
    """What is compared: names and counts in one line, which a link shows before anything else."""
    st.caption(kept("names", state, _names))


def _names(columns: Sequence[Named]) -> str:
    return " — ".join(f"{literal(one.name)}: {counts_text(costs(one.plan).total, ', ')}" for one in columns)


def words_view(state: View) -> None:
    """One sentence a network: what it is beside the first; in Markdown, which a browser shows before it loads more."""
    found = kept("words", state, words_markdown)
    with st.container(key="differences"):
        st.markdown(found)
    if ORDER_MARK in found:
        st.caption(ORDER_NOTE)


def words_markdown(columns: Sequence[Named]) -> str:
    """One sentence a network, as a list."""
    first, *others = columns
    lines = [f"**{literal(first.name)}** {REFERENCE}"]
    lines += [_sentence(first, other, difference_words(first.plan, other.plan)) for other in others]
    return "\n".join(f"- {line}" for line in lines)


def report(state: View) -> list[Item]:
    """The sentences in plain text; nothing has to be computed for them but what the page shows."""
    first, *others = columns(state)
    found = [difference_words(first.plan, other.plan) for other in others]
    lines = [
        Words(f"{said.sentence(first.name, other.name)} {_differing(first.plan, other.plan)}")
        for other, said in zip(others, found, strict=True)
    ]
    reference = Words(f"{first.name} {REFERENCE}")
    return [reference, *lines, *(Words(ORDER_NOTE) for _ in range(any(len(said.clauses) > 1 for said in found)))]


ORDER_MARK = "; together **"
"""Where a sentence has several changes, whose order is then told."""


def _sentence(first: Named, other: Named, said: DifferenceWords) -> str:
    name = f"**{literal(other.name)}**"
    if said.same:
        return f"{name} is the same network as {literal(first.name)}."
    total, blocks = f"{_unbroken(said.total)}**", literal(_differing(first.plan, other.plan))
    if len(said.clauses) == 1:
        return f"{name} {literal(said.clauses[0].words)}: **{total}. {blocks}"
    return f"{name} {'; '.join(map(_clause, said.clauses))}{ORDER_MARK}{total}. {blocks}"


def _clause(clause: Clause) -> str:
    return f"{literal(clause.words)}: {_unbroken(clause.numbers)}"


def _unbroken(numbers: str) -> str:
    """Amounts that break between them and not within."""
    return ", ".join(literal(amount.replace(" ", NO_BREAK)) for amount in numbers.split(", "))


def _differing(first: Plan, other: Plan) -> str:
    """How many of the second network's blocks differ from the first's that they stand beside, and how many it lacks."""
    pairs = Difference(first, other).blocks
    differing = sum(pair.second is not None and pair.differs for pair in pairs)
    missing = sum(pair.second is None for pair in pairs)
    return f"{differing} of {blocks_text(len(other.blocks))} differ" + (f", {missing} are missing." if missing else ".")
