"""What is selected, looked into: a stage, a block or a layer, with the way to what it is in and to its neighbours."""

from __future__ import annotations

from html import escape

import streamlit as st

from visualizer.analysis import CostTable, costs, receptive_fields, stage_rows
from visualizer.analysis.receptive_field import growth_formula
from visualizer.figures.captions import blocks_text, layer_words, node_name, shortcut_name
from visualizer.resnet import Block, Layer, Plan, Stage
from visualizer.resnet.nodes import Node
from visualizer.ui.explore import select
from visualizer.ui.formulas import layer_html
from visualizer.ui.handout import locked, shown
from visualizer.ui.node_tables import ROLES, block_list, layer_list, node_html
from visualizer.ui.presentation import wide
from visualizer.ui.rows_component import Rows, rows_view
from visualizer.ui.store import FIGURES
from visualizer.ui.tables import STYLE, structure_html
from visualizer.ui.theme import theme
from visualizer.ui.views import View

WINDOWS = ("conv", "maxpool", "avgpool", "global_pool")
"""Kinds whose receptive field comes about by a window."""


def inspector(state: View) -> None:
    """What is selected, or an invitation to select something."""
    _choice(state)
    node = state.node
    if node is None:
        st.caption("Select a block, a layer or a stage in the map or here to see its parts, shapes and costs.")
        return
    _way(state.plan, node)
    name = node_name(node)
    st.subheader(name if isinstance(node, Layer) else name[0].upper() + name[1:], anchor=False)
    st.markdown(_sentence(node))
    left, right = st.columns([3, 5], gap="medium")
    with left:
        _drawing(state.plan, node)
    with right:
        _numbers(state, node)


def _choice(state: View) -> None:
    """Stem, stages, blocks and head as a list, with the one before and the one after a click away."""
    if not shown("part"):
        return
    names = _names(state.plan)
    sequence = _sequence(state.plan, state.node, list(names))
    at = sequence.index(state.select) if state.select else -1
    before = sequence[at - 1] if at > 0 else ""
    after = sequence[at + 1] if at + 1 < len(sequence) else ""
    st.session_state["select"] = (state.block or state.select) or None
    fixed = locked("part")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Part of the network", list(names), format_func=lambda path: names.get(path, path), key="select",
            width=wide(260), placeholder="Choose a part", on_change=_chosen, disabled=fixed,
        )  # fmt: skip
        first, last = fixed or not before, fixed or not after
        st.button("Previous", icon=":material/arrow_back:", disabled=first, on_click=select, args=(before,))
        st.button("Next", icon=":material/arrow_forward:", disabled=last, on_click=select, args=(after,))


def _names(plan: Plan) -> dict[str, str]:
    """What the list offers, by path, in the order of the network."""
    names = {layer.path: f"Stem: {layer.path}" for layer in plan.stem}
    for stage in plan.stages:
        names[stage.path] = f"Stage {stage.number}"
        names |= {block.path: f"Stage {stage.number}, block {block.index + 1}" for block in stage.blocks}
    return names | {layer.path: f"Head: {layer.path}" for layer in plan.head}


def _sequence(plan: Plan, node: Node | None, listed: list[str]) -> list[str]:
    """Where Previous and Next lead: from stage to stage, from layer to layer, else through stem, blocks and head."""
    if isinstance(node, Stage):
        return [stage.path for stage in plan.stages]
    if isinstance(node, Layer) and node.block is not None:
        return [layer.path for layer in plan.layers]
    stages = {stage.path for stage in plan.stages}
    return [path for path in listed if path not in stages]


def _chosen() -> None:
    path = st.session_state["select"]
    select(path if isinstance(path, str) else "")


def _way(plan: Plan, node: Node) -> None:
    """What the selected part is in, from the network inwards; a click goes there."""
    *outer, (inmost, _) = _steps(plan, node)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, path in outer:
            if path is None:
                st.markdown(f":small[{label} ›]", width="content")
            else:
                st.button(f"{label} ›", key=f"way_{path}", type="tertiary", on_click=select, args=(path,))
        st.markdown(f":small[**{inmost}**]", width="content")


def _steps(plan: Plan, node: Node) -> list[tuple[str, str | None]]:
    """The parts from the whole network to `node`, each named and by path; stem and head have none."""
    whole: tuple[str, str | None] = ("Whole network", "")
    if isinstance(node, Stage):
        return [whole, (f"Stage {node.number}", node.path)]
    if isinstance(node, Layer) and node.block is None:
        return [whole, (node.role.capitalize(), None), (node.path, node.path)]
    stage, block = plan.stages[(node.stage or 0) - 1], _block(plan, node)
    steps = [whole, (f"Stage {stage.number}", stage.path), (f"Block {block.index + 1}", block.path)]
    return [*steps, (node.path.removeprefix(f"{block.path}."), node.path)] if isinstance(node, Layer) else steps


def _block(plan: Plan, node: Layer | Block) -> Block:
    """The block itself, or the one that a layer is in."""
    return node if isinstance(node, Block) else plan.block(".".join(node.path.split(".")[:2]))


def _sentence(node: Node) -> str:
    """The path of a part, and what it is."""
    if isinstance(node, Stage):
        return f"`{node.path}`: {blocks_text(len(node.blocks))}, {node.blocks[0].kind}."
    if isinstance(node, Block):
        return f"`{node.path}`: {node.kind}, {shortcut_name(node)}."
    role = f", {ROLES[node.role]}" if node.role in ROLES else ""
    return f"`{node.path}`: {layer_words(node)}{role}."


def _drawing(plan: Plan, node: Node) -> None:
    """The anatomy of the block, the selected layer in a double frame; of the stem or the head; or Table 1's row."""
    from visualizer.figures.anatomy import anatomy, anatomy_height, chain, chain_height  # graphviz comes when needed

    if isinstance(node, Stage):
        row = next(row for row in stage_rows(plan) if row.name == node.name)
        st.html(f"{STYLE}<p>{escape(row.paper)}, as table 1 of He et al. 2015 writes it:</p>{structure_html(row)}")
    elif isinstance(node, Layer) and node.block is None:
        layers = _outer(plan, node)
        alt = f"The {node.role}, layer by layer; {node.path} has a double frame"
        st.graphviz_chart(chain(layers, node.role, theme(), node.path), height=chain_height(layers), alt=alt)
    else:
        block = _block(plan, node)
        alt = f"Anatomy of {block.path}: {block.kind}, {shortcut_name(block)}"
        alt += f"; {node.path} has a double frame" if isinstance(node, Layer) else ""
        st.graphviz_chart(anatomy(block, theme(), node.path), height=anatomy_height(block), alt=alt)


def _outer(plan: Plan, node: Layer) -> tuple[Layer, ...]:
    """The layers of the stem or of the head, whichever the layer is in."""
    return plan.stem if node.role == "stem" else plan.head


def _numbers(state: View, node: Node) -> None:
    """The figures of the selected part, for a layer the arithmetic behind them, and its parts or its neighbours."""
    plan = state.plan
    st.html(FIGURES.value(("node", plan.spec, plan.resolution, node.path), lambda: _html(plan, node), len))
    rows_view(_rows(costs(plan), node), state.select, "parts", select)


def _html(plan: Plan, node: Node) -> str:
    html = node_html(costs(plan), node)
    if not isinstance(node, Layer):
        return html
    windowed = node.kind in WINDOWS and ".se." not in node.path
    field = growth_formula(receptive_fields(plan)[node.path], node) if windowed else None
    return html + layer_html(node, field)


def _rows(table: CostTable, node: Node) -> Rows:
    """The blocks of a stage, or the layers of a block, the stem or the head, the selected one among them."""
    if isinstance(node, Stage):
        return block_list(table, node)
    if isinstance(node, Layer) and node.block is None:
        return layer_list(table, _outer(table.plan, node), f"the {node.role}")
    block = _block(table.plan, node)
    return layer_list(table, block.layers, node_name(block), f"{block.path}.")
