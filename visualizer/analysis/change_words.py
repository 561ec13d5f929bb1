"""What one change of a network's fields does to it, in words that begin with a verb: "adds a 1×1 projection to …".

Where a change acts is read from the plans before and after it, not from the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from visualizer.analysis.aspects import shortcut_form
from visualizer.analysis.format import grouped, listed
from visualizer.analysis.places import stages
from visualizer.analysis.step import Step
from visualizer.resnet import Block, Plan, ResNetSpec


def _block(step: Step) -> str:
    if step.second.block == "bottleneck":
        return "stacks bottlenecks (1×1, 3×3, 1×1; four times the channels) in place of basic blocks (3×3, 3×3)"
    return "stacks basic blocks (3×3, 3×3) in place of bottlenecks (1×1, 3×3, 1×1)"


def _inner(step: Step) -> str:
    """Groups and the width of the grouped convolution."""
    one, other = step.first, step.second
    before, after = (spec.inner_width(spec.widths[0]) for spec in (one, other))
    wide = f"{grouped(after)} channels wide in stage 1 in place of {grouped(before)}" if after != before else ""
    if one.groups == other.groups:
        return f"makes the 3×3 of every block {wide or 'no wider'}"
    if other.groups == 1:
        return "has no groups in the 3×3 of every block" + (f", {wide}" if wide else "")
    instead = f" in place of {grouped(one.groups)}" if one.groups > 1 else ""
    return f"splits the 3×3 of every block into {grouped(other.groups)} groups{instead}" + (f", {wide}" if wide else "")


def _depths(step: Step) -> str:
    one, other = step.first.depths, step.second.depths
    parts = list(_more(one, other))
    gone = range(len(other) + 1, len(one) + 1)
    parts += [f"lacks {stages(gone, len(one))}"] if gone else []
    new = [f"a stage {number} of {_blocks(depth)}" for number, depth in enumerate(other, 1) if number > len(one)]
    parts += [f"adds {listed(new)}"] if new else []
    return listed(parts)


def _more(one: tuple[int, ...], other: tuple[int, ...]) -> Iterator[str]:
    """Blocks more, and blocks fewer, of the stages that both have: "has 4 blocks more in stage 2 and 30 in stage 3"."""
    changes = [(number, after - before) for number, (before, after) in enumerate(zip(one, other, strict=False), 1)]
    for word, sign in (("more", 1), ("fewer", -1)):
        found: dict[int, list[int]] = {}
        for number, change in changes:
            if change * sign > 0:
                found.setdefault(change * sign, []).append(number)
        if found:
            (count, numbers), *rest = found.items()
            first = f"{_blocks(count)} {word} in {_in(numbers, len(other))}"
            yield "has " + listed([first, *(f"{grouped(count)} in {_in(where, len(other))}" for count, where in rest)])


def _in(numbers: list[int], most: int) -> str:
    each = "each of " if 1 < len(numbers) < most else ""
    return each + stages(numbers, most)


def _blocks(count: int) -> str:
    return f"{grouped(count)} block{'' if count == 1 else 's'}"


_FACTORS = {0.25: "a quarter as", 0.5: "half as", 2.0: "twice as"}


def _width(step: Step) -> str:
    one, other = step.first.widths, step.second.widths
    ratios = {after / before for before, after in zip(one, other, strict=False)}
    if len(ratios) == 1 and ratios != {1.0}:
        ratio = ratios.pop()
        factor = _FACTORS.get(ratio, f"{ratio:.3g} times as")
        return f"is {factor} wide in every stage ({grouped(other[0])} in stage 1 in place of {grouped(one[0])})"
    return f"has stages of width {_dashed(other)} in place of {_dashed(one)}"


def _dashed(numbers: Iterable[int]) -> str:
    return "-".join(map(str, numbers))


def _stem(step: Step) -> str:
    """Both stems, of which what they have in common is said of neither."""
    after, before = (_stem_parts(network) for network in (step.after, step.before))
    differing = [number for number in (2, 3) if after[number] != before[number]]
    new, old = (
        f"{parts[0]} ({', '.join([parts[1], *(parts[2] for _ in {2} & set(differing))])})" + parts[3] * (3 in differing)
        for parts in (after, before)
    )
    return f"begins with {new} in place of {old}"


_COUNTS = {1: "one", 3: "three"}


def _stem_parts(network: Plan) -> tuple[str, str, str, str]:
    """ "three 3×3 convolutions", "32-32-64 channels", "stride 2", " and a max pool"."""
    convs = [layer for layer in network.stem if layer.kind == "conv"]
    kernel, plural = convs[0].kernel, "s" if len(convs) > 1 else ""
    pool = " and a max pool" if any(layer.kind == "maxpool" for layer in network.stem) else ""
    name = f"{_COUNTS[len(convs)]} {kernel}×{kernel} convolution{plural}"
    return name, f"{_dashed(layer.output[0] for layer in convs)} channels", f"stride {convs[0].stride}", pool


def _stem_norm(step: Step) -> str:
    what = "BN and ReLU" if step.second.norm == "batch" else "ReLU"
    return f"has {'a ' * (what == 'ReLU')}{what} after the stem's last convolution" if step.second.stem_norm else (
        f"has no {what} after the stem's last convolution"
    )  # fmt: skip


def _pool_border(step: Step) -> str:
    zero = "pads the stem's max pool with zeros"
    return zero if step.second.pool_border == "zero" else "leaves the border out of the stem's max pool"


_SHORTCUTS = {"projection": "a 1×1 projection", "identity": "an identity", "zero-padded": "padding with zeros"}


def _shortcut(step: Step) -> str:
    """What becomes of the shortcuts, those together of which the same becomes."""
    found: dict[tuple[str, str], list[tuple[Block, Block]]] = {}
    for before, after in step.pairs:
        lost = after.shortcut_kind == "none"
        kinds = ("any" if lost else shortcut_form(before), shortcut_form(after))
        found.setdefault(kinds, []).append((before, after))
    if not found:
        return f"has shortcut {step.second.shortcut} in place of {step.first.shortcut}"
    return listed(_becomes(*kinds, step.where(pairs)) for kinds, pairs in found.items())


def _becomes(before: str, after: str, where: str) -> str:
    old, new = (_SHORTCUTS.get(kind, f"a {kind} shortcut") for kind in (before, after))
    if after == "none":
        return f"leaves out the shortcut of {where}"
    if before == "none":
        return f"adds {new}{' shortcut' if after == 'identity' else ''} to {where}"
    if after == "projection":
        return f"adds {new} to {where}" + (f" in place of {old}" if before != "identity" else "")
    return f"has {new} in place of {old} in {where}"


def _stride_block(step: Step) -> str:
    other = {"first": "last", "last": "first"}[step.second.stride_block]
    return f"halves the map in the {step.second.stride_block} block of a stage in place of the {other}"


def _stride_on(step: Step) -> str:
    names = {"3x3": "3×3", "1x1": "first 1×1"}
    on = f"strides in the {names[step.second.stride_on]} in place of the {names[step.first.stride_on]}"
    return f"{on} in {step.where(step.pairs)}" if step.pairs else on


def _avg_down(step: Step) -> str:
    where = step.where(step.pairs) if step.pairs else "each block that strides"
    if step.second.avg_down:
        return f"averages 2×2 before the projection of {where}"
    return f"strides in the projection of {where}, without an average before it"


_ORDERS = {
    "post": "puts BN and ReLU after each convolution and the last ReLU after the addition (post-activation)",
    "bn_after_add": "puts the last BN and ReLU of every block after the addition",
    "relu_before_add": "puts the last ReLU of every block before the addition",
    "relu_only_pre": "puts each ReLU before its convolution and BN after it (ReLU-only pre-activation)",
    "pre": "puts BN and ReLU before each convolution (full pre-activation)",
}


def _order(step: Step) -> str:
    found = _ORDERS[step.second.order]
    more = [layer.kind for layer in step.after.head if layer not in step.before.head]
    kinds = [{"bn": "BN", "relu": "ReLU"}[kind] for kind in more if kind in ("bn", "relu")]
    return found + (f", with a last {listed(kinds)} before the global pool" if kinds else "")


_GATES = {"se": "SE", "eca": "ECA"}


def _attention(step: Step) -> str:
    one, other = step.first, step.second
    if one.attention == other.attention:
        return listed(_squeezed(one, other))
    if other.attention == "none":
        return f"leaves out the {_GATES[one.attention]} gate of every block"
    gate = f"an {_GATES[other.attention]} gate" + (f" (ratio {other.attention_ratio})" * (other.attention == "se"))
    if one.attention == "none":
        return f"adds {gate} to every block"
    return f"has {gate} in place of {_GATES[one.attention]} in every block"


def _squeezed(one: ResNetSpec, other: ResNetSpec) -> Iterator[str]:
    if one.attention_ratio != other.attention_ratio:
        yield f"divides the channels within its SE gates by {other.attention_ratio} in place of {one.attention_ratio}"
    if one.attention_divisor != other.attention_divisor:
        yield (
            f"rounds the inner width of its SE gates to multiples of {other.attention_divisor} in place of "
            f"{one.attention_divisor}"
        )


def _norm(step: Step) -> str:
    return "leaves out every BN" if step.second.norm == "none" else "has BN"


_BIASES = {
    "True": "gives every convolution a bias", "False": "has no bias in its convolutions",
    "stem": "has a bias in the stem's convolutions alone",
    "unnormalised": "has a bias in the convolutions that no BN follows alone",
}  # fmt: skip


def _conv_bias(step: Step) -> str:
    return _BIASES[str(step.second.conv_bias)]


def _bn_eps(step: Step) -> str:
    return f"has {step.second.bn_eps:g} as ε of BN in place of {step.first.bn_eps:g}"


def _channels(step: Step) -> str:
    many = step.second.channels
    return f"takes pictures of {grouped(many)} channel{'' if many == 1 else 's'} in place of {step.first.channels:,}"


def _classes(step: Step) -> str:
    many = step.second.classes
    return f"tells {grouped(many)} class{'' if many == 1 else 'es'} apart in place of {grouped(step.first.classes)}"


WORDS: dict[tuple[str, ...], Callable[[Step], str]] = {
    ("block",): _block,
    ("groups", "width_per_group"): _inner,
    ("depths",): _depths,
    ("width",): _width,
    ("stem", "stem_width"): _stem,
    ("stem_norm",): _stem_norm,
    ("pool_border",): _pool_border,
    ("shortcut",): _shortcut,
    ("stride_block",): _stride_block,
    ("stride_on",): _stride_on,
    ("avg_down",): _avg_down,
    ("order",): _order,
    ("attention", "attention_ratio", "attention_divisor"): _attention,
    ("norm",): _norm,
    ("conv_bias",): _conv_bias,
    ("bn_eps",): _bn_eps,
    ("channels",): _channels,
    ("classes",): _classes,
}
"""Fields that change together, in the order in which they are changed, and what the change is in words."""
