"""Numbers about a plan: costs and receptive fields."""

from visualizer.analysis.costs import Cost, CostTable, costs, layer_cost, total
from visualizer.analysis.receptive_field import Field, receptive_fields

__all__ = ["Cost", "CostTable", "Field", "costs", "layer_cost", "receptive_fields", "total"]
