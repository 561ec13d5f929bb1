"""The specification of one ResNet: a frozen, hashable value that is checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

from visualizer.resnet.errors import SpecError, closest, shown

BLOCKS = ("basic", "bottleneck")
SHORTCUTS = ("none", "A", "B", "C")
ORDERS = ("post", "bn_after_add", "relu_before_add", "relu_only_pre", "pre")
STRIDES_ON = ("3x3", "1x1")
STRIDE_BLOCKS = ("first", "last")
STEMS = ("imagenet", "deep", "tiered", "cifar")
ATTENTIONS = ("none", "se", "eca")
POOL_BORDERS = ("ignored", "zero")
NORMS = ("batch", "none")
CONV_BIASES = (False, True, "stem", "unnormalised")

STEM_WIDTHS = {"imagenet": 64, "deep": 32, "tiered": 24, "cifar": 16}
EXPANSION = {"basic": 1, "bottleneck": 4}

MAX_STAGES = 5
MAX_DEPTH = 400
MAX_WIDTH = 8192
MAX_INNER_WIDTH = 65536
MAX_STEM_WIDTH = 4096
RANGES = {
    "groups": (1, 1024),
    "width_per_group": (1, 8192),
    "attention_ratio": (1, 256),
    "attention_divisor": (1, 256),
    "channels": (1, 1024),
    "classes": (1, 100_000),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "block": BLOCKS,
    "shortcut": SHORTCUTS,
    "order": ORDERS,
    "stride_on": STRIDES_ON,
    "stride_block": STRIDE_BLOCKS,
    "stem": STEMS,
    "pool_border": POOL_BORDERS,
    "attention": ATTENTIONS,
    "norm": NORMS,
}
FLAGS = ("stem_norm", "avg_down")
BASIC_ONLY = {
    "groups": (1, "only a bottleneck can be grouped (two convolutions gain nothing by it: Xie et al. 2017, sec. 3.3)"),
    "width_per_group": (64, "only a bottleneck has an inner width"),
}


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _clipped(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)


@dataclass(frozen=True)
class ResNetSpec:
    """What a ResNet is, as data.

    `block`, `depths` and `shortcut` are He et al. 2015 (fig. 5, table 1, section 3.3); `order` is He et al. 2016
    (fig. 4); `stride_on` tells v1 (`1x1`) from v1.5 (`3x3`); `groups` and `width_per_group` are Xie et al. 2017 and
    Zagoruyko and Komodakis 2016; `avg_down` and the deep stems are He et al. 2019; `attention` is Hu et al. 2018 (SE)
    or Wang et al. 2020 (ECA). `width` is the first stage's width, doubled at each further stage, or one number a stage.
    `stem_width` is None for the usual width of the stem. `pool_border` is what the stem's max pool finds beyond the
    edge: nothing (`ignored`, as in PyTorch) or zeros (`zero`, as in Keras; no difference after a ReLU). `conv_bias` is
    false, true, `stem` (only the stem's convolution, as in the authors' Caffe file of ResNet-50) or `unnormalised`
    (where no BN follows, as in Keras V2).

    Raises SpecError when a field cannot be: an invalid spec does not exist.
    """

    block: str = "bottleneck"
    depths: tuple[int, ...] = (3, 4, 6, 3)
    shortcut: str = "B"
    order: str = "post"
    stride_on: str = "3x3"
    stride_block: str = "first"
    stem: str = "imagenet"
    stem_width: int | None = None
    stem_norm: bool = True
    pool_border: str = "ignored"
    width: int | tuple[int, ...] = 64
    groups: int = 1
    width_per_group: int = 64
    avg_down: bool = False
    attention: str = "none"
    attention_ratio: int = 16
    attention_divisor: int = 1
    norm: str = "batch"
    conv_bias: bool | str = False
    bn_eps: float = 1e-5
    channels: int = 3
    classes: int = 1000

    def __post_init__(self) -> None:
        self._check_choices()
        self._check_depths()
        self._check_widths()
        self._check_stem_width()
        self._check_inner_width()
        for name in ("attention_ratio", "attention_divisor", "channels", "classes"):
            self._check_range(name, *RANGES[name])
        self._check_eps()

    def _check_choices(self) -> None:
        for name, choices in CHOICES.items():
            value = getattr(self, name)
            if not isinstance(value, str) or value not in choices:
                raise SpecError(
                    name, value, "it must be one of " + ", ".join(choices), closest(value, choices, choices[0])
                )
        for name in FLAGS:
            value = getattr(self, name)
            if not isinstance(value, bool):
                nearest = closest(value, ("true", "false"), shown(getattr(ResNetSpec, name))) == "true"
                raise SpecError(name, value, "it must be true or false", nearest)
        if not isinstance(self.conv_bias, bool | str) or self.conv_bias not in CONV_BIASES:
            by_text = {shown(choice): choice for choice in CONV_BIASES}
            rule = "it must be one of " + ", ".join(by_text)
            raise SpecError("conv_bias", self.conv_bias, rule, by_text[closest(self.conv_bias, by_text, "false")])

    def _check_range(self, name: str, low: int, high: int, reason: str = "") -> None:
        """Refuse all but a whole number from `low` to `high`, between which the field's default lies."""
        value = getattr(self, name)
        if not _is_int(value) or not low <= value <= high:
            nearest = _clipped(value if _is_int(value) else getattr(ResNetSpec, name), low, high)
            raise SpecError(name, value, f"it must be a whole number from {low} to {high}{reason}", nearest)

    def _check_depths(self) -> None:
        depths = self.depths
        rule = f"it must be 1 to {MAX_STAGES} stages of 1 to {MAX_DEPTH} blocks each"
        if not isinstance(depths, tuple | list) or not depths or not all(map(_is_int, depths[:MAX_STAGES])):
            raise SpecError("depths", depths, rule, ResNetSpec.depths)
        possible = tuple(_clipped(depth, 1, MAX_DEPTH) for depth in depths[:MAX_STAGES])
        if possible != tuple(depths):
            raise SpecError("depths", depths, rule, possible)
        object.__setattr__(self, "depths", possible)

    def _check_widths(self) -> None:
        stages = len(self.depths)
        width: object = self.width
        if isinstance(width, tuple | list):
            self._check_width_list(tuple(width))
            return
        most = MAX_WIDTH >> (stages - 1)
        reason = f" (it doubles at each of {stages} stages), or one number a stage" if stages > 1 else ""
        self._check_range("width", 1, most, reason)

    def _check_width_list(self, widths: tuple[int, ...]) -> None:
        stages = len(self.depths)
        rule = f"a list must hold one whole number from 1 to {MAX_WIDTH} for each of the {stages} stages"
        if not widths or not all(map(_is_int, widths[:stages])):
            raise SpecError("width", widths, rule, ResNetSpec.width)
        possible = [_clipped(width, 1, MAX_WIDTH) for width in widths[:stages]]
        while len(possible) < stages:
            possible.append(min(possible[-1] * 2, MAX_WIDTH))
        if tuple(possible) != widths:
            raise SpecError("width", widths, rule, tuple(possible))
        doubled = all(wider == 2 * narrow for narrow, wider in pairwise(widths))
        object.__setattr__(self, "width", widths[0] if doubled else widths)

    def _check_stem_width(self) -> None:
        value: object = self.stem_width
        usual = STEM_WIDTHS[self.stem]
        if value is None:
            return
        step, reason = (3, " that 3 divides (a tiered stem grows as 3:4:8)") if self.stem == "tiered" else (1, "")
        high = MAX_STEM_WIDTH // step * step
        if not isinstance(value, int) or isinstance(value, bool):
            nearest = usual
        else:
            nearest = _clipped((value + step // 2) // step * step, step, high)
        if nearest != value or isinstance(value, bool):
            rule = f"it must be a whole number from {step} to {high}{reason}"
            raise SpecError("stem_width", value, rule, nearest)
        object.__setattr__(self, "stem_width", None if value == usual else value)

    def _check_inner_width(self) -> None:
        """Groups and their width together: every group has a channel, and no bottleneck more than 65,536 inner ones."""
        if self.block == "basic":
            for name, (only, rule) in BASIC_ONLY.items():
                value = getattr(self, name)
                if not _is_int(value) or value != only:
                    raise SpecError(name, value, rule, only)
            return
        narrow, wide = min(self.widths), max(self.widths)
        least = -(-64 // narrow)
        self._check_range_within("groups", 1, MAX_INNER_WIDTH // (wide * least // 64), "at these widths")
        # ⌊wide · width_per_group / 64⌋ · groups is to stay within the limit.
        most = ((MAX_INNER_WIDTH // self.groups + 1) * 64 - 1) // wide
        self._check_range_within("width_per_group", least, most, "at these widths and groups")

    def _check_range_within(self, name: str, least: int, most: int, reason: str) -> None:
        low, high = RANGES[name]
        narrowed = least > low or most < high
        self._check_range(name, max(low, least), min(high, most), f" {reason}" if narrowed else "")

    def _check_eps(self) -> None:
        eps = self.bn_eps
        number = isinstance(eps, int | float) and not isinstance(eps, bool) and eps == eps
        if not number or not 1e-12 <= eps <= 1:
            nearest = min(max(eps, 1e-12), 1.0) if number else ResNetSpec.bn_eps
            raise SpecError("bn_eps", eps, "it must be a number from 1e-12 to 1", nearest)
        object.__setattr__(self, "bn_eps", float(eps))

    @property
    def widths(self) -> tuple[int, ...]:
        """Width of each stage in channels, before the block's expansion."""
        if isinstance(self.width, tuple):
            return self.width
        return tuple(self.width << stage for stage in range(len(self.depths)))

    @property
    def expansion(self) -> int:
        """Output channels of a block per channel of its stage's width: 1 (basic) or 4 (bottleneck)."""
        return EXPANSION[self.block]

    @property
    def stem_channels(self) -> int:
        """Channels of the stem's first convolution."""
        return STEM_WIDTHS[self.stem] if self.stem_width is None else self.stem_width

    def inner_width(self, width: int) -> int:
        """Channels of a block's 3×3 convolution at this stage width (Xie et al. 2017; torchvision's rounding)."""
        return width if self.block == "basic" else width * self.width_per_group // 64 * self.groups

    def __str__(self) -> str:
        from visualizer.resnet.text import text

        return text(self)


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(ResNetSpec))
DEFAULTS: dict[str, object] = {field.name: field.default for field in fields(ResNetSpec)}
