"""A plan as a straight list of steps for what is wanted of it, and the one loop that carries such a list out.

A forward pass, a walk that shows everything and a look at a few values are the same plan with other wishes. From the
wishes follows what need not be computed, when a value can be let go, and what may be computed in place: a ReLU or
an addition overwrites its input only where nothing else reads that input and nobody asked to see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from torch import Tensor, nn

from visualizer.network.operations import OPERATIONS, zeros
from visualizer.resnet import Block, Layer, Plan
from visualizer.resnet.errors import brief, closest

BLOCK_PLACES = ("x", "branch", "shortcut", "sum", "out")
"""What can be seen of a block as "<block>.<place>": its input, F(x), the shortcut, their sum, and what leaves it."""

Told = tuple[tuple[str, int], ...]
ToldAfter = dict[int, list[tuple[str, int]]]
Progress = Callable[[int, int], object]
Moved = tuple[tuple[str, str], ...]


class UnknownAddress(LookupError):
    """An address or a block that the network does not have."""


class Step(NamedTuple):
    """Make value number `writes` from the values `reads`, then tell some addresses and let go of what has served."""

    layer: Layer
    module: tuple[str, ...]
    apply: Callable[..., Tensor]
    reads: tuple[int, ...]
    writes: int
    told: Told
    drops: tuple[int, ...]


class Line(NamedTuple):
    """A step before anything is wanted: the value made, and the addresses known from here on, with their values."""

    layer: Layer
    apply: Callable[..., Tensor] | None  # None: as the layer's kind says
    reads: tuple[int, ...]
    told: list[tuple[str, int]]


Program = tuple[Step, ...]


@lru_cache(maxsize=64)
def program(
    plan: Plan, keep: frozenset[str] | None = None, off: frozenset[str] = frozenset(), until: str | None = None,
    moved: Moved = (), start: str = "",
) -> Program:  # fmt: skip
    """The steps that lead to the addresses in `keep` (None: to all) and not past `until`, without the branches `off`.

    moved: (place, block) where the weights of another block of the same form stand at a place. start: the block whose
    x is the input of the run, "" for the whole network; nothing before it, nor that x, has an address.
    Raises UnknownAddress, and ValueError for a block in `off` that has no shortcut, or blocks of two forms in `moved`.
    """
    _check_off(plan, off)
    _check_moved(plan, moved)
    lines = _Lines(plan, off, start).lines
    known = {address: place for place, address in enumerate(address for line in lines for address, _ in line.told)}
    for address in (*(keep or ()), *([until] if until is not None else [])):
        if address not in known:
            raise UnknownAddress(_unknown(address, known))
    last = len(known) if until is None else known[until]
    kept = {address for address in (known if keep is None else keep) if known[address] <= last}
    return _steps(lines, kept, dict(moved))


def block_addresses(plan: Plan, path: str) -> dict[str, str]:
    """The address of each place of a block, "x" to "out"; a plain block has no shortcut and no sum.

    Raises UnknownAddress.
    """
    kind = _block(plan, path).shortcut_kind
    places = [place for place in BLOCK_PLACES if kind != "none" or place not in ("shortcut", "sum")]
    return {place: f"{path}.{place}" for place in places}


def run(
    model: nn.Module, steps: Program, x: Tensor, progress: Progress | None = None
) -> Iterator[tuple[str, Tensor]]:
    """Carry a program out on an input N×C×H×W: every address that it tells, with its value.

    `progress(done, steps)` is called before each step. What it raises ends the run, as does closing the iterator.
    """
    held: list[Tensor | None] = [None] * (steps[-1].writes + 1 if steps else 0)
    if held:
        held[0] = x
    del x  # or the input would be kept alive to the end
    for done, step in enumerate(steps):
        if progress is not None:
            progress(done, len(steps))
        module: nn.Module | None = model if step.module else None
        for name in step.module:
            module = module._modules[name]  # type: ignore[union-attr]
        held[step.writes] = step.apply(step.layer, module, *[held[number] for number in step.reads])
        for address, number in step.told:
            yield address, held[number]  # type: ignore[misc]
        for number in step.drops:
            held[number] = None


class _Lines:
    """A plan, from the block `start` on, written down line by line. Line i makes value i + 1; value 0 is the input."""

    def __init__(self, plan: Plan, off: Collection[str], start: str) -> None:
        self.off = off
        self.lines: list[Line] = []
        self._numbers: dict[str, int] = {}
        number = 0 if start else self._chain(plan.stem, 0)
        for block in plan.blocks[plan.blocks.index(_block(plan, start)) if start else 0 :]:
            number = self._block(block, number)
        self._chain(plan.head, number)

    def _tell(self, address: str, number: int) -> None:
        self._numbers[address] = number
        if self.lines:  # else it is the input, which who runs the program has
            self.lines[-1].told.append((address, number))

    def _chain(self, layers: tuple[Layer, ...], number: int) -> int:
        """Layers in a row, each from the one before it unless it names what it reads; the last one's value."""
        for layer in layers:
            reads = tuple([self._numbers[address] for address in layer.reads]) or (number,)
            self.lines.append(Line(layer, None, reads, []))
            number = len(self.lines)
            self._tell(layer.path, number)
        return number

    def _block(self, block: Block, x: int) -> int:
        self._tell(f"{block.path}.x", x)
        number = self._chain(block.branch, x)
        after = block.after
        if block.path not in self.off:
            self._tell(f"{block.path}.branch", number)
        if block.shortcut_kind != "none":
            number = self._sum(block, x, number)
            after = after[1:]
        number = self._chain(after, number)
        self._tell(f"{block.path}.out", number)
        return number

    def _sum(self, block: Block, x: int, branch: int) -> int:
        """The shortcut and the addition; without its branch, a block adds nothing to the shortcut."""
        shortcut = self._chain(block.shortcut, x)
        self._tell(f"{block.path}.shortcut", shortcut)
        if block.path in self.off:
            self.lines.append(Line(block.branch[-1], zeros, (shortcut,), []))
            self._tell(f"{block.path}.branch", len(self.lines))
            self._tell(block.after[0].path, shortcut)
            total = shortcut
        else:
            total = self._chain(block.after[:1], branch)
        self._tell(f"{block.path}.sum", total)
        return total


def _steps(lines: list[Line], keep: Collection[str], moved: Mapping[str, str]) -> Program:
    """The lines that `keep` needs, with what each tells and lets go."""
    kept = {number for line in lines for address, number in line.told if address in keep}
    needed = _needed(lines, kept)
    told = _told(lines, needed, keep)
    drops = _drops(lines, told)
    readers = Counter(read for number in needed for read in lines[number - 1].reads)
    spare = {
        number
        for number in needed - kept
        if readers[number] == 1 and OPERATIONS[lines[number - 1].layer.kind].writable
    }
    return tuple(
        _step(lines[number - 1], number, spare, tuple(told[number]), tuple(drops[number]), moved)
        for number in sorted(needed)
    )


def _needed(lines: list[Line], kept: Collection[int]) -> set[int]:
    """The values that lead to those kept, without the input."""
    needed = set(kept)
    for number in range(len(lines), 0, -1):
        if number in needed:
            needed.update(lines[number - 1].reads)
    return needed - {0}


def _told(lines: list[Line], needed: Collection[int], keep: Collection[str]) -> ToldAfter:
    """After each needed line: the addresses in `keep` that are known by then and were not before, and their values."""
    told: ToldAfter = {number: [] for number in needed}
    current = min(needed, default=0)  # a run from a block that is off knows its identity shortcut before any line
    for number, line in enumerate(lines, start=1):
        current = number if number in needed else current
        for address, value in line.told:
            if address in keep:
                told[current].append((address, value))
    return told


def _drops(lines: list[Line], told: ToldAfter) -> dict[int, set[int]]:
    """After each needed line: the values that it was the last to make, read or tell."""
    last: dict[int, int] = {}
    drops: dict[int, set[int]] = {number: set() for number in told}
    for number in sorted(told):
        last.update(dict.fromkeys((number, *lines[number - 1].reads), number))
        last.update((value, number) for _, value in told[number])
    for value, number in last.items():
        drops[number].add(value)
    return drops


def _step(
    line: Line, number: int, spare: Collection[int], told: Told, drops: tuple[int, ...], moved: Mapping[str, str]
) -> Step:
    layer, reads = line.layer, line.reads
    operation = OPERATIONS[layer.kind]
    names = _module(layer, moved) if operation.module and line.apply is None else ()
    apply = line.apply or operation.apply
    overwritten = next((read for read in reads if read in spare), None)
    if line.apply is None and operation.in_place and overwritten is not None:
        # An addition may swap its inputs: their sum is the same to the last bit.
        apply, reads = operation.in_place, (overwritten, *(read for read in reads if read != overwritten))
    return Step(layer, names, apply, reads, number, told, drops)


def _module(layer: Layer, moved: Mapping[str, str]) -> tuple[str, ...]:
    """The names that lead to a layer's module, which is that of the block that stands at the layer's place."""
    stage, *rest = names = tuple(layer.path.split("."))
    block = moved.get(f"{stage}.{rest[0]}") if moved and rest else None
    return (*block.split("."), *rest[1:]) if block else names


def _check_moved(plan: Plan, moved: Moved) -> None:
    for place, block in moved:
        if _block(plan, place).form != _block(plan, block).form:
            raise ValueError(f"{block} cannot stand at {place}: the two differ in their shapes or in their shortcuts.")


def _check_off(plan: Plan, off: Collection[str]) -> None:
    for path in off:
        if _block(plan, path).shortcut_kind == "none":
            raise ValueError(f"{path} has no shortcut, so nothing would be left without its branch.")


def _block(plan: Plan, path: str) -> Block:
    try:
        return plan.block(path)
    except KeyError:
        raise UnknownAddress(_unknown(path, [block.path for block in plan.blocks], "block")) from None


def _unknown(address: str, known: Collection[str], noun: str = "place") -> str:
    nearest = closest(address, known, next(iter(known)))
    return f"This network has no {noun} {brief(address)}; the nearest is {nearest}."
