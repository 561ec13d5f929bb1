"""The grids of a block on a page, and one channel large: pictures that are clicked, hovered and walked with arrow keys.

Two components: the grids are a megabyte of pictures that stay in the browser while one channel after another is
looked at, and only the small one is sent again. It tells the other, in the browser, which channel is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from visualizer.figures.block_maps import BlockMaps, place_grid
from visualizer.figures.colour import palette, scale_to
from visualizer.figures.colour_bar import caption, colour_bar, number
from visualizer.figures.equation import Term
from visualizer.figures.maps import MapStatistics, data_uri
from visualizer.figures.palettes import Theme

_HERE = Path(__file__).parent
_CSS = (_HERE / "maps.css").read_text(encoding="utf-8")
_GRIDS = st.components.v2.component(
    "block_maps",
    html='<div class="scale"></div><div class="row"></div>',
    css=_CSS,
    js=(_HERE / "maps.js").read_text(encoding="utf-8"),
)
_CHANNEL = st.components.v2.component(
    "channel",
    html='<div class="large"><figure class="over"></figure><figure class="alone"></figure>'
    '<div class="facts"></div></div>',
    css=_CSS,
    js=(_HERE / "channel.js").read_text(encoding="utf-8"),
)
Drawing = dict[str, Any]


def grids(drawing: Drawing, flag: str, on_choose: Callable[[str, int], None]) -> None:
    """The grids of a block; `flag` stands beside each, `on_choose` is called with the place and channel clicked."""

    def chosen() -> None:
        report = st.session_state["grids"].chosen
        # It comes from a browser, so it may be anything.
        if isinstance(report, list) and [type(part) for part in report] == [str, int]:
            on_choose(*report)

    _GRIDS(key="grids", data={**drawing, "flag": flag}, on_chosen_change=chosen)


def grids_drawing(maps: BlockMaps, terms: Sequence[Term], page: int, shared: bool, theme: Theme) -> Drawing:
    """What the grids show, as plain values: a page of channels of each term with its numbers, and the colour bar."""
    scale = maps.scale if shared else scale_to(1.0, signed=True)
    words = f"One scale for all. {caption(scale)}" if shared else _OWN
    label = "value" if shared else "part of the largest magnitude"
    bar = colour_bar(scale, palette(True, theme), width=360, label=label)
    panels = [_panel(maps, term, page, shared, theme) for term in terms]
    return {"bar": bar, "caption": words, "panels": panels}


_OWN = (
    "Each map on its own scale: blue is negative, orange is positive, and the ends are the largest magnitude in that "
    "map, so strong and weak channels look alike."
)


def _panel(maps: BlockMaps, term: Term, page: int, shared: bool, theme: Theme) -> Drawing:
    drawn = place_grid(maps, term.place, page, shared, theme)
    width, height = drawn.size
    return {
        **term._asdict(),
        "src": data_uri(drawn.png()),
        "size": [width, height],
        "cell": list(drawn.cell),
        "gutter": drawn.gutter,
        "columns": drawn.columns,
        "channels": list(drawn.channels),
        "total": len(maps.orders[term.place]),
        "facts": [["Shape", "×".join(map(str, maps.values[term.place].shape))], *facts(maps.statistics[term.place])],
    }


def facts(found: MapStatistics) -> list[list[str]]:
    """Names and values of the numbers beside maps."""
    rows = [
        ["Mean", number(found.mean)],
        ["Std. deviation", number(found.std)],
        ["Largest", number(found.max)],
        ["Zeros", f"{found.zeros:.1f} %"],
    ]
    if found.shape[0] > 1:
        rows.append(["Dead channels", f"{found.dead} of {found.shape[0]}"])
    if found.missing:
        rows.append(["Not finite", f"{found.missing} values"])
    return rows


def channel(drawing: Drawing, place: str, chosen: int, flag: str) -> None:
    """One channel large, and in every grid that has it the mark that it is chosen."""
    _CHANNEL(key="channel_large", data={**drawing, "place": place, "channel": chosen, "flag": flag})
