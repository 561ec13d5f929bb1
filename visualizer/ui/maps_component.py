"""The grids of a block or layer on a page, and one channel large: pictures that are clicked, hovered, walked with keys.

Two components: the grids are a megabyte of pictures that stay in the browser while one channel after another is
looked at, and only the small one is sent again. It tells the other, in the browser, which channel is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from visualizer.figures.block_maps import BlockMaps, Scaling, place_grid, scale_at
from visualizer.figures.colour import Scale, palette, scale_to
from visualizer.figures.colour_bar import caption, colour_bar, number
from visualizer.figures.equation import Term
from visualizer.figures.maps import Grid, MapStatistics, always_on, data_uri, dead
from visualizer.figures.palettes import Theme

_HERE = Path(__file__).parent


def _text(*names: str) -> str:
    return "".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_GRIDS = st.components.v2.component(
    "block_maps",
    html='<div class="scale"></div><div class="row"></div>',
    css=_text("maps.css"),
    js=_text("maps_grid.js", "maps.js"),
)
_CHANNEL = st.components.v2.component(
    "channel",
    html='<div class="large"><figure class="over"></figure><figure class="alone"></figure>'
    '<div class="facts"></div></div><div class="more"></div>',
    css=_text("maps.css"),
    js=_text("maps_grid.js", "channel.js"),
)
Drawing = dict[str, Any]


class Look(NamedTuple):
    """How grids are drawn: how far the scale reaches, the whole network's scale if it is known, the places that come
    after a ReLU, and the order in words."""

    scaling: Scaling = "shared"
    whole: Scale | None = None
    rectified: Collection[str] = ()
    order: str = "strongest first"
    theme: Theme = "light"


def grids(drawing: Drawing, flag: str, on_choose: Callable[[str, int], None]) -> None:
    """The grids of a block; `flag` stands beside each, `on_choose` is called with the place and channel clicked."""

    def chosen() -> None:
        report = st.session_state["grids"].chosen
        # It comes from a browser, so it may be anything.
        if isinstance(report, list) and [type(part) for part in report] == [str, int]:
            on_choose(*report)

    _GRIDS(key="grids", data={**drawing, "flag": flag}, on_chosen_change=chosen)


def grids_drawing(maps: BlockMaps, terms: Sequence[Term], page: int, look: Look) -> Drawing:
    """What the grids show, as plain values: a page of channels of each term with its numbers, and the colour bar."""
    one = look.scaling in ("shared", "global")
    scale = scale_at(maps, "out", look.scaling, look.whole) if one else scale_to(1.0, signed=True)
    assert scale is not None
    label = "value" if one else "part of the largest magnitude"
    bar = colour_bar(scale, palette(True, look.theme), width=360, label=label)
    words = f"{_REACH[look.scaling]} {caption(scale)}" if one else _REACH[look.scaling]
    panels = [_panel(maps, term, page, look) for term in terms]
    return {"bar": bar, "caption": words, "panels": panels, "order": look.order}


_REACH: dict[str, str] = {
    "shared": "One scale for all grids here.",
    "global": "One scale for the whole network, whatever is chosen on the map.",
    "per layer": "Each grid on its own scale, whose ends stand below it: blue is negative, orange is positive, zero "
    "is in the middle. Colours of two grids cannot be compared.",
    "per map": "Each map on its own scale: blue is negative, orange is positive, and the ends are the largest "
    "magnitude in that map, so strong and weak channels look alike.",
}


def _panel(maps: BlockMaps, term: Term, page: int, look: Look) -> Drawing:
    values, found = maps.values[term.place], maps.statistics[term.place]
    scale = scale_at(maps, term.place, look.scaling, look.whole)
    drawn = place_grid(maps, term.place, page, scale, look.theme)
    marked = term.place in look.rectified and values[0].size > 1
    rows = [["Shape", "×".join(map(str, values.shape))], *facts(found, marked)]
    if look.scaling == "per layer" and scale is not None:
        rows.insert(1, ["Ends of scale", f"±{number(scale.high)}"])
    shown = values[list(drawn.channels)]
    return {
        **term._asdict(),
        **geometry(drawn),
        "total": len(maps.orders[term.place]),
        "dead": np.flatnonzero(dead(shown)).tolist(),
        "on": np.flatnonzero(always_on(shown)).tolist() if marked else [],
        "facts": rows,
    }


def geometry(drawn: Grid) -> Drawing:
    """A grid's picture, and where in it each channel is."""
    return {
        "src": data_uri(drawn.png()),
        "size": list(drawn.size),
        "cell": list(drawn.cell),
        "gutter": drawn.gutter,
        "columns": drawn.columns,
        "channels": list(drawn.channels),
    }


def facts(found: MapStatistics, after_relu: bool = False) -> list[list[str]]:
    """Names and values of the numbers beside maps; always-on channels are counted where a ReLU has cut values off."""
    rows = [
        ["Mean", number(found.mean)],
        ["Std. deviation", number(found.std)],
        ["Largest", number(found.max)],
        ["Zeros", f"{found.zeros:.1f} %"],
    ]
    if found.shape[0] > 1:
        rows.append(["Dead channels", f"{found.dead} of {found.shape[0]}"])
        rows += [["Always on", f"{found.always_on} of {found.shape[0]}"]] if after_relu else []
    if found.missing:
        rows.append(["Not finite", f"{found.missing} values"])
    return rows


def channel(drawing: Drawing, place: str, chosen: int, flag: str, on_go: Callable[[str, str, int], None]) -> None:
    """One channel large, and in every grid that has it the mark that it is chosen.

    `on_go` is called with the path, place and channel that a person goes to from here.
    """

    def gone() -> None:
        report = st.session_state["channel_large"].gone
        if isinstance(report, list) and [type(part) for part in report] == [str, str, int]:
            on_go(*report)

    data = {**drawing, "place": place, "channel": chosen, "flag": flag}
    _CHANNEL(key="channel_large", data=data, on_gone_change=gone)
