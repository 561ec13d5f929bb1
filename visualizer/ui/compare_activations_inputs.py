"""What goes through the compared networks: one picture for all, and whose weights they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from visualizer.figures.encode import data_uri, from_data_uri, png
from visualizer.figures.report import Shot
from visualizer.figures.resizing import resized
from visualizer.images import ACCEPTED, MAX_BYTES, ImageError
from visualizer.resnet import parse
from visualizer.ui.compare_actions import show
from visualizer.ui.compare_activations_passes import Lane
from visualizer.ui.control import control
from visualizer.ui.handout import locked, shown
from visualizer.ui.pictures import (
    MAX_RESOLUTION,
    NoPictureError,
    renew,
    renewals,
    seen_of,
    settle,
    take,
    titles,
)  # fmt: skip
from visualizer.ui.presentation import wide
from visualizer.ui.sentences import file_name, literal
from visualizer.ui.state import change, changes, view
from visualizer.ui.store import FIGURES
from visualizer.ui.trained_here import OPENS_WITH, all_bundled, short_title
from visualizer.ui.views import RANDOM, Network, View
from visualizer.ui.weight_sources import bundled_weights

SIDE = 128
"""Pixels of the picture as it is shown: small, since it is the same for all."""


def inputs(state: View, found: Sequence[Lane]) -> None:
    """The picture with a choice of another, and whose weights each network has."""
    picture, choices = st.columns([1, 6], vertical_alignment="top")
    with picture:
        _as_seen(state)
    with choices:
        _picture(state)
        _weights(found)
    if all(lane.state.weights == RANDOM for lane in found):
        _offers()


def settled() -> None:
    """Let a picture of a link that is not there give way to a sample."""
    settle(view().picture)


def picture_source(state: View) -> str:
    """The picture as every network sees it, as a data URI; raises what `pictures.picture` does."""
    key = ("seen", state.picture, state.edits, state.resolution, "small")
    return FIGURES.value(key, lambda: data_uri(png(resized(seen_of(state)))), len)


def _as_seen(state: View) -> None:
    if state.resolution > MAX_RESOLUTION:
        return
    try:
        source = picture_source(state)
    except (NoPictureError, ImageError):  # said where the maps would be
        return
    scaled = "image-rendering:pixelated;" if state.resolution <= SIDE else ""
    st.html(
        f'<img alt="The picture as every network sees it, {state.resolution} pixels a side" src="{source}" '
        f'width="{SIDE}" height="{SIDE}" style="width:{SIDE}px;max-width:100%;height:auto;{scaled}border-radius:.5rem">'
    )


def _picture(state: View) -> None:
    known = titles()
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        control(
            st.selectbox, "Picture for all networks", list(known), key="picture", value=state.picture, width=wide(320),
            act=lambda name: change(picture=name, edits="") if name in known else None,
            format_func=lambda name: known.get(name, name),
        )  # fmt: skip
        if shown("own"):
            with st.popover("Your own picture", icon=":material/upload:", disabled=locked("own")):
                _upload()
        if state.edits:
            st.button("Back to the original", on_click=changes(edits=""), icon=":material/undo:")


def _weights(found: Sequence[Lane]) -> None:
    """Whose weights each network has; others are chosen on the networks' cards."""
    said = "; ".join(f"{literal(lane.name)}: **{literal(lane.flag)}**" for lane in found)
    st.caption(f"Weights, which the cards above choose: {said}.")


def _upload() -> None:
    limit = min(MAX_BYTES >> 20, st.get_option("server.maxUploadSize"))
    file = st.file_uploader(
        "Picture file", key=f"compare_file_{renewals()}", max_upload_size=limit, help=f"{ACCEPTED}, up to {limit} MB."
    )
    if file is not None:
        with st.spinner("Reading the picture …"):
            take(file.getvalue(), file_name(file.name))
        renew(file)


def _offers() -> None:
    """Trained against untrained, a click each: what learning does to one network's maps."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("All are untrained. What learning changes, trained beside untrained:", width="content")
        for one in all_bundled():
            st.button(
                short_title(one), key=f"beside_{one.key}", on_click=trained_beside(one.key), disabled=locked("weights"),
            )  # fmt: skip


def trained_beside(key: str) -> Callable[[], None]:
    """Compare the network of bundled weights with itself untrained, on a picture of their kind, as a callback."""

    def act() -> None:
        one = bundled_weights(key)
        if one is not None:
            spec = parse(one.net)
            picture = OPENS_WITH.get(key, view().picture)
            show(
                [Network(spec, key), Network(spec)], 0,
                resolution=one.resolution, picture=picture, edits="", target=-1, seed=0, select="",
            )  # fmt: skip

    return act


def picture_shot(state: View) -> list[Shot]:
    """The picture for a report; none where there is no such picture."""
    if state.resolution > MAX_RESOLUTION:
        return []
    try:
        source = picture_source(state)
    except (NoPictureError, ImageError):
        return []
    return [Shot(from_data_uri(source), "The picture as every network sees it", width=2 * SIDE)]
