"""What a view is: all that defines what a person sees, as one value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from visualizer.analysis.alignment import Alignment
from visualizer.analysis.compared import MOST_COMPARED as MOST_COMPARED
from visualizer.figures.detail import DIRECTIONS, Detail, own_from
from visualizer.resnet import Plan, ResNetSpec, plan, preset, presets
from visualizer.resnet.nodes import Node, find, nearest
from visualizer.ui.store import FIGURES

VIEWS = ("Stages", "Layers", "Costs", "Charts", "Outline", "Code")
SECTIONS = (
    "Formulas", "Count the layers", "Receptive field", "One more block", "Reconcile", "Memory", "torchinfo",
)  # fmt: skip
"""The parts of the view Costs."""
OPERATIONS = ("MACs", "FLOPs")
SEEN = ("hidden", "shown")
PURPOSES = ("inference", "training")
BATCHES = tuple(2**power for power in range(11))
SCALES = ("shared", "per layer", "per map", "global")
"""How far a colour scale reaches: over all the grids of a block, one grid, one map, the whole network."""
FIGURE_KINDS = ("map", "paper", "volume")
"""What is drawn of a network: its map, the paper's figure 3 in columns, its volumes."""
USUAL = "usual"
"""The level of detail that suits the network."""
HEATS = ("none", "params", "macs", "memory", "field", "mean", "zeros", "ratio")
"""What colours the map: the stages, or a quantity of each block; the last three are of the picture's activations."""
PLACES = ("x", "gate", "branch", "shortcut", "sum", "out")
LOOKS = ("Block", "Depth", "Class maps", "Receptive field", "Switch off")
"""The views of the page Activations."""
SORTS = ("strength", "variance", "sparsity", "similarity")
METHODS = ("gradcam", "layercam")
COMPARED = ("Maps", "Tables", "Charts", "Measured here", "Activations", "Similarity")
"""The views of the page Compare."""
LAID_BESIDE = ("Maps", "Depth", "Class maps")
"""What Compare's view Activations shows of each network."""
QUANTITIES = ("params", "macs", "memory", "field")
"""What Compare's charts show by stage."""
AXES = ("params", "macs")
"""What stands against the published accuracy."""
OPENED = ("more", "depths", "edits")
"""What a person opens on a page: More choices, the blocks per stage to be typed, Edit the picture."""
ESTIMATORS = ("unbiased", "biased")
"""How the similarity of two networks is estimated."""
BYTES_PER_LAYER = 500
"""Of a plan in memory, roughly, for the bounds of the store."""
RANDOM = "random"
"""The weights that nobody trained."""


class Network(NamedTuple):
    """A network of Compare and its weights, as `View.weights` names them."""

    spec: ResNetSpec
    weights: str = RANDOM


@dataclass(frozen=True)
class View:
    """One view: the network, the resolution in pixels, and what is selected and opened on each page.

    spec: the network that the sidebar edits. others: the networks beside it on Compare, and `slot` is its own place
    among them. select: the path of the stage, block or layer that is selected, or "". section: the part of Costs that
    is open; operations, elementwise: what it counts. figure: what is drawn. level, folds: how much of the network the
    map shows, and the stages and blocks that are shown otherwise (`detail`). direction: the way in which the map goes.
    heat: what colours it. thumbnails: whether each block carries its strongest channel. numbers: whether the map
    numbers the weighted layers. purpose, batch, precision, optimiser: what memory is counted for. picture: a sample's
    key, or the SHA-256 of an upload. weights: `RANDOM`, or the SHA-256 of a checkpoint. place, channel: the one map
    that is shown large; channel -1 is the strongest. page: of channels. look: the open view of Activations. sort: the
    order of channels. target, method: the class and the way of the class maps; -1 is the most probable. off: blocks
    that are switched off or swapped. edits: what is done to the picture, as `images.edits` reads it. second: the
    picture beside the first, or "". spot: the position that is looked at, "x,y" in pixels of the input, or "".

    On Compare: weights_beside: the weights of the others, in their order, random ones if not named. compare: the open
    view. laid: what is shown of the activations. quantity: what the charts show by stage. axis: what stands against the
    published accuracy. pair: the two networks whose similarity is shown, by their places from 1. estimator: how it is
    estimated. album: the SHA-256 of a set of pictures that were uploaded for it, or "" for the samples. On every page:
    lock, hide: the controls that a lecturer's link locks and hides (`handout`), with commas; large: whether it is for a
    projector. open: which of `OPENED` are, with commas. In the table of layers: kinds, parts: those that are shown,
    with commas, or "" for all; only: whether just what is selected is shown.
    """

    spec: ResNetSpec
    resolution: int = 224
    others: tuple[ResNetSpec, ...] = (preset("resnet34"),)
    slot: int = 0
    select: str = ""
    view: str = VIEWS[0]
    section: str = SECTIONS[0]
    operations: str = OPERATIONS[0]
    elementwise: str = SEEN[0]
    figure: str = FIGURE_KINDS[0]
    level: str = USUAL
    folds: str = ""
    direction: str = DIRECTIONS[0]
    heat: str = HEATS[0]
    thumbnails: str = SEEN[0]
    numbers: str = SEEN[0]
    purpose: str = PURPOSES[1]
    batch: int = 32
    precision: str = "float32"
    optimiser: str = "SGD with momentum"
    picture: str = "cat"
    weights: str = RANDOM
    seed: int = 0
    scale: str = SCALES[0]
    place: str = "out"
    channel: int = -1
    page: int = 1
    look: str = LOOKS[0]
    sort: str = SORTS[0]
    target: int = -1
    method: str = METHODS[0]
    off: str = ""
    edits: str = ""
    second: str = ""
    spot: str = ""
    weights_beside: tuple[str, ...] = ()
    compare: str = COMPARED[0]
    laid: str = LAID_BESIDE[0]
    quantity: str = QUANTITIES[0]
    axis: str = AXES[0]
    pair: str = "1,2"
    estimator: str = ESTIMATORS[0]
    album: str = ""
    lock: str = ""
    hide: str = ""
    large: str = SEEN[0]
    open: str = ""
    kinds: str = ""
    parts: str = ""
    only: str = SEEN[0]

    @property
    def plan(self) -> Plan:
        return kept_plan(self.spec, self.resolution)

    @property
    def node(self) -> Node | None:
        """The stage, block or layer that is selected."""
        return find(self.plan, self.select) if self.select else None

    @property
    def block(self) -> str:
        """The path of the block that is selected, or that the selected layer is in; "" if there is none."""
        stage, *rest = self.select.split(".", 2)
        return f"{stage}.{rest[0]}" if rest and stage.removeprefix("layer").isdigit() else ""

    @property
    def detail(self) -> Detail:
        """How much of the network the map shows."""
        return Detail("" if self.level == USUAL else self.level, own_from(self.folds))

    @property
    def compared(self) -> tuple[ResNetSpec, ...]:
        """The two to four networks on Compare, in their order."""
        return tuple(network.spec for network in self.networks)

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks on Compare with their weights, in their order."""
        beside = self.weights_beside + (RANDOM,) * (len(self.others) - len(self.weights_beside))
        others = list(map(Network, self.others, beside))
        return (*others[: self.slot], Network(self.spec, self.weights), *others[self.slot :])

    @property
    def alignment(self) -> Alignment:
        """The networks on Compare side by side."""
        return kept_alignment(self.compared, self.resolution)

    def at(self, place: int) -> View:
        """The view of the network at this place of Compare, by itself: its weights, and what is selected beside it."""
        spec, weights = self.networks[place]
        select = self.alignment.counterpart(self.slot, self.select, place) if self.select else ""
        return replace(self, spec=spec, weights=weights, others=(), weights_beside=(), slot=0, select=select)


def kept_plan(spec: ResNetSpec, resolution: int) -> Plan:
    """The plan of a network, kept for all sessions: a rerun asks for it many times, and a long one takes 10 ms."""
    key = ("plan", spec, resolution)
    return FIGURES.value(key, lambda: plan(spec, resolution), lambda made: BYTES_PER_LAYER * len(made.layers))


def kept_alignment(specs: tuple[ResNetSpec, ...], resolution: int) -> Alignment:
    """Networks side by side, kept for all sessions."""
    plans = tuple(kept_plan(spec, resolution) for spec in specs)
    return FIGURES.value(("alignment", specs, resolution), lambda: Alignment(plans), _alignment_size)


def _alignment_size(found: Alignment) -> int:
    return 400 * sum(len(plan.blocks) for plan in found.plans)


START = View(presets()["resnet50"].spec)


def still_there(spec: ResNetSpec, select: str, resolution: int = START.resolution) -> str:
    """The path of the selected stage, block or layer if this network has it too, else none.

    resolution: one at which the network's plan is needed anyway; the paths are the same at all.
    """
    found = find(kept_plan(spec, resolution), select) if select else None
    return found.path if found else ""


def nearest_node(spec: ResNetSpec, select: str, resolution: int = START.resolution) -> str:
    """The selected stage, block or layer of another network, or the one of this network that is nearest to it."""
    found = nearest(kept_plan(spec, resolution), select) if select else None
    return found.path if found else ""
