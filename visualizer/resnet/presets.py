"""The published networks, a row each. To add one, add a row."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from visualizer.resnet.errors import SpecError, closest
from visualizer.resnet.sequential import SEQUENTIALS
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
WSL = "Mahajan et al. 2018, arXiv:1805.00932; timm"
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
_ECA: dict[str, Any] = {"attention": "eca"}
_D: dict[str, Any] = {"stem": "deep", "avg_down": True}
_T: dict[str, Any] = {"stem": "tiered", "avg_down": True}

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
    return rows + _later_rows() + _timm_rows()


def _grouped(depth: int, groups: int, width: int, **fields: Any) -> dict[str, Any]:
    """A bottleneck network with `groups` groups of `width` channels (at a stage width of 64)."""
    return {**_of_depth(depth), "groups": groups, "width_per_group": width, **fields}


def _later_rows() -> list[Row]:
    rows: list[Row] = [
        ("resnext50_32x4d", "ResNeXt-50 32×4d", _grouped(50, 32, 4), 224, XIE),
        ("resnext101_32x8d", "ResNeXt-101 32×8d", _grouped(101, 32, 8), 224, XIE),
        ("resnext101_64x4d", "ResNeXt-101 64×4d", _grouped(101, 64, 4), 224, XIE),
        ("wide_resnet50_2", "Wide ResNet-50-2", _grouped(50, 1, 128), 224, WRN),
        ("wide_resnet101_2", "Wide ResNet-101-2", _grouped(101, 1, 128), 224, WRN),
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
    rows.append(("resnet50t", "ResNet-50-T", _T, 224, TIMM))
    rows.append(("ecaresnet50d", "ECA-ResNet-50-D", {**_ECA, **_D}, 224, ECA))
    rows += [(f"keras_resnet{d}", f"Keras ResNet{d}", {**_of_depth(d), **_KERAS}, 224, KERAS) for d in (50, 101, 152)]
    for d in (50, 101, 152):
        rows.append((f"keras_resnet{d}v2", f"Keras ResNet{d}V2", {**_of_depth(d), **_KERAS_V2}, 224, KERAS))
    caffe = {"stride_on": "1x1", "conv_bias": "stem"}
    rows.append(("caffe_resnet50", "Caffe ResNet-50", caffe, 224, "KaimingHe/deep-residual-networks"))
    for g in (8, 16):
        # CIFAR's ResNeXt: three stages of three blocks behind a 3×3 convolution of 64 channels (sec. 5.3).
        fields = {**_CIFAR, "block": "bottleneck", "depths": (3,) * 3, "stem_width": 64, "width": 64, "groups": g}
        rows.append((f"resnext29_{g}x64d", f"ResNeXt-29 {g}×64d", fields, 32, XIE))
    return rows


def _timm_rows() -> list[Row]:
    """Networks that timm publishes weights of, under its names."""
    d26, d200, d269 = {"depths": (2, 2, 2, 2)}, {"depths": (3, 24, 36, 3)}, {"depths": (3, 30, 48, 8)}
    rows: list[Row] = [
        ("resnet10t", "ResNet-10-T", {"block": "basic", "depths": (1, 1, 1, 1), **_T}, 224, TIMM),
        ("resnet14t", "ResNet-14-T", {"depths": (1, 1, 1, 1), **_T}, 224, TIMM),
        ("resnet26t", "ResNet-26-T", {**d26, **_T}, 224, TIMM),
        ("resnet200d", "ResNet-200-D", {**d200, **_D}, 224, TIMM),
        ("resnext50d_32x4d", "ResNeXt-50-D 32×4d", _grouped(50, 32, 4, **_D), 224, TIMM),
        ("resnext101_32x4d", "ResNeXt-101 32×4d", _grouped(101, 32, 4), 224, XIE),
        ("resnext101_32x16d", "ResNeXt-101 32×16d", _grouped(101, 32, 16), 224, WSL),
        ("resnext101_32x32d", "ResNeXt-101 32×32d", _grouped(101, 32, 32), 224, WSL),
        ("seresnext26d_32x4d", "SE-ResNeXt-26-D 32×4d", _grouped(50, 32, 4, **d26, **_D, **_SE), 224, TIMM),
        ("seresnext26t_32x4d", "SE-ResNeXt-26-T 32×4d", _grouped(50, 32, 4, **d26, **_T, **_SE), 224, TIMM),
        ("seresnext50_32x4d", "SE-ResNeXt-50 32×4d", _grouped(50, 32, 4, **_SE), 224, SE),
        ("seresnext101_32x4d", "SE-ResNeXt-101 32×4d", _grouped(101, 32, 4, **_SE), 224, SE),
        ("seresnext101_32x8d", "SE-ResNeXt-101 32×8d", _grouped(101, 32, 8, **_SE), 224, TIMM),
        ("seresnext101d_32x8d", "SE-ResNeXt-101-D 32×8d", _grouped(101, 32, 8, **_D, **_SE), 224, TIMM),
        ("seresnext101_64x4d", "SE-ResNeXt-101 64×4d", _grouped(101, 64, 4, **_SE), 224, TIMM),
        ("seresnet152d", "SE-ResNet-152-D", {**_of_depth(152), **_D, **_SE}, 224, TIMM),
        ("ecaresnet26t", "ECA-ResNet-26-T", {**d26, **_T, **_ECA}, 224, ECA),
        ("ecaresnet50t", "ECA-ResNet-50-T", {**_T, **_ECA}, 224, ECA),
        ("ecaresnet101d", "ECA-ResNet-101-D", {**_of_depth(101), **_D, **_ECA}, 224, ECA),
        ("ecaresnet269d", "ECA-ResNet-269-D", {**d269, **_D, **_ECA}, 224, ECA),
        ("ecaresnetlight", "ECA-ResNet-Light", {"depths": (1, 1, 11, 3), "avg_down": True, **_ECA}, 224, ECA),
    ]
    bare = {**_PRE, "stem_norm": False}
    for d in (18, 34, 50, 101):
        rows.append((f"resnetv2_{d}", f"ResNetV2-{d} (timm)", {**_of_depth(d), **bare}, 224, f"{HE_2016}; timm"))
    for d in (50, 101):
        rows.append((f"resnetv2_{d}d", f"ResNetV2-{d}-D (timm)", {**_of_depth(d), **bare, **_D}, 224, TIMM))
    return rows


@cache
def presets() -> dict[str, Preset]:
    """Every published network by its name, in the order in which they are offered."""
    rows = (Preset(name, title, ResNetSpec(**fields), size, source) for name, title, fields, size, source in _rows())
    return {row.name: row for row in rows}


@cache
def published_specs() -> dict[ResNetSpec, Preset]:
    """The published networks by their specs; of those with one spec the first."""
    return {row.spec: row for row in reversed(presets().values())}


def published(name: str) -> Preset:
    """The published network with this name; SpecError for a name that is none."""
    found = presets().get(name)
    if found is None:
        rule = "there is no such preset" if name else "a preset's name is missing"
        if name in SEQUENTIALS:
            rule = f"{SEQUENTIALS[name].title} is no ResNet: it can be described, and drawn beside one as in the paper"
        raise SpecError("net", name, rule, closest(name.partition("&")[0], presets(), "resnet50"))
    return found


def preset(name: str) -> ResNetSpec:
    """The spec of a published network; SpecError for a name that is none."""
    return published(name).spec
