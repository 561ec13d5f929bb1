"""Which blocks of the compared networks stand beside each other in Compare's maps, and at which places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from visualizer.figures.equation import Term, terms
from visualizer.resnet import Block, Stage
from visualizer.ui.compare_activations_passes import Lane
from visualizer.ui.views import View

PLACE_WORDS = {"x": "x", "branch": "F(x)", "shortcut": "shortcut", "sum": "sum", "out": "output"}


class Spot(NamedTuple):
    """A place of a network's block; block is None where there is nothing to show, and `why` says it."""

    lane: Lane
    place: str
    block: Block | None
    why: str = ""

    @property
    def term(self) -> Term:
        """The value that is looked at: the last one of the block where it has no such place apart."""
        assert self.block is not None
        found = terms(self.block)
        return next((term for term in found if term.place == self.place), found[-1])


class Band(NamedTuple):
    """What stands in one row, under its title."""

    title: str
    spots: tuple[Spot, ...]


def opened_block(state: View) -> str:
    """The path of the edited network's block that is opened: the selected one, or the last of the selected stage."""
    node = state.node
    return node.blocks[-1].path if isinstance(node, Stage) else state.block


def place_of(state: View) -> str:
    """The place that is looked at in every block."""
    return state.place if state.place in PLACE_WORDS else "out"


def bands_of(state: View, found: Sequence[Lane]) -> list[Band]:
    """A row a stage with a column a network; if a block is opened, a row a network with a column a place."""
    opened = opened_block(state)
    if opened:
        return [Band(lane.title, tuple(_opened(state, lane, opened))) for lane in found]
    return [
        Band(f"Stage {stage.number}", tuple(_last(lane, stage.number, place_of(state)) for lane in found))
        for stage in state.alignment.stages
    ]


def blocks_of(lane: Lane, bands: Sequence[Band]) -> list[Block]:
    """The blocks of a network that are shown, in its order."""
    paths = {spot.block.path for band in bands for spot in band.spots if spot.lane == lane and spot.block}
    return [block for block in lane.state.plan.blocks if block.path in paths]


def _last(lane: Lane, number: int, place: str) -> Spot:
    """The last block of a stage."""
    stages = lane.state.plan.stages
    if number > len(stages):
        return Spot(lane, place, None, f"No stage {number}: this network has {len(stages)}.")
    block = stages[number - 1].blocks[-1]
    if place in ("shortcut", "sum") and block.shortcut_kind == "none":
        return Spot(lane, place, None, "A plain block has no shortcut and no sum.")
    return Spot(lane, place, block)


def _opened(state: View, lane: Lane, opened: str) -> Iterator[Spot]:
    """Every place of the block that stands beside the opened one."""
    path = state.alignment.counterpart(state.slot, opened, lane.place)
    if not path:
        yield Spot(lane, "out", None, "This network has no block beside it.")
        return
    block = lane.state.plan.block(path)
    known = {term.place for term in terms(block)}
    for place in PLACE_WORDS:
        if place in known:
            yield Spot(lane, place, block)
        else:
            why = "The sum is the output: no ReLU follows." if place == "out" else "A plain block has none."
            yield Spot(lane, place, None, why)
