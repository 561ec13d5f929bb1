"""Compare's view "Measured here": time and memory of each network on the server's machine, by a button."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from visualizer.analysis.compared import Named
from visualizer.analysis.measured import BUSY, CLEAR, Measurement, pictures
from visualizer.analysis.naming import network_name
from visualizer.figures.palettes import Theme
from visualizer.figures.report import Chart, Heading, Item, Words
from visualizer.ui.compare_columns import columns
from visualizer.ui.handout import locked, shown
from visualizer.ui.jobs import QUEUE, Job
from visualizer.ui.measured_table import table, table_html
from visualizer.ui.measuring import Asked, Told, ask, asked, cancel, job, predicted, result, too_large
from visualizer.ui.plotly_view import plotly_view
from visualizer.ui.sentences import literal
from visualizer.ui.theme import theme
from visualizer.ui.views import View

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

NOTHING = "Nothing was measured of these networks together."
HOW = (
    "Forward passes of noise in eager PyTorch, float32, inference and evaluation mode, with random weights: what a "
    "pass takes does not depend on their values. The networks have their turns one after the other, again and again, "
    "each in a process of its own; passes that warm up do not count. Peak memory is what the process had at once "
    "beyond what PyTorch itself takes, in a pass of its own: weights, pictures, values, and the work memory of "
    "convolutions, which the prediction leaves out."
)
DISTURBED = (
    "Other programs kept this machine busy meanwhile, so passes took longer and differ more than they would: measure "
    "again when it is quiet."
)
MARKS = (
    "“fastest” stands where a network's range of quartiles lies below all others', “no clear difference” where ranges "
    f"overlap, “least” where memory is lower by more than {CLEAR - 1:.0%}."
)


def measured_view(state: View) -> None:
    """The button or how far it is, and what was measured last."""
    found, current = result(state), job()
    if current is not None and not current.ended:
        _progress()
    else:
        _button(state, found, current)
    if found is None:
        return
    _failures(found, columns(state))
    st.caption(literal(circumstances(found)))
    if found.others is not None and found.others > BUSY:
        st.warning(literal(DISTURBED))
    st.html(table_html(found, columns(state)))
    alt = "Time per picture with its quartiles, and peak memory of each network"
    plotly_view(_chart(state, found, theme()), "measured_chart", alt)
    st.caption(f"{HOW} {MARKS}")


def _button(state: View, found: Measurement | None, last: Job | None) -> None:
    """What went wrong before, what is too large, or the button."""
    wish = asked(state)
    if last is not None and last.about == wish:
        st.warning(literal(last.error))
    sentence = too_large(state)
    if sentence:
        st.warning(literal(sentence))
        return
    if found is None:
        st.caption(
            "Measures how long each network takes on this server's processor, and how much memory, for 1 picture and "
            "for 8 at a time. That takes half a minute or so; one measurement runs at a time."
        )
    label, fixed = "Measure again" if found else "Measure", locked("measure")
    if shown("measure"):
        st.button(label, key="measure", on_click=partial(ask, wish), icon=":material/timer:", disabled=fixed)


@st.fragment(run_every=1.0)
def _progress() -> None:
    """How far this session's measurement is; at its end the page is drawn anew."""
    current = job()
    if current is None or current.ended:
        st.rerun()
    _how_far(current, QUEUE.before(current))
    st.button("Cancel", key="cancel_measuring", on_click=cancel, icon=":material/stop:")


def _how_far(current: Job, before: int) -> None:
    wish: Asked = current.about
    names = ", ".join(map(network_name, wish.specs))
    if before:
        word = "measurement" if before == 1 else "measurements"
        st.info(literal(f"{before} {word} before yours; one runs at a time on this server. Yours: {names}."))
        return
    told: Told | None = current.told
    left = told.progress.left if told else None
    share = told.seconds / (told.seconds + left) if told and left is not None else 0.0
    st.progress(min(share, 1.0), literal(progress_words(wish, told)))


def progress_words(wish: Asked, told: Told | None) -> str:
    """What is done now: "ResNet-50, 8 pictures at a time: round 3 of 12, about 9 s left"."""
    now = told.progress if told else None
    if now is None or now.place is None:
        return "Starting a process for each network …"
    what = f"{network_name(wish.specs[now.place])}, {pictures(now.batch)} at a time"
    if now.left is None:
        return f"{what}: warming up"
    return f"{what}: round {now.round} of {now.rounds}, about {max(now.left, 1):.0f} s left"


def _failures(found: Measurement, shown: Sequence[Named]) -> None:
    for column in shown:
        sentence = found.failed.get(column.plan.spec)
        if sentence:
            st.warning(literal(f"{column.name}: {sentence}"))


def circumstances(found: Measurement) -> str:
    """Where, when and how: what stands beside every number."""
    machine, size = found.machine, found.resolution
    passes = [len(one.seconds) for timings in found.timings.values() for one in timings]
    counts = f"{min(passes)}" if min(passes) == max(passes) else f"{min(passes)} to {max(passes)}"
    return (
        f"Measured here, {found.at.day} {found.at:%B %Y, %H:%M %Z}: {machine.processor}, "
        f"{_many(machine.cores, 'core')}, {_many(machine.threads, 'thread')}, {machine.system}, PyTorch "
        f"{machine.torch}, float32, pictures of {size} × {size} pixels (N×C×H×W), {counts} passes for each "
        f"median{_meanwhile(found)}."
    )


def _meanwhile(found: Measurement) -> str:
    if found.others is None:
        return ""
    return f"; other programs took {found.others:.0%} of the processors' time meanwhile"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count > 1 else ''}"


def _chart(state: View, found: Measurement, shown: Theme) -> Figure:
    from visualizer.figures.measured_chart import Measured, measured_chart  # plotly is loaded when it is needed

    networks = []
    for column in columns(state):
        timings = found.timings.get(column.plan.spec, ())
        guesses = tuple(predicted(column.plan, one.batch) for one in timings)
        networks.append(Measured(column.name, timings, guesses))
    return measured_chart(networks, shown)


def report(state: View) -> list[Item]:
    """What was measured, if it was; nothing is measured for a report."""
    found = result(state)
    if found is None:
        return [Heading("Measured here"), Words(NOTHING)]
    failed = [
        Words(f"{column.name}: {found.failed[column.plan.spec]}")
        for column in columns(state) if column.plan.spec in found.failed
    ]  # fmt: skip
    return [
        Heading("Measured here"), Words(circumstances(found)), *failed, table(found, columns(state), MARKS),
        Chart(_chart(state, found, "light")), Words(HOW),
    ]  # fmt: skip
