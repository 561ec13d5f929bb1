"""A figure of a network on a page: a drawing that pans, zooms, is searched, and reports what is chosen and opened."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from visualizer.figures.colour import HEAT_COLOURS, Theme
from visualizer.figures.detail import Detail
from visualizer.figures.drawing import Drawing
from visualizer.figures.heat import Heat
from visualizer.figures.network_map import NARROW, USUAL, network_map
from visualizer.figures.svg import svg
from visualizer.figures.thumbnails import Thumbnails
from visualizer.resnet import Plan
from visualizer.ui.map_index import map_index, several_index
from visualizer.ui.presentation import tall
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme

COLUMNS = (None, 3, NARROW)
"""Blocks in a row, in each form of the map: for a whole page, for a part of one, for a phone."""
_HERE = Path(__file__).parent
_PARTS = ("place", "nodes", "card", "search", "minimap", "input")
"""What map.js is made of, beside itself; a component has one script."""


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_COMPONENT = st.components.v2.component(
    "network_map",
    html=_text("map.html"),
    css=_text("map.css"),
    js="".join([*(_text(f"map_{part}.js") for part in _PARTS), _text("map.js")]),
)


class Figure(NamedTuple):
    """What is shown of a plan: `form` draws it with at most so many blocks in a row, None as many as suit it.

    key: all that the drawing depends on beside the plan. scene: what of that makes it another picture; while it is the
    same, the browser stays where it is, and a part that is opened or closed stays in its place. columns: of each form
    that the browser may choose from. detail: how much is shown; None where nothing can be opened. heat: the quantity
    that is told beside a node. beside: the plans after the first, where several are in one figure and their paths begin
    with a number from 1 ("2:layer3.1"); notes: by such paths, what is told beside a node.
    """

    plan: Plan
    form: Callable[[int | None], Drawing]
    key: Hashable
    scene: str = "map"
    columns: tuple[int | None, ...] = (None,)
    detail: Detail | None = None
    heat: Heat | None = None
    beside: tuple[Plan, ...] = ()
    notes: Mapping[str, str] = {}

    @property
    def plans(self) -> tuple[Plan, ...]:
        """All of them."""
        return (self.plan, *self.beside)


def map_figure(
    plan: Plan, *, detail: Detail = USUAL, direction: str = "rows", numbers: bool = False, heat: Heat | None = None,
    thumbnails: Thumbnails | None = None, key: Hashable = (),
) -> Figure:  # fmt: skip
    """The network map as a figure; the arguments are those of `network_map`.

    key: says what `heat` and `thumbnails` depend on.
    """
    form = partial(
        _map, plan, detail=detail, direction=direction, numbers=numbers, heat=heat, thumbnails=thumbnails
    )  # fmt: skip
    depends = ("map", detail, direction, numbers, key)
    return Figure(plan, form, depends, direction, COLUMNS if direction == "rows" else (None,), detail, heat)


def _map(plan: Plan, columns: int | None, **look: Any) -> Drawing:
    return network_map(plan, columns=columns, **look)


def network_map_view(
    figure: Figure, selected: str, key: str, on_select: Callable[[str], None], *, height: int = 560,
    on_fold: Callable[[str, str], None] | None = None, on_window: Callable[[list[float]], None] | None = None,
    busy: str = "",
) -> None:  # fmt: skip
    """A figure with one node marked; `on_select` is called with the path of the node that is chosen.

    The path is "" where the selection is cleared, and may be any text: a browser can send what it likes. height: the
    pixels that all of it takes, whatever the network, so that nothing below it moves. on_fold: called with "open" or
    "close" and the path of a stage, a block or a layer in one, which may be any text too; without it nothing can be
    opened. on_window: called with left, top, width and height of what is on screen and the width of the form, in the
    drawing's units, when the map has come to rest. busy: what is still being made, in a line below the map.

    The browser chooses the form of the drawing that suits its width.
    """
    height = tall(height)
    of_plans = tuple((plan.spec, plan.resolution) for plan in figure.plans)
    forms = FIGURES.value(("figure", of_plans, figure.key), lambda: _forms(figure), _size)
    index_key = ("index", of_plans, figure.key if figure.heat else None)
    index = FIGURES.value(index_key, lambda: _packed(_index(figure)), len)
    scene = " ".join([*(f"{spec} {size}" for spec, size in of_plans), figure.scene])
    data = {
        "forms": forms, "index": index, "selected": selected, "height": height, "theme": theme(),
        "scene": scene, "watch": on_window is not None,
        "folds": _foldable(figure) if on_fold else None, "key": colour_words(figure.heat, theme()), "busy": busy,
    }  # fmt: skip
    _COMPONENT(
        key=key, data=data, height=height, on_theme_change=_rerun,
        on_selected_change=lambda: _select(st.session_state[key].selected, on_select),
        on_fold_change=lambda: _fold(st.session_state[key].fold, on_fold),
        on_window_change=lambda: _window(st.session_state[key].window, on_window),
    )  # fmt: skip


def colour_words(heat: Heat | None, shown: Theme) -> dict[str, object] | None:
    """What the colours of values are, from the lowest to the highest, and what they mean."""
    if heat is None:
        return None
    low, high = heat.ends
    colours = [swatch.fill for swatch in HEAT_COLOURS[shown]]
    words = heat.words[:1].upper() + heat.words[1:]
    return {"words": words, "low": low, "high": high, "colours": colours, "note": heat.note}


def _rerun() -> None:
    """The browser's theme changed: the run that follows draws everything for it."""


# What a browser reports may be anything; what it cannot mean is left alone.


def _select(report: object, on_select: Callable[[str], None]) -> None:
    if isinstance(report, str):
        on_select(report)


def _fold(report: object, on_fold: Callable[[str, str], None] | None) -> None:
    if on_fold is None or not isinstance(report, dict) or len(report) != 1:
        return
    ((way, path),) = report.items()
    if way in ("open", "close") and isinstance(path, str):
        on_fold(way, path)


def _window(report: object, on_window: Callable[[list[float]], None] | None) -> None:
    if on_window is None or not isinstance(report, list) or len(report) != 5:
        return
    if all(type(length) in (int, float) for length in report):
        on_window([float(length) for length in report])


def _foldable(figure: Figure) -> dict[str, list[str]] | None:
    """The stages that can be opened, and closed, further; of blocks the browser sees it. None where nothing can."""
    plan, detail = figure.plan, figure.detail
    if detail is None:
        return None
    paths = [stage.path for stage in plan.stages]
    return {
        "open": [path for path in paths if detail.opened(plan, path) != detail],
        "close": [path for path in paths if detail.closed(plan, path) != detail],
    }


def _forms(figure: Figure) -> list[dict[str, Any]]:
    """The drawing in several widths, the widest first, each packed: they travel again with each selection."""
    drawings = (figure.form(columns) for columns in figure.columns)
    by_width = {drawing.width: drawing for drawing in drawings}
    return [{"width": width, "code": _packed(svg(by_width[width]))} for width in sorted(by_width, reverse=True)]


def _index(figure: Figure) -> str:
    heat = figure.heat
    if figure.beside:
        return several_index(figure.plans, figure.notes)
    return map_index(figure.plan, dict(_notes(figure, heat)), heat.kind.title) if heat else map_index(figure.plan, {})


def _notes(figure: Figure, heat: Heat) -> Iterator[tuple[str, str]]:
    """The value of every stage, block or run of blocks, and layer that has one."""
    plan, detail = figure.plan, figure.detail or Detail("blocks")
    parts = {layer.path: [layer.path] for layer in (*plan.stem, *plan.head)}
    for stage, _, runs in detail.shown(plan):
        parts[stage.path] = [block.path for block in stage.blocks]
        for run in runs:
            blocks = stage.blocks[run.first.index : run.first.index + run.repeats]
            parts[run.first.path] = [block.path for block in blocks]
    for path, paths in parts.items():
        shade = heat.shade(paths)
        if shade:
            yield path, shade.text


def _packed(text: str) -> str:
    """About a tenth of the size: a network repeats itself."""
    return b64encode(zlib.compress(text.encode())).decode()


def _size(forms: list[dict[str, Any]]) -> int:
    return sum(len(form["code"]) for form in forms)
