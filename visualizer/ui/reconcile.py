"""Why others print other numbers, as HTML: a row a source, which opens to the arithmetic from our count to theirs."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from visualizer.analysis.format import grouped
from visualizer.analysis.reconcile import Account, Step, accounts
from visualizer.resnet import Plan
from visualizer.ui.store import FIGURES
from visualizer.ui.views import View

STYLE = """<style>
.rv-rec{container-type:inline-size;font-size:.95rem;margin-bottom:1.2rem}
.rv-rec summary,.rv-rec .rv-rec-head{display:grid;gap:.2rem .8rem;align-items:baseline;padding:.35rem .4rem;
 grid-template-columns:minmax(0,4fr) minmax(0,4fr) 6.5rem minmax(0,5fr);border-bottom:1px solid rgba(128,128,128,.35)}
.rv-rec .rv-rec-head{font-weight:600}
.rv-rec summary{cursor:pointer;list-style:none}
.rv-rec summary::-webkit-details-marker{display:none}
.rv-rec summary:hover{background:rgba(128,128,128,.12)}
.rv-rec summary>:first-child{padding-left:1.1em;text-indent:-1.1em}
.rv-rec summary>:first-child::before{content:"▸";display:inline-block;width:1.1em;text-indent:0}
.rv-rec details[open]>summary>:first-child::before{content:"▾"}
.rv-rec summary>:nth-child(2){font-variant-numeric:tabular-nums}
.rv-rec-why{padding:.5rem .6rem .7rem 1.6rem;background:rgba(128,128,128,.09);
 border-bottom:1px solid rgba(128,128,128,.35)}
.rv-rec-why p{margin:0 0 .5rem}
.rv-rec-steps{display:grid;grid-template-columns:minmax(0,1fr) max-content max-content;row-gap:.15rem;
 font-variant-numeric:tabular-nums;margin-bottom:.5rem}
.rv-rec-steps>:nth-child(3n){text-align:right;padding-left:1.2rem}
.rv-rec-steps>:nth-child(3n+2){text-align:right;padding-left:1.2rem}
.rv-rec-steps .rv-rec-sum{font-weight:600;border-top:1px solid rgba(128,128,128,.6)}
.rv-rec small{opacity:.8;font-size:.85rem}
@container (max-width:640px){
 .rv-rec .rv-rec-head{display:none}
 .rv-rec summary{grid-template-columns:minmax(0,1fr) auto}
 .rv-rec summary>:first-child,.rv-rec summary>:last-child{grid-column:1/-1}
 .rv-rec summary>:last-child:empty{display:none}
 .rv-rec-steps{grid-template-columns:minmax(0,1fr)}
 .rv-rec-steps>:nth-child(3n),.rv-rec-steps>:nth-child(3n+2){text-align:left;padding-left:0}
 .rv-rec-steps .rv-rec-sum:last-child{border:0}
 .rv-rec-steps>:nth-child(3n){margin-bottom:.5rem}
 .rv-rec-steps>:empty{display:none}
}
</style>"""
TITLES = {"macs": "Multiply-accumulates and what is called FLOPs", "params": "Parameters"}
NOTE = (
    "We count one multiply-accumulate (MAC) for each weight and output pixel of convolutions and linear layers, and "
    "every learned parameter. Others count more, or another version of the network. Open a row to see the arithmetic "
    "that leads from our number to theirs. Tools are asked about one picture in eval mode, and a model written as "
    "torchvision writes it, with a module for every layer."
)
NONE_PUBLISHED = "No published figure of this network, or of it in another library's dialect, is known here."
STATUS_WORDS = {
    "published": "printed by the source for the configuration that is named",
    "computed": "computed here by the tool's rules; the tests run the tool itself and compare to the last digit",
}


def reconcile_view(state: View) -> None:
    """Every source that says something of this network, with the steps from our count to its number."""
    st.html(FIGURES.value(("reconcile", state.spec, state.resolution), lambda: reconcile_html(state.plan), len))


def reconcile_html(plan: Plan) -> str:
    """A table for MACs and one for parameters."""
    found = accounts(plan)
    status = " ".join(f"<b>{status.capitalize()}</b>: {words}." for status, words in STATUS_WORDS.items())
    note = f'<p style="margin:.4rem 0 .8rem">{NOTE} {status}</p>'
    return STYLE + note + "".join(_table(found, quantity) for quantity in TITLES)


def _table(found: Sequence[Account], quantity: str) -> str:
    rows = [account for account in found if account.quantity == quantity]
    names = ("Source", "Prints", "Status", "For")
    head = "".join(f"<span>{name}</span>" for name in names)
    ours = f"<p><b>{TITLES[quantity]}</b>: we count {grouped(rows[0].ours)}.</p>" if rows else ""
    body = "".join(map(_row, rows))
    if not any(account.status == "published" for account in rows):
        ours += f"<p>{NONE_PUBLISHED}</p>"
    return f'{ours}<div class="rv-rec"><div class="rv-rec-head">{head}</div>{body}</div>'


def _row(account: Account) -> str:
    cells = (account.source, account.printed, account.status, account.network)
    row = "".join(f"<span>{escape(cell)}</span>" for cell in cells)
    return f"<details><summary>{row}</summary>{_why(account)}</details>"


def _why(account: Account) -> str:
    ending = f"<p>{escape(account.ending)}</p>" if account.ending else ""
    source = "Source" if account.status == "published" else "Computed"
    return (
        f'<div class="rv-rec-why"><p>{escape(account.why)}</p>{_steps(account)}{ending}'
        f"<small>{source}: {escape(account.place)}</small></div>"
    )


def _steps(account: Account) -> str:
    """Our count, each step, and the sum."""
    if not account.steps:
        return f"<p>Our count: {grouped(account.total)}.</p>"
    lines = [_line("our count", "", grouped(account.ours)), *map(_step, account.steps)]
    lines.append(_line("together", "", grouped(account.total), "rv-rec-sum"))
    return f'<div class="rv-rec-steps">{"".join(lines)}</div>'


def _step(step: Step) -> str:
    sign = "+" if step.number >= 0 else "−"
    return _line(step.words, step.formula, f"{sign} {grouped(abs(step.number))}")


def _line(words: str, formula: str, number: str, style: str = "") -> str:
    cells = (escape(words), escape(formula), number)
    return "".join(f'<span class="{style}">{cell}</span>' for cell in cells)
