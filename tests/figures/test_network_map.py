"""Laws of the network map over random specs: a shortcut where there is one, nothing overlaps, no block lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.drawings import assert_clear, blocks, boxes, shortcuts, texts
from tests.strategies import resolutions, specs
from visualizer.figures.detail import LEVELS, Detail
from visualizer.figures.drawing import Box, Drawing, Line, Mark, placed
from visualizer.figures.network_map import NARROW, network_map
from visualizer.figures.style import STYLES
from visualizer.resnet import Plan, ResNetSpec, parse, plan, preset

FORMS = st.sampled_from((None, 1, NARROW, 3))
levels = st.sampled_from(("", *LEVELS))
SHOWN = ("resnet18", "resnet50", "resnet152", "resnet1202", "plain34", "resnet50v2", "resnext50_32x4d", "seresnet50")


def _covered(drawing: Drawing, network: Plan) -> list[str]:
    """The paths of all blocks that the drawing's groups stand for, in order."""
    paths = [block.path for block in network.blocks]
    covered = []
    for group in blocks(drawing):
        first = paths.index(group.path)
        covered += paths[first : (paths.index(group.last) if group.last else first) + 1]
    return covered


@given(specs(), FORMS)
def test_every_block_has_one_shortcut_of_its_kind_unless_it_is_plain(spec: ResNetSpec, columns: int | None) -> None:
    network = plan(spec, 64)
    drawn = blocks(network_map(network, columns=columns, detail=Detail("blocks")))
    assert [group.path for group in drawn] == [block.path for block in network.blocks]
    for group, block in zip(drawn, network.blocks, strict=True):
        kinds = [line.style for line in shortcuts(group)]
        assert kinds == ([] if block.shortcut_kind == "none" else [block.shortcut_kind])
        additions = [item for item, _, _ in placed(group.items) if isinstance(item, Mark) and item.symbol == "add"]
        assert len(additions) == len(kinds)


@given(specs(), FORMS, levels, resolutions)
def test_nothing_stands_on_anything_else(spec: ResNetSpec, columns: int | None, level: str, size: int) -> None:
    assert_clear(network_map(plan(spec, size), columns=columns, detail=Detail(level)))
    assert_clear(network_map(plan(spec, size), columns=columns, detail=Detail(level), numbers=True))


@pytest.mark.parametrize("level", ["", "network", "layers"])
@pytest.mark.parametrize("numbers", [False, True])
@pytest.mark.parametrize("columns", [None, NARROW])
@pytest.mark.parametrize("name", SHOWN)
def test_nothing_stands_on_anything_else_in_published_networks(
    name: str, columns: int | None, numbers: bool, level: str
) -> None:
    network = plan(preset(name), 32 if name == "resnet1202" else 224)
    detail = Detail("" if name == "resnet1202" else level)
    marks = {block.path: "Not in the other network" for block in network.blocks[::5]}
    assert_clear(network_map(network, columns=columns, detail=detail, marks=marks, title="A title", numbers=numbers))


@given(specs(most_stages=3, most_blocks=12), FORMS)
def test_folding_loses_no_block_and_joins_equal_ones_only(spec: ResNetSpec, columns: int | None) -> None:
    network = plan(spec, 64)
    folded = network_map(network, columns=columns, detail=Detail("stages"))
    assert _covered(folded, network) == [block.path for block in network.blocks]
    for group in blocks(folded):
        run = [block for block in network.blocks if group.path == block.path or group.last == block.path]
        assert len({block.form for block in run}) == 1
        assert ("folded" in group.style.split()) == bool(group.last)


def test_long_stages_are_folded_and_say_how_often() -> None:
    network = plan(preset("resnet1202"), 32)
    drawing = network_map(network)
    assert len(blocks(drawing)) == 5  # 200 equal blocks, and twice one that strides and 199 that do not
    assert [text.text for text, _ in texts(drawing) if text.text.startswith("× ")] == ["× 200", "× 199", "× 199"]


def test_a_marked_block_stands_alone_and_is_not_told_by_colour_only() -> None:
    network = plan(preset("resnet1202"), 32)
    drawing = network_map(network, marks={"layer2.100": "Another stride"})
    assert _covered(drawing, network) == [block.path for block in network.blocks]
    (marked,) = [group for group in blocks(drawing) if "marked" in group.style.split()]
    assert (marked.path, marked.last) == ("layer2.100", "")
    assert "Another stride" in marked.label
    assert {item.style for item in marked.items if isinstance(item, Box)} >= {"different", "different-badge"}


@pytest.mark.parametrize(
    ("net", "words"),
    [
        ("resnet18", ["3×3, 64", "3×3, 512", "7×7, 64 /2", "1000 classes", "512 × 7 × 7", "identity shortcut"]),
        ("resnet50", ["1×1, 2048", "fc, 1000", "projection shortcut", "6 blocks"]),
        ("resnet34?shortcut=A", ["zero-padded shortcut", "/2, +64 zeros"]),
        ("resnet50?groups=32&width_per_group=4", ["in 32 groups"]),
        ("seresnet50", ["SE, 16"]),
        ("plain34", ["a plain network: no shortcuts"]),
    ],
)
def test_the_map_says_what_the_papers_tables_say(net: str, words: list[str]) -> None:
    assert set(words) <= {text.text for text, _ in texts(network_map(plan(parse(net))))}


@given(specs(), FORMS)
def test_the_line_runs_through_every_block_without_a_gap(spec: ResNetSpec, columns: int | None) -> None:
    """From the input's box to the last one: each line goes on to the right, or to the next row."""
    drawing = network_map(plan(spec, 64), columns=columns, detail=Detail("blocks"))
    trunk = [line for line in drawing.items if isinstance(line, Line)]
    assert len(trunk) == len(boxes(drawing, ("box", "badge"))) - 1
    for line in trunk:
        (x, y), (to_x, to_y) = line.points[0], line.points[-1]
        assert (x < to_x and y == to_y) or (to_x < x + 20 and y < to_y)


def test_a_map_without_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 column, not 0"):
        network_map(plan(preset("resnet18")), columns=0)


@given(specs())
def test_every_style_is_one_that_exists(spec: ResNetSpec) -> None:
    for item, _, _ in placed(network_map(plan(spec, 64)).items):
        if isinstance(item, Box | Line):
            assert item.style in STYLES
