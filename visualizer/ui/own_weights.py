"""A person's own checkpoint on the Activations page: taken, recognised, and opened as the network that it is of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from visualizer.analysis.format import binary_size
from visualizer.resnet import ResNetSpec
from visualizer.resnet.text import text, usual_resolution
from visualizer.ui.differences import differences_view
from visualizer.ui.pictures import renew, renewals
from visualizer.ui.sentences import file_name, literal
from visualizer.ui.state import change, change_spec, refuse
from visualizer.ui.store import FIGURES
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weight_sources import NoWeightsError, checkpoint, is_own, own_checkpoint, size_of, title_of

if TYPE_CHECKING:
    from visualizer.network.recognition import Question, Recognition

RESNET50_MB = 98
"""Size of torchvision's file of ResNet-50, in MiB (tests/data/reference/torchvision_weights.csv)."""


def own_weights(state: View) -> None:
    """The choice of a file, and what is known of the one that is used."""
    file = _file()
    if is_own(state.weights):
        _description(state.weights)
        _as_network(state)
    else:
        _nothing_yet(state)
    if file is not None:
        with st.spinner("Reading the weights …"):
            _take(file.getvalue(), file_name(file.name))
        renew(file)


def names() -> dict[str, str]:
    """The names of the checkpoint files that this session used, by digest, the last used at the end."""
    found: dict[str, str] = st.session_state.setdefault("_checkpoints", {})
    return found


def called(weights: str) -> str:
    """What weights are called in this session: a person's own by the name of their file, others by their title."""
    return names().get(weights, title_of(weights))


def call(digest: str, name: str) -> None:
    """Call a checkpoint by this name, and know it as the last used."""
    known = names()
    known.pop(digest, None)
    known[digest] = name


def _file() -> UploadedFile | None:
    most = st.get_option("server.maxUploadSize")
    return st.file_uploader(
        "Checkpoint file", key=f"checkpoint_{renewals()}",
        help=f".safetensors, or .pth of torch.save, up to {most} MB, with names as in torchvision or timm. Nothing in "
        "the file is executed. Its network is recognised from names and shapes.",
    )  # fmt: skip


def _nothing_yet(state: View) -> None:
    most = st.get_option("server.maxUploadSize")
    larger = "" if most >= RESNET50_MB else (
        f" This server takes {most} MB; torchvision's ResNet-18 has 45 and ResNet-50 98: who runs it allows more "
        "with `--server.maxUploadSize=300`."
    )  # fmt: skip
    used = "random weights are used: untrained" if state.weights == RANDOM else "those chosen before are used"
    st.caption(f"Until a file is opened, {used}.{larger}")


def _take(data: bytes, name: str) -> None:
    """Keep a checkpoint and use it, or say why not."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        own_checkpoint(data, digest)
    except NoWeightsError as error:
        refuse(str(error))
        return
    UPLOADS.keep(data)
    call(digest, name)
    change(weights=digest)


def _description(digest: str) -> None:
    found = checkpoint(digest)
    st.markdown(f"**{literal(called(digest))}**")
    st.caption(f"{len(found.tensors)} tensors, {binary_size(size_of(found))}; SHA-256 {digest[:8]}…")
    for note in found.notes:
        st.caption(literal(note))


def _as_network(state: View) -> None:
    """Whether the file is of the network that is shown; if not, of which it is, with a button that opens that one."""
    from visualizer.network.recognition import RecogniseError, questions, shapes_of

    held = _shapes(state.weights)
    if shapes_of(state.spec) == held:
        asked = FIGURES.value(("questions", state.spec), lambda: questions(state.spec), lambda found: 1000)
        _ask(state, asked)
        return
    try:
        found = recognition(state.weights)
    except RecogniseError as error:
        st.caption(literal(str(error)))
        differences_view(error.differences)
        return
    net = text(found.spec)
    usual = [question for question in found.questions if question.usual]
    st.caption(literal(f"By their names and shapes these are weights of {net}, and another network is shown."))
    if len(usual) == 1:
        st.caption(literal(f"{usual[0].asks} {'; '.join(words for _, words in usual[0].choices)}."))
        for value, words in usual[0].choices:
            spec = replace(found.spec, **{usual[0].field: value})
            _open(spec, state.weights, f"Open as {words.partition(':')[0]}", f"open_recognised_{value}")
    else:
        _open(found.spec, state.weights, f"Open {net}", "open_recognised")


def recognition(digest: str) -> Recognition:
    """The network of an uploaded checkpoint, kept for all sessions; RecogniseError if it is none."""
    from visualizer.network.recognition import recognised

    return FIGURES.value(("recognition", digest), lambda: recognised(_shapes(digest)), lambda found: 1000)


def _shapes(digest: str) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in checkpoint(digest).tensors.items()}


def _open(spec: ResNetSpec, digest: str, label: str, key: str) -> None:
    resolution = usual_resolution(text(spec))
    values: dict[str, Any] = {"spec": spec, "resolution": resolution, "weights": digest, "select": "", "off": ""}
    st.button(literal(label), key=key, on_click=lambda: change(**values), width="stretch")


def _ask(state: View, asked: tuple[Question, ...]) -> None:
    """What no tensor of the network tells: what people have to know at once, the rest on demand."""
    usual, rare = ([one for one in asked if one.usual is kind] for kind in (True, False))
    for question in usual:
        _choice(state, question)
    if rare:
        with st.popover("Rarer choices that no tensor tells"):
            for question in rare:
                _choice(state, question)


def _choice(state: View, question: Question) -> None:
    words = dict(question.choices)
    key = f"tells_{question.field}"
    st.session_state[key] = getattr(state.spec, question.field)
    st.radio(question.asks, list(words), format_func=words.__getitem__, key=key, on_change=_answered(question, key))


def _answered(question: Question, key: str) -> Callable[[], None]:
    def act() -> None:
        chosen = st.session_state[key]
        if chosen in dict(question.choices):  # a browser can send anything
            change_spec(**{question.field: chosen})

    return act
