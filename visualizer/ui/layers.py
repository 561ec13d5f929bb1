"""Every layer as a table that sorts, filters and downloads, and charts of their costs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import streamlit as st

from visualizer.analysis import costs, layer_rows
from visualizer.analysis.format import dimensions
from visualizer.analysis.table import LayerRow
from visualizer.figures.captions import KIND_NAMES, short_shape
from visualizer.figures.colour import STAGE_COLOURS
from visualizer.resnet import Plan
from visualizer.ui.explore import select
from visualizer.ui.state import View
from visualizer.ui.take_along import file_name
from visualizer.ui.theme import theme


def part_of(row: LayerRow) -> str:
    """The part of the network that a layer is in: stem, "stage 1", head."""
    return "head" if row["stage"] is None else f"stage {row['stage']}" if row["stage"] else "stem"


def block_of(row: LayerRow) -> str:
    """The path of the block that a layer is in, or ""."""
    return "" if row["block"] is None else f"layer{row['stage']}.{row['block']}"


KEY, GROUPS = "layers", "groups"
COLUMNS: dict[str, Callable[[LayerRow], Any]] = {
    "layer": lambda row: row["path"],
    "kind": lambda row: KIND_NAMES[row["kind"]],
    "input (C × H × W)": lambda row: dimensions(row["input"]),
    "output (C × H × W)": lambda row: dimensions(row["output"]),
    "kernel": lambda row: row["kernel"],
    "stride": lambda row: row["stride"],
    GROUPS: lambda row: row["groups"],
    "parameters": lambda row: row["params"],
    "MACs": lambda row: row["macs"],
    "FLOPs": lambda row: row["flops"],
    "receptive field (px)": lambda row: row["receptive_field"],
}
NUMBERS = ("parameters", "MACs", "FLOPs", "receptive field (px)")


def layers_view(state: View) -> None:
    """Every layer; the selected block's rows are ticked, and a row that is ticked selects its block."""
    shown = _filtered(layer_rows(state.plan), state.select)
    ticked = [number for number, row in enumerate(shown) if state.select and block_of(row) == state.select]
    st.session_state[KEY] = {"selection": {"rows": ticked, "columns": [], "cells": []}}
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in NUMBERS}
    plan = state.plan
    columns = [name for name in COLUMNS if name != GROUPS or plan.spec.groups > 1]
    st.dataframe(
        {name: list(map(COLUMNS[name], shown)) for name in columns},
        key=KEY, hide_index=True, height=420, selection_mode="multi-row", column_config=numbers,
        on_select=lambda: _ticked([block_of(row) for row in shown], set(ticked)),
    )  # fmt: skip
    st.caption(f"{len(shown):,} layers. Tick a row to select its block in the map; click a column's name to sort.")
    st.download_button(
        "Download all layers (CSV)", lambda: layers_csv(plan), file_name(plan, "csv"), "text/csv", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip


def _filtered(rows: list[LayerRow], selected: str) -> list[LayerRow]:
    """The rows that the person wants to see."""
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    kinds = left.multiselect(
        "Kinds of layer", list(dict.fromkeys(row["kind"] for row in rows)), placeholder="all kinds",
        format_func=lambda kind: KIND_NAMES.get(kind, kind),
    )  # fmt: skip
    parts = middle.multiselect("Parts", list(dict.fromkeys(map(part_of, rows))), placeholder="the whole network")
    only = right.toggle("Only the selected block", disabled=not selected)
    found = [row for row in rows if (not kinds or row["kind"] in kinds) and (not parts or part_of(row) in parts)]
    return [row for row in found if block_of(row) == selected] if only and selected else found


def _ticked(blocks: list[str], before: set[int]) -> None:
    """Select the block of a row that was ticked just now; none where the selected block's rows lost a tick."""
    chosen = st.session_state[KEY].selection.rows
    now = {row for row in chosen if isinstance(row, int) and 0 <= row < len(blocks)}
    fresh = [blocks[row] for row in sorted(now - before) if blocks[row]]
    if fresh or before - now:
        select(fresh[0] if fresh else "")


def layers_csv(plan: Plan) -> str:
    """Every layer as CSV, a column for each key of a layer row; shapes as C×H×W."""
    rows = layer_rows(plan)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "input": short_shape(row["input"]), "output": short_shape(row["output"])})
    return text.getvalue()


def charts_view(state: View) -> None:
    """Parameters and MACs by stage and by kind of layer, and how much of each is the selected block's."""
    from visualizer.figures.charts import by_kind, by_stage  # plotly is loaded when its view is opened

    table, shown = costs(state.plan), theme()
    block = table.plan.block(state.select) if state.select else None
    left, right = st.columns(2)
    for count in ("params", "macs"):
        left.plotly_chart(by_stage(table, count, shown, block), key=f"stage_{count}")
        right.plotly_chart(by_kind(table, count, STAGE_COLOURS[shown]["stage 4"], shown, block), key=f"kind_{count}")
    if block is None:
        st.caption("Select a block in the map to see its share in each bar.")
