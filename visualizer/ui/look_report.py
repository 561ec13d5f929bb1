"""What the open view of Activations shows beside the maps, as parts of a report: curves, class maps, a field.

Made outside of a session, from the view alone. Light, as all that is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

from PIL import Image, ImageDraw

from visualizer.analysis.receptive_field import reaches
from visualizer.figures.cam_strip import beside as joined
from visualizer.figures.cam_strip import frames, thinned
from visualizer.figures.encode import from_data_uri
from visualizer.figures.report import Chart, Heading, Item, Shot, Table, Words
from visualizer.ui.activations import selected_block
from visualizer.ui.answers import REFUSALS
from visualizer.ui.class_maps import said, way_of
from visualizer.ui.depth import MEANINGS, beside, charts, side_of, untrained_words
from visualizer.ui.gradients import class_maps_of, measured_of
from visualizer.ui.pictures import seen_of
from visualizer.ui.receptive_field_view import Fields, fields_of, meaning, place_of
from visualizer.ui.views import RANDOM, View

FRAME = 128
COLOURS = {"longest": "#0b63ce", "shortest": "#0f7b41", "energy": "#d55e00"}
"""Of the boxes of a receptive field on the picture, by kind."""


def look_parts(state: View) -> Iterator[Item]:
    """The open view of the page; nothing of those whose content is the maps; a sentence where it could not be made."""
    look = LOOKS_REPORTED.get(state.look)
    if look is None:
        return
    yield Heading(state.look)
    try:
        yield from list(look(state))
    except REFUSALS as error:
        yield Words(str(error))


def _depth(state: View) -> Iterator[Item]:
    from visualizer.figures.depth_charts import depth_charts  # plotly is loaded when asked for

    other = beside(state)
    shown = list(charts([side_of(one) for one in (state, other) if one is not None], {}))
    if state.weights == RANDOM:
        yield Words(untrained_words(state.spec).replace("**", ""))
    yield Chart(depth_charts(state.plan, shown, "light", selected_block(state).path), "Measured on the picture.")
    for title, words in MEANINGS.items():
        if any(chart.title.startswith(title) for chart in shown):
            yield Words(f"{title}: {words}")


def _class_maps(state: View) -> Iterator[Item]:
    found, way = class_maps_of(state), way_of(state)
    yield Words(f"{said(state, found, way)}. Each frame has a scale of its own: compare where, not how much.")
    paths = thinned(list(found.maps), selected_block(state).path)
    drawn = frames(seen_of(state), {path: found.maps[path][way] for path in paths}, "light", FRAME)
    for stage in state.plan.stages:
        shown = [block.path for block in stage.blocks if block.path in drawn]
        if shown:
            strip = joined([from_data_uri(drawn[path]) for path in shown])
            words = f"{stage.name}, from left to right {', '.join(shown)}"
            yield Shot(strip, f"Class maps of {words}", words, FRAME * len(shown))


def _field(state: View) -> Iterator[Item]:
    block = selected_block(state)
    row, column = place_of(state, block, reaches(state.plan)[block.layers[-1].path].longest)
    shown = fields_of(state, block, row, column, measured_of(state, block, row, column), "light")
    yield Shot(_boxed(state, shown), f"{shown.title}: its receptive fields on the picture", shown.title, 480)
    yield Table(("", "Field"), tuple((fact.name, fact.value) for fact in shown.facts))
    yield Words(meaning(state))


def _boxed(state: View, shown: Fields) -> bytes:
    """The picture under the gradient with the boxes on it, as PNG."""
    with Image.open(BytesIO(from_data_uri(shown.drawn.over))) as image:
        picture = image.convert("RGB")
    pen, scale = ImageDraw.Draw(picture), picture.width / state.resolution
    for kind, box in shown.boxes.items():
        left, top, right, bottom = (side * scale for side in box.within(state.resolution))
        pen.rectangle((left, top, max(right - 1, left), max(bottom - 1, top)), outline=COLOURS[kind], width=3)
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


LOOKS_REPORTED: dict[str, Callable[[View], Iterator[Item]]] = {
    "Depth": _depth, "Class maps": _class_maps, "Receptive field": _field,
}  # fmt: skip
