"""The numbers of the weighted layers on the map: each once, at its own row, and none where nothing is counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.figures.drawings import blocks, texts
from tests.strategies import specs
from visualizer.analysis.counting import layer_numbers
from visualizer.figures.captions import layer_rows
from visualizer.figures.detail import Detail
from visualizer.figures.drawing import Drawing
from visualizer.figures.network_map import NARROW, network_map
from visualizer.figures.svg import svg
from visualizer.resnet import Layer, ResNetSpec, plan, preset


def numbers(drawing: Drawing) -> list[str]:
    """The numbers that are written at boxes, in order."""
    return [text.text for text, _ in texts(drawing) if text.style == "number"]


@given(specs(), st.sampled_from((None, 1, NARROW)))
def test_every_weighted_layer_has_its_number_once(spec: ResNetSpec, columns: int | None) -> None:
    network = plan(spec, 64)
    written = numbers(network_map(network, columns=columns, detail=Detail("blocks"), numbers=True))
    assert written == [str(number) for number in range(1, network.weighted_layers + 1)]


@given(specs(), st.sampled_from((None, NARROW)))
def test_a_number_stands_at_the_row_of_its_layer(spec: ResNetSpec, columns: int | None) -> None:
    network = plan(spec, 64)
    rows = {str(number): layer_rows(layer)[0] for layer, number in _numbered_layers(spec)}
    found = texts(network_map(network, columns=columns, detail=Detail("blocks"), numbers=True))
    beside: dict[str, list[str]] = {}
    for text, room in found:
        if text.style == "number":
            level = [(one.left, row.text) for row, one in found if row.style == "row" and abs(one.top - room.top) < 0.1]
            beside[text.text] = [min(word for word in level if word[0] >= room.right)[1]]
    assert beside == {number: [row] for number, row in rows.items()}


def _numbered_layers(spec: ResNetSpec) -> list[tuple[Layer, int]]:
    network = plan(spec, 64)
    by_path = layer_numbers(network)
    return [(layer, by_path[layer.path]) for layer in network.layers if layer.path in by_path]


def test_folded_blocks_show_the_first_ones_numbers_and_that_there_are_more() -> None:
    """1,202 layers: one in the stem, 2 in each of 200 blocks, then one block that strides and 199 that do not."""
    drawing = network_map(plan(preset("resnet1202"), 32), numbers=True)
    assert numbers(drawing) == ["1", "2…", "3…", "402", "403", "404…", "405…", "802", "803", "804…", "805…", "1202"]


def test_without_the_option_there_is_no_number_and_the_map_is_as_it_was() -> None:
    network = plan(preset("resnet50"))
    plain = network_map(network)
    assert plain == network_map(network, numbers=False)
    assert not [text for text, _ in texts(plain) if text.style == "number"]
    assert len(blocks(network_map(network, numbers=True))) == len(blocks(plain)) == 16


def test_a_numbered_map_of_152_layers_stays_within_200_kilobytes() -> None:
    assert len(svg(network_map(plan(preset("resnet152")), numbers=True)).encode()) <= 200_000


@given(specs(), st.sampled_from(("rows", "down")))
def test_stages_that_are_one_box_say_which_layers_they_have(spec: ResNetSpec, direction: str) -> None:
    network = plan(spec, 64)
    drawing = network_map(network, detail=Detail("network"), direction=direction, numbers=True)
    ranges = [text.text.split()[1::2] for text, _ in texts(drawing) if text.text.startswith("layers ")]
    counted = [number for first, last in ranges for number in range(int(first), int(last) + 1)]
    single = [int(number) for number in numbers(drawing)]
    assert sorted(single + counted) == list(range(1, network.weighted_layers + 1))
