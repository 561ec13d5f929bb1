"""The live camera: frame after frame through the network, as fast as this machine can, to the block that is selected.

One frame is on its way at a time. The browser sends the newest when the last is answered; those in between are never
sent, here or anywhere kept. What comes is drawn in this fragment of the page alone, and the URL stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, cast

import streamlit as st

from visualizer.figures.block_maps import BlockMaps, Order, Scaling
from visualizer.figures.colour import Scale
from visualizer.figures.equation import terms
from visualizer.images import ImageError
from visualizer.images.tensor import resized_to
from visualizer.ui.activations import selected_part
from visualizer.ui.computing import NotFiniteError, Part, TooLargeError
from visualizer.ui.frame_passes import Frame, frame_of, live_key, live_maps
from visualizer.ui.maps_component import Drawing, Look, grids, grids_drawing
from visualizer.ui.pictures import LIVE
from visualizer.ui.state import change, remember, view
from visualizer.ui.theme import theme
from visualizer.ui.views import PLACES, View
from visualizer.ui.weights import NoWeightsError, flag

if TYPE_CHECKING:
    from visualizer.network.fast import Fast

_HERE = Path(__file__).parent
_CAMERA = st.components.v2.component(
    "live_camera",
    html=(_HERE / "live.html").read_text(encoding="utf-8"),
    css=(_HERE / "live.css").read_text(encoding="utf-8"),
    js=(_HERE / "live.js").read_text(encoding="utf-8"),
)
_FRAME, _SHOWN = "_frame", "_live"
ORDER = "in the order of the first frame, strongest first"


@dataclass
class Shown:
    """What a session sees of its last frame, and what is kept from the first one so that the pictures hold still.

    of: what the maps depend on beside the frame. orders: of the channels, from the first frame. scale: up to the
    largest magnitude so far. milliseconds: from the frame's arrival to its drawing.
    """

    of: tuple[object, ...]
    orders: Mapping[str, Order]
    scale: Scale
    drawing: Drawing
    way: str
    milliseconds: float


def live() -> bool:
    """Whether the camera's moving picture is chosen. Where it is not, what was left of it is let go."""
    chosen = bool(st.session_state.get("source") == LIVE)
    if not chosen:
        st.session_state.pop(_SHOWN, None)
        st.session_state.pop(_FRAME, None)
    return chosen


@st.fragment
def live_view() -> None:
    """The camera with its rates, and the grids of the selected block or layer for its last frame."""
    state = view()
    part = selected_part(state)
    camera = st.container()
    number, sorry = _answered(state, part)
    shown = _shown(state, part)
    if shown is not None:
        grids(shown.drawing, flag(state), _choose)
        st.caption(
            f"Channels stand {ORDER}, and stay there. Colours reach up to the largest magnitude since then; numbers "
            "are those of the last frame."
        )
    remember()
    with camera:  # told last, since the browser then sends the next frame, which would cut this run short
        _camera(state, shown, number, sorry)


def _answered(state: View, part: Part) -> tuple[int, str]:
    """Compute the frame that waits, if one does: its number, and a sentence if there is nothing to see of it.

    It waits until it is done: a run that is cut short in the middle leaves it to the next.
    """
    report = st.session_state.get(_FRAME)
    if report is None:
        return 0, ""
    frame, sorry = frame_of(report), ""
    try:
        _take(state, part, frame)
    except (ImageError, TooLargeError, NoWeightsError, NotFiniteError) as error:
        sorry = str(error)
    st.session_state.pop(_FRAME, None)
    return frame.number, sorry


def _take(state: View, part: Part, frame: Frame) -> None:
    """Compute and draw a frame."""
    begin = perf_counter()
    before = _shown(state, part)
    maps, fast = live_maps(state, part, frame)
    if before is not None:
        maps = replace(maps.ordered(before.orders), scale=max(maps.scale, before.scale, key=lambda one: one.high))
    drawing = _drawing(state, part, maps)
    milliseconds = 1000 * (perf_counter() - begin)
    of = live_key(state, part)
    st.session_state[_SHOWN] = Shown(of, maps.orders, maps.scale, drawing, way_in_words(fast), milliseconds)


def _shown(state: View, part: Part) -> Shown | None:
    """What is there of the selected part; nothing of another, whose channels are other ones."""
    found = st.session_state.get(_SHOWN)
    return found if isinstance(found, Shown) and found.of == live_key(state, part) else None


def _drawing(state: View, part: Part, maps: BlockMaps) -> Drawing:
    scaling = "shared" if state.scale == "global" else state.scale
    look = Look(cast(Scaling, scaling), order=ORDER, theme=theme())
    return grids_drawing(maps, terms(part), min(state.page, maps.pages), look)


def way_in_words(fast: Fast) -> str:
    """Which way is gone, how far it is from float32, and what it saves."""
    plain, chosen = fast.measured[0], fast.chosen
    if chosen == plain:
        return "No faster way within 1 % of float32 was found on this machine: float32."
    percent = 100 * chosen.error
    error = f"error {percent:.1f} %" if percent >= 0.05 else "error below 0.05 %"
    return (
        f"Fast mode: {chosen.name}, {error}, {1000 * chosen.seconds:.0f} ms in the network instead of "
        f"{1000 * plain.seconds:.0f} ms (measured on the first frame)."
    )


def _camera(state: View, shown: Shown | None, answered: int, sorry: str) -> None:
    short = resized_to(1000, 1000, state.resolution)[0]
    data = {
        "answered": answered, "sorry": sorry, "short": short, "zoom": short / state.resolution,
        "way": shown.way if shown else "", "milliseconds": shown.milliseconds if shown else 0.0,
    }  # fmt: skip
    _CAMERA(key="live_camera", data=data, on_frame_change=_arrived)


def _arrived() -> None:
    """A frame from the browser: the newest is the one that waits."""
    report = st.session_state["live_camera"].frame
    if report is not None:
        st.session_state[_FRAME] = report


def _choose(place: str, number: int) -> None:
    """Mark a channel; it comes from a browser, which may send any."""
    if place in PLACES and 0 <= number < 2**16:
        change(place=place, channel=number)
