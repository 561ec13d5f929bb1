"""The published networks, a row each. To add one, add a row."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from visualizer.resnet.errors import SpecError, closest
from visualizer.resnet.spec import ResNetSpec

HE_2015 = "He et al. 2015, arXiv:1512.03385"
HE_2016 = "He et al. 2016, arXiv:1603.05027"
V15 = "Goyal et al. 2017, arXiv:1706.02677 (stride on the 3×3); torchvision"
XIE = "Xie et al. 2017, arXiv:1611.05431"
WRN = "Zagoruyko and Komodakis 2016, arXiv:1605.07146"
SE = "Hu et al. 2018, arXiv:1709.01507; timm (stride on the 3×3)"
ECA = "Wang et al. 2020, arXiv:1910.03151; timm"
TRICKS = "He et al. 2019, arXiv:1812.01187; timm"
TIMM = "timm 1.0"
KERAS = "keras.applications"


class Preset(NamedTuple):
    """A published network: its name, what people call it, its spec, its usual resolution in pixels, its source."""

    name: str
    title: str
    spec: ResNetSpec
    resolution: int
    source: str


DEPTHS: dict[int, tuple[str, tuple[int, ...]]] = {
    18: ("basic", (2, 2, 2, 2)),
    34: ("basic", (3, 4, 6, 3)),
    50: ("bottleneck", (3, 4, 6, 3)),
    101: ("bottleneck", (3, 4, 23, 3)),
    152: ("bottleneck", (3, 8, 36, 3)),
}
"""Block and blocks per stage of each depth: He et al. 2015, table 1."""

_CIFAR: dict[str, Any] = {"block": "basic", "stem": "cifar", "width": 16, "classes": 10}
_PRE: dict[str, Any] = {"order": "pre"}
_KERAS: dict[str, Any] = {"stride_on": "1x1", "conv_bias": True, "bn_eps": 1.001e-5}
_KERAS_V2: dict[str, Any] = {
    "order": "pre", "stem_norm": False, "pool_border": "zero", "stride_block": "last", "conv_bias": "unnormalised",
    "bn_eps": 1.001e-5,
}  # fmt: skip
_SE: dict[str, Any] = {"attention": "se", "attention_divisor": 8}
_D: dict[str, Any] = {"stem": "deep", "avg_down": True}

Row = tuple[str, str, dict[str, Any], int, str]


def _of_depth(depth: int) -> dict[str, Any]:
    block, depths = DEPTHS[depth]
    return {"block": block, "depths": depths}


def _rows() -> list[Row]:
    rows: list[Row] = [(f"resnet{d}", f"ResNet-{d}", _of_depth(d), 224, V15 if d >= 50 else HE_2015) for d in DEPTHS]
    rows += [(f"resnet{d}_v1", f"ResNet-{d} v1", {**_of_depth(d), "stride_on": "1x1"}, 224, HE_2015) for d in DEPTHS]
    rows += [(f"plain{d}", f"plain-{d}", {**_of_depth(d), "shortcut": "none"}, 224, HE_2015) for d in (18, 34)]
    for d in (20, 32, 44, 56, 110, 1202):
        depths = ((d - 2) // 6,) * 3
        rows.append((f"resnet{d}", f"ResNet-{d}", {**_CIFAR, "depths": depths, "shortcut": "A"}, 32, HE_2015))
    for d in (20, 56, 110):
        depths = ((d - 2) // 6,) * 3
        rows.append((f"plain{d}", f"plain-{d}", {**_CIFAR, "depths": depths, "shortcut": "none"}, 32, HE_2015))
    rows += [(f"resnet{d}v2", f"ResNet-{d} v2", {**_of_depth(d), **_PRE}, 224, HE_2016) for d in DEPTHS]
    rows.append(("resnet200v2", "ResNet-200 v2", {"depths": (3, 24, 36, 3), **_PRE}, 224, HE_2016))
    rows.append(("resnet110v2", "ResNet-110 v2", {**_CIFAR, **_PRE, "depths": (18,) * 3, "shortcut": "A"}, 32, HE_2016))
    for d in (164, 1001):
        depths = ((d - 2) // 9,) * 3
        # The authors' Torch code (KaimingHe/resnet-1k-layers) strides in the first 1×1 and has no BN in the stem.
        fields = {**_CIFAR, **_PRE, "block": "bottleneck", "stride_on": "1x1", "stem_norm": False, "depths": depths}
        rows.append((f"resnet{d}v2", f"ResNet-{d} v2", fields, 32, HE_2016))
    return rows + _later_rows()


def _later_rows() -> list[Row]:
    deep = {"depths": (3, 4, 23, 3)}
    rows: list[Row] = [
        ("resnext50_32x4d", "ResNeXt-50 32×4d", {"groups": 32, "width_per_group": 4}, 224, XIE),
        ("resnext101_32x8d", "ResNeXt-101 32×8d", {**deep, "groups": 32, "width_per_group": 8}, 224, XIE),
        ("resnext101_64x4d", "ResNeXt-101 64×4d", {**deep, "groups": 64, "width_per_group": 4}, 224, XIE),
        ("wide_resnet50_2", "Wide ResNet-50-2", {"width_per_group": 128}, 224, WRN),
        ("wide_resnet101_2", "Wide ResNet-101-2", {**deep, "width_per_group": 128}, 224, WRN),
    ]
    for d, k in ((28, 10), (16, 4), (40, 4)):
        fields = {**_CIFAR, **_PRE, "stem_norm": False, "depths": ((d - 4) // 6,) * 3, "width": 16 * k}
        rows.append((f"wrn_{d}_{k}", f"WRN-{d}-{k}", fields, 32, WRN))
    rows += [(f"seresnet{d}", f"SE-ResNet-{d}", {**_of_depth(d), **_SE}, 224, SE) for d in DEPTHS]
    rows.append(("resnet26", "ResNet-26", {"depths": (2, 2, 2, 2)}, 224, TIMM))
    rows.append(("resnet200", "ResNet-200", {"depths": (3, 24, 36, 3)}, 224, TIMM))
    rows.append(("resnet50c", "ResNet-50-C", {"stem": "deep"}, 224, TRICKS))
    rows += [(f"resnet{d}d", f"ResNet-{d}-D", {**_of_depth(d), **_D}, 224, TRICKS) for d in DEPTHS]
    rows.append(("resnet26d", "ResNet-26-D", {"depths": (2, 2, 2, 2), **_D}, 224, TIMM))
    rows.append(("resnet50t", "ResNet-50-T", {"stem": "tiered", "avg_down": True}, 224, TIMM))
    rows.append(("ecaresnet50d", "ECA-ResNet-50-D", {"attention": "eca", **_D}, 224, ECA))
    rows += [(f"keras_resnet{d}", f"Keras ResNet{d}", {**_of_depth(d), **_KERAS}, 224, KERAS) for d in (50, 101, 152)]
    for d in (50, 101, 152):
        rows.append((f"keras_resnet{d}v2", f"Keras ResNet{d}V2", {**_of_depth(d), **_KERAS_V2}, 224, KERAS))
    caffe = {"stride_on": "1x1", "conv_bias": "stem"}
    rows.append(("caffe_resnet50", "Caffe ResNet-50", caffe, 224, "KaimingHe/deep-residual-networks"))
    return rows


@cache
def presets() -> dict[str, Preset]:
    """Every published network by its name, in the order in which they are offered."""
    rows = (Preset(name, title, ResNetSpec(**fields), size, source) for name, title, fields, size, source in _rows())
    return {row.name: row for row in rows}


def published(name: str) -> Preset:
    """The published network with this name; SpecError for a name that is none."""
    found = presets().get(name)
    if found is None:
        rule = "there is no such preset" if name else "a preset's name is missing"
        raise SpecError("net", name, rule, closest(name, presets(), "resnet50"))
    return found


def preset(name: str) -> ResNetSpec:
    """The spec of a published network; SpecError for a name that is none."""
    return published(name).spec
