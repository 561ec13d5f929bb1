"""What the report of Compare holds: every view of the page, in its order. Made when the download is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from visualizer.analysis.format import listed
from visualizer.analysis.naming import network_name
from visualizer.figures.report import Heading, Item, Words
from visualizer.resnet import text
from visualizer.ui import (
    compare_activations,
    compare_charts,
    compare_maps,
    compare_tables_view,
    compare_words,
    measured,
    similarity,
)
from visualizer.ui.answers import REFUSALS
from visualizer.ui.compare_columns import columns
from visualizer.ui.report import report_button
from visualizer.ui.views import View
from visualizer.ui.weight_sources import weights_words

PARTS: dict[str, Callable[[View], list[Item]]] = {
    "What differs": compare_words.report, "Maps": compare_maps.report, "Tables": compare_tables_view.report,
    "Charts": compare_charts.report, "Measured here": measured.report, "Activations": compare_activations.report,
    "Similarity": similarity.report,
}  # fmt: skip
"""The parts by their titles; a part without a heading of its own gets its title."""


def compare_report(state: View) -> None:
    """The button."""
    words = (
        "All views of this page: the sentences, the aligned maps, tables and charts; and what was measured and "
        "computed so far of times, activations and similarity."
    )
    names = [network_name(spec) for spec in state.compared]
    report_button(state, "compare", listed(names), lambda: list(parts(state)), words)


def parts(state: View) -> Iterator[Item]:
    """The networks, then every part; why a part could not be made stands in its place."""
    for place, column in enumerate(columns(state)):
        weights = weights_words(state.at(place))
        yield Words(f"{column.name}: {text(column.plan.spec)}; weights: {weights}.")
    for title, part in PARTS.items():
        try:
            items = part(state)
        except REFUSALS as error:
            items = [Words(str(error))]
        if items and not isinstance(items[0], Heading):
            yield Heading(title)
        yield from items
