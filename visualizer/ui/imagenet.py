"""Published ImageNet weights of the view's network: chosen, fetched with progress, and used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from visualizer.analysis.format import binary_size
from visualizer.ui.downloads import DOWNLOADS, Download, TooManyError
from visualizer.ui.sentences import literal
from visualizer.ui.state import change, changes, refuse, remember
from visualizer.ui.trained_here import all_bundled, offers
from visualizer.ui.views import View

if TYPE_CHECKING:
    from visualizer.network.published_weights import Published


def imagenet(state: View) -> None:
    """The published weights of exactly this network, and where one is not here yet, its download."""
    from visualizer.network.published_weights import weights_for

    rows = {row.key: row for row in weights_for(state.spec)}
    if not rows:
        st.caption(
            "No ImageNet weights of exactly this network are known here: choose a published one in the sidebar, such "
            "as ResNet-18 or ResNet-50, or weights that were trained here."
        )
        offers(list(all_bundled()))
        return
    asked = st.session_state.get("_published", "")
    chosen = state.weights if state.weights in rows else asked if asked in rows else next(iter(rows))
    st.session_state["published"] = chosen
    st.selectbox(
        "ImageNet weights", list(rows), key="published", format_func=lambda key: _label(rows[key]),
        on_change=lambda: _chosen(rows), help="The most accurate first; those that may not be used commercially last.",
    )  # fmt: skip
    _facts(rows[chosen])
    _here_or_fetched(rows[chosen], state)


def _label(row: Published) -> str:
    return f"{row.name} ({row.host}), {row.top1:.1f} %"


def _chosen(rows: dict[str, Published]) -> None:
    """Use the chosen weights at once if they are here; else they wait for their download."""
    key = st.session_state["published"]
    if key in rows:  # a browser can send anything
        st.session_state["_published"] = key
        if _kept(rows[key]):
            change(weights=key)


def _facts(row: Published) -> None:
    terms = "" if row.free else ", not for commercial use"
    st.caption(
        f"{row.top1:.1f} % top 1 and {row.top5:.1f} % top 5 at {row.at} pixels, as published. "
        f"{literal(row.recipe[:1].upper() + row.recipe[1:])}. Licence {row.licence}{terms}. "
        f"[Where they come from]({row.source})"
    )


def _here_or_fetched(row: Published, state: View) -> None:
    download = DOWNLOADS.find(row.key)
    if download is not None and not download.error:
        st.session_state["_fetching"] = row.key
        _progress()
        return
    if download is None and st.session_state.pop("_fetching", "") == row.key and _kept(row):
        change(weights=row.key)
        st.rerun()
    if state.weights == row.key and _kept(row):
        st.caption("These weights are used now.")
    elif _kept(row):
        st.button("Use these weights", on_click=changes(weights=row.key))
    else:
        if download is not None:
            st.warning(literal(download.error))
        again = "Try again" if download is not None else "Download"
        st.button(f"{again}: about {binary_size(row.size)} from {row.server}", on_click=lambda: _start(row))
        if download is not None:
            offers(list(all_bundled()))


def _kept(row: Published) -> bool:
    from visualizer.network.hub import kept

    return kept(row) is not None


def _start(row: Published) -> None:
    st.session_state["_published"] = st.session_state["_fetching"] = row.key
    try:
        DOWNLOADS.start(row)
    except TooManyError as error:
        refuse(str(error))


@st.fragment(run_every=1.0)
def _progress() -> None:
    """How far the download is; at its end the page is drawn anew. Takes no arguments, which a session would keep."""
    key: str = st.session_state.get("_fetching", "")
    download = DOWNLOADS.find(key)
    if download is not None and not download.ended:
        _bar(download)
        st.button("Stop", on_click=lambda: DOWNLOADS.stop(key))
        remember()
        return
    st.rerun()  # the whole page: the weights are used by all of it


def _bar(download: Download) -> None:
    share = min(download.done / max(download.size, 1), 1.0)
    words = f"{binary_size(download.done)} of {binary_size(download.size)}" if download.done else "Asking for it …"
    st.progress(share, "Stopping …" if download.stopped else words)
