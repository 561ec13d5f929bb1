"""One more block: what each change of the network would cost, with a button that makes it."""

from __future__ import annotations

from html import escape

import streamlit as st

from visualizer.analysis.format import abbreviated, relative
from visualizer.analysis.marginal import Step, steps
from visualizer.resnet import SpecError
from visualizer.ui.more_choices import ATTENTION_WORDS, ORDER_WORDS, STEM_WORDS, STRIDE_BLOCK_WORDS
from visualizer.ui.state import change_spec, refuse
from visualizer.ui.store import FIGURES
from visualizer.ui.views import View

BYTES_PER_STEP = 2000
"""Of a step in memory, roughly, for the bounds of the store."""
STYLE = """<style>
.rv-step{display:grid;grid-template-columns:minmax(0,5fr) repeat(3,minmax(0,3fr)) minmax(0,2fr);gap:.1rem .8rem;
 align-items:baseline;font-size:.95rem;font-variant-numeric:tabular-nums}
.rv-step>*{text-align:right}
.rv-step.rv-names{padding-right:calc(72px + 1rem);font-weight:600}
.rv-step small{white-space:nowrap}
.rv-step>:first-child{text-align:left}
.rv-step small{opacity:.8;font-size:.85rem}
.rv-steps{container-type:inline-size}
@container (max-width:560px){
 .rv-step{grid-template-columns:repeat(2,minmax(0,1fr))}
 .rv-step>*{text-align:left}
 .rv-step>:first-child{grid-column:1/-1}
 .rv-step>[data-label]::before{content:attr(data-label);display:block;font-size:.8rem;opacity:.8}
 .rv-step small{display:block}
}
@container (max-width:648px){ .rv-step.rv-names{display:none} } /* the names' container holds the buttons' column too */
</style>"""
NAMES = ("Parameters", "MACs", "FLOPs", "Weighted layers")
WORDS = {
    "shortcut": (
        "Shortcut",
        {
            "none": "none: a plain network",
            "A": "A: zero-padded where shapes change",
            "B": "B: projections where shapes change",
            "C": "C: projections in every block",
        },
    ),
    "stem": ("Stem", STEM_WORDS),
    "block": ("Block", {"basic": "basic", "bottleneck": "bottleneck"}),
    "stride_on": ("Stride on", {"3x3": "the 3×3 (v1.5)", "1x1": "the first 1×1 (v1)"}),
    "stride_block": ("Stride in", STRIDE_BLOCK_WORDS),
    "order": ("Order", ORDER_WORDS),
    "attention": ("Attention", ATTENTION_WORDS),
}
"""The fields that change, and what they can be, in words."""


def marginal_view(state: View) -> None:
    """A row a change: what it adds or saves, and a button that applies it."""
    plan = state.plan
    found = FIGURES.value(("steps", plan.spec, plan.resolution), lambda: steps(plan), _size)
    st.caption("What one change would add (+) or save (−), and in percent of this network. Apply makes the change.")
    with st.container(gap="xsmall"):
        st.html(STYLE + _row("Change", [("", name) for name in NAMES], "rv-step rv-names"))
        for step in found:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.html(step_html(step))
                st.button("Apply", key=f"step_{step.field}_{step.value}", on_click=_apply, args=(step,), width=72)


def _size(found: tuple[Step, ...]) -> int:
    return BYTES_PER_STEP * len(found)


def _apply(step: Step) -> None:
    try:
        change_spec(**step.fields)
    except SpecError as error:  # another window of this session changed the network meanwhile
        refuse(str(error))


def step_words(step: Step) -> str:
    """A step in words: "One more block in stage 3", "Stem: three 3×3 and pool (C, D)"."""
    if step.field == "depths":
        return f"One more block in stage {step.value}"
    name, words = WORDS[step.field]
    return f"{name}: {words[str(step.value)]}"


def step_html(step: Step) -> str:
    """The step and its differences, each with its sign, its unit and its share."""
    was, now = step.base, step.difference
    counts = [(now.params, was.params), (now.macs, was.macs), (now.flops, was.flops)]
    cells = [(name, _change(*count)) for name, count in zip(NAMES[:3], counts, strict=True)]
    layers = f"{step.weighted_layers:+d}".replace("-", "−") if step.weighted_layers else "same"
    return _row(escape(step_words(step)), [*cells, (NAMES[3], layers)], "rv-step")


def _change(difference: int, base: int) -> str:
    if not difference:
        return "same"
    share = relative(difference, base)
    sign = "+" if difference > 0 else "−"
    return f"{sign}{abbreviated(abs(difference))}" + (f" <small>({share})</small>" if share else "")


def _row(name: str, cells: list[tuple[str, str]], style: str) -> str:
    inner = "".join(
        f'<span data-label="{label}">{cell}</span>' if label else f"<span>{cell}</span>" for label, cell in cells
    )
    return f'<div class="rv-steps"><div class="{style}"><span>{name}</span>{inner}</div></div>'
