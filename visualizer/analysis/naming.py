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
VALUE_WORDS: dict[str, dict[str, str]] = {
    "order": {
        "pre": "full pre-activation (v2)", "post": "post-activation (the original order)",
        "relu_only_pre": "ReLU-only pre-activation", "bn_after_add": "BN after the addition",
        "relu_before_add": "ReLU before the addition",
    },
    "stride_on": {"1x1": "stride in the first 1×1 (v1)", "3x3": "stride in the 3×3 (v1.5)"},
    "block": {"basic": "basic blocks", "bottleneck": "bottlenecks"},
    "stem": {
        "deep": "a stem of three 3×3 (C)", "imagenet": "a stem of one 7×7",
        "tiered": "a stem of three 3×3, 24-32-64 (T)", "cifar": "CIFAR's stem: one 3×3, no pool",
    },
    "attention": {"se": "SE gates", "eca": "ECA gates", "none": "no gates"},
    "stride_block": {
        "last": "stride in a stage's last block (Keras V2)", "first": "stride in a stage's first block",
    },
    "norm": {"none": "no batch norm", "batch": "batch norm"},
}  # fmt: skip
"""What a network with these values of these fields has, in words that follow "with"."""


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
    return f"{title} with " + " and ".join(_phrase(field, value) for field, value in changed.items())


def _phrase(field: str, value: object) -> str:
    if field in VALUE_WORDS:
        return VALUE_WORDS[field][str(value)]
    if isinstance(value, bool):
        return FIELD_WORDS[field] if value else f"no {FIELD_WORDS[field]}"
    return f"{FIELD_WORDS[field]} {shown(value).replace(',', '-')}"
