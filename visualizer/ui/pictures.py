"""The picture on the Activations page: a built-in one, a file, or a shot of the camera."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from visualizer.figures.colour_bar import number
from visualizer.figures.encode import data_uri, png
from visualizer.figures.resizing import resized
from visualizer.images import (
    ACCEPTED,
    MAX_BYTES,
    ImageError,
    Picture,
    Pixels,
    decode,
    edited,
    network_input,
    parse_edits,
    samples,
    seen,
)
from visualizer.ui.handout import locked, shown
from visualizer.ui.sentences import file_name, literal
from visualizer.ui.state import change, correct, refuse, view
from visualizer.ui.stopping import watched
from visualizer.ui.store import FIGURES, PICTURES
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.views import View

SAMPLES = {sample.key: sample for sample in samples()}
MAX_RESOLUTION = 1024
"""Pixels: no larger picture is given to a network here."""
FILE, CAMERA, LIVE = "File", "Camera", "Live"
MENU = "picture_menu"
SEEN = 144
"""Pixels of the page that the picture takes, so that the maps are in sight with it."""
MOST_REMEMBERED = 5
"""How many of a person's own pictures can be chosen again."""


class NoPictureError(ValueError):
    """A picture that is not here; its text is one sentence."""


def picture(name: str) -> Picture:
    """The picture of a view: a sample by its key, or an upload by its digest.

    NoPictureError: neither, or no longer kept. ImageError: these bytes are no picture.
    """
    return PICTURES.value(name, lambda: decode(_bytes(name)), lambda found: found.pixels.nbytes)


def picture_of(state: View) -> Picture:
    """The picture of a view with its edits; raises what `picture` does."""
    if not state.edits:
        return picture(state.picture)
    key = ("edited", state.picture, state.edits, state.resolution)
    return PICTURES.value(
        key, lambda: edited(picture(state.picture), parse_edits(state.edits), state.resolution),
        lambda found: found.pixels.nbytes,
    )  # fmt: skip


def input_of(state: View) -> NDArray[np.float32]:
    """What the network of a view is given: 3×H×W, normalised."""
    return network_input(picture_of(state), state.resolution)


def seen_of(state: View) -> Pixels:
    """The picture as the network of a view sees it: H×W×3."""
    return seen(picture_of(state), state.resolution)


def _bytes(name: str) -> bytes:
    if name in SAMPLES:
        return SAMPLES[name].data()
    data = UPLOADS.find(name)
    if data is None:
        raise NoPictureError("The uploaded picture of this link is no longer kept here; upload it again.")
    return data


def picture_shown() -> None:
    """The picture as the network sees it; one that is not there gives way to a sample."""
    settle(view().picture)
    state = view()
    if state.resolution <= MAX_RESOLUTION:
        _as_seen(state)


def picture_choice() -> None:
    """A button that opens the choice of a picture: a built-in one, a file, or the camera."""
    state = view()
    known = titles()
    with st.popover("Picture", key=MENU, icon=":material/image:"):
        if shown("picture"):
            st.session_state["picture"] = state.picture
            st.selectbox(
                "Picture", list(known), key="picture", format_func=known.__getitem__, disabled=locked("picture"),
                on_change=lambda: change(picture=st.session_state["picture"], edits=""),
            )  # fmt: skip
        if shown("own"):
            _own_picture()
        if state.resolution <= MAX_RESOLUTION:
            _notes(state)


def settle(name: str) -> None:
    """Let a picture that is not there give way to a sample, and say so."""
    try:
        picture(name)
        if name not in SAMPLES:
            _names().setdefault(name, "")  # a link to it: whose it is and its file's name are not known
    except (NoPictureError, ImageError) as error:
        first = next(iter(SAMPLES.values()))
        refuse(f"{error} The sample “{first.title}” is shown instead.")
        correct(picture=first.key)


def titles() -> dict[str, str]:
    """What the choice of pictures calls them, uploads before samples, by digest or key."""
    uploads = {digest: f"Yours: {name}" if name else "An uploaded picture" for digest, name in _names().items()}
    return {**uploads, **{key: sample.title for key, sample in SAMPLES.items()}}


def _names() -> dict[str, str]:
    """This session's own pictures: names of files ("" where not known) by digest, the newest first.

    None where there is no session, as while a file is made for a download.
    """
    if not watched():
        return {}
    found: dict[str, str] = st.session_state.setdefault("_pictures", {})
    return found


class Seen(NamedTuple):
    """What a network is given: a PNG as a data URI, and the lowest and highest value after normalisation."""

    source: str
    low: float
    high: float


def _as_seen(state: View) -> None:
    size = state.resolution
    found = _seen_picture(state)
    scaled = "image-rendering:pixelated;" if size <= 112 else ""
    st.html(
        f'<img alt="The picture as the network sees it" src="{found.source}" width="{size}" height="{size}" '
        f'style="width:{SEEN}px;max-width:100%;height:auto;{scaled}border-radius:.5rem;display:block">'
    )


def _notes(state: View) -> None:
    """What was done to the picture, by the network's needs and by decoding."""
    found = _seen_picture(state)
    st.caption(
        f"As the network sees it: {state.resolution} × {state.resolution} pixels, "
        f"values {number(found.low)} to {number(found.high)}.",
        help="Resized and cut like ImageNet's test pictures; of each colour (0 to 1) ImageNet's mean (0.485, 0.456, "
        "0.406) is subtracted, and the rest divided by its standard deviation (0.229, 0.224, 0.225).",
    )
    for note in picture_of(state).notes:
        st.caption(literal(note))


def _seen_picture(state: View) -> Seen:
    key = ("seen", state.picture, state.edits, state.resolution)
    return FIGURES.value(key, lambda: _seen(state), lambda drawn: len(drawn.source))


def _seen(state: View) -> Seen:
    values = input_of(state)
    return Seen(data_uri(png(resized(seen_of(state)))), float(values.min()), float(values.max()))


def _own_picture() -> None:
    """A file or the camera; each new picture renews the widget, so that the server keeps its bytes only once."""
    ways = [FILE, CAMERA, LIVE]
    source = st.segmented_control(
        "Your own picture", ways, default=FILE, required=True, key="source", width="stretch", disabled=locked("own")
    )
    if locked("own"):
        return
    if source == LIVE:
        st.caption("The camera's moving picture takes the place of the still one under Block, below.")
        return
    key = f"{source}_{renewals()}"
    if source == CAMERA:  # asks for permission, so it comes only when it is chosen
        file = st.camera_input("Take a picture", key=key, label_visibility="collapsed")
    else:
        limit = min(MAX_BYTES >> 20, st.get_option("server.maxUploadSize"))
        words = f"{ACCEPTED}, up to {limit} MB."
        file = st.file_uploader("Picture file", key=key, max_upload_size=limit, help=words)
    if file is not None:
        with st.spinner("Reading the picture …"):
            take(file.getvalue(), "camera shot" if source == CAMERA else file_name(file.name))
        renew(file)


def take(data: bytes, name: str) -> None:
    """Keep a picture and show it, or say why not."""
    try:
        found = decode(data)
    except ImageError as error:
        refuse(str(error))
        return
    digest = UPLOADS.keep(data)
    PICTURES.value(digest, lambda: found, lambda shown: shown.pixels.nbytes)
    names = {digest: name, **{old: known for old, known in _names().items() if old != digest}}
    st.session_state["_pictures"] = dict(list(names.items())[:MOST_REMEMBERED])
    change(picture=digest, edits="")


def renewals() -> int:
    """How many files this session has taken; part of the keys of what is renewed with each."""
    found: int = st.session_state.get("_renewed", 0)
    return found


def renew(*files: UploadedFile) -> None:
    """Let go of Streamlit's copies of uploaded files, put an empty widget in their place, and run the page again."""
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for file in files:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
    st.session_state["_renewed"] = renewals() + 1
    st.rerun()
