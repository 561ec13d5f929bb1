"""What a view is, and its place in the URL.

Everything that defines what a person sees is in the URL, so that a reload, a lost connection or a link brings it
back. The session's own copy is the truth while the session lives. At each run `restore` reads the URL if the person
went there (a link, a reload, the back button), and `remember` writes the view back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import streamlit as st

from visualizer.analysis.memory import OPTIMISERS, PRECISIONS
from visualizer.figures.detail import DIRECTIONS, LEVELS, Detail, own_from
from visualizer.images.edits import edits_text, parse_edits
from visualizer.resnet import Plan, ResNetSpec, SpecError, parse, plan, preset, presets
from visualizer.resnet.errors import brief, shown
from visualizer.resnet.nodes import Node, find, nearest
from visualizer.resnet.spec import FIELDS
from visualizer.resnet.text import nearest_preset, spec_from, text
from visualizer.ui.store import FIGURES

MAX_PARAM = 2000
VIEWS = ("Stages", "Layers", "Costs", "Charts", "Outline", "Code")
SECTIONS = (
    "Formulas", "Count the layers", "Receptive field", "One more block", "Reconcile", "Memory", "torchinfo",
)  # fmt: skip
"""The parts of the view Costs."""
OPERATIONS = ("MACs", "FLOPs")
SEEN = ("hidden", "shown")
PURPOSES = ("inference", "training")
BATCHES = tuple(2**power for power in range(11))
SCALES = ("shared", "per layer", "per map", "global")
"""How far a colour scale reaches: over all the grids of a block, one grid, one map, the whole network."""
FIGURE_KINDS = ("map", "paper", "volume")
"""What is drawn of a network: its map, the paper's figure 3 in columns, its volumes."""
USUAL = "usual"
"""The level of detail that suits the network."""
HEATS = ("none", "params", "macs", "memory", "field", "mean", "zeros", "ratio")
"""What colours the map: the stages, or a quantity of each block; the last three are of the picture's activations."""
PLACES = ("x", "gate", "branch", "shortcut", "sum", "out")
LOOKS = ("Block", "Depth", "Class maps", "Receptive field", "Switch off")
"""The views of the page Activations."""
SORTS = ("strength", "variance", "sparsity", "similarity")
METHODS = ("gradcam", "layercam")
MOST_COMPARED = 4
BYTES_PER_LAYER = 500
"""Of a plan in memory, roughly, for the bounds of the store."""
RANDOM = "random"
"""The weights that nobody trained."""


@dataclass(frozen=True)
class View:
    """One view: the network, the resolution in pixels, and what is selected and opened on each page.

    spec: the network that the sidebar edits. others: the networks beside it on Compare, and `slot` is its own place
    among them. select: the path of the stage, block or layer that is selected, or "". section: the part of Costs that
    is open; operations, elementwise: what it counts. figure: what is drawn. level, folds: how much of the network the
    map shows, and the stages and blocks that are shown otherwise (`detail`). direction: the way in which the map goes.
    heat: what colours it. thumbnails: whether each block carries its strongest channel. numbers: whether the map
    numbers the weighted layers. purpose, batch, precision, optimiser: what memory is counted for. picture: a sample's
    key, or the SHA-256 of an upload. weights: `RANDOM`, or the SHA-256 of a checkpoint. place, channel: the one map
    that is shown large; channel -1 is the strongest. page: of channels. look: the open view of Activations. sort: the
    order of channels. target, method: the class and the way of the class maps; -1 is the most probable. off: blocks
    that are switched off or swapped. edits: what is done to the picture, as `images.edits` reads it. second: the
    picture beside the first, or "". spot: the position that is looked at, "x,y" in pixels of the input, or "".
    """

    spec: ResNetSpec
    resolution: int = 224
    others: tuple[ResNetSpec, ...] = (preset("resnet34"),)
    slot: int = 0
    select: str = ""
    view: str = VIEWS[0]
    section: str = SECTIONS[0]
    operations: str = OPERATIONS[0]
    elementwise: str = SEEN[0]
    figure: str = FIGURE_KINDS[0]
    level: str = USUAL
    folds: str = ""
    direction: str = DIRECTIONS[0]
    heat: str = HEATS[0]
    thumbnails: str = SEEN[0]
    numbers: str = SEEN[0]
    purpose: str = PURPOSES[1]
    batch: int = 32
    precision: str = "float32"
    optimiser: str = "SGD with momentum"
    picture: str = "cat"
    weights: str = RANDOM
    seed: int = 0
    scale: str = SCALES[0]
    place: str = "out"
    channel: int = -1
    page: int = 1
    look: str = LOOKS[0]
    sort: str = SORTS[0]
    target: int = -1
    method: str = METHODS[0]
    off: str = ""
    edits: str = ""
    second: str = ""
    spot: str = ""

    @property
    def plan(self) -> Plan:
        return kept_plan(self.spec, self.resolution)

    @property
    def node(self) -> Node | None:
        """The stage, block or layer that is selected."""
        return find(self.plan, self.select) if self.select else None

    @property
    def block(self) -> str:
        """The path of the block that is selected, or that the selected layer is in; "" if there is none."""
        stage, *rest = self.select.split(".", 2)
        return f"{stage}.{rest[0]}" if rest and stage.removeprefix("layer").isdigit() else ""

    @property
    def detail(self) -> Detail:
        """How much of the network the map shows."""
        return Detail("" if self.level == USUAL else self.level, own_from(self.folds))

    @property
    def compared(self) -> tuple[ResNetSpec, ...]:
        """The two to four networks on Compare, in their order."""
        return (*self.others[: self.slot], self.spec, *self.others[self.slot :])


def kept_plan(spec: ResNetSpec, resolution: int) -> Plan:
    """The plan of a network, kept for all sessions: a rerun asks for it many times, and a long one takes 10 ms."""
    key = ("plan", spec, resolution)
    return FIGURES.value(key, lambda: plan(spec, resolution), lambda made: BYTES_PER_LAYER * len(made.layers))


START = View(presets()["resnet50"].spec)


def view() -> View:
    """The view of this session."""
    found: View = st.session_state.setdefault("_view", START)
    return found


def change(**values: Any) -> None:
    """Change the view, as a person's action: it wins over an older URL that may still be on its way."""
    st.session_state["_view"] = replace(view(), **values)
    st.session_state["_acted"] = True


def correct(**values: Any) -> None:
    """Change the view in the middle of a run, where it asks for what is not there; nobody acted."""
    st.session_state["_view"] = replace(view(), **values)


def changes(**values: Any) -> Callable[[], None]:
    """`change` with these values, as a callback."""
    return lambda: change(**values)


def change_spec(**values: Any) -> None:
    """Change fields of the network; SpecError for a combination that cannot be, which changes nothing."""
    spec = replace(view().spec, **values)
    change(spec=spec, select=nearest_node(spec, view().select, view().resolution))


def still_there(spec: ResNetSpec, select: str, resolution: int = START.resolution) -> str:
    """The path of the selected stage, block or layer if this network has it too, else none.

    resolution: one at which the network's plan is needed anyway; the paths are the same at all.
    """
    found = find(kept_plan(spec, resolution), select) if select else None
    return found.path if found else ""


def nearest_node(spec: ResNetSpec, select: str, resolution: int = START.resolution) -> str:
    """The selected stage, block or layer of another network, or the one of this network that is nearest to it."""
    found = nearest(kept_plan(spec, resolution), select) if select else None
    return found.path if found else ""


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) < 6


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
    params = _params()
    acted = st.session_state.pop("_acted", False)
    if acted or not params or params == st.session_state.get("_written"):
        return
    found, complaints = from_params(params)
    st.session_state["_view"] = found
    for complaint in complaints:
        refuse(complaint)
    st.session_state["_acted"] = False


def carry() -> None:
    """Give a page that was turned to the view's parameters, of which a click in the navigation has none.

    To be called before the navigation: the browser then writes address and parameters as one entry of its history,
    so that its back button needs one press for each page. `remember` repeats them, which changes nothing if they came.
    """
    if "_written" in st.session_state and not _params():
        st.query_params.from_dict(to_params(view()))
        st.session_state["_carried"] = True


def remember() -> None:
    """Write the view to the URL, at the end of a run or of a fragment that changed it."""
    params = to_params(view())
    carried = st.session_state.pop("_carried", False)
    if carried or params != _params():
        st.query_params.from_dict(params)
    st.session_state["_written"] = params
    st.session_state.pop("_acted", None)


def _params() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


class Param(NamedTuple):
    """A part of the URL for one field of a view: what a text stands for (ValueError: nothing), and what is said."""

    value: Callable[[str], Any]
    rule: str


def _one_of(choices: Iterable[str]) -> Param:
    known = tuple(choices)

    def value(written: str) -> str:
        if written not in known:
            raise ValueError(written)
        return written

    return Param(value, f"it must be one of {', '.join(known)}")


def _whole(low: int, high: int) -> Param:
    def value(written: str) -> int:
        number = int(written) if _is_number(written.removeprefix("-")) else high + 1
        if not low <= number <= high:
            raise ValueError(written)
        return number

    return Param(value, f"it must be a whole number from {low} to {high}")


def _name(written: str) -> str:
    """A sample's key or a digest; whether it exists is known where it is opened."""
    if not written.replace("_", "").isalnum() or not written.isascii() or len(written) > 64:
        raise ValueError(written)
    return written


def _batch(written: str) -> int:
    if not _is_number(written) or int(written) not in BATCHES:
        raise ValueError(written)
    return int(written)


_BLOCK = r"layer[1-9]\d?\.\d{1,3}"
_OFF = re.compile(rf"{_BLOCK}(~{_BLOCK})?(,{_BLOCK}(~{_BLOCK})?)*", re.ASCII)


def _off(written: str) -> str:
    """Blocks that are switched off ("layer2.1") and pairs that are swapped ("layer3.1~layer3.2"), with commas."""
    if not _OFF.fullmatch(written):
        raise ValueError(written)
    return written


def _edits(written: str) -> str:
    return edits_text(parse_edits(written))


def _spot(written: str) -> str:
    x, _, y = written.partition(",")
    if not (_is_number(x) and _is_number(y)):
        raise ValueError(written)
    return written


def _folds(written: str) -> str:
    own_from(written)
    return written


PARAMS = {
    "slot": _whole(0, MOST_COMPARED - 1),
    "view": _one_of(VIEWS),
    "section": _one_of(SECTIONS),
    "operations": _one_of(OPERATIONS),
    "elementwise": _one_of(SEEN),
    "figure": _one_of(FIGURE_KINDS),
    "level": _one_of((USUAL, *LEVELS)),
    "folds": Param(_folds, "it must say which parts are shown at which level, such as layer3:stages,layer1.0:layers"),
    "direction": _one_of(DIRECTIONS),
    "heat": _one_of(HEATS),
    "thumbnails": _one_of(SEEN),
    "numbers": _one_of(SEEN),
    "purpose": _one_of(PURPOSES),
    "batch": Param(_batch, f"it must be a power of two from 1 to {BATCHES[-1]}"),
    "precision": _one_of(PRECISIONS),
    "optimiser": _one_of(OPTIMISERS),
    "picture": Param(_name, "it must be the name of a sample or the digest of an upload"),
    "weights": Param(_name, f"it must be {RANDOM} or the digest of a checkpoint"),
    "seed": _whole(0, 9999),
    "scale": _one_of(SCALES),
    "place": _one_of(PLACES),
    "channel": _whole(-1, 65_535),
    "page": _whole(1, 9999),
    "look": _one_of(LOOKS),
    "sort": _one_of(SORTS),
    "target": _whole(-1, 99_999),
    "method": _one_of(METHODS),
    "off": Param(_off, "it must name blocks to switch off, such as layer2.1, and to swap, such as layer3.1~layer3.2"),
    "edits": Param(_edits, "it must be edits of a picture, such as rotate=90,crop=0.1:0.1:0.9:0.9,blur=2"),
    "second": Param(_name, "it must be the name of a sample or the digest of an upload"),
    "spot": Param(_spot, "it must be a position in pixels of the picture, such as 112,80"),
}


def to_params(state: View) -> dict[str, list[str]]:
    """The URL's parameters of a view: the network by preset and changed fields, the rest where not as usual."""
    name, changed = nearest_preset(state.spec)
    params = {"net": [name], **{field: [shown(value)] for field, value in changed.items()}}
    if state.resolution != presets()[name].resolution:
        params["resolution"] = [str(state.resolution)]
    if state.others != START.others:
        params["vs"] = [text(other) for other in state.others]
    for field in ("select", *PARAMS):
        value = getattr(state, field)
        if value != getattr(START, field):
            params[field] = [str(value)]
    return params


def from_params(params: Mapping[str, list[str]]) -> tuple[View, list[str]]:
    """The view that a URL describes and one sentence for each part of it that could not be read."""
    complaints = _repeated(params)
    last = {name: values[-1][:MAX_PARAM] for name, values in params.items() if values and name != "vs"}
    name, _, query = last.pop("net", "resnet50").partition("?")  # people paste a network's text form here
    for part in filter(None, query.split("&")):
        field, _, value = part.partition("=")
        last.setdefault(field, value)
    spec, complaint = _spec(name, {field: last.pop(field) for field in FIELDS if field in last})
    complaints += complaint
    usual = presets()[name].resolution if name in presets() else 224
    resolution, complaint = _resolution(last.pop("resolution", str(usual)), usual)
    complaints += complaint
    others, complaint = _others(params.get("vs", []))
    complaints += complaint
    select = last.pop("select", "")
    values: dict[str, Any] = {"select": still_there(spec, select, resolution)}
    if select and not values["select"]:
        complaints.append(f"select={brief(select)} does not work: this network has no such part; none is selected.")
    for field, param in PARAMS.items():
        if field in last:
            written = last.pop(field)
            try:
                values[field] = param.value(written)
            except ValueError:
                usual_value = getattr(START, field)
                complaints.append(f"{field}={brief(written)} does not work: {param.rule}; {usual_value} is used.")
    if values.get("slot", 0) > len(others):
        values["slot"] = len(others)
    known = [unknown for unknown in last if not unknown.startswith("embed")]
    if known:
        names = ", ".join(brief(unknown)[:30] for unknown in known[:3])
        complaints.append(f"This link has a part that is not understood and was left out: {names}.")
    return View(spec, resolution, others, **values), complaints


def _repeated(params: Mapping[str, list[str]]) -> list[str]:
    """What to say of parts that a link gives differently more than once; only `vs` may be several."""
    known = ("net", "resolution", "select", *FIELDS, *PARAMS)
    several = [name for name in known if len(set(params.get(name, []))) > 1]
    if not several:
        return []
    names = ", ".join(several[:3]) + (f" and {len(several) - 3} more" if len(several) > 3 else "")
    return [f"This link gives more than one value for {names}: the last one is used."]


def _others(texts: list[str]) -> tuple[tuple[ResNetSpec, ...], list[str]]:
    """The networks beside the first; one that cannot be is left out, with a sentence."""
    found: list[ResNetSpec] = []
    complaints = []
    for written in texts[: MOST_COMPARED - 1]:
        try:
            found.append(parse(written))
        except SpecError as error:
            complaints.append(f"This link compares with a network that cannot be: {error}")
    if len(texts) >= MOST_COMPARED:
        complaints.append(f"This link compares {1 + len(texts)} networks; the first {MOST_COMPARED} are shown.")
    return tuple(found) or START.others, complaints


def _spec(name: str, values: Mapping[str, str]) -> tuple[ResNetSpec, list[str]]:
    """The spec of a link; what cannot be is left out, field by field, with a sentence each."""
    try:
        return spec_from(name, values), []
    except SpecError as error:
        complaint = f"This link asks for a network that cannot be: {error}"
        if error.field == "net":
            spec, more = _spec("resnet50", values)
            return spec, [f"{complaint} ResNet-50 is shown.", *more]
        if error.field in values:
            kept = {field: value for field, value in values.items() if field != error.field}
            spec, more = _spec(name, kept)
            return spec, [f"{complaint} What is shown has {error.field}={shown(getattr(spec, error.field))}.", *more]
        return _spec(name, {})[0], [complaint]


def _resolution(value: str, usual: int) -> tuple[int, list[str]]:
    try:
        size = int(value) if value.isascii() and value.isdigit() else value  # MAX_PARAM digits at most
        plan(START.spec, size)  # type: ignore[arg-type]
        return int(size), []
    except SpecError as error:
        return usual, [f"This link asks for a resolution that cannot be: {error} What is shown has {usual} pixels."]
