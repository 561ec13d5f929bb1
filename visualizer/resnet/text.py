"""A spec as text, `PRESET?field=value&field=value`, and back; the same form in URLs, tests and cache keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from visualizer.resnet.errors import SpecError, closest, shown
from visualizer.resnet.presets import Preset, preset, presets, published
from visualizer.resnet.spec import DEFAULTS, FIELDS, ResNetSpec

MAX_TEXT = 1000
_INT = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
_LISTS = ("depths", "width")
_BOOLS = {"true": True, "false": False}


def parse(text: str) -> ResNetSpec:
    """The spec that a text describes; SpecError, with the nearest valid value, for anything else."""
    name, pairs = _split(text)
    base = preset(name)
    values: dict[str, str] = {}
    for field, sign, value in pairs:
        _check_field(field, value)
        if not sign:
            raise SpecError(field, value, "it needs a value after the sign =", _text_value(base, field))
        if field in values:
            raise SpecError(field, value, "it is given twice", _text_value(base, field))
        values[field] = value
    return spec_from(name, values)


def spec_from(name: str, values: Mapping[str, str]) -> ResNetSpec:
    """The preset `name` with some fields changed, each given as text; SpecError for what cannot be."""
    base = preset(name)
    changed: dict[str, Any] = {field: _value(field, value) for field, value in values.items()}
    return replace(base, **changed)


def usual_resolution(text: str) -> int:
    """Side in pixels of the pictures that a text's preset is made for: 32 for the CIFAR networks, else 224.

    Raises SpecError for a text whose preset does not exist.
    """
    return published(_split(text)[0]).resolution


@lru_cache(maxsize=1024)
def text(spec: ResNetSpec) -> str:
    """The shortest text of a spec: the nearest preset and the fields in which the spec differs from it."""
    name, changes = nearest_preset(spec)
    query = "&".join(f"{field}={shown(value)}" for field, value in changes.items())
    return f"{name}?{query}" if query else name


@lru_cache(maxsize=1024)
def nearest_preset(spec: ResNetSpec) -> tuple[str, Mapping[str, object]]:
    """The preset (the first of equals) with the fewest fields that differ from `spec`, and the spec's values there."""

    def distance(row: Preset) -> int:
        return len(differences(row.spec, spec))

    best = min(presets().values(), key=distance)
    return best.name, {field: _text_value(spec, field) for field in differences(best.spec, spec)}


def differences(one: ResNetSpec, other: ResNetSpec) -> tuple[str, ...]:
    """Names of the fields in which two specs differ."""
    return tuple(field for field in FIELDS if getattr(one, field) != getattr(other, field))


def _split(text: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The preset's name, and (field, "=" or "", value) of each part after the question mark."""
    if not isinstance(text, str):
        raise SpecError("net", text, "it must be text", "resnet50")
    if len(text) > MAX_TEXT:
        raise SpecError("net", text, f"it must be at most {MAX_TEXT} characters long", "resnet50")
    name, _, rest = text.partition("?")
    parts = [part.partition("=") for part in rest.split("&") if part.strip()]
    return name.strip(), [(field.strip(), sign, value.strip()) for field, sign, value in parts]


def _check_field(field: str, value: str) -> None:
    if field not in DEFAULTS:
        raise SpecError(field, value, "no field has this name", closest(field, FIELDS, "depths"), noun="name")


def _text_value(spec: ResNetSpec, field: str) -> object:
    return spec.stem_channels if field == "stem_width" else getattr(spec, field)


def _value(field: str, value: str) -> object:
    """A field's value from its text; what has the wrong form is left as text, for the spec to refuse by its rule."""
    _check_field(field, value)
    if len(value) > MAX_TEXT:
        raise SpecError(field, value, f"it must be at most {MAX_TEXT} characters long", DEFAULTS[field] or 64)
    if field in _LISTS:
        numbers = _ints(value.split(","))
        return numbers if field == "depths" or len(numbers) > 1 else numbers[0]
    if field == "bn_eps":
        return float(value) if _FLOAT.fullmatch(value) else value
    if isinstance(DEFAULTS[field], bool):
        return _BOOLS.get(value.lower(), value)
    if isinstance(DEFAULTS[field], int) or field == "stem_width":
        return _ints([value])[0]
    return value


def _ints(parts: Iterable[str]) -> tuple[Any, ...]:
    return tuple(int(part) if _INT.fullmatch(part.strip()) else part for part in parts)
