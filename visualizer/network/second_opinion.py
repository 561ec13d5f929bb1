"""torchinfo's summary of the built model, on the meta device: shapes without numbers, so it takes no memory."""

from __future__ import annotations

from typing import NamedTuple

import torch

from visualizer.network.model import build
from visualizer.resnet import Plan

MAX_LAYERS = 10_000
"""ResNet-1202 has 4,208 and takes two seconds."""


class TooManyLayersError(ValueError):
    """A network that torchinfo is not asked about; its text is one sentence."""


class Summary(NamedTuple):
    """What torchinfo prints, and its totals; `output_bytes` is its estimate for forward and backward pass."""

    text: str
    params: int
    mult_adds: int
    output_bytes: int


def second_opinion(plan: Plan) -> Summary:
    """torchinfo's summary for one picture.

    Raises TooManyLayersError for more than 10,000 layers, NetworkTooLargeError above 1.5 billion parameters.
    """
    from torchinfo import summary

    if len(plan.layers) > MAX_LAYERS:
        raise TooManyLayersError(
            f"torchinfo looks at one module after the other, and this network has {len(plan.layers):,} layers: up to "
            f"{MAX_LAYERS:,} are summarised here, so choose less depth."
        )
    with torch.device("meta"):
        model = build(plan).eval()
        found = summary(
            model, input_data=torch.empty(1, *plan.input), device="meta", verbose=0, row_settings=("var_names",),
            col_names=("output_size", "num_params", "mult_adds"), depth=4,
        )  # fmt: skip
    return Summary(str(found), found.total_params, found.total_mult_adds, found.total_output_bytes)
