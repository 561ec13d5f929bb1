"""What the reports of Explore and Activations hold, in order; made from the view alone, outside of a session."""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.analysis import costs, headline, stage_rows
from visualizer.analysis.format import dimensions, grouped
from visualizer.analysis.naming import network_name
from visualizer.figures.marking import marked
from visualizer.figures.report import Chart, Heading, Item, Shot, Sketch, Table, Words
from visualizer.figures.take_along import full_name, picture
from visualizer.resnet import Plan
from visualizer.resnet.presets import published_specs
from visualizer.ui.heat import Lit
from visualizer.ui.report import report_button
from visualizer.ui.take_along import chosen
from visualizer.ui.views import View

FIGURE_HEAD = ("Figure", "Exactly", "What is counted")
STAGE_HEAD = ("Stage", "In the paper", "Structure", "Output, C × H × W", "Parameters", "MACs")


def explore_report(state: View, found: Lit) -> None:
    """The button on Explore; `found` colours the map as on the page."""
    words = "The figures, the map as it is on the page, the stages and the charts of this network."
    report_button(state, "explore", full_name(state.plan), lambda: list(explore_parts(state, found)), words)


def explore_parts(state: View, found: Lit) -> Iterator[Item]:
    """One network: its figures, its picture, its stages, its costs by stage."""
    from visualizer.figures.charts import along_depth, by_stage  # plotly is loaded when asked for

    row = published_specs().get(state.spec)
    yield Words(f"{network_name(state.spec)}, {state.spec}. " + (f"Source: {row.source}." if row else "Your own."))
    yield figures_table(state.plan)
    yield Heading("The network")
    yield Sketch(marked(picture(state.plan, chosen(state, found, "whole")), state.select))
    yield Heading("Stages")
    yield stages_table(state.plan)
    yield Heading("Costs")
    table = costs(state.plan)
    for count in ("params", "macs"):
        yield Chart(by_stage(table, count, "light"))
    yield Chart(along_depth(table, "light"))


def figures_table(plan: Plan) -> Table:
    """The headline figures, exactly."""
    found = headline(plan)
    rows = (
        ("Parameters", grouped(found.params), "learned numbers; running mean and variance of BN are not among them"),
        ("MACs", grouped(found.macs), "multiply-accumulates of convolutions and linear layers, one picture"),
        ("FLOPs", grouped(found.flops), "2 per MAC"),
        ("Activations", grouped(found.activations), "outputs of convolutions and linear layers"),
        ("Weighted layers", grouped(found.weighted_layers), "without projections"),
        ("Final feature map", dimensions(found.features), "channels × height × width"),
        ("Receptive field", f"{grouped(found.receptive_field)} px", "of one position of it, on the longest path"),
    )
    return Table(FIGURE_HEAD, rows, "Computed from the plan of the network.", (1,))


def stages_table(plan: Plan) -> Table:
    """Table 1 of the paper for this network."""
    rows = tuple(
        (
            row.name, row.paper, "\n".join(row.structure) + (f"\n× {row.blocks}" if row.blocks else ""),
            dimensions(row.output), grouped(row.params), grouped(row.macs),
        )
        for row in stage_rows(plan)
    )  # fmt: skip
    return Table(STAGE_HEAD, rows, "Computed; the names in the paper are those of He et al. 2015, table 1.", (4, 5))


def activations_parts(state: View) -> Iterator[Item]:
    """The maps of the selected block or layer, or why there are none; and the network."""
    from visualizer.ui.activations import selected_part
    from visualizer.ui.activations_files import about, maps_png
    from visualizer.ui.answers import REFUSALS
    from visualizer.ui.look_report import look_parts

    yield from map(Words, about(state))
    yield Heading("The maps")
    try:
        yield Shot(maps_png(state, "light"), "Grids of maps of what is selected", width=1200)
    except REFUSALS as error:
        yield Words(str(error))
    yield from look_parts(state)
    yield Heading("The network")
    yield figures_table(state.plan)
    yield Sketch(marked(picture(state.plan, chosen(state, Lit(), "whole")), selected_part(state).path))
    yield stages_table(state.plan)
