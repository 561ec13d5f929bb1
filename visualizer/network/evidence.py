"""What the names and shapes of a checkpoint say of its network, field by field.

Each size is taken from all tensors that have it, by majority: one that is missing or wrong does not change the reading,
and is found afterwards, when the network that was read is compared with the file.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from visualizer.network.checkpoint.errors import Shape
from visualizer.resnet.blocks import squeezed_width
from visualizer.resnet.spec import EXPANSION, MAX_STAGES, RANGES, ResNetSpec

_BLOCK = re.compile(r"layer([1-9])\.([0-9]{1,3})\.(.+)")
_USUAL_GROUP_WIDTHS = (64, 4, 8, 16, 32, 128)
_USUAL_SQUEEZES = ((16, 1), (16, 8))
"""SE's ratio and divisor: the paper's, and timm's."""
_PROJECTIONS = (("B", "first"), ("C", "first"), ("A", "first"), ("B", "last"))
"""Shortcut and stride block that say which blocks project, the more usual first."""


class Evidence:
    """The tensors of a file by the block that they are in, and sizes as most of them say."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.shapes = shapes
        self.blocks: dict[tuple[int, int], dict[str, Shape]] = defaultdict(dict)
        for name, shape in shapes.items():
            found = _BLOCK.fullmatch(name)
            if found:
                self.blocks[int(found[1]), int(found[2])][found[3]] = shape

    @property
    def depths(self) -> tuple[int, ...]:
        """Blocks of each stage, as the highest index says; 0 for a stage without any."""
        most = max((stage for stage, _ in self.blocks), default=0)
        return tuple(
            1 + max((index for stage, index in self.blocks if stage == number), default=-1)
            for number in range(1, most + 1)
        )

    def has(self, *starts: str) -> bool:
        """Whether any tensor's name begins so."""
        return any(name.startswith(starts) for name in self.shapes)

    def inside(self, *starts: str) -> set[tuple[int, int]]:
        """The blocks with a tensor whose name within the block begins so."""
        return {place for place, held in self.blocks.items() if any(name.startswith(starts) for name in held)}

    def sizes(self, name: str, axis: int, stage: int, first: int = 0) -> list[int]:
        """A size of this tensor in the blocks of a stage, from the index `first` on."""
        held = (inner.get(name, ()) for (number, index), inner in self.blocks.items()
                if number == stage and index >= first)  # fmt: skip
        return [shape[axis] for shape in held if len(shape) > axis]

    def size(self, axis: int, *names: str) -> list[int]:
        """A size of these tensors of stem and head."""
        return [self.shapes[name][axis] for name in names if len(self.shapes.get(name, ())) > axis]


def most(values: Iterable[int], otherwise: int = 1) -> int:
    """The most frequent value, the first of equals."""
    counts = Counter(values)
    return max(counts, key=counts.__getitem__) if counts else otherwise


def read_spec(shapes: Mapping[str, Shape]) -> ResNetSpec:
    """The network that the tensors are most like, with the usual choice wherever names and shapes do not tell.

    Raises SpecError for what no network here can be.
    """
    held = Evidence(shapes)
    bottleneck = 2 * len(held.inside("conv3.")) > len(held.blocks)
    fields: dict[str, Any] = {"block": "bottleneck" if bottleneck else "basic", "depths": held.depths}
    fields["norm"] = "batch" if any(name.endswith("running_var") for name in shapes) else "none"
    fields |= _stem(held, fields["norm"] == "batch")
    fields["order"] = _order(held, fields["norm"] == "batch", bottleneck)
    outputs = _outputs(held, fields["order"] == "pre", bottleneck)
    widths = tuple(max(1, output // EXPANSION[fields["block"]]) for output in outputs)
    fields["width"] = widths if len(widths) > 1 else widths[0]
    if bottleneck:
        fields |= _inner(held, widths)
    fields |= _shortcut(held, outputs)
    fields |= _attention(held, outputs)
    fields["conv_bias"] = _conv_bias(held, bottleneck)
    fields["classes"] = most(held.size(0, "fc.weight", "fc.bias"), 1000)
    return ResNetSpec(**fields)


def _stem(held: Evidence, normalised: bool) -> dict[str, Any]:
    norm = not normalised or held.has("bn1.")
    if held.has("conv1.0.", "conv1.3.", "conv1.6."):
        width = most(held.size(0, "conv1.0.weight", "conv1.1.weight") + held.size(1, "conv1.3.weight"))
        second = most(held.size(0, "conv1.3.weight", "conv1.4.weight") + held.size(1, "conv1.6.weight"), width)
        kind = "deep" if second == width else "tiered"
        channels = most(held.size(1, "conv1.0.weight"), 3)
    else:
        kind = "imagenet" if most(held.size(2, "conv1.weight"), 7) > 3 else "cifar"
        width = most(held.size(0, "conv1.weight", "bn1.weight"), 64)
        channels = most(held.size(1, "conv1.weight"), 3)
    return {"stem": kind, "stem_width": width, "stem_norm": norm, "channels": channels}


def _order(held: Evidence, normalised: bool, bottleneck: bool) -> str:
    """Pre-activation has a last norm; where a norm follows the addition, neither the last convolution of the branch
    nor the projection has its own. The three other orders have the same tensors."""
    last = "conv3" if bottleneck else "conv2"
    if not normalised:
        return "post"
    if held.has("norm."):
        return "pre"
    alone = held.inside(f"{last}.bias") and not held.inside("conv1.bias")
    projections = [name for inner in held.blocks.values() for name in inner if name.startswith("downsample.")]
    bare = projections and not any(name.endswith(("running_mean", "running_var")) for name in projections)
    return "bn_after_add" if alone or bare else "post"


def _outputs(held: Evidence, pre: bool, bottleneck: bool) -> list[int]:
    """Channels that each stage puts out."""
    last, stages = ("3" if bottleneck else "2"), len(held.depths)
    found = []
    for stage in range(1, stages + 1):
        votes = held.sizes(f"conv{last}.weight", 0, stage)
        votes += [] if pre else held.sizes(f"bn{last}.weight", 0, stage)
        votes += held.sizes("conv1.weight", 1, stage, first=1)
        after = held.sizes("conv1.weight", 1, stage + 1)[:1] if stage < stages else held.size(1, "fc.weight")
        found.append(most(votes + after))
    return found


def _inner(held: Evidence, widths: tuple[int, ...]) -> dict[str, Any]:
    """Groups, and their width at a stage width of 64, which gives every stage's inner width."""
    inner, each = [], []
    for stage in range(1, len(widths) + 1):
        votes = held.sizes("conv1.weight", 0, stage) + held.sizes("conv2.weight", 0, stage)
        inner.append(most(votes + held.sizes("conv3.weight", 1, stage)))
        each.append(most(held.sizes("conv2.weight", 1, stage), inner[-1]))
    groups = max(1, most(whole // max(1, one) for whole, one in zip(inner, each, strict=True)))
    low = max(-(-64 * (whole // groups) // width) for whole, width in zip(inner, widths, strict=True))
    high = min((64 * (whole // groups + 1) - 1) // width for whole, width in zip(inner, widths, strict=True))
    usual = [width for width in _USUAL_GROUP_WIDTHS if low <= width <= high]
    return {"groups": groups, "width_per_group": usual[0] if usual else max(1, low)}


def _shortcut(held: Evidence, outputs: list[int]) -> dict[str, Any]:
    """The option whose blocks with projections are those of the file, or nearest to them."""
    observed = held.inside("downsample.")
    places = [(stage, index) for stage, depth in enumerate(held.depths, 1) for index in range(depth)]
    entering = most(held.sizes("conv1.weight", 1, 1)[:1] or held.size(0, "conv1.weight", "conv1.6.weight"))
    incoming = [entering, *outputs]
    wider = {(stage, 0) for stage in range(1, len(outputs) + 1) if incoming[stage - 1] != outputs[stage - 1]}
    strided = {(stage, 0) for stage in range(2, len(outputs) + 1)}
    projecting = {("B", "first"): wider | strided, ("C", "first"): set(places), ("A", "first"): set(),
                  ("B", "last"): wider}  # fmt: skip
    shortcut, stride_block = min(_PROJECTIONS, key=lambda option: len(observed ^ projecting[option]))
    averaged = len(held.inside("downsample.1.weight") - held.inside("downsample.0.weight"))
    return {"shortcut": shortcut, "stride_block": stride_block, "avg_down": 2 * averaged > len(observed)}


def _attention(held: Evidence, outputs: list[int]) -> dict[str, Any]:
    if held.inside("se.conv."):
        return {"attention": "eca"}
    if not held.inside("se."):
        return {}
    pairs = []
    for stage, channels in enumerate(outputs, 1):
        votes = held.sizes("se.fc1.weight", 0, stage) + held.sizes("se.fc2.weight", 1, stage)
        pairs.append((channels, most(votes)))
    ratio, divisor = _squeeze(pairs)
    return {"attention": "se", "attention_ratio": ratio, "attention_divisor": divisor}


def _squeeze(pairs: list[tuple[int, int]]) -> tuple[int, int]:
    """The ratio and the divisor, the usual ones first, that give every stage its inner width from its channels."""
    least = range(1, RANGES["attention_divisor"][1] + 1), range(1, RANGES["attention_ratio"][1] + 1)
    others = ((ratio, divisor) for divisor in least[0] for ratio in least[1])
    for ratio, divisor in (*_USUAL_SQUEEZES, *others):
        if all(squeezed_width(channels, ratio, divisor) == inner for channels, inner in pairs):
            return ratio, divisor
    return _USUAL_SQUEEZES[0]


def _conv_bias(held: Evidence, bottleneck: bool) -> bool | str:
    """Where convolutions have biases: everywhere, where no norm follows, in the stem alone, or nowhere."""
    blocks = len(held.blocks)
    if 2 * len(held.inside("conv1.bias")) > blocks:
        return True
    if 2 * len(held.inside("conv3.bias" if bottleneck else "conv2.bias")) > blocks:
        return "unnormalised"
    if held.has("conv1.bias", "conv1.0.bias"):
        return "stem"
    return "unnormalised" if held.has("conv1.6.bias") else False


def stages_missing(depths: tuple[int, ...]) -> str:
    """The first stage of the file that has no block, or one too many, as the name of its tensors; "" if none."""
    empty = next((number for number, depth in enumerate(depths, 1) if depth == 0), 0)
    return f"layer{empty}" if empty else (f"layer{MAX_STAGES + 1}" if len(depths) > MAX_STAGES else "")
