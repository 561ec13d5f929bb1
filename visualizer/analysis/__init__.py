"""Numbers about a plan: costs, receptive fields, and both as rows of a table."""

from visualizer.analysis.costs import Cost, CostTable, cost_of, costs, layer_cost, total
from visualizer.analysis.receptive_field import Field, receptive_fields
from visualizer.analysis.table import Headline, LayerRow, StageRow, headline, layer_line, layer_rows, stage_rows

__all__ = [
    "Cost", "CostTable", "Field", "Headline", "LayerRow", "StageRow",
    "cost_of", "costs", "headline", "layer_cost", "layer_line", "layer_rows", "receptive_fields", "stage_rows",
    "total",
]  # fmt: skip
