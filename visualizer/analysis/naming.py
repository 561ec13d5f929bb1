"""What a network is called, and what its spec has that another's has not, in words."""

from __future__ import annotations

from functools import lru_cache

from visualizer.analysis.aspects import Change
from visualizer.resnet import ResNetSpec, presets
from visualizer.resnet.errors import shown
from visualizer.resnet.text import differences, nearest_preset

FIELD_WORDS = {
    "block": "block",
    "depths": "blocks per stage",
    "shortcut": "shortcut",
    "order": "order of BN, ReLU and convolution",
    "stride_on": "stride on",
    "stride_block": "stride in a stage's block",
    "stem": "stem",
    "stem_width": "width of the stem",
    "stem_norm": "BN and ReLU after the stem",
    "pool_border": "border of the stem's max pool",
    "width": "width",
    "groups": "groups",
    "width_per_group": "width per group",
    "avg_down": "average pool before the projection",
    "attention": "attention",
    "attention_ratio": "ratio of attention",
    "attention_divisor": "divisor of attention's width",
    "norm": "normalisation",
    "conv_bias": "biases of convolutions",
    "bn_eps": "ε of BN",
    "channels": "input channels",
    "classes": "classes",
}
"""The fields of a spec as people call them."""


@lru_cache(maxsize=1024)
def network_name(spec: ResNetSpec) -> str:
    """A published network's title, or the nearest one's with what is changed: "ResNet-34 with shortcut A"."""
    name, changed = nearest_preset(spec)
    title = presets()[name].title
    if not changed:
        return title
    if len(changed) > 2:
        return f"{title} with {len(changed)} changes"
    return f"{title} with " + " and ".join(f"{FIELD_WORDS[field]} {_value(value)}" for field, value in changed.items())


def spec_changes(first: ResNetSpec, second: ResNetSpec) -> tuple[Change, ...]:
    """The fields in which two specs differ, with both values; a stem as wide as another does not differ in it."""
    changes = (
        Change(FIELD_WORDS[field], _value(_of(first, field)), _value(_of(second, field)))
        for field in differences(first, second)
    )
    return tuple(change for change in changes if change.first != change.second)


def _of(spec: ResNetSpec, field: str) -> object:
    return spec.stem_channels if field == "stem_width" else getattr(spec, field)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(value).replace(",", "-")
