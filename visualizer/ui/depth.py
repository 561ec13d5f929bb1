"""Along depth: what every block does to a picture, in curves from the first block to the last, or to two pictures."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from visualizer.figures.captions import node_name
from visualizer.resnet import ResNetSpec
from visualizer.ui.activations import selected_block
from visualizer.ui.answers import REFUSALS
from visualizer.ui.block_passes import distances_of
from visualizer.ui.computing import change_of, responses_of
from visualizer.ui.control import control
from visualizer.ui.more_choices import words
from visualizer.ui.pictures import titles
from visualizer.ui.plotly_view import plotly_view
from visualizer.ui.presentation import wide
from visualizer.ui.sentences import literal
from visualizer.ui.state import change, view
from visualizer.ui.take_along import file_name
from visualizer.ui.theme import theme
from visualizer.ui.views import RANDOM, View

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from visualizer.figures.depth_charts import Chart
    from visualizer.network import Response
    from visualizer.network.distances import Distance

Quantity = Callable[["Response"], float]
GAIN, SPREAD = "‖F(x)‖ / ‖x‖", "Standard deviation of responses"
ZEROS, ANGLE = "Zeros after the block", "Cosine of F(x) and shortcut"
MEANINGS = {
    GAIN: (
        "√ΣF(x)² / √Σx², over all channels and positions: how much the branch makes of what enters the block. Where a "
        "stage begins, F(x) and x have different shapes, and the ratio compares sums of different numbers of values."
    ),
    SPREAD: (
        "Of each convolution of the branch, after its batch norm if one follows and before the nonlinearity, as in "
        "figure 7 of He et al. 2015. They find residual networks to respond less than plain ones, and less the deeper "
        "they are: each block changes little. That was measured on trained networks."
    ),
    ZEROS: "The share of values that are exactly 0 in what leaves the block: of a ReLU at its end, what that cut off.",
    ANGLE: (
        "ΣF(x)·s / (‖F(x)‖ ‖s‖), where s is what F(x) is added to: above 0 the branch strengthens what is there, below "
        "0 it takes away from it, near 0 it adds something else."
    ),
    "Outputs apart": (
        "‖a − b‖ / ½(‖a‖ + ‖b‖) of the two outputs a and b of a block: 0 where they are equal, 2 where they are "
        "opposite. Their cosine is Σab / (‖a‖ ‖b‖)."
    ),
}


UNTRAINED = "**Untrained weights:** the curves show what initialisation does, not what a network learns."
UNTRAINED_NORM = " Batch norm has seen no pictures and passes values on as they are."
UNTRAINED_SUM = " Nothing holds back what the blocks add, so it piles up from one to the next."


class Side(NamedTuple):
    """A view whose curves are drawn, what the legend calls it, and its responses."""

    state: View
    name: str
    found: Mapping[str, Response]


def depth_view() -> None:
    """The charts; a click on a point selects its block."""
    state = view()
    _second_picture(state)
    try:
        sides = [side_of(state)]
    except REFUSALS as error:
        st.warning(literal(str(error)))
        return
    apart: Mapping[str, Distance] = {}
    other = beside(state)
    if other is not None:
        try:
            sides.append(side_of(other))
            apart = distances_of(state, other)
        except REFUSALS as error:
            st.warning(literal(str(error)))
    _charts(state, sides, apart)


def side_of(state: View) -> Side:
    """A view's side of the charts, computed if need be; raises what `REFUSALS` lists."""
    return Side(state, name_of(state), responses_of(state))


def _second_picture(state: View) -> None:
    """The choice of a picture to compare with; the first one too, where it has been edited."""
    known = {"": "None", **titles()}
    if state.second:
        known.setdefault(state.second, "An uploaded picture")  # of a link
    if not state.edits and state.second != state.picture:
        known.pop(state.picture, None)
    control(
        st.selectbox, "Compare with another picture", list(known), key="second", value=state.second, width=wide(320),
        act=lambda name: change(second=name) if name in known else None, format_func=words(known),
        help="It goes through the same network, as it is, without the first picture's edits.",
    )  # fmt: skip


def beside(state: View) -> View | None:
    """The view beside this one: of the second picture; or, where blocks are off, of the whole network."""
    if state.second and (state.second != state.picture or state.edits):
        return replace(state, picture=state.second, edits="")
    return replace(state, off="") if change_of(state) else None


def name_of(state: View) -> str:
    """A view as the legend names it: its picture, and what is done to it and to the network."""
    name = titles().get(state.picture, "An uploaded picture") + (", edited" if state.edits else "")
    off, moved = change_of(state).off, change_of(state).moved
    if off:
        return f"{name}, without {', '.join(off) if len(off) < 4 else f'{len(off)} blocks'}"
    return f"{name}, blocks swapped" if moved else name


def _charts(state: View, sides: Sequence[Side], apart: Mapping[str, Distance]) -> None:
    from visualizer.figures.depth_charts import depth_charts  # plotly is loaded when opened

    block, shown = selected_block(state), list(charts(sides, apart))
    st.markdown("**Block by block, from the first to the last (measured on the picture)**")
    if state.weights == RANDOM:
        st.caption(untrained_words(state.spec))
    block_chart(state, depth_charts(state.plan, shown, theme(), block.path), "depth_curves", _words(shown))
    missing = _missing(sides[0])
    if missing:
        st.caption(missing)
    st.caption(_selected(sides[0], block.path, node_name(block)))
    for title, meaning in MEANINGS.items():
        if any(chart.title.startswith(title) for chart in shown):
            st.caption(f"**{title}:** {meaning}")
    st.download_button(
        "Download these numbers (CSV)", lambda: depth_csv(shown), file_name(state.plan, "csv", "depth"),
        "text/csv", on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def charts(sides: Sequence[Side], apart: Mapping[str, Distance]) -> Iterator[Chart]:
    """The four charts, of one or two sides, without those that this network has no values for; and how far apart."""
    from visualizer.figures.depth_charts import Chart, Curve

    def curves(value: Quantity) -> tuple[Curve, ...]:
        return tuple(Curve(name, {path: value(one) for path, one in found.items()}) for _, name, found in sides)

    yield Chart(GAIN, curves(gain))
    yield Chart(SPREAD, tuple(Curve(side.name, _deviations(side)) for side in sides))
    yield Chart(ZEROS, curves(lambda one: one.zeros), ".1%", (0, 1))
    angles = curves(lambda one: one.cosine)
    if any(math.isfinite(value) for curve in angles for value in curve.values.values()):
        yield Chart(ANGLE, angles, ".3f", (-1, 1))
    if apart:
        yield Chart("Outputs apart: ‖a − b‖ / ½(‖a‖ + ‖b‖)", (Curve("", {p: d.relative for p, d in apart.items()}),))
        yield Chart("Outputs: cosine", (Curve("", {p: d.cosine for p, d in apart.items()}),), ".4f")


def _deviations(side: Side) -> dict[str, float]:
    """By the path of each convolution; of a block that is off none, since its branch leads nowhere."""
    off = change_of(side.state).off
    return {
        path: math.nan if block in off else value
        for block, one in side.found.items() for path, value in one.deviations.items()
    }  # fmt: skip


def gain(response: Response) -> float:
    """‖F(x)‖ / ‖x‖; NaN where x is zero everywhere."""
    return response.branch_norm / response.x_norm if response.x_norm else math.nan


def block_chart(state: View, figure: Figure, key: str, alt: str) -> None:
    """A figure along the axis of blocks, in which a click on a point selects its block."""
    from visualizer.figures.depth_charts import block_at

    def clicked() -> None:
        points = st.session_state[key].selection.points
        x = points[0].get("x") if points and isinstance(points[0], dict) else None
        if isinstance(x, int | float) and math.isfinite(x):  # a browser can send anything
            change(select=block_at(state.plan, x))

    plotly_view(figure, key, alt, clicked)


def untrained_words(spec: ResNetSpec) -> str:
    """What untrained weights mean for the curves of this network."""
    norm = UNTRAINED_NORM if spec.norm == "batch" else ""
    return UNTRAINED + norm + (UNTRAINED_SUM if spec.shortcut != "none" else "")


def _words(shown: Sequence[Chart]) -> str:
    return "Curves along the blocks: " + "; ".join(chart.title for chart in shown)


def _missing(side: Side) -> str:
    """What to say where curves end early."""
    gone = next((path for path, one in side.found.items() if not math.isfinite(one.mean)), "")
    return f"From {gone} on, values have grown beyond what 32-bit numbers hold: curves have gaps there." if gone else ""


def _selected(side: Side, path: str, name: str) -> str:
    """The selected block's numbers in a sentence."""
    one = side.found[path]
    parts = [(GAIN, f"{gain(one):.3g}", gain(one)), ("zeros", f"{one.zeros:.1%}", one.zeros)]
    parts += [("cosine", f"{one.cosine:.3f}".replace("-", "−"), one.cosine)]
    told = [f"{title} {text}" for title, text, value in parts if math.isfinite(value)]
    return f"Selected: {name} ({path}), {literal(side.name)}: {', '.join(told)}. Click a point to go to its block."


def depth_csv(shown: Sequence[Chart]) -> str:
    """Every number of the charts, a row each."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["quantity", "of", "path", "value"])
    for chart in shown:
        for curve in chart.curves:
            writer.writerows([chart.title, curve.name, path, value] for path, value in curve.values.items())
    return text.getvalue()
