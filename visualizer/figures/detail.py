"""How much of a network a map shows: a level for all of it, and the stages and blocks that are shown otherwise.

The levels lead inwards: `network` draws a stage as one box, `stages` draws equal blocks that follow each other once
("× 35"), `blocks` draws every block, `layers` every layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from typing import NamedTuple

from visualizer.resnet import Block, Plan, Stage
from visualizer.resnet.nodes import find

LEVELS = ("network", "stages", "blocks", "layers")
DIRECTIONS = ("rows", "down", "across")
"""The way in which a map goes on from part to part."""
MOST_BLOCKS = 40
"""A stage of more blocks than this is folded unless one says otherwise."""
MOST_OWN = 200
"""Stages and blocks that may be shown otherwise than the rest."""


class Run(NamedTuple):
    """Blocks that are drawn as one: the first of them, how many, what is special about them; `opened`: by layer."""

    first: Block
    repeats: int
    mark: str
    opened: bool

    @property
    def paths(self) -> list[str]:
        """Paths of all of its blocks."""
        return [f"layer{self.first.stage}.{self.first.index + number}" for number in range(self.repeats)]

    @property
    def last(self) -> str:
        """Path of the last block, or "" if there is but one."""
        return f"layer{self.first.stage}.{self.first.index + self.repeats - 1}" if self.repeats > 1 else ""


class Shown(NamedTuple):
    """A stage as it is drawn: as one box if it is `closed`, else as these runs of blocks."""

    stage: Stage
    closed: bool
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Detail:
    """What is shown of a network: a level for all of it, and others by the paths of stages and blocks ("layer3.1").

    level: one of `LEVELS`, or "" for every block but in long stages, which are folded; blocks have the last two.
    """

    level: str = ""
    own: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _own(self) -> dict[str, str]:
        return dict(self.own)

    def of_stage(self, stage: Stage) -> str:
        """The level at which a stage is shown."""
        usual = self.level or ("stages" if len(stage.blocks) > MOST_BLOCKS else "blocks")
        return self._own.get(stage.path, usual)

    def is_open(self, block: Block, stage: Stage) -> bool:
        """Whether a block of this stage is drawn layer by layer."""
        return self._own.get(block.path, self.of_stage(stage)) == "layers"

    def opened(self, plan: Plan, path: str) -> Detail:
        """One level further into the stage, block or run of blocks with this path; itself where there is no further."""
        stage, block = _found(plan, path)
        if stage is None:
            return self
        if block is None or self.of_stage(stage) == "network" or self._run(stage, block).repeats > 1:
            return self._moved(stage, 1)
        return self._with(block.path, "layers", self.of_stage(stage))

    def closed(self, plan: Plan, path: str) -> Detail:
        """One level back out: from a layer to its block, from a block to its stage, from a stage to one box."""
        stage, block = _found(plan, path)
        if stage is None:
            return self
        if block is None or not self.is_open(block, stage):
            return self._moved(stage, -1)
        return self._with(block.path, "blocks", self.of_stage(stage))

    def _moved(self, stage: Stage, way: int) -> Detail:
        levels = [level for level in LEVELS if level != "stages" or _has_equals(stage)]
        now = self.of_stage(stage)
        at = levels.index(now) if now in levels else levels.index("blocks")
        level = levels[min(max(at + way, 0), len(levels) - 1)]
        return self._with(stage.path, level, self._inherited(stage))

    def _inherited(self, stage: Stage) -> str:
        return Detail(self.level).of_stage(stage)

    def _with(self, path: str, level: str, inherited: str) -> Detail:
        own = {**self._own, path: level}
        if level == inherited or (level == "blocks" and "." in path and inherited != "layers"):
            del own[path]
        return replace(self, own=tuple(sorted(own.items())))

    def _run(self, stage: Stage, block: Block) -> Run:
        found = (run for run in self._runs(stage, {}) if run.first.index <= block.index < run.first.index + run.repeats)
        return next(found)

    def _runs(self, stage: Stage, marks: Mapping[str, str]) -> Iterator[Run]:
        folded = self.of_stage(stage) in ("network", "stages")

        def alike(block: Block) -> tuple[int, str, int]:
            together = folded and not self.is_open(block, stage)
            return block.form, marks.get(block.path, ""), -1 if together else block.index

        for (_, mark, _), equal in groupby(stage.blocks, alike):
            blocks = tuple(equal)
            yield Run(blocks[0], len(blocks), mark, self.is_open(blocks[0], stage))

    def shown(self, plan: Plan, marks: Mapping[str, str] | None = None) -> tuple[Shown, ...]:
        """Every stage as it is to be drawn; blocks that are marked differently (`marks`, by path) stay apart."""
        return tuple(
            Shown(stage, self.of_stage(stage) == "network", tuple(self._runs(stage, marks or {})))
            for stage in plan.stages
        )


def own_text(detail: Detail) -> str:
    """What is shown otherwise, as text: "layer2.1:layers,layer3:network"."""
    return ",".join(f"{path}:{level}" for path, level in detail.own)


def own_from(text: str) -> tuple[tuple[str, str], ...]:
    """What `own_text` wrote; ValueError for anything else. Whether a network has these parts is not asked."""
    parts = [part.partition(":")[::2] for part in text.split(",") if part]
    for path, level in parts:
        stage, _, block = path.removeprefix("layer").partition(".")
        known = LEVELS if "." not in path else LEVELS[2:]
        numbers = (stage, block) if "." in path else (stage,)
        if not path.startswith("layer") or level not in known or not all(map(_is_short_number, numbers)):
            raise ValueError(text)
    if len(parts) > MOST_OWN:
        raise ValueError(text)
    return tuple(sorted(dict(parts).items()))


def _is_short_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5


def _has_equals(stage: Stage) -> bool:
    return any(one.form == other.form for one, other in pairwise(stage.blocks))


def _found(plan: Plan, path: str) -> tuple[Stage | None, Block | None]:
    """The stage, and the block if the path is one's or a layer's in it; none for stem, head, and what is not there."""
    node = find(plan, path)
    if isinstance(node, Stage):
        return node, None
    if node is None or not node.stage:
        return None, None
    stage = plan.stages[node.stage - 1]
    return stage, node if isinstance(node, Block) else stage.blocks[node.block or 0]
