"""The sidebar: the paper's own choices as switches. Each control shows the spec and changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from visualizer.resnet import DEPTHS, ResNetSpec, SpecError, presets
from visualizer.resnet.errors import shown
from visualizer.resnet.plan import RESOLUTIONS
from visualizer.resnet.spec import ATTENTIONS, BLOCKS, CONV_BIASES, NORMS, ORDERS, STEMS, STRIDE_BLOCKS
from visualizer.resnet.text import parse
from visualizer.ui.state import change, change_spec, refuse, still_there, view

CUSTOM = "custom"
MORE_OPEN = "_more_open"
"""Whether the rarer choices are open, for this session: a widget's own state does not outlive a change of page."""
SHORTCUT_WORDS = {
    "none": "No shortcuts: a plain network.",
    "A": "A: identity; where shapes change, subsampled and zero-padded. No parameters.",
    "B": "B: identity; where shapes change, a 1×1 projection.",
    "C": "C: a 1×1 projection in every block.",
}
ORDER_WORDS = {
    "post": "original (post-activation)",
    "bn_after_add": "BN after addition",
    "relu_before_add": "ReLU before addition",
    "relu_only_pre": "ReLU-only pre-activation",
    "pre": "full pre-activation (v2)",
}
STEM_WORDS = {
    "imagenet": "7×7 and pool (ImageNet)",
    "deep": "three 3×3 and pool (C, D)",
    "tiered": "three 3×3, 24-32-64",
    "cifar": "one 3×3 (CIFAR)",
}
STRIDE_WORDS = {"3x3": "3×3 (v1.5)", "1x1": "1×1 (v1)"}
ATTENTION_WORDS = {"none": "none", "se": "SE", "eca": "ECA"}
NORM_WORDS = {"batch": "batch norm", "none": "none"}
BIAS_WORDS = {
    "false": "none",
    "true": "every convolution",
    "stem": "the stem only",
    "unnormalised": "where no BN follows",
}


def sidebar() -> None:
    """Draw every control of the network."""
    with st.sidebar:
        _network()
        _essentials(view().spec)
        more = st.expander("More choices", **_control("more", st.session_state.get(MORE_OPEN, False), _open_more))
        if more.open:  # closed it would still cost every rerun a quarter of its time
            with more:
                _more(view().spec)


def _open_more(now: bool) -> None:
    st.session_state[MORE_OPEN] = now


def depth_of(spec: ResNetSpec) -> int | None:
    """The depth in the paper's Table 1 with this block and these blocks per stage."""
    return next((depth for depth, row in DEPTHS.items() if row == (spec.block, spec.depths)), None)


def _control(key: str, value: Any, act: Callable[[Any], None]) -> dict[str, Any]:
    """Show `value` in the widget `key`, and call `act` with what the person chooses instead."""
    st.session_state[key] = value

    def changed() -> None:
        chosen = st.session_state[key]
        if chosen is not None and chosen != value:
            act(chosen)

    return {"key": key, "on_change": changed}


def _field(name: str, value: Any) -> dict[str, Any]:
    return _control(f"field_{name}", value, lambda chosen: change_spec(**{name: chosen}))


def _network() -> None:
    spec, size = view().spec, view().resolution
    names = {row.spec: name for name, row in reversed(presets().items())}
    options = [CUSTOM, *presets()]
    st.selectbox(
        "Published network",
        options,
        format_func=lambda name: "your own" if name == CUSTOM else f"{presets()[name].title}",
        help="Every network here is expressed by the switches below; its source is named under its title.",
        **_control("network", names.get(spec, CUSTOM), open_preset),
    )
    st.number_input(
        "Resolution (pixels)", min_value=RESOLUTIONS[0], max_value=RESOLUTIONS[1], step=32,
        help="Side of the square input picture. All shapes and costs follow.",
        **_control("resolution", size, lambda chosen: change(resolution=int(chosen))),
    )  # fmt: skip


def open_preset(name: str) -> None:
    """Show a published network at its usual resolution."""
    if name != CUSTOM:
        row = presets()[name]
        change(spec=row.spec, resolution=row.resolution, select=still_there(row.spec, view().select))


def _essentials(spec: ResNetSpec) -> None:
    depth = depth_of(spec)
    st.segmented_control(
        "Depth", [*DEPTHS, CUSTOM],
        help="Weighted layers. A depth sets block type and blocks per stage (He 2015, table 1).",
        width="stretch", **_control("depth", depth or CUSTOM, _choose_depth),
    )  # fmt: skip
    st.text_input(
        "Blocks per stage", max_chars=60, help="1 to 5 stages of 1 to 400 blocks, as in 3, 4, 6, 3.",
        **_control("depths", ", ".join(map(str, spec.depths)), choose_depths),
    )  # fmt: skip
    st.segmented_control("Block", BLOCKS, width="stretch", **_control("block", spec.block, choose_block))
    st.segmented_control("Shortcut", list(SHORTCUT_WORDS), width="stretch", **_field("shortcut", spec.shortcut))
    st.caption(SHORTCUT_WORDS[spec.shortcut])
    basic = spec.block == "basic"
    st.segmented_control(
        "Stride on", list(STRIDE_WORDS), format_func=STRIDE_WORDS.__getitem__, width="stretch", disabled=basic,
        help="Where a bottleneck halves the map. The paper strides in the first 1×1; most code since in the 3×3.",
        **_field("stride_on", spec.stride_on),
    )  # fmt: skip
    if basic:
        st.caption("A basic block has no 1×1: its first 3×3 carries the stride.")


def _choose_depth(depth: object) -> None:
    if isinstance(depth, int):
        block, depths = DEPTHS[depth]
        choose_block(block, depths=depths)


def choose_depths(text: str) -> None:
    """Take blocks per stage as a person types them; a list of widths follows the number of stages."""
    parts = [part.strip() for part in text.replace("-", ",").replace(";", ",").split(",")]
    try:
        depths = parse("resnet50?depths=" + ",".join(part for part in parts if part)).depths
    except SpecError as error:
        refuse(str(error))
        return
    spec = view().spec
    width = spec.widths[0] if isinstance(spec.width, tuple) and len(depths) != len(spec.depths) else spec.width
    change_spec(depths=depths, width=width)


def choose_block(block: str, **others: Any) -> None:
    """Change the block type; what only a bottleneck can have goes back to the usual, and is said."""
    spec = view().spec
    if block == "basic" and (spec.groups, spec.width_per_group) != (1, 64):
        others |= {"groups": 1, "width_per_group": 64}
        refuse("Basic blocks have no groups and no inner width, so groups went back to 1 and width per group to 64.")
    change_spec(block=block, **others)


def _choice(
    label: str, field: str, options: Sequence[str], words: dict[str, str], spec: ResNetSpec, **more: Any
) -> None:
    name = words.__getitem__
    st.selectbox(label, list(options), format_func=name, **_field(field, getattr(spec, field)), **more)


def _whole(label: str, field: str, value: int, **more: Any) -> None:
    st.number_input(label, step=1, **_field(field, value), **more)


def _more(spec: ResNetSpec) -> None:
    _choice("Order of BN, ReLU and convolution", "order", ORDERS, ORDER_WORDS, spec, help="He et al. 2016, figure 4.")
    _choice("Stem", "stem", STEMS, STEM_WORDS, spec)
    st.text_input(
        "Width of the stages (channels)", max_chars=60,
        help="The first stage's width, doubled at each further stage; or one number a stage, as in 64, 128, 256, 512.",
        **_control("width", shown(spec.width), choose_width),
    )  # fmt: skip
    basic = spec.block == "basic"
    why = "Only a bottleneck can be grouped or have another inner width." if basic else None
    _whole("Groups (cardinality)", "groups", spec.groups, min_value=1, max_value=1024, disabled=basic, help=why)
    inner = {"min_value": 1, "max_value": 8192, "disabled": basic, "help": why}
    _whole("Width per group", "width_per_group", spec.width_per_group, **inner)
    _choice("Attention", "attention", ATTENTIONS, ATTENTION_WORDS, spec)
    if spec.attention == "se":
        _whole("SE ratio", "attention_ratio", spec.attention_ratio, min_value=1, max_value=256)
        _whole("SE width in multiples of", "attention_divisor", spec.attention_divisor, min_value=1, max_value=256)
    st.checkbox("Average pool before the projection (D)", **_field("avg_down", spec.avg_down))
    st.checkbox("BN and ReLU after the stem", **_field("stem_norm", spec.stem_norm))
    _choice("Normalisation", "norm", NORMS, NORM_WORDS, spec)
    words = dict(zip(STRIDE_BLOCKS, ("the first block (paper)", "the last block (Keras V2)"), strict=True))
    _choice("Stride of a stage in", "stride_block", STRIDE_BLOCKS, words, spec)
    st.selectbox(
        "Biases of convolutions", list(CONV_BIASES), format_func=lambda value: BIAS_WORDS[shown(value)],
        **_field("conv_bias", spec.conv_bias),
    )  # fmt: skip
    _whole("Input channels", "channels", spec.channels, min_value=1, max_value=1024)
    _whole("Classes", "classes", spec.classes, min_value=1, max_value=100_000)


def choose_width(text: str) -> None:
    """Take one width, or one a stage, as a person types it."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        refuse(f"width={text} does not work: it must be whole numbers, as in 64 or 64, 128, 256, 512.")
        return
    numbers = tuple(int(part) for part in parts)
    change_spec(width=numbers if len(numbers) > 1 else numbers[0])
