"""A view and its place in the URL: all of a link written and read, and one sentence for what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visualizer.resnet import ResNetSpec, SpecError, parse, plan, presets
from visualizer.resnet.errors import brief, shown
from visualizer.resnet.spec import FIELDS
from visualizer.resnet.text import nearest_preset, spec_from, text
from visualizer.ui.control_names import all_hidden
from visualizer.ui.link_params import HANDOUT, PARAMS
from visualizer.ui.views import MOST_COMPARED, RANDOM, START, View, still_there

MAX_PARAM = 2000
"""Letters of a parameter that are read."""
MOST_READ = 16
"""Networks of a link that are read, to find as many that can be as are shown."""


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
    complaints += all_hidden(values["hide"])
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
    for written in texts[:MOST_READ]:
        try:
            found.append(parse(written[:MAX_PARAM]))
        except SpecError as error:
            complaints.append(f"This link compares with {brief(written)}, which is left out: {error}")
    if texts and not found:
        complaints[-1] += f" {text(START.others[0])} stands there instead."
    if len(found) >= MOST_COMPARED:
        complaints.append(f"This link compares {1 + len(found)} networks; the first {MOST_COMPARED} are shown.")
    return tuple(found[: MOST_COMPARED - 1]) or START.others, complaints


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
        return tuple(PARAMS["weights"].value(one) for one in written.split(",")[:most]), []
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
            return spec, [f"{complaint} ResNet-50 is shown instead.", *more]
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
