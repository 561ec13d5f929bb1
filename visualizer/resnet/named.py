"""Any network by its text: a ResNet as `PRESET?field=value`, or a sequential network as its name."""

from __future__ import annotations

from visualizer.resnet.errors import SpecError, closest
from visualizer.resnet.plan import Plan, plan
from visualizer.resnet.presets import presets
from visualizer.resnet.sequential import SEQUENTIALS, Sequential, sequential
from visualizer.resnet.text import parse, usual_resolution


def named(text: str, resolution: int | None = None) -> Plan | Sequential:
    """The network that a text names, at this side of a square picture or (None) at its usual one.

    SpecError, with the nearest that works, for a text, a field or a resolution that cannot be.
    """
    name, _, fields = text.strip().partition("?")
    name = name.strip()
    if name not in SEQUENTIALS:
        _refuse_misspelt(name)
        return plan(parse(text), usual_resolution(text) if resolution is None else resolution)
    if fields:
        raise SpecError("net", text, f"{SEQUENTIALS[name].title} has no fields to change", name)
    return sequential(name, resolution)


def _refuse_misspelt(name: str) -> None:
    """Raise SpecError for a name of nothing that is most like a sequential network's."""
    names = (*presets(), *SEQUENTIALS)
    if name and name not in names:
        nearest = closest(name, names, "")
        if nearest in SEQUENTIALS:
            raise SpecError("net", name, "there is no such preset", nearest)
