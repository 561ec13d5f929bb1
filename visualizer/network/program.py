"""A plan as a straight list of steps for what is wanted of it, and the one loop that carries such a list out.

A forward pass, a walk that shows everything and a look at a few values are the same plan with other wishes. From the
wishes follows what need not be computed, when a value can be let go, and what may be computed in place: a ReLU or
an addition overwrites its input only where nothing else reads that input and nobody asked to see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from torch import Tensor, nn

from visualizer.network.operations import OPERATIONS, zeros
from visualizer.resnet import Block, Layer, Plan
from visualizer.resnet.errors import brief, closest

BLOCK_PLACES = ("x", "branch", "shortcut", "sum", "out")
"""What can be seen of a block as "<block>.<place>": its input, F(x), the shortcut, their sum, and what leaves it."""

Told = tuple[tuple[str, int], ...]
Progress = Callable[[int, int], object]


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
    plan: Plan, keep: frozenset[str] | None = None, off: frozenset[str] = frozenset(), until: str | None = None
) -> Program:
    """The steps that lead to the addresses in `keep` (None: to all) and not past `until`, without the branches `off`.

    Raises UnknownAddress, and ValueError for a block in `off` that has no shortcut.
    """
    _check_off(plan, off)
    lines = _lines(plan, off)
    known = {address: place for place, address in enumerate(address for line in lines for address, _ in line.told)}
    for address in (*(keep or ()), *([until] if until is not None else [])):
        if address not in known:
            raise UnknownAddress(_unknown(address, known))
    last = len(known) if until is None else known[until]
    return _steps(lines, {address for address in (known if keep is None else keep) if known[address] <= last})


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


def _lines(plan: Plan, off: Collection[str]) -> list[Line]:
    """The whole plan in order. Line i makes value i + 1; value 0 is the input."""
    lines: list[Line] = []
    numbers: dict[str, int] = {}

    def tell(address: str, number: int) -> None:
        numbers[address] = number
        lines[-1].told.append((address, number))

    def chain(layers: tuple[Layer, ...], number: int) -> int:
        for layer in layers:
            reads = tuple([numbers[address] for address in layer.reads]) or (number,)
            lines.append(Line(layer, None, reads, []))
            number = len(lines)
            tell(layer.path, number)
        return number

    def left_out(block: Block, shortcut: int) -> int:
        lines.append(Line(block.branch[-1], zeros, (shortcut,), []))
        tell(f"{block.path}.branch", len(lines))
        tell(block.after[0].path, shortcut)
        return shortcut

    def joined(block: Block, x: int, branch: int) -> int:
        """The value after the addition."""
        if block.path not in off:
            tell(f"{block.path}.branch", branch)
        if block.shortcut_kind == "none":
            return branch
        shortcut = chain(block.shortcut, x)
        tell(f"{block.path}.shortcut", shortcut)
        total = left_out(block, shortcut) if block.path in off else chain(block.after[:1], branch)
        tell(f"{block.path}.sum", total)
        return total

    number = chain(plan.stem, 0)
    for block in plan.blocks:
        tell(f"{block.path}.x", number)
        total = joined(block, number, chain(block.branch, number))
        number = chain(block.after if block.shortcut_kind == "none" else block.after[1:], total)
        tell(f"{block.path}.out", number)
    chain(plan.head, number)
    return lines


def _steps(lines: list[Line], keep: Collection[str]) -> Program:
    """The lines that `keep` needs, with what each tells and lets go."""
    kept = {number for line in lines for address, number in line.told if address in keep}
    needed = set(kept)
    for number in range(len(lines), 0, -1):
        if number in needed:
            needed.update(lines[number - 1].reads)
    readers = Counter(read for number in needed if number for read in lines[number - 1].reads)
    told: dict[int, list[tuple[str, int]]] = {}
    last: dict[int, int] = {}  # the line after which a value has served
    current = 0
    for number, line in enumerate(lines, start=1):
        if number in needed:
            current = number
            last.update(dict.fromkeys((*line.reads, number), number))
        for address, value in line.told:
            if address in keep:
                told.setdefault(current, []).append((address, value))
                last[value] = current
    drops: dict[int, list[int]] = {}
    for value, line_number in last.items():
        drops.setdefault(line_number, []).append(value)
    free = {n for n in needed if n and n not in kept and readers[n] == 1}
    spare = {n for n in free if OPERATIONS[lines[n - 1].layer.kind].writable}
    return tuple(
        _step(lines[number - 1], number, spare, tuple(told.get(number, ())), tuple(drops.get(number, ())))
        for number in sorted(needed - {0})
    )


def _step(line: Line, number: int, spare: Collection[int], told: Told, drops: tuple[int, ...]) -> Step:
    layer, reads = line.layer, line.reads
    operation = OPERATIONS[layer.kind]
    names = tuple(layer.path.split(".")) if operation.module and line.apply is None else ()
    apply = line.apply or operation.apply
    overwritten = next((read for read in reads if read in spare), None)
    if line.apply is None and operation.in_place and overwritten is not None:
        # An addition may swap its inputs: their sum is the same to the last bit.
        apply, reads = operation.in_place, (overwritten, *(read for read in reads if read != overwritten))
    return Step(layer, names, apply, reads, number, told, drops)


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
