"""A network of one's own in a comparison: typed, pasted as a link, or recognised from an uploaded checkpoint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Literal

import streamlit as st

from visualizer.resnet import SpecError, text
from visualizer.ui.compare_actions import put
from visualizer.ui.own_weights import call, recognition
from visualizer.ui.pictures import renew, renewals
from visualizer.ui.sentences import file_name, literal
from visualizer.ui.state import view
from visualizer.ui.typed_network import typed_network
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.views import RANDOM, Network, View
from visualizer.ui.weight_sources import NoWeightsError, own_checkpoint
from visualizer.ui.weights_fit import fitted

CLOSING, UNUSABLE = "_own_closing", "_own_unusable"
"""The popover that is to be closed at the next run; the place and sentence of a text or a file that was no network."""


def own(
    state: View, place: int, label: str = "Your own", width: Literal["content", "stretch"] = "content"
) -> None:
    """A popover for the network at `place`, or for one more at the end: its text or a link, or a checkpoint."""
    key = f"own_{place}"
    if st.session_state.get(CLOSING) == key:
        del st.session_state[CLOSING]
        st.session_state[key] = False
    popover = st.popover(label, key=key, on_change="rerun", width=width)
    if popover.open:  # closed it costs nothing
        with popover:
            _typed(state, place)
            _file(place)
            unusable = st.session_state.pop(UNUSABLE, None)
            if unusable and unusable[0] == place:
                st.warning(literal(unusable[1]))


def _typed(state: View, place: int) -> None:
    """The network as text, to be changed or replaced."""
    key = f"own_text_{place}"
    networks = state.networks
    st.session_state.setdefault(key, text(networks[place].spec) if place < len(networks) else "")
    st.text_input(
        "As text, or a link of this app", key=key, on_change=_take_text(place, key),
        placeholder="resnet50?groups=32&width_per_group=4",
        help="A published network, and after a question mark the fields that differ: "
        "`resnet50?groups=32&width_per_group=4`, `resnet18?depths=2,2,3,2`. Enter applies.",
    )  # fmt: skip


def _take_text(place: int, key: str) -> Callable[[], None]:
    def act() -> None:
        try:
            network = typed_network(str(st.session_state[key]))
        except SpecError as error:
            st.session_state[UNUSABLE] = place, str(error)
            return
        known = view().networks
        weights = known[place].weights if network.weights == RANDOM and place < len(known) else network.weights
        put(place, fitted(network.spec, weights))
        st.session_state[f"own_{place}"] = False

    return act


def _file(place: int) -> None:
    """A checkpoint, whose network is recognised and set here with its weights."""
    most = st.get_option("server.maxUploadSize")
    file = st.file_uploader(
        "Or a checkpoint file", key=f"own_file_{place}_{renewals()}",
        help=f".safetensors, or .pth of torch.save, up to {most} MB. Its network is recognised from the names and "
        "shapes of its tensors; nothing in the file is executed.",
    )  # fmt: skip
    if file is not None:
        with st.spinner("Reading the weights …"):
            if _take_file(place, file.getvalue(), file_name(file.name)):
                st.session_state[CLOSING] = f"own_{place}"
        renew(file)


def _take_file(place: int, data: bytes, name: str) -> bool:
    """Set the network of a checkpoint here, or say why there is none; whether it could be set."""
    from visualizer.network.recognition import RecogniseError

    digest = hashlib.sha256(data).hexdigest()
    try:
        own_checkpoint(data, digest)
        found = recognition(digest)
    except (NoWeightsError, RecogniseError) as error:
        st.session_state[UNUSABLE] = place, f"{name}: {error}"
        return False
    UPLOADS.keep(data)
    call(digest, name)
    put(place, Network(found.spec, digest))
    return True
