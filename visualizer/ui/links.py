"""A view and its place in the URL: what each parameter stands for, and one sentence for what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from visualizer.analysis.memory import OPTIMISERS, PRECISIONS
from visualizer.figures.captions import KIND_NAMES
from visualizer.figures.detail import DIRECTIONS, LEVELS, own_from
from visualizer.images.edits import edits_text, parse_edits
from visualizer.resnet import ResNetSpec, SpecError, parse, plan, presets
from visualizer.resnet.errors import brief, shown
from visualizer.resnet.spec import FIELDS
from visualizer.resnet.text import nearest_preset, spec_from, text
from visualizer.ui.control_names import HIDEABLE, LOCKABLE
from visualizer.ui.views import (
    AXES,
    BATCHES,
    COMPARED,
    ESTIMATORS,
    FIGURE_KINDS,
    HEATS,
    LAID_BESIDE,
    LOOKS,
    METHODS,
    MOST_COMPARED,
    OPENED,
    OPERATIONS,
    PLACES,
    PURPOSES,
    QUANTITIES,
    RANDOM,
    SCALES,
    SECTIONS,
    SEEN,
    SORTS,
    START,
    USUAL,
    VIEWS,
    View,
    still_there,
)

MAX_PARAM = 2000
PARTS = ("stem", *(f"stage {number}" for number in range(1, 6)), "head")
"""The parts of a network by which the table of layers is filtered."""


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) < 6


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


_PAIR = re.compile(r"([1-4]),([1-4])", re.ASCII)


def _pair(written: str) -> str:
    """Two places of networks, from 1; a network can stand beside itself."""
    found = _PAIR.fullmatch(written)
    if found is None:
        raise ValueError(written)
    return written


def _some_of(choices: Iterable[str]) -> Param:
    """A few of the choices with commas, each once and in their order."""
    known = tuple(choices)

    def value(written: str) -> str:
        names = written.split(",")
        if not set(names) <= set(known):
            raise ValueError(written)
        return ",".join(name for name in known if name in names)

    return Param(value, f"it must name, with commas, some of {', '.join(known)}")


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
    "compare": _one_of(COMPARED),
    "laid": _one_of(LAID_BESIDE),
    "quantity": _one_of(QUANTITIES),
    "axis": _one_of(AXES),
    "pair": Param(_pair, "it must be the places of two networks, such as 1,3"),
    "estimator": _one_of(ESTIMATORS),
    "album": Param(_name, "it must be the digest of a set of pictures"),
    "large": _one_of(SEEN),
    "open": _some_of(OPENED),
    "kinds": _some_of(KIND_NAMES),
    "parts": _some_of(PARTS),
    "only": _one_of(SEEN),
}
HANDOUT: dict[str, Mapping[str, str]] = {"lock": LOCKABLE, "hide": HIDEABLE}
"""The parts of a lecturer's link, and the names that each can have, with commas."""


def to_params(state: View) -> dict[str, list[str]]:
    """The URL's parameters of a view: the network by preset and changed fields, the rest where not as usual."""
    name, changed = nearest_preset(state.spec)
    params = {"net": [name], **{field: [shown(value)] for field, value in changed.items()}}
    if state.resolution != presets()[name].resolution:
        params["resolution"] = [str(state.resolution)]
    if state.others != START.others:
        params["vs"] = [text(other) for other in state.others]
    if any(weights != RANDOM for weights in state.weights_beside):
        params["vs_weights"] = [",".join(state.weights_beside)]
    for field in ("select", *PARAMS, *HANDOUT):
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
    beside, complaint = _weights_beside(last.pop("vs_weights", ""), len(others))
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
    for field, controls in HANDOUT.items():
        values[field], complaint = _handout(field, last.pop(field, ""), controls)
        complaints += complaint
    if values.get("slot", 0) > len(others):
        values["slot"] = len(others)
    known = [unknown for unknown in last if not unknown.startswith("embed")]
    if known:
        names = ", ".join(brief(unknown)[:30] for unknown in known[:3])
        complaints.append(f"This link has a part that is not understood and was left out: {names}.")
    return View(spec, resolution, others, **values, weights_beside=beside), complaints


def _repeated(params: Mapping[str, list[str]]) -> list[str]:
    """What to say of parts that a link gives differently more than once; only `vs` may be several."""
    known = ("net", "resolution", "select", "vs_weights", *FIELDS, *PARAMS, *HANDOUT)
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


def _handout(act: str, written: str, known: Mapping[str, str]) -> tuple[str, list[str]]:
    """The names of what a link locks or hides, each once; one that is not known is left out, with a sentence."""
    names = list(dict.fromkeys(filter(None, written.split(","))))
    unknown = [brief(name)[:30] for name in names if name not in known]
    few = ", ".join(unknown[:3]) + (f" and {len(unknown) - 3} more" if len(unknown) > 3 else "")
    complaints = [f"This link cannot {act} {few}; the rest of it holds."] if unknown else []
    return ",".join(name for name in names if name in known), complaints


def _weights_beside(written: str, most: int) -> tuple[tuple[str, ...], list[str]]:
    """The weights of the networks beside the first, in their order."""
    if not written:
        return (), []
    try:
        return tuple(_name(one) for one in written.split(",")[:most]), []
    except ValueError:
        rule = PARAMS["weights"].rule
        return (), [f"vs_weights={brief(written)} does not work: {rule}, with commas; {RANDOM} ones are used."]


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
