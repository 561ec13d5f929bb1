"""From our count of a network to the number that another source prints: every step with its arithmetic.

Two kinds of sources. A *tool* counts the chosen network by its own rules (conventions.py), so the steps are what it
adds. A *published* figure (published.py) is of one configuration; where that differs from the chosen network in the
choices that authors and libraries make differently (where the stride stands, the shortcut, biases), the first steps
lead to it, one field at a time. Our count plus the steps is the exact number that the source shortens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

from visualizer.analysis.conventions import CONVENTIONS, Addition, Convention
from visualizer.analysis.costs import CostTable, costs
from visualizer.analysis.format import grouped
from visualizer.analysis.naming import FIELD_WORDS, network_name
from visualizer.analysis.published import PUBLISHED, Published
from visualizer.resnet import Plan, ResNetSpec, SpecError, parse, plan
from visualizer.resnet.errors import shown
from visualizer.resnet.text import differences

DIALECT = (
    "stride_on", "shortcut", "conv_bias", "pool_border", "attention_ratio", "attention_divisor", "bn_eps",
)  # fmt: skip
"""Fields in which what people call one network differs; in this order the steps change them."""
MOST_NAMED = 3
FOR_ALL = ("FlopCounterMode", "fvcore", "ptflops", "ptflops aten", "thop", "torchinfo", "torchinfo params", "keras")
"""The tools that count any network."""


class Step(NamedTuple):
    """What changes, the arithmetic as "2 · 11,113,984", and its result, which may be negative."""

    words: str
    formula: str
    number: int


class Account(NamedTuple):
    """How one source's number comes from ours.

    `printed` is what the source shows; `status` is "published" or "computed"; `ours` is our count of the chosen
    network ("macs" or "params", as `quantity` says), and `total` the exact number behind `printed`. `network` names the
    configuration that is counted, `place` where the figure stands or by which version of a tool the rule is checked,
    `why` says in words why the number is not ours, and `ending` how the total is printed.
    """

    source: str
    quantity: str
    printed: str
    status: str
    network: str
    place: str
    why: str
    ours: int
    steps: tuple[Step, ...]
    total: int
    ending: str = ""

    @property
    def sum(self) -> str:
        """The steps in a line: "4,089,184,256 + 22,227,968 = 4,111,412,224"."""
        terms = "".join(f" {'+' if step.number >= 0 else '−'} {grouped(abs(step.number))}" for step in self.steps)
        return f"{grouped(self.ours)}{terms} = {grouped(self.total)}" if self.steps else grouped(self.ours)


def accounts(plan: Plan) -> tuple[Account, ...]:
    """Every source that says something of this network: published figures first, then the tools."""
    table = costs(plan)
    found = [account for row in PUBLISHED if (account := _published(table, row)) is not None]
    return (*found, *(_computed(table, CONVENTIONS[tool]) for tool in FOR_ALL))


def _computed(table: CostTable, convention: Convention) -> Account:
    ours = _count(table, convention.quantity)
    steps = tuple(_additions(table.plan, convention, ours))
    total = ours + sum(step.number for step in steps)
    name, place = network_name(table.plan.spec), f"by the rules of {convention.version}"
    printed = f"{grouped(total)} {convention.unit}"
    return Account(
        convention.tool, convention.quantity, printed, "computed", name, place, convention.why, ours, steps, total
    )


def _published(table: CostTable, row: Published) -> Account | None:
    """The account of a published figure; None where it is of another network."""
    theirs = parse(row.net)
    resized = costs(plan(table.plan.spec, row.resolution))
    path = _path(resized, theirs)
    if path is None:
        return None
    changes, last = _changes(path, row.quantity)
    why = _why(row, table.plan, theirs, bool(changes))
    steps = [*_resizing(table, resized, row.quantity), *changes]
    ours, name = _count(table, row.quantity), network_name(theirs)
    if row.convention:
        steps += _additions(last.plan, CONVENTIONS[row.convention], _count(last, row.quantity))
    total = ours + sum(step.number for step in steps)
    return Account(
        row.source, row.quantity, _printed(row), "published", name, row.place, why, ours, tuple(steps), total,
        _ending(row, total),
    )  # fmt: skip


def _path(table: CostTable, theirs: ResNetSpec) -> list[tuple[str, CostTable]] | None:
    """From the chosen network to theirs, a field at a time; None where that is another network, or cannot be."""
    spec = table.plan.spec
    fields = differences(spec, theirs)
    if any(field not in DIALECT for field in fields):
        return None
    if "shortcut" in fields and "none" in (spec.shortcut, theirs.shortcut):
        return None
    path = [("", table)]
    for field in (field for field in DIALECT if field in fields):
        changed: dict[str, Any] = {field: getattr(theirs, field)}
        try:
            spec = replace(spec, **changed)
        except SpecError:
            return None
        path.append((field, costs(plan(spec, table.plan.resolution))))
    return path


def _resizing(table: CostTable, resized: CostTable, quantity: str) -> Iterator[Step]:
    """The step to the picture's size that a figure is for, if the count depends on it."""
    ours, theirs = _count(table, quantity), _count(resized, quantity)
    if ours != theirs:
        words = f"pictures of {resized.plan.resolution} instead of {table.plan.resolution} pixels a side"
        yield Step(words, f"{grouped(theirs)} + {_signed(-ours)}", theirs - ours)


def _changes(path: list[tuple[str, CostTable]], quantity: str) -> tuple[list[Step], CostTable]:
    """A step for each field whose change shows in the count, and the table at the end."""
    steps = []
    for (_, before), (field, after) in pairwise(path):
        step = _change(field, before, after, quantity)
        if step.number:
            steps.append(step)
    return steps, path[-1][1]


def _change(field: str, before: CostTable, after: CostTable, quantity: str) -> Step:
    """What one field changes, layer by layer: equal differences are taken together."""
    paths = [layer.path for layer in (after if len(after.layers) > len(before.layers) else before).plan.layers]
    changed = {path: _at(after, path, quantity) - _at(before, path, quantity) for path in paths}
    changed = {path: number for path, number in changed.items() if number}
    formula = " + ".join(f"{count} · {_signed(number)}" for number, count in Counter(changed.values()).items())
    old, new = (_value(table.plan.spec, field) for table in (before, after))
    words = f"{FIELD_WORDS[field]}: {new} instead of {old}, which changes {_named(list(changed))}"
    return Step(words, formula, sum(changed.values()))


def _value(spec: ResNetSpec, field: str) -> str:
    return shown(getattr(spec, field)).replace("1x1", "1×1").replace("3x3", "3×3")


def _signed(number: int) -> str:
    return grouped(number) if number >= 0 else f"(−{grouped(-number)})"


def _named(paths: list[str]) -> str:
    """Some layers by name: the first few, and how many more."""
    names = ", ".join(paths[:MOST_NAMED])
    more = len(paths) - MOST_NAMED
    return f"{names} and {grouped(more)} more" if more > 0 else names


def _at(table: CostTable, path: str, quantity: str) -> int:
    cost = table.by_path.get(path)
    return 0 if cost is None else int(getattr(cost, quantity))


def _additions(plan: Plan, convention: Convention, ours: int) -> Iterator[Step]:
    """A step for everything that a tool adds to the count of this network."""
    if convention.times > 1:
        more = convention.times - 1
        yield Step("the addition of every multiply-accumulate", f"{more} · {grouped(ours)}", more * ours)
    for addition in convention.additions:
        measured = addition.measured(plan.layers)
        if measured:
            yield _addition(addition, measured)


def _addition(addition: Addition, measured: int) -> Step:
    return Step(addition.words, f"{addition.factor} · {grouped(measured)}", addition.factor * measured)


def _count(table: CostTable, quantity: str) -> int:
    return int(getattr(table.total, quantity))


def _printed(row: Published) -> str:
    """The figure with its unit; GMACs and GFLOPS say their power of ten themselves."""
    power = "" if row.unit.startswith("G") or not row.power else f" · 10{_superscript(row.power)}"
    return f"{row.printed}{power} {row.unit}"


def _why(row: Published, plan: Plan, theirs: ResNetSpec, differs: bool) -> str:
    """Why a published figure is not our count of the chosen network, in a sentence or two."""
    said = []
    if row.quantity == "macs" and row.resolution != plan.resolution:
        said.append(f"It is for pictures of {row.resolution} × {row.resolution} pixels.")
    if set(differences(plan.spec, theirs)) - {"bn_eps"}:
        which = "which differs from the chosen network" if differs else "which has the same count as the chosen network"
        said.append(f"It is of {network_name(theirs)}, {which}.")
    if row.unit in ("FLOPs", "GFLOPS"):
        said.append("What is called FLOPs there are multiply-accumulates.")
    if row.convention:
        said.append(CONVENTIONS[row.convention].why)
    return " ".join(said) or "It counts as we do."


def _ending(row: Published, total: int) -> str:
    """How a published figure comes from the exact number."""
    short = row.shortened(total)
    if row.unexplained:
        return f"{grouped(total)} would be printed as {short}; what makes {row.printed} of it, the source does not say."
    if short == grouped(total):
        return ""
    cut = "cut off, not rounded" if row.cut else "rounded"
    return f"{grouped(total)} is printed as {row.printed} ({cut})."


def _superscript(power: int) -> str:
    return str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
