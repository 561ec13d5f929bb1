"""The sidebar: the paper's own choices as switches. Each control shows the spec and changes it."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from visualizer.resnet import DEPTHS, ResNetSpec, plan, presets
from visualizer.resnet.plan import RESOLUTIONS
from visualizer.resnet.presets import published, published_specs
from visualizer.resnet.spec import BLOCKS
from visualizer.ui.control import control, field, typed
from visualizer.ui.first_paint import paint
from visualizer.ui.handout import lock_line, shown
from visualizer.ui.more_choices import more_choices, words
from visualizer.ui.share import share
from visualizer.ui.state import change, change_spec, is_open, opened, view
from visualizer.ui.views import nearest_node

CUSTOM = "custom"
SHORTCUT_WORDS = {
    "none": "No shortcuts: a plain network.",
    "A": "A: identity; where shapes change, subsampled and zero-padded. No parameters.",
    "B": "B: identity; where shapes change, a 1×1 projection.",
    "C": "C: a 1×1 projection in every block.",
}
STRIDE_WORDS = {"3x3": "3×3 (v1.5)", "1x1": "1×1 (v1)"}


def sidebar_room() -> None:
    """The head of the sidebar, which keeps its room on the page until the controls come."""
    st.sidebar.header("The network", anchor=False)


def sidebar() -> None:
    """Draw every control of the network; each page calls this once it has drawn what it is about."""
    paint("figures")
    with st.sidebar:
        _network()
        _depth(view().spec)
        _block(view().spec)
        _more()
        lock_line()
        share()


def _more() -> None:
    if not shown("more"):
        return
    st.session_state["more"] = is_open("more")
    more = st.expander("More choices", key="more", on_change=_open_more)
    if more.open:  # closed it would still cost every rerun a quarter of its time
        with more:
            more_choices(view().spec)


def _open_more() -> None:
    change(**opened("more", bool(st.session_state["more"])))


def depth_of(spec: ResNetSpec) -> int | None:
    """The depth in the paper's Table 1 with this block and these blocks per stage."""
    return next((depth for depth, row in DEPTHS.items() if row == (spec.block, spec.depths)), None)


def _network() -> None:
    spec, size = view().spec, view().resolution
    titles, row = _titles(), published_specs().get(spec)
    control(
        st.selectbox, "Published network", list(titles), key="network", value=row.name if row else CUSTOM,
        act=open_preset, format_func=words(titles), help="Each is expressed by the switches below.",
    )  # fmt: skip
    if shown("network"):
        st.caption(f"Source: {row.source}" if row else f"As text: {spec}")
    control(
        st.number_input, "Resolution (pixels)", key="resolution", value=size, act=choose_resolution,
        step=32,
        help=f"Side of the square input picture, {RESOLUTIONS[0]} to {RESOLUTIONS[1]}. All shapes and costs follow.",
    )  # fmt: skip


@cache
def _titles() -> dict[str, str]:
    """What the published networks are called, by name."""
    return {CUSTOM: "your own", **{name: row.title for name, row in presets().items()}}


def open_preset(name: str) -> None:
    """Show a published network at its usual resolution; SpecError for a name that is none."""
    if name != CUSTOM:
        row = published(name)
        select = nearest_node(row.spec, view().select, row.resolution)
        change(spec=row.spec, resolution=row.resolution, select=select, **opened("depths", False))


def choose_resolution(pixels: int) -> None:
    """Change the picture's size; SpecError for a size that cannot be."""
    plan(view().spec, pixels)
    change(resolution=pixels)


def _depth(spec: ResNetSpec) -> None:
    if not shown("depth"):
        return
    depth = depth_of(spec)
    custom = depth is None or is_open("depths")
    control(
        st.segmented_control, "Depth", [*DEPTHS, CUSTOM], key="depth", value=CUSTOM if custom else depth,
        act=choose_depth, required=True, width="stretch",
        help="Weighted layers. A depth sets block type and blocks per stage (He et al. 2015, table 1).",
    )  # fmt: skip
    if not custom:
        st.caption(f"{spec.block} blocks, {'-'.join(map(str, spec.depths))} per stage")
        return
    control(
        st.text_input, "Blocks per stage", key="depths", value=", ".join(map(str, spec.depths)), act=choose_depths,
        max_chars=60, placeholder="3, 4, 6, 3",
    )  # fmt: skip
    st.caption("1 to 5 stages of 1 to 400 blocks each, with commas in between; Enter applies.")


def choose_depth(depth: object) -> str | None:
    """Take a depth of the paper with its block, or open the blocks per stage to be typed."""
    change(**opened("depths", depth == CUSTOM))
    if not isinstance(depth, int) or depth not in DEPTHS:
        return None
    block, depths = DEPTHS[depth]
    return choose_block(block, depths=depths)


def choose_depths(text: str) -> None:
    """Take blocks per stage as a person types them; a list of widths follows the number of stages."""
    change(**opened("depths", True))
    spec = view().spec
    follows = {"width": str(spec.widths[0])} if isinstance(spec.width, tuple) else {}
    values = typed(text, "depths", **follows)
    if len(values["depths"]) == len(spec.depths):
        values.pop("width", None)
    change_spec(**values)


def _block(spec: ResNetSpec) -> None:
    control(
        st.segmented_control, "Block", BLOCKS, key="block", value=spec.block, act=choose_block, required=True,
        width="stretch",
    )  # fmt: skip
    field(
        st.segmented_control, "Shortcut", list(SHORTCUT_WORDS), name="shortcut", value=spec.shortcut, required=True,
        width="stretch",
    )  # fmt: skip
    if shown("shortcut"):
        st.caption(SHORTCUT_WORDS[spec.shortcut])
    basic = spec.block == "basic"
    field(
        st.segmented_control, "Stride on", list(STRIDE_WORDS), name="stride_on", value=spec.stride_on, required=True,
        format_func=words(STRIDE_WORDS), width="stretch", disabled=basic,
        help="Where a bottleneck halves the map. The paper strides in the first 1×1; most code since in the 3×3.",
    )  # fmt: skip
    if basic and shown("stride"):
        st.caption("A basic block has no 1×1: its first 3×3 carries the stride.")


def choose_block(block: str, **others: Any) -> str | None:
    """Change the block type; what only a bottleneck can have goes back to the usual, and is said."""
    spec = view().spec
    grouped = block == "basic" and (spec.groups, spec.width_per_group) != (1, 64)
    if grouped:
        others |= {"groups": 1, "width_per_group": 64}
    change_spec(block=block, **others)
    if not grouped:
        return None
    return "Basic blocks have no groups and no inner width, so groups went back to 1 and width per group to 64."
