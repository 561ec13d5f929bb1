"""What a view is, and its place in the URL.

Everything that defines what a person sees is in the URL, so that a reload, a lost connection or a link brings it
back. The session's own copy is the truth while the session lives. At each run `restore` reads the URL if the person
went there (a link, a reload, the back button), and `remember` writes the view back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st

from visualizer.resnet import Plan, ResNetSpec, SpecError, plan, presets
from visualizer.resnet.errors import shown
from visualizer.resnet.spec import FIELDS
from visualizer.resnet.text import nearest_preset, spec_from

MAX_PARAM = 2000
VIEWS = ("Stages", "Layers", "Charts")
SCALES = ("shared", "per map")


@dataclass(frozen=True)
class View:
    """One view: the network, the resolution in pixels, and what is selected and opened on each page."""

    spec: ResNetSpec
    resolution: int = 224
    select: str = ""
    view: str = "Stages"
    picture: str = "cat"
    seed: str = "0"
    scale: str = "shared"

    @property
    def plan(self) -> Plan:
        return plan(self.spec, self.resolution)


START = View(presets()["resnet50"].spec)
_TEXTS = tuple(field.name for field in fields(View) if field.name not in ("spec", "resolution"))


def view() -> View:
    """The view of this session."""
    found: View = st.session_state.setdefault("_view", START)
    return found


def change(**values: Any) -> None:
    """Change the view, as a person's action: it wins over an older URL that may still be on its way."""
    st.session_state["_view"] = replace(view(), **values)
    st.session_state["_acted"] = True


def changes(**values: Any) -> Callable[[], None]:
    """`change` with these values, as a callback."""
    return lambda: change(**values)


def change_spec(**values: Any) -> None:
    """Change fields of the network; a combination that cannot be is refused with one sentence and changes nothing."""
    try:
        spec = replace(view().spec, **values)
    except SpecError as error:
        refuse(str(error))
        return
    change(spec=spec, select=still_there(spec, view().select))


def still_there(spec: ResNetSpec, select: str) -> str:
    """The selected block if this network has it too, else none."""
    stage, _, index = select.removeprefix("layer").partition(".")
    known = _number(stage) and _number(index) and 1 <= int(stage) <= len(spec.depths)
    return select if known and int(index) < spec.depths[int(stage) - 1] else ""


def _number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) < 5


def refuse(sentence: str) -> None:
    """Say at the top of the page, in this run, what could not be done."""
    st.session_state.setdefault("_refusals", []).append(sentence)
    st.session_state["_acted"] = True


def refusals() -> list[str]:
    """What could not be done since the last run; asked for once."""
    found: list[str] = st.session_state.pop("_refusals", [])
    return found


def restore() -> None:
    """Take the view from the URL if the person went there, and not by a click within the page."""
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    acted = st.session_state.pop("_acted", False)
    if acted or not params or params == st.session_state.get("_written"):
        return
    found, complaints = from_params(params)
    st.session_state["_view"] = found
    for complaint in complaints:
        refuse(complaint)
    st.session_state["_acted"] = False


def remember() -> None:
    """Write the view to the URL."""
    params = to_params(view())
    if params != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(params)
    st.session_state["_written"] = params


def to_params(state: View) -> dict[str, list[str]]:
    """The URL's parameters of a view: the network by preset and changed fields, the rest where not as usual."""
    name, changed = nearest_preset(state.spec)
    params = {"net": [name], **{field: [shown(value)] for field, value in changed.items()}}
    if state.resolution != presets()[name].resolution:
        params["resolution"] = [str(state.resolution)]
    for field in _TEXTS:
        value = getattr(state, field)
        if value != getattr(START, field):
            params[field] = [value]
    return params


def from_params(params: Mapping[str, list[str]]) -> tuple[View, list[str]]:
    """The view that a URL describes and one sentence for each part of it that could not be read."""
    complaints: list[str] = []
    last = {name: values[-1][:MAX_PARAM] for name, values in params.items() if values}
    name = last.pop("net", "resnet50")
    spec, complaint = _spec(name, {field: last.pop(field) for field in FIELDS if field in last})
    complaints += complaint
    usual = presets()[name].resolution if name in presets() else 224
    resolution, complaint = _resolution(last.pop("resolution", str(usual)), usual)
    complaints += complaint
    texts = {field: last.pop(field, getattr(START, field)) for field in _TEXTS}
    if texts["view"] not in VIEWS:
        complaints.append(f"There is no view named {' '.join(texts['view'].split())[:30]}; the stages are shown.")
        texts["view"] = START.view
    known = [unknown for unknown in last if not unknown.startswith("embed")]
    if known:
        names = ", ".join(" ".join(unknown.split())[:30] for unknown in known[:3])
        complaints.append(f"This link has a part that is not understood and was left out: {names}.")
    if not _number(texts["seed"]):
        seed = " ".join(texts["seed"].split())[:30]
        complaints.append(f"seed={seed} does not work: it must be a number from 0 to 9999.")
        texts["seed"] = START.seed
    if texts["scale"] not in SCALES:
        complaints.append(f"There is no scale named {' '.join(texts['scale'].split())[:30]}; one shared scale is used.")
        texts["scale"] = START.scale
    texts["select"] = still_there(spec, texts["select"])
    return View(spec, resolution, **texts), complaints


def _spec(name: str, values: Mapping[str, str]) -> tuple[ResNetSpec, list[str]]:
    """The spec of a link; what cannot be is left out, field by field, with a sentence each."""
    try:
        return spec_from(name, values), []
    except SpecError as error:
        complaint = f"This link asks for a network that cannot be: {error}"
        if error.field == "net":
            spec, more = _spec("resnet50", values)
            return spec, [complaint, *more]
        if error.field in values:
            kept = {field: value for field, value in values.items() if field != error.field}
            spec, more = _spec(name, kept)
            return spec, [complaint, *more]
        return _spec(name, {})[0], [complaint]


def _resolution(value: str, usual: int) -> tuple[int, list[str]]:
    try:
        size = int(value) if value.strip().isascii() and value.strip().isdigit() and len(value) < 10 else value
        plan(START.spec, size)  # type: ignore[arg-type]
        return int(size), []
    except SpecError as error:
        return usual, [f"This link asks for a resolution that cannot be: {error}"]
