"""The receptive field of a chosen position, on the picture: what it can see, and what it does see."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from visualizer.analysis.receptive_field import Field, Reach, reaches
from visualizer.analysis.window import Box, centre, energy_box, position, seen_box
from visualizer.figures.cam_strip import Large, large
from visualizer.figures.colour_bar import caption, colour_bar, number
from visualizer.figures.palettes import Theme
from visualizer.resnet import Block
from visualizer.ui.activations import selected_block
from visualizer.ui.answers import REFUSALS
from visualizer.ui.computing import change_of, pass_key
from visualizer.ui.gradients import measured_of
from visualizer.ui.inputs import whole_number
from visualizer.ui.large_component import Fact, Figure, Marks, Spot, Words, large_view
from visualizer.ui.pictures import MAX_RESOLUTION, seen_of
from visualizer.ui.sentences import literal
from visualizer.ui.state import change, view
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme
from visualizer.ui.views import View
from visualizer.ui.weight_sources import flag

if TYPE_CHECKING:
    from visualizer.network.reach import Measured

SHARE = 0.95
PERCENTILE = 99.0
"""Where the colours of a gradient end: a few pixels are far stronger than all others."""
LABEL = "The picture: click a position, or move it with the arrow keys"
MEANING = (
    "What it can see follows from windows and strides, along the path through every branch (longest) and through "
    "shortcuts alone (shortest). What it does see is measured for this picture: Σ over the colours of "
    "|∂ value / ∂ input|, where value is the strongest channel of the block's output at the position and input is the "
    f"normalised picture; the orange square, about the same middle, is the smallest that holds {SHARE:.0%} of its "
    "energy (the sum of squares)."
)
ATTENTION = (
    " The gate of an attention reads the whole map, which the theoretical fields leave out: what is measured may reach "
    "beyond them."
)
CHANGED = " The theoretical fields are those of the whole network; the measured one has blocks off or swapped."


def receptive_field_view() -> None:
    """A position of the selected block's output, chosen on the picture or by number, and its fields on the picture."""
    state, block = view(), selected_block(view())
    reach = reaches(state.plan)[block.layers[-1].path]
    row, column = place_of(state, block, reach.longest)
    st.caption(
        f"A position of the output of {block.path}: click in the picture, or choose row and column of its "
        f"{block.output[1]} × {block.output[2]} map."
    )
    _numbers(state, block, reach.longest, row, column)
    try:
        found = measured_of(state, block, row, column)
    except REFUSALS as error:
        st.warning(literal(str(error)))
        if state.resolution > MAX_RESOLUTION or state.spec.channels != 3:
            return
        found = None
    _field(state, block, reach, row, column, found)


def place_of(state: View, block: Block, field: Field) -> tuple[int, int]:
    """Row and column of the position that is looked at: the one nearest to the view's spot, or the middle one."""
    _, height, width = block.output
    if not state.spot:
        return height // 2, width // 2
    x, y = (int(part) for part in state.spot.split(","))
    return position(field, y, height), position(field, x, width)


def _numbers(state: View, block: Block, field: Field, row: int, column: int) -> None:
    _, height, width = block.output

    def go(row: int, column: int) -> None:
        _look_at((centre(field, column, state.resolution), centre(field, row, state.resolution)))

    with st.container(horizontal=True):
        whole_number(f"Row (0 to {height - 1})", "spot_row", row, 0, height - 1, lambda at: go(at, column), width=170)
        last = width - 1
        whole_number(f"Column (0 to {last})", "spot_column", column, 0, last, lambda at: go(row, at), width=170)


def _look_at(spot: Spot) -> None:
    change(spot=f"{spot[0]},{spot[1]}")


class Fields(NamedTuple):
    """The fields of a position: boxes on the picture by kind, facts in words, and the picture under the gradient."""

    title: str
    boxes: dict[str, Box]
    facts: tuple[Fact, ...]
    drawn: Large
    measured: bool


def fields_of(state: View, block: Block, row: int, column: int, found: Measured | None, colours: Theme) -> Fields:
    """What a position of a block's output can see, and what it does see; without the gradient where there is none."""
    size, seen = state.resolution, found if found is not None and found.weights.any() else None
    reach = reaches(state.plan)[block.layers[-1].path]
    longest, shortest = seen_box(reach.longest, row, column), seen_box(reach.shortest, row, column)
    energy = None if seen is None else energy_box(seen.weights, longest, SHARE)
    boxes = {"longest": longest, "shortest": shortest, **({} if energy is None else {"energy": energy})}
    weights = np.zeros((1, 1)) if seen is None else seen.weights
    key = ("field", *pass_key(state), block.path, row, column, seen is None, colours)
    drawn = FIGURES.value(
        key, lambda: large(seen_of(state), weights, colours, PERCENTILE), lambda made: len(made.over) + len(made.alone)
    )
    facts = (
        Fact("Longest path", _in_pixels(longest, size), "longest"),
        Fact("Shortest path", _in_pixels(shortest, size), "shortest"),
        *_measured_rows(found, energy, longest, size),
    )
    return Fields(f"Position ({row}, {column}) of {block.path}", boxes, facts, drawn, seen is not None)


def _field(state: View, block: Block, reach: Reach, row: int, column: int, found: Measured | None) -> None:
    """The picture with its boxes, the gradient alone, and the numbers."""
    size, shown = state.resolution, fields_of(state, block, row, column, found, theme())
    spot = centre(reach.longest, column, size), centre(reach.longest, row, size)
    marks = Marks(size, {kind: box.within(size) for kind, box in shown.boxes.items()}, spot, reach.longest.jump, LABEL)
    title, drawn = shown.title, shown.drawn
    figures = [Figure(drawn.over, f"{title}: its receptive fields on the picture", LABEL + ".", marks=marks)]
    if shown.measured:
        figures.append(Figure(drawn.alone, f"{title}: the measured field alone", "Measured, alone.", pixelated=True))
    bar = colour_bar(drawn.scale, drawn.colours, width=300, label="gradient") if shown.measured else ""
    words = caption(drawn.scale) if shown.measured else ""
    large_view(tuple(figures), Words(title, flag(state), shown.facts, bar, words), "field", _look_at)
    st.caption(meaning(state))


def meaning(state: View) -> str:
    """What the boxes are, and what they leave out of this network."""
    attention = "" if state.spec.attention == "none" else ATTENTION
    return f"{MEANING}{attention}{CHANGED if change_of(state) else ''}"


def _in_pixels(box: Box, size: int) -> str:
    """The sides of a box, where it lies, and how much of it is beyond the picture."""
    outside = box.outside(size)
    text = f"{box.width} × {box.height} pixels"
    return text if not outside else f"{text}, {outside:.1%} of it beyond the picture"


def _measured_rows(found: Measured | None, energy: Box | None, longest: Box, size: int) -> tuple[Fact, ...]:
    if found is None:
        return (Fact("Measured", "not computed"),)
    channel = Fact("Strongest channel here", f"{found.channel}, value {number(found.value)}")
    if energy is None:
        nothing = "nothing: no channel is active at this position, so no pixel moves it"
        return (Fact("Measured", nothing), channel)
    part = f"{energy.width} × {energy.height} pixels, {energy.width / longest.width:.0%} of the longest's side"
    nonzero = f"{np.count_nonzero(found.weights) / size**2:.1%} of the picture"
    return (
        Fact(f"Measured, {SHARE:.0%} of energy", part, "energy"), Fact("Pixels that move it at all", nonzero), channel,
    )  # fmt: skip
