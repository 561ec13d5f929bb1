"""Every layer as a table that sorts, filters and downloads; its rows are ticked with what is selected."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from visualizer.analysis import layer_rows
from visualizer.analysis.format import dimensions
from visualizer.analysis.table import LayerRow
from visualizer.figures.captions import KIND_NAMES, short_shape
from visualizer.resnet import Layer, Plan
from visualizer.resnet.nodes import layers_of
from visualizer.ui.control import control
from visualizer.ui.explore import select
from visualizer.ui.link_params import PARTS
from visualizer.ui.presentation import tall
from visualizer.ui.state import change, view
from visualizer.ui.take_along import file_name
from visualizer.ui.views import View


def part_of(row: LayerRow) -> str:
    """The part of the network that a layer is in: stem, "stage 1", head."""
    return "head" if row["stage"] is None else f"stage {row['stage']}" if row["stage"] else "stem"


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
    """Every layer; the rows of what is selected are ticked, and a row that is ticked selects its layer."""
    node = state.node
    inside = {layer.path for layer in layers_of(node)} if node else set()
    shown = _filtered(layer_rows(state.plan), _around(state))
    ticked = [number for number, row in enumerate(shown) if row["path"] in inside]
    st.session_state[KEY] = {"selection": {"rows": ticked, "columns": [], "cells": []}}
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in NUMBERS}
    plan = state.plan
    columns = [name for name in COLUMNS if name != GROUPS or plan.spec.groups > 1]
    st.dataframe(
        {name: list(map(COLUMNS[name], shown)) for name in columns},
        key=KEY, hide_index=True, height=tall(420), selection_mode="multi-row", column_config=numbers,
        on_select=lambda: _ticked([row["path"] for row in shown], set(ticked)),
    )  # fmt: skip
    st.caption(f"{len(shown):,} layers. Tick a row to select its layer; click a column's name to sort.")
    st.download_button(
        "Download all layers (CSV)", lambda: layers_csv(plan), file_name(plan, "csv"), "text/csv", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip


def _around(state: View) -> set[str]:
    """Paths of layers: of the selected block or stage, or of the block, the stem or the head around the layer."""
    plan, node = state.plan, state.node
    if node is None:
        return set()
    if state.block:
        node = plan.block(state.block)
    layers = layers_of(node) if not isinstance(node, Layer) else plan.stem if node.role == "stem" else plan.head
    return {layer.path for layer in layers}


def _filtered(rows: list[LayerRow], around: set[str]) -> list[LayerRow]:
    """The rows that the person wants to see."""
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    with left:
        kinds = _some("Kinds of layer", "kinds", KIND_NAMES, {row["kind"] for row in rows}, "all kinds")
    with middle:
        parts = _some("Parts", "parts", {part: part for part in PARTS}, set(map(part_of, rows)), "the whole network")
    only = view().only == "shown"
    with right:
        control(
            st.toggle, "Only what is selected", key="layers_only", value=only, disabled=not around,
            act=lambda yes: change(only="shown" if yes is True else "hidden"),
            help="The selected block or stage, or the one around the layer.",
        )  # fmt: skip
    found = [row for row in rows if (not kinds or row["kind"] in kinds) and (not parts or part_of(row) in parts)]
    return [row for row in found if row["path"] in around] if only and around else found


def _some(label: str, name: str, words: Mapping[str, str], there: set[str], none: str) -> list[str]:
    """Choose some of what the rows have, kept in the view's field `name`; what this network lacks is not asked for."""
    options = [option for option in words if option in there]
    chosen = [option for option in options if option in getattr(view(), name).split(",")]
    control(
        st.multiselect, label, options, key=f"layers_{name}", value=chosen, placeholder=none,
        format_func=lambda option: words.get(option, str(option)),
        act=lambda some: change(**{name: ",".join(option for option in options if option in some)}),
    )  # fmt: skip
    return chosen


def _ticked(paths: list[str], before: set[int]) -> None:
    """Select the layer of the row that was clicked: it has a tick now, or lost it among those of its block or stage.

    Nothing is selected where the last tick went.
    """
    chosen = st.session_state[KEY].selection.rows
    now = {row for row in chosen if isinstance(row, int) and 0 <= row < len(paths)}
    fresh, gone = sorted(now - before), sorted(before - now)
    if fresh:
        select(paths[fresh[0]])
    elif gone:
        select(paths[gone[0]] if now and len(gone) == 1 else "")


def layers_csv(plan: Plan) -> str:
    """Every layer as CSV, a column for each key of a layer row; shapes as C×H×W."""
    rows = layer_rows(plan)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "input": short_shape(row["input"]), "output": short_shape(row["output"])})
    return text.getvalue()
