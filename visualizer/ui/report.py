"""What is on a page as a file of its own, HTML or PDF, which opens without network: the button, and what all have.

A page hands over its parts as they are in the report (`figures.report`); they are made, and the file from them, when
the download is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import NamedTuple
from urllib.parse import urlsplit

import streamlit as st

from visualizer.figures.report import Item, Link, Report, Words
from visualizer.ui.handout import locked, shown
from visualizer.ui.share import address
from visualizer.ui.take_along import file_name
from visualizer.ui.views import View

LIBRARIES = ("torch", "streamlit", "plotly", "numpy", "pillow", "reportlab")
ELSEWHERE = "To see it live, start the ResNet visualizer and open"


class Form(NamedTuple):
    """A form of the report: what it is called, its type, and what makes it; loaded when it is asked for."""

    title: str
    mime: str
    render: Callable[[Report], bytes]


def _html(report: Report) -> bytes:
    from visualizer.figures.report_html import report_html

    return report_html(report)


def _pdf(report: Report) -> bytes:
    from visualizer.figures.report_pdf import report_pdf

    return report_pdf(report)


FORMS = {"html": Form("HTML, one page", "text/html", _html), "pdf": Form("PDF", "application/pdf", _pdf)}


def report_button(state: View, page: str, title: str, parts: Callable[[], Sequence[Item]], words: str) -> None:
    """A button that opens the choice; `words` say what the report holds."""
    if not shown("take"):
        return
    choice = st.popover(
        "Report", key=f"report_{page}", on_change="rerun", icon=":material/description:",
        disabled=locked("take"),
    )  # fmt: skip
    if choice.open:  # closed, it costs a rerun no more than its button
        with choice:
            st.caption(f"{words} With the link, the versions and the seed; it opens without network.")
            with st.container(horizontal=True):
                live = address(state)
                for extension, form in FORMS.items():
                    _download(state, extension, form, title, parts, live)


def _download(
    state: View, extension: str, form: Form, title: str, parts: Callable[[], Sequence[Item]], live: str
) -> None:
    def content() -> bytes:  # made outside of the session
        return form.render(Report(title, (*opening(live), *parts()), foot(state)))

    mark = sha256(live.encode()).hexdigest()[:8]
    st.download_button(
        f"Download {extension.upper()}", content, file_name(state.plan, extension, "report", mark), form.mime,
        key=f"report_{extension}", on_click="ignore", icon=":material/download:", help=form.title,
    )  # fmt: skip


def opening(live: str) -> list[Item]:
    """The way back to the page, on this server and on any other."""
    split = urlsplit(live)
    anywhere = f"{split.path}?{split.query}"
    return [Link("This view, live", live), Words(f"{ELSEWHERE} {anywhere}")]


def foot(state: View) -> str:
    """Versions, seed, weights and date."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    now = f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}"
    return f"Made with the ResNet visualizer on {now}; {libraries}. Seed of random weights: {state.seed}."
