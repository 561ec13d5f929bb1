"""Laws of the aligned map: every block once in its network's row, columns above each other, every change marked."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.figures.drawings import Rectangle, assert_clear, boxes, shortcuts, texts
from tests.strategies import specs
from visualizer.analysis.alignment import Alignment
from visualizer.analysis.aspects import block_changes
from visualizer.figures.aligned_map import aligned_map
from visualizer.figures.aligned_words import change_words
from visualizer.figures.drawing import Drawing, Group, Text, placed
from visualizer.figures.network_map import NARROW
from visualizer.figures.style import EQUAL, TOKENS
from visualizer.figures.svg import svg
from visualizer.resnet import Block, Plan, ResNetSpec, parse, plan

SIGNS = ("≠", "+", "−")
several = st.lists(specs(most_stages=3), min_size=2, max_size=4)
folds = st.sampled_from((None, True, False))
forms = st.sampled_from((None, 3, NARROW, 1))


class Node(NamedTuple):
    """A group that stands for a part, and where it is in the drawing."""

    group: Group
    x: float
    y: float

    @property
    def place(self) -> int:
        return int(self.group.path.partition(":")[0]) - 1

    @property
    def beside(self) -> str:
        """What all parts have in common that stand beside each other."""
        (found,) = [word for word in self.group.style.split() if word.startswith("beside-")]
        return found

    @property
    def sign(self) -> str:
        signs = [item.text for item, _, _ in placed(self.group.items) if isinstance(item, Text) and item.text in SIGNS]
        return "".join(signs)


def _drawn(compared: list[ResNetSpec], folded: bool | None = None, columns: int | None = None) -> Drawing:
    plans = [plan(spec, 64) for spec in compared]
    return aligned_map([(f"net {spec.block}", one) for spec, one in zip(compared, plans, strict=True)],
                       columns=columns, folded=folded)  # fmt: skip


def _blocks(drawing: Drawing, styles: tuple[str, ...] = ("block",)) -> list[Node]:
    return [
        Node(item, x + item.x, y + item.y) for item, x, y in placed(drawing.items)
        if isinstance(item, Group) and item.path and {*styles} & {*item.style.split()}
    ]  # fmt: skip


def _paths(node: Node) -> list[str]:
    """The blocks that a node stands for, without the network's number."""
    stage, _, first = node.group.path.partition(":")[2].partition(".")
    last = node.group.last.rpartition(".")[2] or first
    return [f"{stage}.{number}" for number in range(int(first), int(last) + 1)]


@given(several, folds, forms)
def test_every_block_of_every_network_is_drawn_once_and_in_order(
    compared: list[ResNetSpec], folded: bool | None, columns: int | None
) -> None:
    found: dict[int, list[str]] = {place: [] for place in range(len(compared))}
    for node in _blocks(_drawn(compared, folded, columns)):
        found[node.place] += _paths(node)
    for place, spec in enumerate(compared):
        expected = [block.path for block in plan(spec, 64).blocks]
        assert sorted(found[place]) == sorted(expected)


@given(several, folds, forms)
def test_what_is_compared_stands_above_each_other_and_the_networks_in_their_order(
    compared: list[ResNetSpec], folded: bool | None, columns: int | None
) -> None:
    nodes = _blocks(_drawn(compared, folded, columns))
    alignment = Alignment(tuple(plan(spec, 64) for spec in compared))
    at = {(node.place, path): node for node in nodes for path in _paths(node)}
    for column in alignment.columns:
        beside = [at[place, block.path] for place, block in enumerate(column) if block]
        assert len({(node.x, node.beside) for node in beside}) == 1
        assert all(one.y < other.y for one, other in pairwise(beside))
    assert len({node.beside for node in nodes}) <= len(alignment.columns)


@given(several, folds)
def test_every_change_has_its_sign_and_words_and_nothing_else_has(
    compared: list[ResNetSpec], folded: bool | None
) -> None:
    plans = [plan(spec, 64) for spec in compared]
    at = {(node.place, path): node for node in _blocks(_drawn(compared, folded)) for path in _paths(node)}
    for first, *others in Alignment(tuple(plans)).columns:
        for place, block in enumerate(others, start=1):
            if block is None:
                continue
            node = at[place, block.path]
            changes = block_changes(first, block) if first else ()
            assert node.sign == ("≠" if changes else "" if first else "+")
            assert ("equal" in node.group.style.split()) == (first is not None and not changes)
            words = " ".join(item.text for item, _, _ in placed(node.group.items) if isinstance(item, Text))
            for word in change_words(first, block, changes) if first else ("not in 1",):
                assert word in words
        if first:
            assert at[0, first.path].sign == ""


@given(specs(), st.integers(2, 4))
def test_a_network_beside_itself_is_faint_and_has_no_sign(spec: ResNetSpec, count: int) -> None:
    drawing = _drawn([spec] * count)
    assert all("equal" in node.group.style.split() and not node.sign for node in _blocks(drawing))
    assert not boxes(drawing, ("different", "added", "absent"))


@given(several, folds, forms)
def test_every_shortcut_is_drawn_equal_or_not(
    compared: list[ResNetSpec], folded: bool | None, columns: int | None
) -> None:
    plans = [plan(spec, 64) for spec in compared]
    for node in _blocks(_drawn(compared, folded, columns)):
        block = plans[node.place].block(_paths(node)[0])
        kinds = [line.style for line in shortcuts(node.group)]
        assert kinds == ([] if block.shortcut_kind == "none" else [block.shortcut_kind])


@given(st.lists(specs(most_stages=3, stem="cifar"), min_size=2, max_size=4))
def test_an_empty_place_stands_for_every_block_that_others_have(compared: list[ResNetSpec]) -> None:
    columns = Alignment(tuple(plan(spec, 64) for spec in compared)).columns
    drawing = _drawn(compared, False, 1)
    empty = [box for box in boxes(drawing, ("absent",)) if box.bottom - box.top > 40]
    last = max((box.top for box in empty), default=0)  # the legend is below
    signs = [text for text, room in texts(drawing) if text.text == "−" and room.top < last]
    assert len(empty) == sum(block is None for column in columns for block in column)
    assert len(signs) == sum(first is not None and block is None for first, *others in columns for block in others)


@given(several, folds, forms)
def test_an_empty_place_can_be_selected_with_what_stands_beside_it(
    compared: list[ResNetSpec], folded: bool | None, columns: int | None
) -> None:
    drawing = _drawn(compared, folded, columns)
    nodes = [node for node in _blocks(drawing, ("block", "nothing")) if node.beside[len("beside-")].isdigit()]
    at = {node.group.path: node for node in nodes}
    assert len(at) == len(nodes)
    places: dict[str, list[int]] = {}
    for node in nodes:
        places.setdefault(node.beside, []).append(node.place)
        if "nothing" in node.group.style.split():
            other = at[node.group.path.partition(":")[2]]
            assert (other.x, other.beside) == (node.x, node.beside)
            assert other.group.path.partition(":")[2] in node.group.label
            assert [item.style for item, _, _ in placed(node.group.items)] == ["hit"]  # type: ignore[union-attr]
    assert all(sorted(there) == list(range(len(compared))) for there in places.values())


@settings(max_examples=40)
@given(several, folds, forms)
def test_nothing_overlaps_or_leaves_the_picture(
    compared: list[ResNetSpec], folded: bool | None, columns: int | None
) -> None:
    drawing = _drawn(compared, folded, columns)
    assert_clear(drawing)
    empty = boxes(drawing, ("absent",))
    page = Rectangle(0, 0, drawing.width, drawing.height)
    assert all(page.holds(place) for place in empty)
    assert not [box for box in boxes(drawing) for place in empty if place.overlaps(box) and box.right - box.left > 20]


@given(several, folds)
def test_it_is_well_formed_and_says_what_is_special(compared: list[ResNetSpec], folded: bool | None) -> None:
    drawing = _drawn(compared, folded)
    root = ElementTree.fromstring(svg(drawing))
    labels = [group.get("aria-label") for group in root.iter() if group.get("data-path")]
    assert len(labels) == len([group for group in root.iter() if group.get("data-path")])
    assert all(label and label[0] in "1234" for label in labels)


def _column(first: str, second: str, path: str) -> tuple[Block, Block]:
    plans: list[Plan] = [plan(parse(text)) for text in (first, second)]
    one, other = (one.block(path) for one in plans)
    return one, other


@pytest.mark.parametrize(("first", "second", "path", "words"), [
    ("resnet50", "resnet34", "layer1.1", ("basic",)),
    ("resnet34", "plain34", "layer1.1", ("no shortcut",)),
    ("plain34", "resnet34", "layer2.0", ("projection",)),
    ("resnet34?shortcut=A", "resnet34", "layer2.0", ("projection",)),
    ("resnet34", "resnet34?shortcut=A", "layer2.0", ("padded with zeros",)),
    ("resnet50", "resnet50_v1", "layer2.0", ("stride",)),
    ("resnet50", "resnext50_32x4d", "layer3.2", ("width", "groups")),
    ("resnet50", "wide_resnet50_2", "layer3.2", ("width",)),
    ("resnet50", "seresnet50", "layer3.2", ("attention",)),
    ("resnet50", "resnet50v2", "layer3.2", ("order",)),
    ("resnet50", "resnet50d", "layer3.0", ("projection after an average pool",)),
])  # fmt: skip
def test_what_changed_in_a_word(first: str, second: str, path: str, words: tuple[str, ...]) -> None:
    one, other = _column(first, second, path)
    assert change_words(one, other, block_changes(one, other)) == words


def test_long_stages_are_legible() -> None:
    deep = aligned_map([(name, plan(parse(name), 32)) for name in ("resnet20", "resnet1202")])
    assert deep.width < 800
    assert deep.height < 1600
    assert len(_blocks(deep)) == 5 + 8
    folded = [node.group.last for node in _blocks(deep) if node.group.last]
    assert "2:layer1.199" in folded


@pytest.mark.parametrize("bad", [{"columns": 0}, {"networks": 1}])
def test_what_cannot_be_drawn_is_said(bad: dict[str, int]) -> None:
    one = plan(parse("resnet18"))
    with pytest.raises(ValueError, match="2 networks"):
        aligned_map([("ResNet-18", one)] * bad.get("networks", 2), columns=bad.get("columns"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_faint_can_still_be_read(theme: str, luminance: object) -> None:
    faint, tokens = EQUAL[theme], TOKENS[theme]  # type: ignore[index]

    def contrast(one: str, other: str) -> float:
        bright, dim = sorted((_light(luminance, one), _light(luminance, other)), reverse=True)
        return (bright + 0.05) / (dim + 0.05)

    assert contrast(faint.fill, faint.text) >= 7
    assert contrast(faint.line, faint.fill) >= 3
    for token in ("marked", "added"):
        assert contrast(tokens[token], tokens["paper"]) >= 4.5


def _light(luminance: object, colour: str) -> float:
    found: float = luminance([list(bytes.fromhex(colour[1:]))])[0]  # type: ignore[operator]
    return found


def test_empty_places_beside_each_other_are_one_only_if_the_same_is_said_of_them() -> None:
    names = ("keras_resnet50v2?depths=4,2", "keras_resnet50v2?depths=8,2", "resnet50?depths=5,2")
    drawing = aligned_map([(name, plan(parse(name))) for name in names], columns=8, folded=False)
    empty = [box for box in boxes(drawing, ("absent",)) if box.bottom - box.top > 40]
    across = {left - right for left, right in combinations(sorted({node.x for node in _blocks(drawing)})[::-1], 2)}
    box, pitch = empty[-1].right - empty[-1].left, min(across)
    # The first has nothing before its last block, the third nothing beside that block and beside two that only 2 has.
    assert [1 + (place.right - place.left - box) / pitch for place in empty] == [4, 2, 1]
