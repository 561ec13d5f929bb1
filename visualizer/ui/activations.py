"""The parts of the Activations page. Torch is imported only when maps are computed."""

from __future__ import annotations

from threading import Semaphore

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from visualizer.analysis import costs
from visualizer.analysis.format import binary_size, dimensions
from visualizer.figures.colour import Scale, shared_scale
from visualizer.figures.maps import (
    Grid,
    channel_order,
    colour_bar,
    data_uri,
    grid,
    overlay,
    page,
    page_count,
    png,
    statistics,
)
from visualizer.images import ACCEPTED, ImageError, Picture, decode, network_input, samples, seen
from visualizer.resnet import Block
from visualizer.ui.state import SCALES, View, change, refuse
from visualizer.ui.store import MAPS, MODELS
from visualizer.ui.theme import theme

UPLOAD = "your own"
MOST_BYTES = 1500 * 2**20
PLACES = {
    "x": "x, the block's input",
    "branch": "F(x), the branch",
    "shortcut": "shortcut",
    "sum": "sum, F(x) + shortcut",
    "out": "output of the block",
}
_FORWARDS = Semaphore(2)
Maps = dict[str, NDArray[np.float32]]


def picture_choice(state: View) -> Picture | None:
    """The picture, and what the network sees of it."""
    names = {sample.key: sample.title for sample in samples()} | {UPLOAD: "Your own picture"}
    st.session_state["picture"] = state.picture if state.picture in names else "cat"
    chosen = st.selectbox(
        "Picture", list(names), format_func=names.__getitem__, key="picture",
        on_change=lambda: change(picture=st.session_state["picture"]),
    )  # fmt: skip
    picture = _uploaded() if chosen == UPLOAD else next(row for row in samples() if row.key == chosen).picture()
    if picture is None:
        return None
    size = state.resolution
    if size > 1024:
        st.warning(f"Maps are computed for up to 1024 pixels; the resolution is {size}, so choose a smaller one.")
        return None
    st.image(seen(picture, size), caption=f"As the network sees it: {size} × {size} pixels", width=224)
    for note in picture.notes:
        st.caption(note)
    return picture


def _uploaded() -> Picture | None:
    """The person's picture; its bytes stay in the session, so that it is still there after a change of page."""
    file = st.file_uploader("Upload a picture", help=f"{ACCEPTED}, up to 20 MB.", key="file")
    if file is not None:
        st.session_state["_bytes"] = file.getvalue()
    data: bytes | None = st.session_state.get("_bytes")
    if data is None:
        return None
    try:
        return decode(data)
    except ImageError as error:
        refuse(str(error))
        return None


def weights_choice(state: View) -> None:
    """The seed of the untrained weights."""
    st.session_state["seed"] = state.seed
    st.number_input(
        "Seed of the untrained weights", 0, 9999, step=1, key="seed",
        on_change=lambda: change(seed=st.session_state["seed"]),
    )  # fmt: skip
    st.session_state["scale"] = state.scale
    st.segmented_control(
        "Colour scale", SCALES, key="scale", required=True, on_change=lambda: change(scale=st.session_state["scale"])
    )


def block_choice(state: View) -> Block:
    """The selected block, or the first."""
    return state.plan.block(state.select) if state.select else state.plan.blocks[0]


def block_maps(state: View, picture: Picture, block: Block) -> Maps:
    """x, F(x), shortcut, sum and output of a block, each C×H×W, for this picture and these weights."""
    key = (state.spec, state.resolution, state.seed, picture.digest, block.path)
    return MAPS.value(key, lambda: _run(state, picture, block), lambda maps: sum(map_.nbytes for map_ in maps.values()))


def _run(state: View, picture: Picture, block: Block) -> Maps:
    from visualizer.network import block_values, build

    plan, seed = state.plan, state.seed
    params = costs(plan).total.params
    model = MODELS.value((state.spec, seed), lambda: build(plan, seed).eval(), lambda _: 4 * params)
    with _FORWARDS:
        return block_values(model, network_input(picture, state.resolution), block.path)


def maps_view(state: View, picture: Picture, block: Block) -> None:
    """The grids of a block's five values, strongest channels first, with their statistics."""
    st.subheader(f"Stage {block.stage}, block {block.index + 1}", anchor=False)
    st.info("Untrained: random weights (He initialisation). These maps show the structure, not what a network learns.")
    needed = 4 * costs(state.plan).total.params
    if needed > MOST_BYTES or state.spec.channels != 3:
        what = f"{binary_size(needed)} of weights" if needed > MOST_BYTES else f"{state.spec.channels} input channels"
        st.warning(f"This network has {what}; maps need 3 input channels and at most {binary_size(MOST_BYTES)}.")
        return
    maps = block_maps(state, picture, block)
    scale = shared_scale(*maps.values(), signed=True) if state.scale == "shared" else None
    order = channel_order(maps["out"])
    number = st.number_input("Page of 64 channels", 1, page_count(len(order)), key="channels_page")
    if scale is not None:
        st.markdown(colour_bar(scale, _colours(maps, scale)), unsafe_allow_html=True)
    for column, (place, values) in zip(st.columns(len(maps)), maps.items(), strict=True):
        own = order if len(values) == len(order) else channel_order(values)
        with column:
            _panel(PLACES[place], values, page(own, min(number, page_count(len(own)))), scale)
    _enlarged(picture, state, maps, order)


def _colours(maps: Maps, scale: Scale) -> NDArray[np.uint8]:
    return grid(maps["out"], np.array([0]), scale, theme=theme()).colours


def _panel(name: str, values: NDArray[np.float32], channels: NDArray[np.intp], scale: Scale | None) -> None:
    drawn: Grid = grid(values, channels, scale, theme=theme())
    found = statistics(values)
    st.markdown(f"**{name}**")
    st.html(
        f'<img alt="{name}: {len(channels)} channels" src="{data_uri(drawn.png())}" '
        'style="width:100%;image-rendering:pixelated">'
    )
    st.caption(
        f"{dimensions(values.shape)}; mean {found.mean:.3g}, standard deviation {found.std:.3g}, "
        f"{found.zeros:.1f} % zeros, {found.dead} dead channels"
    )


def _enlarged(picture: Picture, state: View, maps: Maps, order: NDArray[np.intp]) -> None:
    """One channel of the output over the picture."""
    channel = st.selectbox("Channel over the picture (strongest first)", [int(number) for number in order])
    one = maps["out"][channel]
    over = overlay(seen(picture, state.resolution), one, shared_scale(one), fade=True, theme=theme())
    source = data_uri(png(over))
    st.html(f'<img alt="Channel {channel} over the picture" src="{source}" style="max-width:448px;width:100%">')
