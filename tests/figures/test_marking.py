"""A part that is marked in a drawing has a frame behind it, and nothing else changes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.figures.detail import LEVELS, Detail
from visualizer.figures.drawing import Box, Drawing, Group, Item, placed
from visualizer.figures.marking import marked
from visualizer.figures.network_map import network_map
from visualizer.resnet import ResNetSpec, parse, plan


def _without_frame(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(
        item._replace(items=_without_frame(item.items)) if isinstance(item, Group) else item
        for item in items if not (isinstance(item, Box) and item.style == "halo")
    )  # fmt: skip


def _frames(drawing: Drawing) -> list[tuple[Box, str]]:
    """The frames, each moved to where it is, with the path of what stands before it."""
    found = list(placed(drawing.items))
    return [
        (box._replace(x=x + box.x, y=y + box.y), after.path)
        for (box, x, y), (after, _, _) in pairwise(found)
        if isinstance(box, Box) and box.style == "halo" and isinstance(after, Group)
    ]


@settings(max_examples=25)
@given(specs(), st.sampled_from(LEVELS), st.data())
def test_one_frame_stands_behind_the_part_or_what_holds_it(spec: ResNetSpec, level: str, data: st.DataObject) -> None:
    network = plan(spec, 64)
    stage = data.draw(st.sampled_from(network.stages))
    block = data.draw(st.sampled_from(stage.blocks))
    drawing = network_map(network, detail=Detail(level))
    for path in (stage.path, block.path, block.layers[0].path):
        found = marked(drawing, path)
        ((frame, after),) = _frames(found)
        assert path == after or path.startswith(f"{after}.") or after.startswith(stage.path)
        assert _without_frame(found.items) == _without_frame(drawing.items)
        assert frame.x >= -6
        assert frame.x + frame.width <= drawing.width + 6


def test_the_frame_is_around_the_block_and_a_part_that_is_not_drawn_has_none() -> None:
    drawing = network_map(plan(parse("resnet50"), 224))
    ((frame, path),) = _frames(marked(drawing, "layer3.4.conv2"))
    assert path == "layer3.4"
    boxes = [
        (x + box.x, y + box.y, box.width, box.height) for box, x, y in placed(drawing.items) if isinstance(box, Box)
    ]
    assert (frame.x + 5, frame.y + 5, frame.width - 10, frame.height - 10) in boxes
    assert marked(drawing, "layer9.0") is marked(drawing, "") is drawing
