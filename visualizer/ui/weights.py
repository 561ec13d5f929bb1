"""The weights on the Activations page: random ones with a seed, or those of a checkpoint. Torch is imported late."""

from __future__ import annotations

import hashlib

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from visualizer.analysis.format import binary_size
from visualizer.ui.inputs import whole_number
from visualizer.ui.pictures import renew, renewals
from visualizer.ui.sentences import file_name, literal
from visualizer.ui.state import RANDOM, View, change, correct, refuse, view
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.weight_sources import UNTRAINED, NoWeightsError, checkpoint, flag, own_checkpoint, size_of

__all__ = ["UNTRAINED", "NoWeightsError", "checkpoint", "flag", "use_random_weights", "weights_choice"]

RESNET50_MB = 98
"""Size of torchvision's file of ResNet-50, in MiB (tests/data/reference/torchvision_weights.csv)."""
SOURCES = ("Random", "From a file")
MOST_SEEDS = 10_000


def weights_choice() -> None:
    """Choose the weights; a checkpoint that is no longer there gives way to random ones."""
    _settle(view().weights)
    state = view()
    # Not the widget's own state: that is gone after a change of page, and cannot be changed from elsewhere.
    from_file = state.weights != RANDOM or st.session_state.get("_from_file", False)
    st.session_state["weights_source"] = SOURCES[from_file]
    side_by_side = st.container(horizontal=True)  # below each other where there is no room
    source = side_by_side.segmented_control(
        "Weights", SOURCES, required=True, key="weights_source", on_change=_source_changed
    )
    if source == SOURCES[0]:
        with side_by_side:
            _seed(state)
        st.caption("Untrained: the maps show the structure, not what a network learns.")
    else:
        file = _file()
        _description(state.weights)
        if file is not None:
            with st.spinner("Reading the weights …"):
                _take(file.getvalue(), file_name(file.name))
            renew(file)


def _settle(digest: str) -> None:
    if digest == RANDOM:
        return
    try:
        with st.spinner("Reading the weights …"):
            checkpoint(digest)
        _name(digest, _names().get(digest, "a checkpoint"))
    except NoWeightsError as error:
        refuse(f"{error} Random weights are used instead.")
        correct(weights=RANDOM)


def _names() -> dict[str, str]:
    """The names of the checkpoint files that this session used, by digest, the last used at the end."""
    found: dict[str, str] = st.session_state.setdefault("_checkpoints", {})
    return found


def _name(digest: str, name: str) -> None:
    """Call a checkpoint by this name, and know it as the last used."""
    names = _names()
    names.pop(digest, None)
    names[digest] = name


def _source_changed() -> None:
    """Random weights at once; those of a file as soon as there is one, such as the last one used here."""
    if st.session_state["weights_source"] == SOURCES[0]:
        use_random_weights()
        return
    st.session_state["_from_file"] = True
    if _names():
        change(weights=list(_names())[-1])


def use_random_weights() -> None:
    """Go back to weights that fit every network."""
    change(weights=RANDOM)
    st.session_state["_from_file"] = False


def _seed(state: View) -> None:
    words = (
        "Random weights after He et al. 2015 (arXiv:1502.01852); the same seed gives the same weights. Batch norm has "
        "seen no pictures yet and passes values on as they are, so they grow from block to block."
    )
    whole_number("Seed", "seed", state.seed, 0, MOST_SEEDS - 1, lambda seed: change(seed=seed), words, width=130)


def _file() -> UploadedFile | None:
    most = st.get_option("server.maxUploadSize")
    return st.file_uploader(
        "Checkpoint file", key=f"checkpoint_{renewals()}",
        help=f".safetensors, or .pth of torch.save, up to {most} MB, with names as in torchvision or timm. Nothing in "
        "the file is executed.",
    )  # fmt: skip


def _description(digest: str) -> None:
    if digest == RANDOM:
        most = st.get_option("server.maxUploadSize")
        larger = "" if most >= RESNET50_MB else (
            f" This server takes {most} MB; torchvision's ResNet-18 has 45 and ResNet-50 98: who runs it allows more "
            "with `--server.maxUploadSize=300`."
        )  # fmt: skip
        st.caption(f"Until a file is opened, random weights are used: untrained.{larger}")
        return
    found = checkpoint(digest)
    st.markdown(f"**{literal(_names()[digest])}**")
    st.caption(f"{len(found.tensors)} tensors, {binary_size(size_of(found))}; SHA-256 {digest[:8]}…")
    for note in found.notes:
        st.caption(literal(note))


def _take(data: bytes, name: str) -> None:
    """Keep a checkpoint and use it, or say why not."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        own_checkpoint(data, digest)
    except NoWeightsError as error:
        refuse(str(error))
        return
    UPLOADS.keep(data)
    _name(digest, name)
    change(weights=digest)
