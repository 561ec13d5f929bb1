"""The parts of the Compare page: two to four networks, of which the sidebar edits one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import streamlit as st

from visualizer.analysis.difference import lacking, marks
from visualizer.analysis.naming import network_name
from visualizer.resnet import Preset, ResNetSpec, presets, text
from visualizer.ui.compare_actions import add, edit, put, remove, select, show, swap
from visualizer.ui.compare_tables import Column, block_html, figures_html, stages_html, words_html
from visualizer.ui.comparisons import comparisons
from visualizer.ui.map_component import map_figure, network_map_view
from visualizer.ui.sentences import literal
from visualizer.ui.state import change
from visualizer.ui.store import FIGURES
from visualizer.ui.theme import theme
from visualizer.ui.views import MOST_COMPARED, View, kept_plan, still_there

OWN = "your own"
EDITED = """<style>
[class*=st-key-edited_]{border-color:#3b82f6!important;box-shadow:0 0 0 1px #3b82f6}
[class*=st-key-edited_] [class*=st-key-edit_] button{border-color:#3b82f6;font-weight:600}
</style>"""
"""The frame of the network that the sidebar edits."""
MAP_HEIGHT = 720
"""In pixels, with the map's buttons and its hint."""


def comparison_choice(state: View) -> None:
    """Comparisons that teach something, a click each, and what there is to see in the one that is shown."""
    found = comparisons()
    rows = found.values()
    shown = next((row for row in rows if (row.specs, row.resolution) == (state.compared, state.resolution)), None)
    st.session_state["comparison"] = shown.name if shown else None
    st.pills("Comparisons to start from", list(found), key="comparison", on_change=_open_comparison)
    if shown:
        st.caption(shown.lesson)


def _open_comparison() -> None:
    row = comparisons().get(st.session_state["comparison"])
    if row:
        show(row.specs, 0, resolution=row.resolution)


def cards(state: View) -> None:
    """A card a network: what it is, another to choose, and its place."""
    specs = state.compared
    for place, column in enumerate(st.columns(len(specs))):
        key = f"{'edited' if place == state.slot else 'beside'}_{place}"
        with column, st.container(border=True, key=key, height="stretch"):
            _card(place, specs[place], place == state.slot)
            _place(place, len(specs))
            st.caption(_source(specs[place]))
    st.html(EDITED)


def _card(place: int, spec: ResNetSpec, edited: bool) -> None:
    """A network's name, the published ones to choose instead, and whether the sidebar edits it."""
    st.markdown(f"**{heading(place, spec)}**")
    name = _name(spec)
    key = f"compared_{place}"
    st.session_state[key] = name
    st.selectbox(
        f"Network {place + 1}", [*([OWN] if name == OWN else []), *presets()], key=key,
        format_func=lambda name: name if name == OWN else presets()[name].title, label_visibility="collapsed",
        on_change=_choose(place, key),
    )  # fmt: skip
    label = "✓ Edited in the sidebar" if edited else "Edit in the sidebar"
    st.button(label, key=f"edit_{place}", on_click=partial(edit, place), width="stretch")


@cache
def _published() -> dict[ResNetSpec, Preset]:
    """The published networks by their specs; of those with one spec the first."""
    return {row.spec: row for row in reversed(presets().values())}


def _name(spec: ResNetSpec) -> str:
    return _published()[spec].name if spec in _published() else OWN


def _source(spec: ResNetSpec) -> str:
    name = _name(spec)
    return literal(text(spec)) + ("" if name == OWN else f" · {presets()[name].source}")


def _place(place: int, count: int) -> None:
    """Buttons that move a network and take it out."""
    number = place + 1
    with st.container(horizontal=True, gap="small"):
        _button("←", f"Move network {number} to the left", f"left_{place}", place == 0, partial(swap, place - 1))
        _button("→", f"Move network {number} to the right", f"right_{place}", number == count, partial(swap, place))
        _button("Remove", f"Remove network {number}", f"remove_{place}", count == 2, partial(remove, place))


def _button(label: str, words: str, key: str, disabled: bool, act: Callable[[], None]) -> None:
    st.button(label, key=key, help=words, disabled=disabled, on_click=act)


def _choose(place: int, key: str) -> Callable[[], None]:
    def chosen() -> None:
        name = st.session_state[key]
        if name in presets():
            put(place, presets()[name].spec)

    return chosen


def addition(state: View) -> None:
    """One more network: a copy of the one that is edited, or a published one."""
    if len(state.compared) == MOST_COMPARED:
        st.caption(f"These are {MOST_COMPARED} networks, the most that stand side by side.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            f"Add a copy of {network_name(state.spec)}", key="add_copy", on_click=partial(add, state.spec),
            help="The same network once more; the sidebar then edits the copy.",
        )  # fmt: skip
        st.session_state["add"] = None
        st.selectbox(
            "Add a published network", list(presets()), key="add", format_func=lambda name: presets()[name].title,
            index=None, placeholder="Add a published network", label_visibility="collapsed", width=320,
            on_change=_add_published,
        )  # fmt: skip


def _add_published() -> None:
    name = st.session_state["add"]
    if name in presets():
        add(presets()[name].spec)


def usual_size(state: View) -> None:
    """Where all networks are made for pictures of another size: that, and a button to take it."""
    usual = _published()
    sizes = {usual[spec].resolution if spec in usual else state.resolution for spec in state.compared}
    if state.resolution in sizes or len(sizes) > 1:
        st.caption(f"All at {state.resolution} × {state.resolution} pixels; the sidebar sets the resolution.")
        return
    size = sizes.pop()
    st.caption(f"All at {state.resolution} × {state.resolution} pixels; they are made for {size} × {size}.")
    st.button(f"Use {size} × {size} pixels", key="usual", on_click=partial(change, resolution=size))


def heading(place: int, spec: ResNetSpec) -> str:
    """A network's number in the comparison and its name: "2 · ResNet-50"."""
    return f"{place + 1} · {network_name(spec)}"


def _columns(state: View) -> list[Column]:
    """The networks with their headings and plans."""
    size = state.resolution
    return [Column(heading(place, spec), kept_plan(spec, size)) for place, spec in enumerate(state.compared)]


def _kept(name: str, state: View, draw: Callable[[list[Column]], str]) -> str:
    """HTML of these networks, drawn once for all who compare the same."""
    key = ("compare", name, state.compared, state.resolution)
    return FIGURES.value(key, lambda: draw(_columns(state)), len)


def ground() -> None:
    """Give the headings of rows, which stay in sight while a wide table is scrolled, the page's own ground."""
    colour = st.get_option(f"theme.{theme()}.backgroundColor")
    headings = ".rv-compare th[scope=row],.rv-compare thead th:first-child"
    rule = f"{headings}{{position:sticky;left:0;z-index:1;background:{colour}}}"
    st.html(f"<style>@media(max-width:800px){{{rule}}}</style>")


def words_view(state: View) -> None:
    """One sentence a network: what it is beside the first."""
    ground()
    st.html(_kept("words", state, words_html))


def figures_view(state: View) -> None:
    """The headline figures side by side."""
    st.html(_kept("figures", state, figures_html))


def stages_view(state: View) -> None:
    """Table 1 side by side."""
    st.html(_kept("stages", state, stages_html))


def maps_view(state: View) -> None:
    """The maps side by side, blocks that differ from the first network's marked; a click selects in all of them."""
    columns = _columns(state)
    found = FIGURES.value(("compare", "marks", state.compared, state.resolution), lambda: _marks(columns), _marks_size)
    st.caption(
        "A dashed frame with ≠ marks a block that differs from the first network's block in the same place; in the "
        "first map it marks a block that another network lacks. Select a block to see it in all networks."
    )
    wide = 3 if len(columns) == 3 else 2
    for start in range(0, len(columns), wide):
        row = st.columns(wide)
        for place, column in enumerate(columns[start : start + wide], start):
            with row[place - start]:
                figure = map_figure(column.plan, marks=found[place], title=column.name)
                network_map_view(
                    figure, _selected(column, state), f"compare_map_{place}", partial(select, place), height=MAP_HEIGHT
                )


def _selected(column: Column, state: View) -> str:
    """What is selected, as far as this network has it: the block of a layer that it lacks."""
    spec, size = column.plan.spec, column.plan.resolution
    return still_there(spec, state.select, size) or still_there(spec, state.block, size)


def _marks(columns: list[Column]) -> list[dict[str, str]]:
    first, *others = columns
    return [
        lacking(first.plan, [(other.name, other.plan) for other in others]),
        *(marks(first.plan, other.plan, first.name) for other in others),
    ]


def _marks_size(found: list[dict[str, str]]) -> int:
    return sum(200 + 120 * len(of_one) for of_one in found)


def block_view(state: View) -> None:
    """The selected block of every network, or the one that the selected layer is in, side by side."""
    if not state.block:
        return
    stage, index = state.block.removeprefix("layer").split(".")
    st.subheader(f"Stage {stage}, block {int(index) + 1}", anchor=False)
    st.html(_kept(state.block, state, lambda columns: block_html(columns, state.block)))
