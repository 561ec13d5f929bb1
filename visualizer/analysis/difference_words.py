"""What one network is beside another, as a sentence whose numbers add up.

    ResNet-34 adds a 1×1 projection to the first block of stages 2 to 4 in place of padding with zeros:
    +173,824 parameters (+0.80 %), +19.3 M MACs (+0.53 %).

Changes act on each other, so they are made one after another, in the order of `change_words.WORDS`, and each clause
has the numbers of its own step: all of them together are the whole difference. Where a step alone would be no network,
it is made with the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from visualizer.analysis.change_words import WORDS
from visualizer.analysis.costs import Cost
from visualizer.analysis.format import abbreviated, listed, relative, signed
from visualizer.analysis.marginal import totals
from visualizer.analysis.step import Step
from visualizer.resnet import Plan, ResNetSpec, SpecError

ORDER_NOTE = (
    "Changes act on each other: they are made one after another, in the order of the sentence, and each number is what "
    "its change adds to those before it."
)


class Clause(NamedTuple):
    """One step: the fields that change, what that does in words, and the parameters and MACs that it adds."""

    fields: tuple[str, ...]
    words: str
    params: int
    macs: int

    @property
    def numbers(self) -> str:
        """ "+173,824 parameters, +19.3 M MACs"."""
        return f"{more(self.params, 'parameters')}, {more(self.macs, 'MACs', brief=True)}"


@dataclass(frozen=True)
class DifferenceWords:
    """The clauses that lead from one network to another; base_params, base_macs: the counts of the one.

    same: whether the two are one spec at one resolution.
    """

    clauses: tuple[Clause, ...]
    base_params: int
    base_macs: int

    @property
    def same(self) -> bool:
        return not self.clauses

    @property
    def params(self) -> int:
        """Parameters, second − first."""
        return sum(clause.params for clause in self.clauses)

    @property
    def macs(self) -> int:
        """MACs, second − first."""
        return sum(clause.macs for clause in self.clauses)

    @property
    def total(self) -> str:
        """ "+173,824 parameters (+0.80 %), +19.3 M MACs (+0.53 %)"."""
        params = _with_share(more(self.params, "parameters"), relative(self.params, self.base_params))
        return f"{params}, {_with_share(more(self.macs, 'MACs', brief=True), relative(self.macs, self.base_macs))}"

    def sentence(self, first: str, second: str) -> str:
        """What the second network is beside the first, both by their names."""
        if self.same:
            return f"{second} is the same network as {first}."
        if len(self.clauses) == 1:
            return f"{second} {self.clauses[0].words}: {self.total}."
        parts = "; ".join(f"{clause.words}: {clause.numbers}" for clause in self.clauses)
        return f"{second} {parts}; together {self.total}."


def difference_words(first: Plan, second: Plan) -> DifferenceWords:
    """What the second network is beside the first."""
    return _found(first.spec, first.resolution, second.spec, second.resolution)


@lru_cache(maxsize=256)
def _found(first: ResNetSpec, size: int, second: ResNetSpec, other_size: int) -> DifferenceWords:
    base = _costs(first, size)
    return DifferenceWords(tuple(_clauses(first, size, second, other_size)), base.params, base.macs)


@lru_cache(maxsize=64)
def _costs(spec: ResNetSpec, resolution: int) -> Cost:
    return totals(spec, resolution)[0]


def more(count: int, unit: str, brief: bool = False) -> str:
    """How much more or less, with its sign: "+173,824 parameters", "−19.3 M MACs", "±0 parameters"."""
    if not count:
        return f"±0 {unit}"
    return f"{'+' if count > 0 else '−'}{abbreviated(abs(count))} {unit}" if brief else f"{signed(count)} {unit}"


def _with_share(words: str, share: str) -> str:
    return f"{words} ({share})" if share else words


def _clauses(first: ResNetSpec, size: int, second: ResNetSpec, other_size: int) -> Iterator[Clause]:
    now = first
    for fields, spec in _steps(first, second):
        step = Step(now, spec, size)
        words = listed(say(step) for unit, say in WORDS.items() if not set(fields).isdisjoint(unit))
        yield _clause(fields, words if step.acts else f"{words}, which changes nothing here", step, size)
        now = spec
    if size != other_size:
        words = f"takes pictures of {other_size} × {other_size} pixels in place of {size} × {size}"
        yield _clause(("resolution",), words, Step(now, now, size), other_size)


def _clause(fields: tuple[str, ...], words: str, step: Step, size: int) -> Clause:
    """A step that ends at pictures of `size` pixels."""
    before, after = _costs(step.first, step.resolution), _costs(step.second, size)
    return Clause(fields, words, after.params - before.params, after.macs - before.macs)


def _steps(first: ResNetSpec, second: ResNetSpec) -> Iterator[tuple[tuple[str, ...], ResNetSpec]]:
    """The fields of each step and the network after it; the last is the second."""
    now = first
    pending: tuple[str, ...] = ()
    for unit in WORDS:
        pending += tuple(field for field in unit if getattr(first, field) != getattr(second, field))
        after = _changed(now, second, pending)
        if pending and after is not None:
            yield pending, after
            now, pending = after, ()


def _changed(spec: ResNetSpec, second: ResNetSpec, fields: Iterable[str]) -> ResNetSpec | None:
    """The network with these fields of the second; None if there is none."""
    try:
        return replace(spec, **{field: getattr(second, field) for field in fields})
    except SpecError:
        return None
