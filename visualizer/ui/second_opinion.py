"""torchinfo: another tool's summary of the same network, beside our totals."""

from __future__ import annotations

from html import escape
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from visualizer.analysis.format import grouped
from visualizer.analysis.reconcile import Account, accounts
from visualizer.resnet import Plan
from visualizer.ui.cost_tables import table_html
from visualizer.ui.store import FIGURES
from visualizer.ui.views import View

if TYPE_CHECKING:
    from visualizer.network.second_opinion import Summary

_TURN = Lock()
"""One summary at a time: each holds the interpreter for as long as it takes."""


def torchinfo_view(state: View) -> None:
    """Its totals beside ours with the arithmetic between them, and its text."""
    from visualizer.network import NetworkTooLargeError
    from visualizer.network.second_opinion import TooManyLayersError

    plan = state.plan
    try:
        with st.spinner("torchinfo looks at the network …"):
            found = FIGURES.value(("torchinfo", plan.spec, plan.resolution), lambda: _summary(plan), _size)
    except (TooManyLayersError, NetworkTooLargeError) as error:
        st.info(str(error))
        return
    st.html(totals_html(plan, found))
    st.code(found.text, language=None, height=500)
    st.caption("torchinfo's own text, of the built model for one picture, on torch's meta device: shapes, no numbers.")


def _summary(plan: Plan) -> Summary:
    from visualizer.network.second_opinion import second_opinion

    with _TURN:
        return second_opinion(plan)


def _size(found: Summary) -> int:
    return len(found.text)


def totals_html(plan: Plan, found: Summary) -> str:
    """What torchinfo counts beside what we count, and the sum that leads from one to the other."""
    ours = {account.quantity: account for account in accounts(plan) if account.source == "torchinfo"}
    rows = [
        ("Parameters", *_compared(ours["params"], found.params)),
        ("Mult-adds", *_compared(ours["macs"], found.mult_adds)),
    ]
    names = ("Count", "From ours to theirs", "Ours", "torchinfo's")
    return table_html(names, rows, texts=2) + f'<p style="margin-top:.8rem">{ours["macs"].why}</p>'


def _compared(account: Account, theirs: int) -> tuple[str, str, str]:
    steps = "; ".join(f"+ {grouped(step.number)} {step.words}" for step in account.steps)
    return escape(steps) if account.steps else "the same", grouped(account.ours), grouped(theirs)
