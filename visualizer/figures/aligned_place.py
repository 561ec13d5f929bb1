"""What an aligned map is made of: networks with their numbers, and places in rows and columns.

Networks are numbered from 1, and a part's path begins with its network's number: "2:layer3.1". The path of an empty
place goes on with that of what stands beside it: "1:2:layer3.1".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from visualizer.analysis import naming
from visualizer.figures.aligned_words import Said
from visualizer.figures.block_cell import Cell
from visualizer.figures.drawing import Group
from visualizer.resnet import Plan


class Named(NamedTuple):
    """A network of the comparison: its name, its plan, its place from 0."""

    name: str
    plan: Plan
    place: int

    @property
    def heading(self) -> str:
        """Its number and its name: "2 · ResNet-18"."""
        return naming.numbered(self.place, self.name)

    def path(self, path: str) -> str:
        """The path of one of its parts in the figure: "2:layer3.1"."""
        return f"{self.place + 1}:{path}"


class Place(NamedTuple):
    """What stands in a network's row of a column: its cell, or None; for how many blocks, 0 in stem and head.

    node: the group of the place without what is drawn in it, if it is empty.
    """

    cell: Cell | None
    said: Said
    blocks: int
    node: Group = Group(())


class Label(NamedTuple):
    """What is said at the beginning of a row: notes, and the empty group of the stage if the network has it."""

    notes: tuple[str, ...] = ()
    node: Group = Group(())


class AlignedBand(NamedTuple):
    """A stage, stem or head: its style and name, its columns with a place a network, and a label a network."""

    style: str
    name: str
    columns: tuple[tuple[Place, ...], ...]
    labels: tuple[Label, ...]


def numbered(group: Group, network: Named, style: str) -> Group:
    """The group of a part with its network's number in its path and its label.

    style: with "beside-" and what all parts have that stand beside each other.
    """
    path, last = (network.path(path) if path else "" for path in (group.path, group.last))
    return group._replace(style=style, path=path, last=last, label=f"{network.heading}. {group.label}")


class Beside(NamedTuple):
    """What stands beside an empty place: its network, its path, and the path of the last block if it is a run."""

    network: Named
    path: str
    last: str = ""

    @property
    def words(self) -> str:
        """What it is in words: "layer3.1 to layer3.4 of 2 · ResNet-101"."""
        return f"{self.path}{f' to {self.last}' if self.last else ''} of {self.network.heading}"


def empty_node(network: Named, kind: str, there: Sequence[Beside], style: str) -> Group:
    """The group of a place where a network has no such `kind` ("block"), and where others have one.

    style: what all parts have that stand beside each other.
    """
    listed = ", ".join(one.words for one in there)
    path = network.path(there[0].network.path(there[0].path))
    return Group((), f"nothing {style}", path=path, label=f"{network.heading}. No {kind} here, beside {listed}")
