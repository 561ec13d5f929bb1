"""The set of pictures that networks are compared on: the samples, or up to 64 pictures of one's own.

An album is a text that names its pictures by their digests, and is kept like them (`uploads`), under its own digest:
the name that a view and a link have for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from math import ceil

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.uploaded_file_manager import UploadedFile

from visualizer.figures.encode import data_uri, png
from visualizer.images import ACCEPTED, MAX_BYTES, ImageError, Pixels, decode, normalise, seen
from visualizer.ui.handout import locked, shown
from visualizer.ui.pictures import MAX_RESOLUTION, SAMPLES, NoPictureError, renew, renewals
from visualizer.ui.sentences import file_name
from visualizer.ui.state import change, changes, correct, refuse, view
from visualizer.ui.store import FIGURES, PICTURES
from visualizer.ui.turns import Tell, progress, telling
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.views import View

MOST, FEWEST = 64, 4
MAX_TOTAL = 256 * 2**20
"""Bytes of an album's files together: a class shares what may be kept."""
MOST_TOLD = 5
"""Sentences about single files; of more their number is said."""
FILES, FOLDER = "Files", "Folder"
ENDINGS = ["jpg", "jpeg", "jpe", "png", "webp", "gif", "bmp", "tif", "tiff"]
"""Of the files in a folder that are sent: most folders hold other files too."""
GONE = "The uploaded pictures of this link are no longer kept here; upload them again."
SIDE, IN_A_ROW = 48, 16
"""Pixels of a picture in the overview, and how many stand side by side."""


def names_of(album: str) -> tuple[str, ...]:
    """The pictures of an album by their digests, or the keys of the samples for "".

    NoPictureError: it is no longer kept, or is no album.
    """
    return _read(album) if album else tuple(SAMPLES)


def seen_in(state: View) -> NDArray[np.uint8]:
    """The pictures of a view's album as its networks see them: n×H×W×3.

    NoPictureError: the album or one of its pictures is no longer kept. Progress is shown where this is called.
    """
    names, size = names_of(state.album), state.resolution
    key = ("album", state.album, size)
    with progress("Picture") as tell:
        return PICTURES.value(key, lambda: np.stack(list(_seen(names, size, tell))), lambda found: found.nbytes)


def inputs_in(state: View) -> NDArray[np.float32]:
    """What a view's networks are given of its album: n×3×H×W, normalised; raises what `seen_in` does."""
    return np.stack([normalise(pixels) for pixels in seen_in(state)])


def is_held(count: int, resolution: int) -> bool:
    """Whether so many pictures at so many pixels are held here; of more, no similarity is computed either."""
    return resolution <= MAX_RESOLUTION and 3 * count * resolution**2 <= PICTURES.capacity


def _seen(names: Sequence[str], size: int, tell: Tell) -> Iterator[Pixels]:
    for number, name in enumerate(names):
        tell(number, len(names))
        data = SAMPLES[name].data() if name in SAMPLES else UPLOADS.find(name)
        if data is None:
            raise NoPictureError(GONE)
        yield seen(decode(data), size)


def _read(album: str) -> tuple[str, ...]:
    try:
        found = json.loads(UPLOADS.find(album) or b"")["pictures"]
    except (ValueError, KeyError, TypeError) as error:
        raise NoPictureError(GONE) from error
    if not (isinstance(found, list) and FEWEST <= len(found) <= MOST and all(isinstance(one, str) for one in found)):
        raise NoPictureError(GONE)
    return tuple(found)


def settle_album() -> View:
    """The view, in which an album that is not there has given way to the samples, which is said."""
    try:
        count = len(names_of(view().album))
        if is_held(count, view().resolution):
            seen_in(view())
    except (NoPictureError, ImageError):
        correct(album="")
        st.warning(f"{GONE} The {len(SAMPLES)} samples are used instead.")
    return view()


def album_choice(state: View) -> None:
    """The pictures in small, and others to upload instead."""
    count = len(names_of(state.album))
    label = f"On {count} {'pictures of your own' if state.album else 'sample pictures'}"
    with st.expander(label, icon=":material/photo_library:"):
        if is_held(count, state.resolution):
            st.html(_overview(state, count))
        if not state.album:
            digits = sum(key.startswith("digit") for key in SAMPLES)
            st.caption(
                f"{count - digits} pictures and {digits} handwritten digits. The digits look alike, so much of what is "
                "measured is whether a network tells digits from the rest: pictures of your own, of the kind that the "
                "networks are for, and more of them, tell more."
            )
        elif shown("own"):
            st.button(
                "Back to the samples", on_click=changes(album=""), icon=":material/undo:", key="album_samples",
                disabled=locked("own"),
            )  # fmt: skip
        if shown("own") and not locked("own"):
            _upload()


def _overview(state: View, count: int) -> str:
    key = ("album", "overview", state.album, state.resolution)
    source = FIGURES.value(key, lambda: data_uri(png(contact_sheet(seen_in(state)))), len)
    wide = _wide(count) * SIDE
    words = f"The {count} pictures as the networks see them"
    return f'<img alt="{words}" src="{source}" style="width:{wide}px;max-width:100%;height:auto;display:block">'


def contact_sheet(pictures: NDArray[np.uint8]) -> Pixels:
    """Square pictures (n×H×W×3) in rows of at most `IN_A_ROW`, as long as each other; white where there is none."""
    small = [_small(one) for one in pictures]
    wide = _wide(len(small))
    small += [np.full((SIDE, SIDE, 3), 255, np.uint8)] * (-len(small) % wide)
    return np.concatenate([np.concatenate(small[start : start + wide], 1) for start in range(0, len(small), wide)])


def _wide(count: int) -> int:
    """How many pictures stand side by side."""
    return ceil(count / ceil(count / IN_A_ROW))


def _small(picture: NDArray[np.uint8]) -> Pixels:
    """By its nearest pixels, enough for an overview, with a light edge on two sides."""
    places = np.arange(SIDE) * picture.shape[0] // SIDE
    found: Pixels = picture[np.ix_(places, places)].copy()
    found[-2:] = found[:, -2:] = 255
    return found


def _upload() -> None:
    """Files or a folder; what is taken renews the widget, so that the server keeps its bytes only once."""
    limit = min(MAX_BYTES >> 20, st.get_option("server.maxUploadSize"))
    way = st.segmented_control("Your own pictures", (FILES, FOLDER), default=FILES, required=True, key="album_way")
    words = f"{ACCEPTED}, {FEWEST} to {MOST} of them, each up to {limit} MB and all up to {MAX_TOTAL >> 20} MB."
    key = f"album_{way}_{renewals()}"
    if way == FOLDER:
        files = st.file_uploader(words, type=ENDINGS, accept_multiple_files="directory", key=key, max_upload_size=limit)
    else:
        files = st.file_uploader(words, accept_multiple_files=True, key=key, max_upload_size=limit)
    if files:
        with telling("Reading the pictures …", "Picture") as tell:
            _take(files, tell)
        renew(*files)


def _take(files: Sequence[UploadedFile], tell: Tell) -> None:
    """Keep the pictures among the files and compare on them; what cannot be taken is said by the names of the files."""
    kept, refused, total = dict[str, None](), list[str](), 0
    for number, file in enumerate(files):
        tell(number, len(files))
        if len(kept) == MOST:
            refused.append(f"These are {len(files)} files; the first {MOST} that could be read are used.")
            break
        data = file.getvalue()
        try:
            decode(data)
        except ImageError as error:
            refused.append(f"{file_name(file.name)}: {error}")
            continue
        if total + len(data) > MAX_TOTAL:
            name = file_name(file.name)
            refused.append(f"{name} and what follows is left out: together they have over {MAX_TOTAL >> 20} MB.")
            break
        digest = UPLOADS.keep(data)
        if digest in kept:
            refused.append(f"{file_name(file.name)} is the same picture as another one, and is used once.")
        total += len(data)
        kept[digest] = None
    _open(list(kept), refused)


def _open(kept: list[str], refused: list[str]) -> None:
    """Compare on these pictures, if they are enough."""
    told, more = refused[:MOST_TOLD], len(refused) - MOST_TOLD
    for sentence in [*told, *([f"So it is with {more} more of the files."] if more > 0 else [])]:
        refuse(sentence)
    if len(kept) < FEWEST:
        refuse(f"{FEWEST} different pictures are the fewest that similarity is estimated from; there are {len(kept)}.")
        return
    change(album=UPLOADS.keep(json.dumps({"pictures": kept}).encode()))
