"""What is written in and said about a drawing of a network."""

from __future__ import annotations

from collections.abc import Iterable

from visualizer.analysis import Cost
from visualizer.analysis.aspects import shortcut_form
from visualizer.analysis.format import abbreviated, dimensions, grouped
from visualizer.resnet import Block, Layer, Shape, Stage
from visualizer.resnet.nodes import Node

KIND_NAMES = {
    "conv": "convolution",
    "conv1d": "convolution across channels",
    "bn": "batch norm",
    "relu": "ReLU",
    "sigmoid": "sigmoid",
    "scale": "scaling by the gate",
    "add": "addition",
    "maxpool": "max pool",
    "avgpool": "average pool",
    "global_pool": "global average pool",
    "pad": "padding with zeros",
    "flatten": "flatten",
    "linear": "linear",
}
"""Kinds of layer, in words."""


def shortcut_name(block: Block) -> str:
    """What the shortcut is; option A (He et al. 2015) by what it does to the channels where it changes the shape."""
    form = shortcut_form(block)
    return "no shortcut" if form == "none" else f"{form} shortcut"


def node_name(node: Node) -> str:
    """A stage, block or layer as it is named in a sentence: "stage 2, block 1", "conv2 of stage 2, block 1"."""
    if isinstance(node, Stage):
        return node.name
    if isinstance(node, Block):
        return f"stage {node.stage}, block {node.index + 1}"
    if node.block is None:
        return f"{node.path} of the {node.role}"
    _, index, name = node.path.split(".", 2)
    return f"{name} of stage {node.stage}, block {int(index) + 1}"


def layer_rows(layer: Layer) -> tuple[str, ...]:
    """A layer in the papers' words, in short lines: "3×3, 128 /2", "in 32 groups"; none for what needs no box."""
    stride = f" /{layer.stride}" if layer.stride > 1 else ""
    window = f"{layer.kernel}×{layer.kernel}"
    if layer.kind == "conv":
        row = f"{window}, {layer.output[0]}{stride}"
        return (row, f"in {layer.groups} groups") if layer.groups > 1 else (row,)
    if layer.kind == "linear":
        return (f"fc, {layer.output[0]}",)
    rows = {
        "maxpool": ("max-pool", f"{window}{stride}"),
        "avgpool": (f"avg {window}{stride}",),
        "global_pool": ("global", "average pool"),
    }
    return rows.get(layer.kind, ())


_LIGHT_ROWS = {
    "bn": "BN", "relu": "ReLU", "sigmoid": "sigmoid", "scale": "scale", "flatten": "flatten",
    "global_pool": "global pool",
}  # fmt: skip


def light_row(layer: Layer) -> str:
    """What stands in the small box of a layer that is not one of the weighted ones: "BN", "1×1, 16", "1D conv, k=3"."""
    if layer.kind == "conv1d":
        return f"1D conv, k={layer.kernel}"
    return _LIGHT_ROWS.get(layer.kind) or ", ".join(layer_rows(layer))


def layer_words(layer: Layer) -> str:
    """A layer in one line of words: "3×3 convolution, stride 2, 32 groups"."""
    windowed = layer.kind in ("conv", "maxpool", "avgpool")
    words = [f"{layer.kernel}×{layer.kernel} {KIND_NAMES[layer.kind]}" if windowed else KIND_NAMES[layer.kind]]
    if layer.stride > 1:
        words.append(f"stride {layer.stride}")
    if layer.groups > 1:
        words.append(f"{layer.groups} groups")
    return ", ".join(words)


def padding_note(block: Block) -> str:
    """What a zero-padded shortcut does to x (He et al. 2015, option A): "/2, +64 zeros"."""
    more = block.output[0] - block.input[0]
    parts = [f"/{block.stride}"] if block.stride > 1 else []
    if more:
        parts.append(f"+{more} zeros" if more > 0 else f"drops {-more}")
    return ", ".join(parts)


def short_shape(shape: Shape) -> str:
    """Channels × height × width without spaces: 256×56×56."""
    return "×".join(map(str, shape))


def sum_text(block: Block) -> str:
    """What the addition adds, He et al. 2015, eqs. 1 and 2: "x + F(x)", "projection of x + F(x)"."""
    if block.shortcut_kind == "projection":
        read = "the first activation" if block.shortcut[0].reads else "x"
        return f"projection of {read} + F(x)"
    if block.shortcut_kind == "pad":
        return f"x ({padding_note(block)}) + F(x)"
    return "x + F(x)"


def blocks_text(count: int) -> str:
    return "1 block" if count == 1 else f"{count} blocks"


def counts_text(cost: Cost, between: str = " · ") -> str:
    """What a network is known by: "25.6 M parameters · 4.09 G MACs"."""
    return f"{abbreviated(cost.params)} parameters{between}{abbreviated(cost.macs)} MACs"


def spoken(count: int, unit: str) -> str:
    """A count as it is said: "219 million MACs"; every digit below a million."""
    for name, size in (("billion", 10**9), ("million", 10**6)):
        if count >= size:
            return f"{count / size:.3g} {name} {unit}" if count < 999.5 * size else f"{count / size:.0f} {name} {unit}"
    return f"{grouped(count)} {unit}"


def layer_label(layer: Layer, cost: Cost) -> str:
    """A layer in one sentence without its name: "3×3 convolution, 64 × 56 × 56, 36,864 parameters, …"."""
    parts = [layer_words(layer), f"{dimensions(layer.input)} → {dimensions(layer.output)}"]
    if layer.input == layer.output:
        parts[1] = dimensions(layer.output)
    parts += [f"{grouped(cost.params)} parameters"] if cost.params else []
    parts += [spoken(cost.macs, "MACs")] if cost.macs else []
    return ", ".join(parts)


def stage_label(stage: Stage, cost: Cost, marks: Iterable[str] = ()) -> str:
    """A stage in one sentence; marks: what is special about blocks of it."""
    kinds = list(dict.fromkeys(shortcut_name(block) for block in stage.blocks))
    first = stage.blocks[0]
    parts = [
        f"Stage {stage.number}, {blocks_text(len(stage.blocks))}: {first.kind}",
        " and ".join(kinds) + ("s" if len(stage.blocks) > 1 and first.shortcut_kind != "none" else ""),
        f"{dimensions(first.input)} → {dimensions(stage.output)}",
        f"{grouped(cost.params)} parameters",
        spoken(cost.macs, "MACs"),
    ]
    return ". ".join([", ".join(parts), *dict.fromkeys(filter(None, marks))])


def block_label(block: Block, cost: Cost, count: int = 1, mark: str = "") -> str:
    """A block in one sentence, for a tooltip and for a screen reader; `count` equal blocks from this one on."""
    where = f"Stage {block.stage}, block {block.index + 1}"
    each = ""
    if count > 1:
        where = f"Stage {block.stage}, blocks {block.index + 1} to {block.index + count}, {count} equal blocks"
        each = "each "
    parts = [
        f"{where}: {block.kind}",
        each + shortcut_name(block),
        f"{dimensions(block.input)} → {dimensions(block.output)}",
        f"{each}{grouped(cost.params)} parameters",
        spoken(cost.macs, "MACs"),
    ]
    return ", ".join(parts) + (f". {mark}" if mark else "")
