"""What is changed of a network without a change of its plan: blocks that are off, equal blocks in each other's place.

In text, as in links: "layer2.1,layer3.1~layer3.2" switches a block off and swaps two others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from visualizer.resnet.layers import Block
from visualizer.resnet.plan import Plan

Pair = tuple[str, str]


@dataclass(frozen=True)
class Lesion:
    """Blocks by their paths, in the network's order; two lesions that do the same are equal.

    off: places whose branch is left out, so that the shortcut stands alone. moved: (place, block) wherever another
    block of the same form, with its weights, stands at a place.
    """

    off: tuple[str, ...] = ()
    moved: tuple[Pair, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.off or self.moved)

    @property
    def swaps(self) -> tuple[Pair, ...]:
        """Swaps that lead here, one after another, as few as can be."""
        return tuple(_swaps(dict(self.moved)))

    @property
    def text(self) -> str:
        """As in links; "" where nothing is changed."""
        return ",".join([*self.off, *(f"{one}~{other}" for one, other in self.swaps)])

    @property
    def places(self) -> frozenset[str]:
        """Every place at which something is changed."""
        return frozenset(self.off).union(place for place, _ in self.moved)


WHOLE = Lesion()
"""Nothing is changed."""


def lesion(plan: Plan, text: str) -> tuple[Lesion, list[str]]:
    """The lesion that a text asks for, and a sentence for each part of it that this network does not allow."""
    off: set[str] = set()
    standing = {block.path: block.path for block in plan.blocks}
    complaints = []
    for part in filter(None, text.split(",")):
        one, tilde, other = part.partition("~")
        complaint = _complaint(plan, [one, other] if tilde else [one])
        if complaint:
            complaints.append(complaint)
        elif tilde:
            standing[one], standing[other] = standing[other], standing[one]
        else:
            off.add(one)
    moved = tuple((place, block) for place, block in standing.items() if place != block)
    return Lesion(tuple(path for path in standing if path in off), moved), complaints


def removable(block: Block) -> bool:
    """Whether something is left of a block without its branch: a shortcut."""
    return block.shortcut_kind != "none"


def twins(plan: Plan, path: str) -> list[str]:
    """The other blocks of a block's form, all in its stage: those that it can be swapped with."""
    form = plan.block(path).form
    return [block.path for block in plan.blocks if block.form == form and block.path != path]


def _complaint(plan: Plan, paths: Sequence[str]) -> str:
    """Why one block cannot be off, or two cannot be swapped; "" if they can."""
    known = {block.path: block for block in plan.blocks}
    missing = [path for path in paths if path not in known]
    if missing:
        done = "swapped" if len(paths) > 1 else "switched off"
        return f"This network has no block {missing[0][:20]}, so it is not {done}."
    blocks = [known[path] for path in paths]
    if len(blocks) == 1:
        return "" if removable(blocks[0]) else f"{paths[0]} has no shortcut that could stand alone, so it stays on."
    if blocks[0].form != blocks[1].form:
        return f"{paths[0]} and {paths[1]} differ in their shapes or in their shortcuts, so they are not swapped."
    return ""


def _swaps(moved: dict[str, str]) -> Iterator[Pair]:
    """Bring to each place in turn the block that is to stand there."""
    now = {place: place for place in moved}
    for place, block in moved.items():
        if now[place] != block:
            where = next(other for other, standing in now.items() if standing == block)
            now[place], now[where] = block, now[place]
            yield place, where
