"""The paper view: the figures of the paper's caption, and laws over random networks beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Row
from tests.figures.drawings import Rectangle, boxes, shortcuts, texts
from tests.strategies import specs
from visualizer.analysis import headline
from visualizer.figures.drawing import Box, Drawing, Group, Line, Mark, Point, placed
from visualizer.figures.paper_cell import cells
from visualizer.figures.paper_figure import Column, paper_columns, paper_figure
from visualizer.figures.style import STYLES
from visualizer.resnet import SEQUENTIALS, Plan, Sequential, parse, plan, preset, sequential, usual_resolution

PAPER = paper_columns(plan(parse("resnet34?shortcut=A")))
NETWORKS = st.one_of(
    st.builds(plan, specs(most_stages=3), st.sampled_from((1, 32, 64, 75))),
    st.builds(sequential, st.sampled_from(tuple(SEQUENTIALS)), st.sampled_from((32, 64, 75))),
)
COLUMN = st.builds(Column, NETWORKS, title=st.just(""), own=st.just(False), fold=st.sampled_from((None, True, False)))
COLUMNS = st.lists(COLUMN, min_size=1, max_size=4)
IN_BOXES = ("row", "on-projection", "on-badge")
SHOWN = (
    "resnet34?shortcut=A", "resnet34", "resnet152", "resnet1202", "plain34", "resnet50v2", "resnet50d",
    "seresnext50_32x4d", "ecaresnetlight", "resnet50?classes=10&stem_width=9&attention=se", "resnet50?shortcut=C",
)  # fmt: skip


def blocks(drawing: Drawing) -> list[tuple[Group, float, float]]:
    """The groups of blocks with their places, column after column."""
    return [(item, x + item.x, y + item.y) for item, x, y in placed(drawing.items)
            if isinstance(item, Group) and item.style.startswith("block")]  # fmt: skip


def named(drawing: Drawing) -> list[Group]:
    return [item for item, _, _ in placed(drawing.items) if isinstance(item, Group) and item.path]


def rows_of(drawing: Drawing) -> dict[float, str]:
    """The words at the left by their height: "output size: 112"."""
    return {room.top: text.text for text, room in texts(drawing) if text.text.startswith("output size")}


def test_the_figure_is_the_paper_s(paper_table: Callable[[str], list[Row]]) -> None:
    """He et al. 2015, figure 3: 19.6, 3.6 and 3.6 billion FLOPs, which are MACs."""
    assert [column.network.weighted_layers for column in PAPER] == [19, 34, 34]
    billions = [headline(column.network).macs / 1e9 for column in PAPER]
    assert [f"{billion:.1f}" for billion in billions] == ["19.6", "3.6", "3.6"]
    (table,) = (row for row in paper_table("he2015_table1") if row["depth"] == "34")
    assert float(table["flops_published_1e9"]) == round(billions[2], 1)
    drawing = paper_figure(PAPER)
    words = [text.text for text, _ in texts(drawing)]
    assert {"VGG-19", "plain-34", "ResNet-34", "with shortcut A"} <= set(words)
    assert _colours(drawing) == [
        {"stage-5"}, {"stem", "head"}, {"stage-1", "head"}, {"stage-2", "head"}, {"stage-3", "head"},
        {"stage-4", "head"}, {"head"},
    ]  # fmt: skip


def _colours(drawing: Drawing) -> list[set[str]]:
    """The parts whose colours the boxes of each output size have; of the head are pools and fc."""
    bands = [y + item.y for item, _, y in placed(drawing.items) if isinstance(item, Box) and item.style == "band"]
    parts = ("stem", "head", *(f"stage-{number}" for number in range(1, 6)))
    groups = [(y + item.y, item.style) for item, _, y in placed(drawing.items) if isinstance(item, Group)]
    return [
        {style for y, style in groups if top < y < bottom and style in parts}
        for top, bottom in pairwise((*bands, bands[-1] + 100))
    ]


def test_shortcuts_are_solid_dotted_or_through_a_box_as_in_the_paper() -> None:
    def styles(text: str) -> list[str]:
        groups = blocks(paper_figure([plan(parse(text))]))
        return [line.style for group, _, _ in groups for line in shortcuts(group)]

    changes = [3, 7, 13]
    assert [place for place, style in enumerate(styles("resnet34?shortcut=A")) if style == "pad"] == changes
    assert [place for place, style in enumerate(styles("resnet34")) if style == "projection"] == changes
    assert styles("plain34") == []


@pytest.mark.parametrize("name", SHOWN)
def test_published_networks_beside_the_paper_s(name: str) -> None:
    network = plan(parse(name), usual_resolution(name))
    columns = paper_columns(network)
    assert [column.network for column in columns if column.own] == [network]
    _assert_clear(paper_figure(columns, title="A title of many words that may well need more than one line " * 2))


@given(COLUMNS)
@settings(max_examples=25)
def test_nothing_stands_on_anything_else(columns: list[Column]) -> None:
    _assert_clear(paper_figure(columns))


def _assert_clear(drawing: Drawing) -> None:
    """No two boxes overlap; a text is in one box whole or outside all of them; nothing leaves the picture."""
    page = Rectangle(0, 0, drawing.width, drawing.height)
    solid, words = boxes(drawing), texts(drawing)
    assert all(page.holds(box) for box in solid)
    assert not [pair for pair in combinations(solid, 2) if pair[0].overlaps(pair[1])]
    for text, room in words:
        assert page.holds(room), text
        if text.style in IN_BOXES:
            assert any(box.holds(room) for box in solid), text
        elif not text.text.startswith("image"):
            assert not any(box.overlaps(room) for box in solid), text
    assert not [pair for pair in combinations(words, 2) if pair[0][1].overlaps(pair[1][1])]
    plain = boxes(drawing, ("box", "badge"))
    for item, x, y in placed(drawing.items):
        if isinstance(item, Box | Line):
            assert item.style in STYLES
        if isinstance(item, Line):
            assert all(0 <= x + px <= drawing.width and 0 <= y + py <= drawing.height for px, py in item.points)
            pieces = [_piece(one, two, x, y) for one, two in pairwise(item.points)]
            assert not any(piece.overlaps(box) for piece in pieces for box in plain)


def _piece(one: Point, two: Point, x: float, y: float) -> Rectangle:
    """A piece of a line as a thin rectangle that does not reach into what it touches."""
    (left, right), (top, bottom) = sorted((x + one[0], x + two[0])), sorted((y + one[1], y + two[1]))
    return Rectangle(left + 0.01, top + 0.01, max(right - 0.01, left + 0.02), max(bottom - 0.01, top + 0.02))


@given(COLUMNS)
@settings(max_examples=25)
def test_every_block_has_one_shortcut_and_one_addition_unless_it_is_plain(columns: list[Column]) -> None:
    drawn = iter(blocks(paper_figure(columns)))
    for column in columns:
        if isinstance(column.network, Sequential):
            continue
        for cell in cells(column.network, column.fold):
            if cell.run is None:
                continue
            group, _, _ = next(drawn)
            kind = cell.run.first.shortcut_kind
            assert [line.style for line in shortcuts(group)] == ([] if kind == "none" else [kind])
            widest = max(room.right for room in boxes(Drawing(0, 0, group.items, ""), ("box",)))
            assert all(max(x for x, _ in line.points) >= widest + 20 for line in shortcuts(group)), "it passes clear"
            marks = [mark.symbol for mark in group.items if isinstance(mark, Mark)]
            assert marks == ([] if kind == "none" else ["junction", "small-add"])
            badges = [text.text for text, _ in texts(Drawing(0, 0, group.items, "")) if text.text.startswith("× ")]
            assert badges == ([f"× {cell.run.repeats}"] if cell.run.repeats > 1 else [])
    assert next(drawn, None) is None


@given(NETWORKS, st.booleans())
@settings(max_examples=25)
def test_a_column_is_its_network_in_order(network: Plan | Sequential, fold: bool) -> None:
    chain = list(cells(network, fold))
    weighted = [layer.path for cell in chain for layer in cell.layers if layer.weighted]
    if not fold:
        assert weighted == [layer.path for layer in network.layers if layer.weighted]
    else:
        runs = [cell.run for cell in chain if cell.run]
        blocks = network.blocks if isinstance(network, Plan) else ()
        assert sum(run.repeats for run in runs) == len(blocks)
        assert [run.first.form for run in runs] == [form for form, _ in groupby(block.form for block in blocks)]
    assert all(above.side >= below.side for above, below in pairwise(chain))


@given(COLUMNS)
@settings(max_examples=25)
def test_what_has_one_output_size_stands_in_one_row(columns: list[Column]) -> None:
    drawing = paper_figure(columns)
    heights = rows_of(drawing)
    sizes = [int(text.removeprefix("output size: ")) for _, text in sorted(heights.items())]
    assert sizes == sorted({cell.side for column in columns for cell in cells(column.network)}, reverse=True)
    starts = {int(text.removeprefix("output size: ")): top for top, text in heights.items()}
    tops = iter(_cell_tops(drawing))
    for column in columns:
        for side, of_row in groupby(cells(column.network, column.fold), lambda cell: cell.side):
            found = [next(tops) for _ in of_row]
            assert abs(found[0] - starts[side]) < 20, "the first cell stands at the words"
            below = [top for other, top in starts.items() if other < side]
            assert found == sorted(found)
            assert all(top < min(below, default=drawing.height) for top in found)


def _cell_tops(drawing: Drawing) -> Iterator[float]:
    """Where each cell begins: a block, or a layer that is in none."""
    for item in drawing.items:
        if isinstance(item, Group):
            for inner in item.items:
                if isinstance(inner, Group):
                    yield item.y + inner.y


@given(specs(most_stages=3), st.booleans())
@settings(max_examples=25)
def test_parts_of_the_own_network_can_be_selected_and_no_others(spec: object, fold: bool) -> None:
    network = plan(spec, 64)  # type: ignore[arg-type]
    drawing = paper_figure([sequential("vgg16", 64), Column(network, own=True, fold=fold), network])
    groups = named(drawing)
    paths = [group.path for group in groups if group.style.startswith("block")]
    covered = [block.path for block in network.blocks]
    assert paths == covered if not fold else set(paths) <= set(covered)
    known = {*covered, *(layer.path for layer in network.layers)}
    assert {group.path for group in groups} <= known
    assert len({group.path for group in groups}) == len(groups)
    assert all(group.label for group in groups)
    for group in groups:
        if group.style.startswith("block"):
            inner = [item.path for item in group.items if isinstance(item, Group) and item.path]
            assert bool(inner) != bool(group.last)
            assert all(path.startswith(f"{group.path}.") for path in inner)


def test_two_networks_of_one_name_say_in_what_they_differ() -> None:
    words = [text.text for text, _ in texts(paper_figure(paper_columns(plan(preset("resnet34")))))]
    assert words.count("ResNet-34") == 2
    assert {"with shortcut A", "with shortcut B"} <= set(words)


def test_long_networks_are_folded_and_say_how_often() -> None:
    drawing = paper_figure([plan(preset("resnet152"))])
    badges = [text.text for text, _ in texts(drawing) if text.text.startswith("× ")]
    assert badges == ["× 2", "× 7", "× 35", "× 2"]
    assert len(blocks(paper_figure([Column(plan(preset("resnet152")), fold=False)]))) == 50


def test_how_often_stands_between_the_columns() -> None:
    """Right of the output sizes in the first, and of the shortcuts of the column before in the second."""
    drawing = paper_figure([plan(preset("resnet1202"), 32)] * 2)
    sizes = max(room.right for text, room in texts(drawing) if text.text.startswith("output size"))
    first, second = sorted({box.left for box in boxes(drawing, ("box",)) if box.right - box.left > 60})
    lines = [x + px for item, x, _ in placed(drawing.items) if isinstance(item, Line) for px, _ in item.points]
    before = max(x for x in lines if x < second)
    badges = [box.left for box in boxes(drawing, ("badge",)) if box.left not in (first, second)]
    assert len(badges) == 6
    assert min(badge for badge in badges if badge < first) > sizes
    assert min(badge for badge in badges if badge > first) > before > first


def test_a_picture_too_small_for_vgg_leaves_it_out() -> None:
    assert [type(column.network) for column in paper_columns(plan(preset("resnet20"), 31))] == [Plan] * 3
    assert len(paper_columns(plan(preset("resnet20"), 32))) == 4


@pytest.mark.parametrize("columns", [[], [*PAPER, *PAPER], [Column(PAPER[2].network, own=True)] * 2])
def test_no_column_too_many_or_two_own_are_refused(columns: list[Column]) -> None:
    with pytest.raises(ValueError, match="1 to 4 columns, and one network at most"):
        paper_figure(columns)
