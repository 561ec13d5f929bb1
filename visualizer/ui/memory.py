"""Memory: what inference and a training step take, by part, and what each layer's output takes."""

from __future__ import annotations

from html import escape

import streamlit as st

from visualizer.analysis.format import binary_size, dimensions, grouped
from visualizer.analysis.memory import OPTIMISERS, PRECISIONS, Memory, inference, layers, training
from visualizer.resnet import Plan
from visualizer.ui.control import control
from visualizer.ui.presentation import tall
from visualizer.ui.state import change
from visualizer.ui.store import FIGURES
from visualizer.ui.views import BATCHES, PURPOSES, View

STYLE = """<style>
.rv-mem{font-size:.95rem;display:grid;gap:.3rem .9rem;align-items:center;
 grid-template-columns:max-content max-content minmax(0,1fr);font-variant-numeric:tabular-nums;margin:.6rem 0}
.rv-mem>:nth-child(3n+2){text-align:right}
.rv-mem i{display:block;height:.9rem;min-width:1px;background:#4477aa;border-radius:2px}
.rv-mem .rv-mem-sum{align-self:stretch;font-weight:600;border-top:1px solid rgba(128,128,128,.6);padding-top:.3rem}
.rv-mem small{opacity:.8;font-size:.85rem;white-space:nowrap}
.rv-mem-box{container-type:inline-size}
@container (max-width:640px){
 .rv-mem{grid-template-columns:minmax(0,1fr) max-content;column-gap:.6rem}
 .rv-mem>:nth-child(3n){grid-column:1/-1}
}
</style>"""


def memory_view(state: View) -> None:
    """The choices, the memory by part, and every layer's output."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        _choice(st.segmented_control, "For", "purpose", PURPOSES, state.purpose)
        _choice(st.segmented_control, "Precision", "precision", tuple(PRECISIONS), state.precision)
        if state.purpose == "training":
            _choice(st.segmented_control, "Optimiser", "optimiser", tuple(OPTIMISERS), state.optimiser)
    control(
        st.select_slider, "Pictures in a batch", BATCHES, key="memory_batch", value=state.batch,
        act=lambda chosen: change(batch=chosen) if chosen in BATCHES else None,
    )  # fmt: skip
    key = ("memory", state.spec, state.resolution, state.purpose, state.precision, state.optimiser, state.batch)
    st.html(FIGURES.value(key, lambda: memory_html(_memory(state), state), len))
    opened = st.expander("What each layer's output takes, for one picture", key="memory_by_layer", on_change="rerun")
    if opened.open:
        with opened:
            _layers(state.plan)


def _choice(widget: object, label: str, field: str, choices: tuple[str, ...], value: str) -> None:
    def act(chosen: object) -> None:
        if chosen in choices:  # a browser can send anything
            change(**{field: chosen})

    control(widget, label, choices, key=f"memory_{field}", value=value, act=act, required=True)  # type: ignore[arg-type]


def _memory(state: View) -> Memory:
    if state.purpose == "inference":
        return inference(state.plan, state.batch, state.precision)
    return training(state.plan, state.batch, state.precision, state.optimiser)


def memory_html(found: Memory, state: View) -> str:
    """The parts with their bytes and bars, their sum, where the peak is, and what is assumed."""
    rows = "".join(_part(words, size, found.total) for words, size in found.parts.items())
    total = _cells("Peak", found.total, "", ' class="rv-mem-sum"')
    precision = PRECISIONS[state.precision].words
    words = f"<p>{_peak(found)}</p><p><small>{_assumed(precision, bool(found.gradients))}</small></p>"
    return f'{STYLE}<div class="rv-mem-box"><div class="rv-mem">{rows}{total}</div></div>{words}'


def _part(words: str, size: int, total: int) -> str:
    bar = f'<i style="width:{100 * size / total:.1f}%"></i>'
    return _cells(words, size, bar)


def _cells(words: str, size: int, bar: str, style: str = "") -> str:
    number = f"{binary_size(size)} <small>{grouped(size)} bytes</small>"
    return f"<span{style}>{escape(words)}</span><span{style}>{number}</span><span{style}>{bar}</span>"


def _peak(found: Memory) -> str:
    """Where most is alive, in a sentence or two."""
    layer = f"<b>{escape(found.layer.path)}</b>"
    where = f"Most is alive {f'on the way back through {layer}' if found.backward else f'while {layer} is computed'}."
    if not found.kept:
        return where
    return f"{where} When the forward pass ends, autograd keeps {binary_size(found.kept)} for the way back."


def _assumed(precision: str, trains: bool) -> str:
    stays = ", and the gradients of weights, and 16-bit copies where there are, stay all the time" if trains else ""
    return (
        f"Assumed: {precision}. ReLU and addition write into their input's memory where nothing else reads it, a value "
        f"is let go after its last use{stays}. Not counted: work memory of convolutions, the loss, and what an "
        "allocator rounds up or keeps. In float32 the values equal what torch allocates on the CPU to the byte; the "
        "tests measure it with torch's profiler."
    )


def _layers(plan: Plan) -> None:
    rows = list(layers(plan))
    column = st.column_config.NumberColumn(format="localized")
    names = ("values", "bytes in float32", "bytes in 16 bits")
    st.dataframe(
        {
            "layer": [row.layer.path for row in rows],
            "output (C × H × W)": [dimensions(row.layer.output) for row in rows],
            names[0]: [row.elements for row in rows],
            names[1]: [4 * row.elements for row in rows],
            names[2]: [2 * row.elements for row in rows],
            "memory": ["its own" if row.own else "its input's" for row in rows],
            "kept for the way back": [row.kept for row in rows],
        },
        hide_index=True, height=tall(400), column_config=dict.fromkeys(names, column), key="memory_layers",
    )  # fmt: skip
