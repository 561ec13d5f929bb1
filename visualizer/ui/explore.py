"""The parts of the Explore page."""

from __future__ import annotations

import csv
import io

import streamlit as st

from visualizer.analysis import costs, layer_rows, stage_rows
from visualizer.analysis.format import abbreviated, dimensions, grouped
from visualizer.analysis.table import LayerRow
from visualizer.figures.captions import shortcut_name
from visualizer.figures.colour import STAGE_COLOURS
from visualizer.resnet import Plan, presets
from visualizer.ui.map_component import network_map_view
from visualizer.ui.state import View, change, still_there
from visualizer.ui.tables import figures_html, stages_html
from visualizer.ui.theme import theme


def title(state: View) -> None:
    """The network's name, its source, and its headline figures."""
    row = next((row for row in presets().values() if row.spec == state.spec), None)
    st.header(row.title if row else "Your own network", anchor=False)
    source = row.source if row else str(state.spec)
    depths = "-".join(map(str, state.spec.depths))
    st.caption(f"{state.spec.block} {depths} · {state.resolution} × {state.resolution} pixels · {source}")
    st.html(figures_html(state.plan))
    st.caption("Computed from the plan for one picture. A MAC is one multiply-add of a convolution or linear layer.")


def map_view(state: View) -> None:
    """The network map; a click selects a block."""
    network_map_view(state.plan, state.select, "map", lambda path: change(select=still_there(state.spec, path)))


def stages_view(state: View) -> None:
    """The paper's Table 1 form, one row a stage."""
    st.html(stages_html(stage_rows(state.plan)))


def layers_view(state: View) -> None:
    """Every layer, sortable; a chosen row selects its block."""
    rows = layer_rows(state.plan)
    kinds = sorted({row["kind"] for row in rows})
    chosen = st.multiselect("Kinds of layer", kinds, placeholder="all kinds")
    shown = [row for row in rows if not chosen or row["kind"] in chosen]
    table = {
        "path": [row["path"] for row in shown],
        "kind": [row["kind"] for row in shown],
        "input (C × H × W)": [dimensions(row["input"]) for row in shown],
        "output (C × H × W)": [dimensions(row["output"]) for row in shown],
        "kernel": [row["kernel"] for row in shown],
        "stride": [row["stride"] for row in shown],
        "parameters": [row["params"] for row in shown],
        "MACs": [row["macs"] for row in shown],
        "FLOPs": [row["flops"] for row in shown],
        "receptive field (px)": [row["receptive_field"] for row in shown],
    }
    st.dataframe(
        table, key="layers", hide_index=True, height=420, selection_mode="single-row",
        on_select=lambda: _select(shown),
    )  # fmt: skip
    name = str(state.spec).replace("?", "_").replace("&", "_").replace("=", "-").replace(",", "-")[:80]
    st.download_button("Download CSV", layers_csv(state.plan), f"{name}_{state.resolution}.csv", "text/csv")


def _select(rows: list[LayerRow]) -> None:
    chosen = st.session_state["layers"].selection.rows
    if chosen and chosen[0] < len(rows):
        row = rows[chosen[0]]
        if row["block"] is not None:
            change(select=f"layer{row['stage']}.{row['block']}")


def layers_csv(plan: Plan) -> str:
    """Every layer as CSV, a column for each key of a layer row; shapes as C×H×W."""
    rows = layer_rows(plan)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    for row in rows:
        shapes = {"input": "×".join(map(str, row["input"])), "output": "×".join(map(str, row["output"]))}
        writer.writerow({**row, **shapes})
    return text.getvalue()


def charts_view(state: View) -> None:
    """Parameters and MACs by stage and by kind of layer."""
    from visualizer.figures.charts import by_kind, by_stage  # plotly is loaded when its view is opened

    table = costs(state.plan)
    shown = theme()
    names = ["stem", *(stage.name for stage in table.plan.stages), "head"]
    colours = [STAGE_COLOURS[shown][name].fill for name in names]
    block = table.plan.block(state.select) if state.select else None
    left, right = st.columns(2)
    for count in ("params", "macs"):
        left.plotly_chart(by_stage(table, count, colours, block.stage if block else None), key=f"stage_{count}")
        right.plotly_chart(by_kind(table, count, STAGE_COLOURS[shown]["stage 1"].line), key=f"kind_{count}")


def anatomy_view(state: View) -> None:
    """A block to choose, its anatomy and its numbers."""
    paths = [block.path for block in state.plan.blocks]
    names = {block.path: f"stage {block.stage}, block {block.index + 1}" for block in state.plan.blocks}
    st.session_state["select"] = state.select or None
    st.selectbox(
        "Anatomy of a block", paths, format_func=lambda path: names.get(path, path), key="select",
        placeholder="Choose a block",
        on_change=lambda: change(select=st.session_state["select"] or ""),
    )  # fmt: skip
    if not state.select:
        return
    from visualizer.figures.anatomy import anatomy  # graphviz is loaded when a block is opened

    block = state.plan.block(state.select)
    cost = costs(state.plan).block(block)
    shown = theme()
    swatch = STAGE_COLOURS[shown][f"stage {block.stage}"]
    st.markdown(
        f"**{names[block.path]}** (`{block.path}`): {block.kind}, {shortcut_name(block)}, "
        f"{dimensions(block.input)} to {dimensions(block.output)}; {grouped(cost.params)} parameters, "
        f"{abbreviated(cost.macs, 'MACs')}."
    )
    st.graphviz_chart(anatomy(block, swatch.fill, swatch.text, "#e5e7eb" if shown == "dark" else "#1f2937"))
