"""The network as text: lists within each other, an alternative to the picture for everyone.

A part with parts in it is a <details> element, so it opens by click and by key, without a rerun. Lists say that they
are some, since VoiceOver takes one without bullets for none.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from visualizer.figures.in_words import Entry, outline
from visualizer.ui.store import FIGURES
from visualizer.ui.views import View

STYLE = """<style>
.rv-outline{font-size:.95rem}
.rv-outline ul{list-style:none;margin:0;padding-left:1.15rem;border-left:1px solid rgba(128,128,128,.35)}
.rv-outline>ul{padding-left:0;border:0}
.rv-outline li{margin:0}
.rv-outline summary,.rv-outline li>div{padding:.25rem .35rem;overflow-wrap:anywhere}
.rv-outline li>div{padding-left:1.45rem}
.rv-outline summary{cursor:pointer;border-radius:.3rem}
.rv-outline summary:hover{background:rgba(128,128,128,.12)}
.rv-outline b{font-weight:600}
.rv-outline small{font-size:.85rem;opacity:.85;font-variant-numeric:tabular-nums}
</style>"""


def outline_view(state: View) -> None:
    """The outline of the network; what leads to the selected block is open."""
    key = ("outline", state.spec, state.resolution, state.select)
    st.html(FIGURES.value(key, lambda: outline_html(outline(state.plan), state.select), len))


def outline_html(network: Entry, select: str = "") -> str:
    """The outline as nested lists; the stage and the block that hold the path `select` are open."""
    said = escape("; ".join((network.words, network.facts)))
    name = f"<p><b>{escape(network.name)}</b>: {said}</p>"
    return f'{STYLE}<div class="rv-outline">{name}{_list(network.entries, select)}</div>'


def _list(entries: Iterable[Entry], select: str) -> str:
    return f'<ul role="list">{"".join(_item(entry, select) for entry in entries)}</ul>'


def _item(entry: Entry, select: str) -> str:
    """A part as an item of a list: its name, what it is, its facts, and what is in it."""
    said = [escape(entry.words)] if entry.words else []
    facts = escape(entry.facts).replace(" × ", "\u00a0×\u00a0")  # a shape stays on one line
    said += [f"<small>{facts}</small>"] if facts else []
    line = f"<b>{escape(entry.title)}</b>{': ' * bool(said)}{'; '.join(said)}"
    if not entry.entries:
        return f"<li><div>{line}</div></li>"
    opened = " open" if entry.holds(select) else ""
    return f"<li><details{opened}><summary>{line}</summary>{_list(entry.entries, select)}</details></li>"
