"""What a network is called."""

from __future__ import annotations

from functools import lru_cache

from visualizer.resnet import ResNetSpec, presets
from visualizer.resnet.errors import shown
from visualizer.resnet.text import nearest_preset

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


def numbered(place: int, name: str) -> str:
    """A network of a comparison with its number: "2 · ResNet-50"; place: from 0."""
    return f"{place + 1} · {name}"


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


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(value).replace(",", "-")
