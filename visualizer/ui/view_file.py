"""A view of the page Activations as one HTML file: picture, maps, one channel, the network's map and its tables."""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.analysis.costs import costs
from visualizer.analysis.format import dimensions, grouped
from visualizer.analysis.table import stage_rows
from visualizer.figures import page_file as html
from visualizer.figures.captions import layer_words, node_name
from visualizer.figures.channel import channel_pictures
from visualizer.figures.colour_bar import caption, colour_bar
from visualizer.figures.encode import data_uri, png
from visualizer.figures.equation import term
from visualizer.figures.maps import statistics
from visualizer.figures.marking import marked
from visualizer.figures.palettes import Theme
from visualizer.figures.report_html import parts as report_parts
from visualizer.figures.resizing import resized
from visualizer.figures.take_along import Choice, full_name
from visualizer.figures.take_along import picture as map_of
from visualizer.resnet import Block
from visualizer.ui.activations import selected_part
from visualizer.ui.activations_files import about, run, title_of
from visualizer.ui.block_view import chosen_channel, grids_of
from visualizer.ui.computing import Part, maps_of
from visualizer.ui.look_report import look_parts
from visualizer.ui.maps_component import facts
from visualizer.ui.pictures import picture, seen_of
from visualizer.ui.views import View

STAGE_TITLES = ("Stage", "In the paper", "Structure", "Blocks", "Output", "Parameters", "MACs")
LAYER_TITLES = ("Layer", "What it is", "Output", "Parameters", "MACs")


def view_html(state: View, colours: Theme, address: str) -> bytes:
    """The view as one file: picture, maps, the enlarged channel, the network's map and its tables."""
    part = selected_part(state)
    return html.page_file(title_of(state), _parts(state, part, colours, address), colours)


def _parts(state: View, part: Part, colours: Theme, address: str) -> Iterator[str]:
    weights, *others = about(state)
    yield html.paragraph(weights, "flag")
    yield from map(html.paragraph, others)
    yield html.link(address, "This view, live")
    yield from _maps(state, colours)
    yield from _channel(state, part, colours)
    yield from report_parts(look_parts(state))
    yield html.heading("The network")
    yield _network(state, colours)
    yield html.table(STAGE_TITLES, _stages(state), 2)
    yield html.heading(f"The layers of {node_name(part)}" if isinstance(part, Block) else f"The layer {part.path}")
    yield html.table(LAYER_TITLES, _layers(state, part), 2)
    versions = ", ".join(f"{name} {version}" for name, version in run(state)["versions"].items())
    yield html.paragraph(f"Made with the ResNet visualizer; {versions}.", "muted")


def _maps(state: View, colours: Theme) -> Iterator[str]:
    drawing = grids_of(state, colours)
    seen = data_uri(png(resized(seen_of(state))))
    of_picture = [["Size", f"{state.resolution} × {state.resolution}"], *_notes(state)]
    yield html.figures([(seen, "The picture", "as the network sees it", of_picture)])
    yield html.heading("The maps")
    yield drawing["bar"]
    yield html.paragraph(f"{drawing['caption']} Channels: {drawing['order']}.")
    panels = drawing["panels"]
    titles = [f"{panel['sign']} {panel['title']}".strip() for panel in panels]
    shown = [(one["src"], title, one["note"], one["facts"]) for one, title in zip(panels, titles, strict=True)]
    yield html.figures(shown)


def _notes(state: View) -> list[list[str]]:
    return [["Note", note] for note in picture(state.picture).notes]


def _channel(state: View, part: Part, colours: Theme) -> Iterator[str]:
    maps, shown = maps_of(state, part), term(part, state.place)
    number = chosen_channel(state, part, maps)
    one = maps.values[shown.place][number]
    drawn = channel_pictures(seen_of(state), one, colours)
    yield html.heading(f"Channel {number}, {shown.title}")
    yield colour_bar(drawn.scale, drawn.colours, width=300, label="value")
    yield html.paragraph(f"A scale of its own. {caption(drawn.scale)}")
    rows = facts(statistics(one[None]))
    yield html.figures([(drawn.over, "Over the picture", "", ()), (drawn.alone, "Alone", dimensions(one.shape), rows)])


def _network(state: View, colours: Theme) -> str:
    from visualizer.figures.svg import svg

    drawing = marked(map_of(state.plan, Choice(detail=state.detail)), selected_part(state).path)
    return html.drawing(svg(drawing, colours), f"Map of {full_name(state.plan)}")


def _stages(state: View) -> Iterator[tuple[str, ...]]:
    for row in stage_rows(state.plan):
        blocks = str(row.blocks or "")
        counts = grouped(row.params), grouped(row.macs)
        yield row.name, row.paper, "; ".join(row.structure), blocks, dimensions(row.output), *counts


def _layers(state: View, part: Part) -> Iterator[tuple[str, ...]]:
    by_path = costs(state.plan).by_path
    for layer in part.layers if isinstance(part, Block) else (part,):
        cost = by_path[layer.path]
        yield layer.path, layer_words(layer), dimensions(layer.output), grouped(cost.params), grouped(cost.macs)
