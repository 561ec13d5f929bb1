"""Networks one change away from another: "the same as left, but …"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from visualizer.analysis.naming import VALUE_WORDS
from visualizer.analysis.step import Step
from visualizer.resnet import DEPTHS, ResNetSpec, SpecError

SIZE = 64
"""Pixels at which two networks are asked whether they differ."""


class Variant(NamedTuple):
    """What is changed, in words that follow "but", and the network after it."""

    words: str
    spec: ResNetSpec


_SHORTCUTS = {
    "A": "shortcut A: padded with zeros", "B": "shortcut B: projections where shapes change",
    "C": "shortcut C: projections everywhere", "none": "no shortcuts: a plain network",
}  # fmt: skip
_CHOICES: dict[str, dict[str, str]] = {
    "order": VALUE_WORDS["order"], "shortcut": _SHORTCUTS, **{name: VALUE_WORDS[name] for name in (
        "stride_on", "block", "attention", "stem", "stride_block", "norm",
    )},
}  # fmt: skip
"""Fields with a name for each value, in the order in which they are offered."""


@lru_cache(maxsize=256)
def variants(spec: ResNetSpec) -> tuple[Variant, ...]:
    """Every network that is one change away and really another, in the order in which they are offered."""
    found = []
    for words, fields in _changes(spec):
        try:
            other = replace(spec, **fields)
        except SpecError:  # not every change goes with every network
            continue
        if Step(spec, other, SIZE).acts:
            found.append(Variant(words, other))
    return tuple(found)


def _changes(spec: ResNetSpec) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is changed in words, and the fields to set."""
    for field, names in _CHOICES.items():
        if field == "attention":
            yield from _sizes(spec)
        for value, words in names.items():
            if value != getattr(spec, field):
                yield words, {field: value, **_along(spec, value)}
    words = "no average before projections" if spec.avg_down else "an average before projections that stride (D)"
    yield words, {"avg_down": not spec.avg_down}


def _along(spec: ResNetSpec, value: str) -> dict[str, Any]:
    """What has to change with a value: a basic block has no groups, a stem has its usual width."""
    if value == "basic":
        return {"groups": 1, "width_per_group": 64}
    return {"stem_width": None} if value in VALUE_WORDS["stem"] else {}


def _sizes(spec: ResNetSpec) -> Iterator[tuple[str, dict[str, Any]]]:
    """Deeper and shallower, wider and narrower, in groups or not."""
    yield from _depths(spec)
    for words, factor in (("twice as wide in every stage", 2.0), ("half as wide in every stage", 0.5)):
        yield words, {"width": tuple(int(width * factor) for width in spec.widths)}
    yield "a 3×3 twice as wide (Wide ResNet)", {"width_per_group": 2 * spec.width_per_group}
    if spec.groups > 1:
        yield "no groups", {"groups": 1, "width_per_group": 64}
    else:
        yield "a 3×3 in 32 groups of 4 channels (ResNeXt)", {"groups": 32, "width_per_group": 4}


def _depths(spec: ResNetSpec) -> Iterator[tuple[str, dict[str, Any]]]:
    """The next depths of the paper's Table 1 with this block, or else a block more and a block fewer in every stage."""
    known = [depths for block, depths in DEPTHS.values() if block == spec.block]
    more, fewer = (tuple(depth + step for depth in spec.depths) for step in (1, -1))
    if spec.depths in known:
        place = known.index(spec.depths)
        more = known[place + 1] if place + 1 < len(known) else more
        fewer = known[place - 1] if place else fewer
    for words, depths in (("deeper", more), ("shallower", fewer)):
        yield f"{words}: {'-'.join(map(str, depths))} blocks", {"depths": depths}
