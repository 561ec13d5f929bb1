"""A quantity of every block as colours of a map: nine steps from the lowest block to the highest.

Blocks give the range, since they are what is compared. Boxes of stem and head beyond it take the colour of its end, and
the legend then says "≤" or "≥". Layers in an opened block keep the block's colour.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from visualizer.analysis.block_quantities import QUANTITIES
from visualizer.analysis.format import abbreviated, binary_size
from visualizer.figures.drawing import Box, Group, Item, Text
from visualizer.figures.palettes import STEPS
from visualizer.figures.style import width_in
from visualizer.resnet import Plan

DECADE = 10
"""From this ratio of the highest value to the lowest on, steps are of equal ratio and no longer of equal difference."""
SAMPLE = 13.0
"""Width of a colour in the legend."""


@dataclass(frozen=True)
class Kind:
    """A quantity: what it is of a block, and how a value of it is written."""

    title: str
    write: Callable[[float], str]


def _count(value: float) -> str:
    return abbreviated(round(value))


def _size(value: float) -> str:
    return binary_size(round(value))


def _pixels(value: float) -> str:
    return f"{value:,.0f} px"


def _measured(value: float) -> str:
    """Three digits, and two with an exponent far from 1, in letters that every font has: 0.420, 2.7e+07."""
    size = abs(value)
    if 1e-3 <= size < 999.5:
        text = f"{value:#.3g}".rstrip(".")
    else:
        text = f"{value:,.0f}" if size == 0 or 1 < size < 1e5 else f"{value:.1e}"
    return text.replace("-", "−")


def _percent(value: float) -> str:
    return f"{_measured(100 * value)} %"


KINDS: Mapping[str, Kind] = {
    "params": Kind("parameters", _count),
    "macs": Kind("MACs", _count),
    "memory": Kind("activation memory, float32", _size),
    "field": Kind("receptive field, longest path", _pixels),
    "mean": Kind("mean of the output", _measured),
    "zeros": Kind("zeros in the output", _percent),
    "ratio": Kind("‖F(x)‖ / ‖shortcut‖", _measured),
}
"""By the name that a view has for it; the last three are of a picture's activations."""


@dataclass(frozen=True)
class Shade:
    """What a value, or the mean of several, looks like: the style of a group, the text in a box, and a sentence."""

    style: str
    text: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Heat:
    """A quantity with its values, by the paths of blocks and of layers of stem and head; values are finite numbers.

    note: what must be said of all values, such as that the weights are untrained.
    """

    kind: Kind
    values: Mapping[str, float]
    note: str = ""

    @cached_property
    def _blocks(self) -> list[float]:
        return [value for path, value in self.values.items() if is_block(path)]

    @property
    def low(self) -> float:
        """The lowest value of a block; 0 if no block has one."""
        return min(self._blocks, default=0.0)

    @property
    def high(self) -> float:
        return max(self._blocks, default=0.0)

    @cached_property
    def logarithmic(self) -> bool:
        """Whether the steps are of equal ratio, and no longer of equal difference."""
        return 0 < self.low * DECADE <= self.high

    def step(self, value: float) -> int:
        """The step of a value, 0 to `STEPS` − 1; the middle one if all blocks have the same value."""
        low, high = self.low, self.high
        if low == high:
            return STEPS // 2 if value == low else STEPS - 1 if value > high else 0
        if self.logarithmic:
            low, high, value = math.log(low), math.log(high), math.log(value) if value > 0 else -math.inf
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return min(int(share * STEPS), STEPS - 1)

    def shade(self, paths: Iterable[str]) -> Shade | None:
        """Of the box that stands for the blocks or the layer with these paths; None if there is no value."""
        found = [self.values[path] for path in paths if path in self.values]
        if not found:
            return None
        differ = min(found) != max(found)
        value = math.fsum(found) / len(found) if differ else found[0]
        text = ("mean " if differ else "") + self.kind.write(value)
        words = f"{self.kind.title}, mean of {len(found)} blocks" if differ else self.kind.title
        return Shade(f"heat-{self.step(value)}", text, f"{words}: {self.kind.write(value)}")

    @property
    def ends(self) -> tuple[str, str]:
        """The lowest and the highest value of a block as text, with a sign where other boxes lie beyond."""
        values = self.values.values()
        below, above = any(value < self.low for value in values), any(value > self.high for value in values)
        low, high = self.kind.write(self.low), self.kind.write(self.high)
        return f"≤ {low}" if below else low, f"≥ {high}" if above else high

    @property
    def words(self) -> str:
        """What the colours mean, for the legend."""
        return f"{self.kind.title}, {'logarithmic' if self.logarithmic else 'linear'} steps"


def plan_heat(plan: Plan, name: str) -> Heat:
    """A quantity of the plan (a key of `QUANTITIES`) for a map of it. KeyError: another one."""
    return Heat(KINDS[name], QUANTITIES[name](plan))


def is_block(path: str) -> bool:
    """Whether a path is a block's ("layer1.0") and not that of a layer of stem or head."""
    stage, _, index = path.partition(".")
    return stage.startswith("layer") and index.isdigit()


def colour_key(heat: Heat) -> tuple[tuple[Item, ...], float]:
    """The lowest value and the colours side by side, around the height 0, and their width; the highest is to follow."""
    low, _ = heat.ends
    left = round(width_in("note", low)) + 6.0
    samples = [Group((Box(left + step * SAMPLE, -7, SAMPLE, 14, "box"),), f"heat-{step}") for step in range(STEPS)]
    return (Text(0, 4, low, "note"), *samples), left + STEPS * SAMPLE
