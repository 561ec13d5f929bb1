"""The specification of one ResNet: a frozen, hashable value that is checked when it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import NoReturn

BLOCKS = ("basic", "bottleneck")
SHORTCUTS = ("none", "A", "B", "C")
ORDERS = ("post", "bn_after_add", "relu_before_add", "relu_only_pre", "pre")
STRIDES_ON = ("3x3", "1x1")
STRIDE_BLOCKS = ("first", "last")
STEMS = ("imagenet", "deep", "tiered", "cifar")
ATTENTIONS = ("none", "se", "eca")
NORMS = ("batch", "none")
CONV_BIASES = (False, True, "stem", "unnormalised")

STEM_WIDTHS = {"imagenet": 64, "deep": 32, "tiered": 24, "cifar": 16}
EXPANSION = {"basic": 1, "bottleneck": 4}

MAX_STAGES = 5
MAX_DEPTH = 400
MAX_WIDTH = 8192
MAX_INNER_WIDTH = 65536
RANGES = {
    "stem_width": (1, 4096),
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
    "attention": ATTENTIONS,
    "norm": NORMS,
}
FLAGS = ("stem_norm", "avg_down")


def shown(value: object) -> str:
    """The text form of a field's value: lists with commas, true/false in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return ",".join(shown(item) for item in value)
    return str(value)


class SpecError(ValueError):
    """A field of a network's description that cannot be, with the rule and the nearest value that works."""

    def __init__(self, field: str, value: object, rule: str, nearest: object = None) -> None:
        self.field = field
        self.value = value
        self.rule = rule
        self.nearest = nearest
        text = " ".join(shown(value).split())
        text = text if len(text) <= 60 else text[:57] + "..."
        works = "" if nearest is None else f"; the nearest that works is {shown(nearest)}"
        super().__init__(f"{field}={text} does not work: {rule}{works}.")


def _closest(value: object, choices: Iterable[str]) -> str | None:
    """The choice most like the value; ignores case."""
    from difflib import get_close_matches  # only on the way to an error message

    by_lower = {choice.lower(): choice for choice in choices}
    found = get_close_matches(str(value)[:60].lower(), list(by_lower), n=1, cutoff=0.4)
    return by_lower[found[0]] if found else next(iter(by_lower.values()), None)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class ResNetSpec:
    """What a ResNet is, as data.

    `block`, `depths` and `shortcut` are He et al. 2015 (fig. 5, table 1, section 3.3); `order` is He et al. 2016
    (fig. 4); `stride_on` tells v1 (`1x1`) from v1.5 (`3x3`); `groups` and `width_per_group` are Xie et al. 2017 and
    Zagoruyko and Komodakis 2016; `avg_down` and the deep stems are He et al. 2019; `attention` is Hu et al. 2018 (SE)
    or Wang et al. 2020 (ECA). `width` is the first stage's width, doubled at each further stage, or one number a stage.
    `stem_width` is None for the usual width of the stem. `conv_bias` is false, true, `stem` (only the stem's
    convolution, as in the authors' Caffe file of ResNet-50) or `unnormalised` (where no BN follows, as in Keras V2).

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
        for name, choices in CHOICES.items():
            self._check_choice(name, choices)
        for name in FLAGS:
            if not isinstance(getattr(self, name), bool):
                raise SpecError(name, getattr(self, name), "it must be true or false", False)
        if self.conv_bias not in CONV_BIASES or isinstance(self.conv_bias, int) is not isinstance(self.conv_bias, bool):
            raise SpecError("conv_bias", self.conv_bias, "it must be one of " + ", ".join(map(shown, CONV_BIASES)), False)
        for name, (low, high) in RANGES.items():
            self._check_range(name, low, high)
        self._check_depths()
        self._check_widths()
        self._check_eps()
        self._check_together()
        if self.stem_width == STEM_WIDTHS[self.stem]:
            object.__setattr__(self, "stem_width", None)

    def _check_choice(self, name: str, choices: tuple[str, ...]) -> None:
        value = getattr(self, name)
        if not isinstance(value, str) or value not in choices:
            raise SpecError(name, value, "it must be one of " + ", ".join(choices), _closest(value, choices))

    def _check_range(self, name: str, low: int, high: int) -> None:
        value = getattr(self, name)
        if name == "stem_width" and value is None:
            return
        if not _is_int(value):
            raise SpecError(name, value, f"it must be a whole number from {low} to {high}", getattr(ResNetSpec, name) or 64)
        if not low <= value <= high:
            rule = f"it must be a whole number from {low} to {high}"
            raise SpecError(name, value, rule, min(max(value, low), high))

    def _check_depths(self) -> None:
        depths = self.depths
        rule = f"it must be 1 to {MAX_STAGES} stages of 1 to {MAX_DEPTH} blocks each"
        if not isinstance(depths, tuple | list) or not depths or not all(_is_int(depth) for depth in depths):
            raise SpecError("depths", depths, rule, ResNetSpec.depths)
        clipped = tuple(min(max(depth, 1), MAX_DEPTH) for depth in depths[:MAX_STAGES])
        if clipped != tuple(depths):
            raise SpecError("depths", depths[:20], rule, clipped)
        object.__setattr__(self, "depths", tuple(depths))

    def _check_widths(self) -> None:
        stages = len(self.depths)
        width = self.width
        if isinstance(width, tuple | list):
            self._check_width_list(tuple(width))
            return
        most = MAX_WIDTH >> (stages - 1)
        if not _is_int(width) or not 1 <= width <= most:
            nearest = min(max(width, 1), most) if _is_int(width) else 64
            rule = f"it must be a whole number from 1 to {most} (it doubles at each of {stages} stages), or one number a stage"
            raise SpecError("width", width, rule, nearest)

    def _check_width_list(self, widths: tuple[int, ...]) -> None:
        stages = len(self.depths)
        rule = f"it must be one whole number from 1 to {MAX_WIDTH} for each of the {stages} stages"
        if not widths or not all(_is_int(width) for width in widths):
            raise SpecError("width", widths, rule, 64)
        clipped = [min(max(width, 1), MAX_WIDTH) for width in widths[:stages]]
        while len(clipped) < stages:
            clipped.append(min(clipped[-1] * 2, MAX_WIDTH))
        if tuple(clipped) != widths:
            raise SpecError("width", widths[:20], rule, tuple(clipped))
        doubled = all(wider == 2 * narrow for narrow, wider in zip(widths, widths[1:], strict=False))
        object.__setattr__(self, "width", widths[0] if doubled else widths)

    def _check_eps(self) -> None:
        eps = self.bn_eps
        if isinstance(eps, bool) or not isinstance(eps, int | float) or not 1e-12 <= eps <= 1:
            raise SpecError("bn_eps", eps, "it must be a number from 1e-12 to 1", 1e-5)
        object.__setattr__(self, "bn_eps", float(eps))

    def _check_together(self) -> None:
        if self.block == "basic" and self.groups != 1:
            rule = "a basic block cannot be grouped (a block of two convolutions gains nothing: Xie et al. 2017, sec. 3.3)"
            raise SpecError("groups", self.groups, rule, 1)
        if self.block == "basic" and self.width_per_group != 64:
            raise SpecError("width_per_group", self.width_per_group, "only a bottleneck has an inner width", 64)
        if self.stem == "tiered" and self.stem_width is not None and self.stem_width % 3:
            rule = "a tiered stem grows as 3:4:8, so its first width is a multiple of 3"
            raise SpecError("stem_width", self.stem_width, rule, max(3, round(self.stem_width / 3) * 3))
        for width in self.widths:
            inner = self.inner_width(width)
            if not 1 <= inner <= MAX_INNER_WIDTH:
                rule = f"it gives a bottleneck {inner} inner channels; 1 to {MAX_INNER_WIDTH} are possible"
                raise SpecError("width_per_group", self.width_per_group, rule, 64 if inner < 1 else 1)

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
        return width if self.block == "basic" else int(width * (self.width_per_group / 64)) * self.groups

    def __str__(self) -> str:
        from visualizer.resnet.text import text

        return text(self)


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(ResNetSpec))
DEFAULTS: dict[str, object] = {field.name: field.default for field in fields(ResNetSpec)}


def unknown_field(name: str, value: object) -> NoReturn:
    """Raise SpecError for a field that no spec has."""
    field = " ".join(name.split())[:40]
    raise SpecError(field, value, "there is no such field", _closest(name, FIELDS))
