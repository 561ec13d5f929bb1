"""The parts of several networks side by side: what stands beside what, and how it differs from the first network's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from visualizer.analysis import costs
from visualizer.analysis.alignment import Alignment, Column, StageColumns
from visualizer.analysis.aspects import block_changes
from visualizer.analysis.difference import words as sentence
from visualizer.figures.aligned_ends import end_columns, stem_columns
from visualizer.figures.aligned_place import AlignedBand, Beside, Label, Named, Place, empty_node, numbered
from visualizer.figures.aligned_signs import flagged
from visualizer.figures.aligned_words import Said, change_words
from visualizer.figures.block_cell import Cell, block_cell, block_items
from visualizer.figures.captions import blocks_text, short_shape, stage_label
from visualizer.figures.detail import Run
from visualizer.figures.drawing import Group
from visualizer.figures.look import Look, block_group, classes_text, look_of
from visualizer.resnet import Block

FOLDED_FROM = 7
"""A stage of so many columns draws equal ones that follow each other once."""
LEAST_WIDTH = 72.0
"""Of a box, so that an empty place holds what is said in it."""
Forms = tuple[int | None, ...]
"""The forms of the blocks of a column."""


def aligned_looks(networks: Sequence[Named]) -> tuple[Look, ...]:
    """What each network is drawn with; all boxes have one width."""
    found = [look_of(one.plan, (), costs(one.plan), False, False, None, None) for one in networks]
    width = max(LEAST_WIDTH, *(look.width for look in found))
    return tuple(look._replace(width=width) for look in found)


def aligned_bands(
    networks: Sequence[Named], alignment: Alignment, looks: Sequence[Look], folded: bool | None
) -> Iterator[AlignedBand]:  # fmt: skip
    """Stem, stages and head; `folded`: whether equal columns are drawn once, None where a stage is long."""
    shapes = tuple(Label((short_shape(one.plan.stem[-1].output),)) for one in networks)
    yield AlignedBand("stem", "stem", tuple(stem_columns(networks, looks)), shapes)
    parts = _StageParts(networks, looks)
    for stage in alignment.stages:
        columns = parts.columns(stage, len(stage.columns) >= FOLDED_FROM if folded is None else folded)
        labels = tuple(_label(one, stage.number, look) for one, look in zip(networks, looks, strict=True))
        yield AlignedBand(f"stage-{stage.number}", f"stage {stage.number}", tuple(columns), labels)
    classes = tuple(Label((classes_text(one.plan),)) for one in networks)
    yield AlignedBand("head", "head", tuple(end_columns(networks, looks, lambda one: one.plan.head, "head")), classes)


def _label(network: Named, number: int, look: Look) -> Label:
    if number > len(network.plan.stages):
        return Label(("no such stage",))
    stage = network.plan.stages[number - 1]
    node = Group((), path=stage.path, label=stage_label(stage, look.table.stages[number - 1]))
    notes = (blocks_text(len(stage.blocks)), short_shape(stage.output))
    return Label(notes, numbered(node, network, f"stage beside-{number}"))


def _forms(column: Column) -> Forms:
    return tuple([block.form if block else None for block in column])


class _StageParts:
    """Columns of blocks; what is said and drawn of blocks of the same forms is shared."""

    def __init__(self, networks: Sequence[Named], looks: Sequence[Look]) -> None:
        self.networks, self.looks = networks, looks
        self.said: dict[Forms, tuple[Said, ...]] = {}
        self.drawn: dict[tuple[int, int, int, Said], Cell] = {}

    def columns(self, stage: StageColumns, folded: bool) -> Iterator[tuple[Place, ...]]:
        """The columns of a stage; if folded, equal ones that follow each other as one."""
        keys = [(_forms(column), 0 if folded else number) for number, column in enumerate(stage.columns)]
        number = 0
        for _, equal in groupby(keys):
            count = len(list(equal))
            yield tuple(self._places(stage.columns[number], count, f"beside-{stage.number}-{number}"))
            number += count

    def _places(self, column: Column, count: int, beside: str) -> Iterator[Place]:
        forms = _forms(column)
        if forms not in self.said:
            self.said[forms] = tuple(block_said(column, self.networks))
        there = [_there(network, block, count) for network, block in zip(self.networks, column, strict=True) if block]
        for network, look, block, said in zip(self.networks, self.looks, column, self.said[forms], strict=True):
            if block:
                yield Place(self._cell(network, look, block, count, said, beside), said, count)
            else:
                yield Place(None, said, count, empty_node(network, "block", there, beside))

    def _cell(self, network: Named, look: Look, block: Block, count: int, said: Said, beside: str) -> Cell:
        key = (network.place, block.form, count, said)
        if key not in self.drawn:
            items = block_items(block, look.width, count)
            self.drawn[key] = flagged(block_cell(block, look.width, items, count), said, look.width)
        cell = self.drawn[key]
        group = block_group(cell.group, Run(block, count, said.sentence, False), look)
        return cell._replace(group=numbered(group, network, f"block {beside} {said.style}".rstrip()))


def _there(network: Named, block: Block, count: int) -> Beside:
    """A block, or the run of `count` equal ones that begins with it, beside a place where another network has none."""
    return Beside(network, block.path, Run(block, count, "", False).last)


def block_said(column: Column, networks: Sequence[Named]) -> Iterator[Said]:
    """How each network's block of a column stands to the first's."""
    first, *_ = column
    name = networks[0].heading
    changes = [block_changes(first, block) if first and block else () for block in column]
    for place, block in enumerate(column):
        if block is None:
            yield Said("−" if first else "", (f"not in {place + 1}",))
        elif first is None:
            yield Said("+", ("not in 1",), f"Not in {name}")
        elif place == 0:
            yield _first_said([network for network, there in zip(networks, changes, strict=True) if there], [
                network for network, there in zip(networks, column, strict=True) if there is None
            ])  # fmt: skip
        elif changes[place]:
            words = change_words(first, block, changes[place])
            yield Said("≠", words, sentence(changes[place], name))
        else:
            yield Said("", (), f"As in {name}", True)


def _first_said(changed: Sequence[Named], lacking: Sequence[Named]) -> Said:
    """What there is to say of a block of the first network: in which others it is changed, and which lack it."""
    listed = [
        f"{words} {', '.join(network.heading for network in found)}"
        for words, found in (("Changed in", changed), ("Not in", lacking)) if found
    ]  # fmt: skip
    return Said("", (), ". ".join(listed), not listed)
