"""A spec as text, `PRESET?field=value&field=value`, and back; the same form in URLs, tests and cache keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from visualizer.resnet.presets import preset, presets
from visualizer.resnet.spec import DEFAULTS, FIELDS, ResNetSpec, SpecError, shown, unknown_field

MAX_TEXT = 1000
_INT = re.compile(r"[+-]?\d{1,12}")
_LISTS = ("depths", "width")
_BOOLS = {"true": True, "false": False}


def parse(text: str) -> ResNetSpec:
    """The spec that a text describes; SpecError, with the nearest valid value, for anything else."""
    if len(text) > MAX_TEXT:
        raise SpecError("net", text, f"it must be at most {MAX_TEXT} characters long", "resnet50")
    name, _, rest = text.strip().partition("?")
    pairs = [_pair(part) for part in rest.split("&") if part]
    repeated = [name for number, (name, _) in enumerate(pairs) if name in dict(pairs[:number])]
    if repeated:
        raise SpecError(repeated[0], text, "it is given twice, and must be given once")
    return spec_from(name, dict(pairs))


def spec_from(name: str, values: Mapping[str, str]) -> ResNetSpec:
    """The preset `name` with some fields changed, each given as text."""
    base = preset(name)
    changed: dict[str, Any] = {field: _value(field, value) for field, value in values.items()}
    return replace(base, **changed)


def text(spec: ResNetSpec) -> str:
    """The shortest text of a spec: the nearest preset and the fields in which the spec differs from it."""
    name, changes = nearest_preset(spec)
    query = "&".join(f"{field}={shown(value)}" for field, value in changes.items())
    return f"{name}?{query}" if query else name


def nearest_preset(spec: ResNetSpec) -> tuple[str, dict[str, object]]:
    """The preset that differs from `spec` in the fewest fields (the first of equals), and the spec's own values there."""
    best = min(presets().values(), key=lambda row: len(differences(row.spec, spec)))
    return best.name, {field: _text_value(spec, field) for field in differences(best.spec, spec)}


def differences(one: ResNetSpec, other: ResNetSpec) -> tuple[str, ...]:
    """Names of the fields in which two specs differ."""
    return tuple(field for field in FIELDS if getattr(one, field) != getattr(other, field))


def _text_value(spec: ResNetSpec, field: str) -> object:
    return spec.stem_channels if field == "stem_width" else getattr(spec, field)


def _pair(part: str) -> tuple[str, str]:
    field, sign, value = part.partition("=")
    if not sign:
        raise SpecError(" ".join(field.split())[:40], "", "it needs a value, as in groups=32")
    return field.strip(), value.strip()


def _value(field: str, value: str) -> object:
    """A field's value from its text; what has the wrong form is left as text, for the spec to refuse by its rule."""
    if field not in DEFAULTS:
        unknown_field(field, value)
    if len(value) > MAX_TEXT:
        raise SpecError(field, value, f"it must be at most {MAX_TEXT} characters long")
    if field in _LISTS:
        numbers = _ints(value.split(","))
        return numbers if field == "depths" or len(numbers) > 1 else numbers[0]
    if field == "bn_eps":
        return _float(value)
    if isinstance(DEFAULTS[field], bool):
        return _BOOLS.get(value.lower(), value)
    if isinstance(DEFAULTS[field], int) or field == "stem_width":
        return _ints([value])[0]
    return value


def _ints(parts: Iterable[str]) -> tuple[Any, ...]:
    return tuple(int(part) if _INT.fullmatch(part.strip()) else part for part in parts)


def _float(value: str) -> object:
    try:
        return float(value)
    except ValueError:
        return value
