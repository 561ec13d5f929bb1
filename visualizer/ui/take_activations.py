"""The values of the page Activations to take along: a choice of what, and the file only when the button is pressed."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

import streamlit as st

from visualizer.figures.equation import terms
from visualizer.figures.palettes import Theme
from visualizer.figures.report import Report
from visualizer.images import ImageError
from visualizer.ui import handout, store
from visualizer.ui.activations import selected_part
from visualizer.ui.activations_files import FEATURES, arrays_npz, feature_part, features_npy, maps_png, title_of
from visualizer.ui.computing import NotFiniteError, Part, TooLargeError, maps_of, pass_key
from visualizer.ui.pictures import NoPictureError
from visualizer.ui.report import foot, opening
from visualizer.ui.report_pages import activations_parts
from visualizer.ui.sentences import literal
from visualizer.ui.share import address
from visualizer.ui.state import view
from visualizer.ui.take_along import file_name
from visualizer.ui.theme import theme
from visualizer.ui.view_file import view_html
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weights import NoWeightsError

KEY = "take_values"
KINDS = {
    "png": "Maps as a picture (PNG)",
    "npz": "Arrays of what is selected (NumPy, .npz)",
    "npy": "Features of the picture (NumPy, .npy)",
    "html": "This view as one page (HTML)",
    "pdf": "This view as a report (PDF)",
}
MIMES = {
    "png": "image/png", "npz": "application/zip", "npy": "application/octet-stream", "html": "text/html",
    "pdf": "application/pdf",
}  # fmt: skip


class File(NamedTuple):
    """A file that is not made yet: its kind, its maker, what it depends on beside the view, marks of its name."""

    kind: str
    content: Callable[[], bytes]
    depends: tuple[object, ...]
    marks: tuple[str, ...]


def take_values() -> None:
    """A button that opens the choice."""
    if not handout.shown("take"):
        return
    choice = st.popover(
        "Take it along", key=KEY, on_change="rerun", icon=":material/download:", disabled=handout.locked("take")
    )
    if choice.open:  # closed, it costs a rerun no more than its button
        with choice:
            _choice(view())


def _choice(state: View) -> None:
    kind = st.selectbox("What", list(KINDS), format_func=KINDS.__getitem__, key="values_kind")
    try:
        file = {"png": _png, "npz": _npz, "npy": _npy, "html": _html, "pdf": _pdf}[kind](state)
    except (TooLargeError, NotFiniteError, NoPictureError, NoWeightsError, ImageError) as error:
        st.warning(literal(str(error)))
        return
    if file:
        _button(state, file)


def _button(state: View, file: File) -> None:
    key = ("values along", *pass_key(state), file.kind, *file.depends)

    def content() -> bytes:  # made outside of the session
        return store.FIGURES.value(key, file.content, len)

    trained = "random" if state.weights == RANDOM else "trained"
    digest = sha256(repr(key).encode()).hexdigest()[:8]
    st.download_button(
        f"Download {file.kind.upper()}", content, file_name(state.plan, file.kind, *file.marks, trained, digest),
        MIMES[file.kind], on_click="ignore", icon=":material/download:",
    )  # fmt: skip
    if state.weights == RANDOM:
        st.caption("The weights are untrained, as the file and its name say.")


def _marks(part: Part) -> tuple[str, ...]:
    return (part.path.replace(".", "_"),)


def _shown(state: View, colours: Theme) -> tuple[object, ...]:
    """What of the view decides how the maps are drawn."""
    return (state.select, state.place, state.channel, state.page, state.scale, state.sort, colours)


def _png(state: View) -> File:
    part, colours = selected_part(state), theme()
    maps_of(state, part)  # raises what keeps it from being made
    st.caption("The grids as they are shown, on this page of channels, with title, weights, picture and scale.")
    return File("png", lambda: maps_png(state, colours), _shown(state, colours), (*_marks(part), "maps"))


def _npz(state: View) -> File | None:
    part = selected_part(state)
    maps_of(state, part)
    titles = {one.place: one.title for one in terms(part)}
    chosen = st.pills(
        "Places", list(titles), selection_mode="multi", default=list(titles), format_func=titles.__getitem__,
        key=f"values_places_{'_'.join(titles)}",
    )  # fmt: skip
    places = tuple(place for place in titles if place in chosen)
    if not places:
        st.caption("Choose a place.")
        return None
    st.caption(
        "Each place is an array C×H×W, float32; `meta` says in JSON of which network, weights and picture: "
        "`numpy.load(file)['out']`. More at once: `python -m visualizer activations`."
    )
    return File("npz", lambda: arrays_npz(state, places), (state.select, places), (*_marks(part), "arrays"))


def _npy(state: View) -> File:
    names = [FEATURES, *(stage.name for stage in state.plan.stages)]
    name = st.selectbox(
        "Of", names, key="values_features", format_func=lambda one: _of(state, one) if one in names else FEATURES
    )
    name = name if name in names else FEATURES  # another network may have fewer stages
    maps_of(state, feature_part(state, name))
    st.caption("One array, float32, for `numpy.load`; of a folder of pictures: `python -m visualizer activations`.")
    return File("npy", lambda: features_npy(state, name), (name,), (name.replace(" ", "_"),))


def _of(state: View, name: str) -> str:
    shape = "×".join(str(size) for size in feature_part(state, name).output)
    return f"what the classifier reads: {shape} numbers" if name == FEATURES else f"what leaves {name}: {shape}"


def _html(state: View) -> File:
    part, colours = selected_part(state), theme()
    maps_of(state, part)
    live = address(state)
    st.caption(
        "Picture, maps, the enlarged channel, the open view, the network's map and its tables; it opens without "
        "a network."
    )
    depends = (*_shown(state, colours), state.detail, live)
    return File("html", lambda: view_html(state, colours, live), depends, _marks(part))


def _pdf(state: View) -> File:
    part, live = selected_part(state), address(state)
    maps_of(state, part)
    st.caption("Maps, the open view, the network's figures, its map and its stages, with link, versions and seed.")

    def content() -> bytes:
        from visualizer.figures.report_pdf import report_pdf

        return report_pdf(Report(title_of(state), (*opening(live), *activations_parts(state)), foot(state)))

    return File("pdf", content, (*_shown(state, "light"), state.detail, live), (*_marks(part), "report"))
