"""Several networks in one table, as a value: totals, and the rows of Table 1, each with its counts.

Counts are plain whole numbers in the unit of their quantity; what a network lacks is None, and counts 0 in a
difference of what adds up. Differences are to the first network. Every form of the table (`figures.compare_tables`, the
page) reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from visualizer.analysis.aspects import shortcut_form
from visualizer.analysis.difference import aligned_rows
from visualizer.analysis.format import abbreviated, binary_size, dimensions, grouped
from visualizer.analysis.hidden_differences import hidden_differences, told
from visualizer.analysis.memory import inference, training
from visualizer.analysis.receptive_field import receptive_fields
from visualizer.analysis.table import StageRow, headline
from visualizer.resnet import Plan

TOTAL = "total"
MOST_COMPARED = 4
"""Networks that one table, or the page, sets side by side."""


class Named(NamedTuple):
    """A network of the comparison: its heading ("2 · ResNet-50") and its plan."""

    name: str
    plan: Plan


class Load(NamedTuple):
    """What memory is counted for: pictures in a batch, a key of `memory.PRECISIONS`, one of `memory.OPTIMISERS`."""

    batch: int = 32
    precision: str = "float32"
    optimiser: str = "SGD with momentum"


USUAL = Load()


class Quantity(NamedTuple):
    """What is counted: its key in data, its name, its unit, a note, its brief form, what its best is called.

    adds: whether the counts of the parts add up to the network's.
    """

    key: str
    name: str
    unit: str
    note: str
    brief: Callable[[int], str]
    best: str = "fewest"
    adds: bool = False

    def exact(self, count: int) -> str:
        """Every digit, with the unit where the name does not say it: "25,557,032", "483 px"."""
        return _pixels(count) if self.unit == "pixels" else f"{grouped(count)}{' bytes' * (self.unit == 'bytes')}"


def _pixels(count: int) -> str:
    return f"{grouped(count)} px"


PARAMS = Quantity("params", "Parameters", "count", "learned", abbreviated, adds=True)
MACS = Quantity("macs", "MACs", "count", "multiply-adds", abbreviated, adds=True)
FLOPS = Quantity("flops", "FLOPs", "count", "2 per MAC", abbreviated)
ACTIVATIONS = Quantity("activations", "Activations", "count", "outputs of conv. and linear layers", abbreviated)
LAYERS = Quantity("weighted_layers", "Weighted layers", "count", "without projections", grouped)
FIELD = Quantity("receptive_field", "Receptive field", "pixels", "side, longest path", _pixels, "largest")
INFERENCE = Quantity("inference_memory", "Inference memory", "bytes", "at its peak", binary_size, "least")
TRAINING = Quantity("training_memory", "Training memory", "bytes", "at its peak", binary_size, "least")
BEST = "fewest of what costs something, and the largest receptive field"
"""What is marked as the best of a row, if not all are alike."""


class Counts(NamedTuple):
    """One quantity of every network, in their order; None where a network has no such part."""

    quantity: Quantity
    values: tuple[int | None, ...]

    def difference(self, place: int) -> int | None:
        """The count of the network at this place − the first's; what is lacking counts 0.

        None for what does not add up, such as a receptive field, where one of the two is lacking.
        """
        first, own = self.values[0], self.values[place]
        if not self.quantity.adds and (first is None or own is None):
            return None
        return (own or 0) - (first or 0)

    @property
    def best(self) -> tuple[int, ...]:
        """The places of the best, from 0: fewest, or the largest receptive field; none if all are alike."""
        known = [value for value in self.values if value is not None]
        if len(set(known)) < 2:
            return ()
        most = max(known) if self.quantity.best == "largest" else min(known)
        return tuple(place for place, value in enumerate(self.values) if value == most)


class Said(NamedTuple):
    """Something in words of every network, in their order; None where a network has no such part."""

    name: str
    values: tuple[str | None, ...]


class Part(NamedTuple):
    """The whole networks (`TOTAL`), or a row of Table 1 by its name: what is said of it and what is counted."""

    name: str
    said: tuple[Said, ...]
    counts: tuple[Counts, ...]

    @property
    def there(self) -> tuple[Counts, ...]:
        """The counts that one of the networks has; a pool has no parameters."""
        return tuple(one for one in self.counts if any(one.values))


@dataclass(frozen=True)
class Comparison:
    """Two or more networks in one table; the first is what the others are compared with."""

    networks: tuple[Named, ...]
    load: Load = USUAL

    @cached_property
    def total(self) -> Part:
        """The figures of the whole networks."""
        plans = [plan for _, plan in self.networks]
        found = [headline(plan) for plan in plans]
        batch, precision, optimiser = self.load
        columns = {
            PARAMS: [one.params for one in found],
            MACS: [one.macs for one in found],
            FLOPS: [one.flops for one in found],
            ACTIVATIONS: [one.activations for one in found],
            INFERENCE: [inference(plan, batch, precision).total for plan in plans],
            TRAINING: [training(plan, batch, precision, optimiser).total for plan in plans],
            LAYERS: [one.weighted_layers for one in found],
            FIELD: [one.receptive_field for one in found],
        }
        said = Said("Final feature map", tuple(dimensions(one.features) for one in found))
        return Part(TOTAL, (said,), tuple(Counts(quantity, tuple(values)) for quantity, values in columns.items()))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Stem, stages and head, aligned by stage."""
        plans = [plan for _, plan in self.networks]
        fields = [_ends(plan) for plan in plans]
        return tuple(
            _part(name, rows, plans, [ends.get(name) for ends in fields]) for name, rows in aligned_rows(plans)
        )

    @property
    def all(self) -> tuple[Part, ...]:
        """The total, then every part."""
        return (self.total, *self.parts)


def _part(
    name: str, rows: Sequence[StageRow | None], plans: Sequence[Plan], fields: Sequence[int | None]
) -> Part:  # fmt: skip
    """One row of Table 1: its structure, shortcuts and output, what of its layers these hide, and what it costs."""
    said = [Said("Structure", tuple(row and structure(row) for row in rows))]
    if name.startswith("stage "):
        number = int(name.removeprefix("stage "))
        found = (row and shortcuts(plan, number) for plan, row in zip(plans, rows, strict=True))
        said.append(Said("Shortcuts", tuple(found)))
    said.append(Said("Output", tuple(row and dimensions(row.output) for row in rows)))
    counts = (
        Counts(PARAMS, tuple(row.params if row else None for row in rows)),
        Counts(MACS, tuple(row.macs if row else None for row in rows)),
        Counts(FIELD, tuple(fields)),
    )
    alike = [all(one.values[place] == one.values[0] for one in said) for place in range(len(plans))]
    layers = hidden_differences([row and told(plan, name) for plan, row in zip(plans, rows, strict=True)], alike)
    return Part(name, (*said, *([Said("Layers", tuple(layers))] if layers else [])), counts)


def structure(row: StageRow) -> str:
    """The layers in the brackets of Table 1 in one line: "[3×3, 64; 3×3, 64] × 3"."""
    lines = "; ".join(row.structure)
    return f"[{lines}] × {row.blocks}" if row.blocks else lines


def shortcuts(plan: Plan, number: int) -> str:
    """The shortcuts of a stage, counted: "1 projection, 3 identity"."""
    forms = Counter(map(shortcut_form, plan.stages[number - 1].blocks))
    return ", ".join(f"{count} {'without' if form == 'none' else form}" for form, count in forms.items())


def _ends(plan: Plan) -> dict[str, int]:
    """The receptive field in pixels at the end of each part by its name; the head sees the whole map and has none."""
    fields = receptive_fields(plan)
    ends = {"stem": plan.stem[-1], **{stage.name: stage.layers[-1] for stage in plan.stages}}
    pools = [layer for layer in plan.stem if layer.kind == "maxpool"]
    if pools:
        ends["pool"] = pools[-1]
        ends["stem"] = [layer for layer in plan.stem if layer.kind != "maxpool"][-1]
    return {name: fields[layer.path].size for name, layer in ends.items()}


def compared(networks: Sequence[tuple[str, Plan]], load: Load = USUAL) -> Comparison:
    """The table of these networks by their headings."""
    return Comparison(tuple(Named(name, plan) for name, plan in networks), load)
