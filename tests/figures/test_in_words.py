"""The outline: every layer once, by runs of equal blocks; its numbers are those of the costs and add up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.analysis import costs
from visualizer.figures.in_words import Entry, outline
from visualizer.resnet import Plan, ResNetSpec, parse, plan


def leaves(entry: Entry) -> Iterator[Entry]:
    """The layers: what has a path and nothing in it."""
    if entry.path and not entry.entries:
        yield entry
    for inner in entry.entries:
        yield from leaves(inner)


def runs(entry: Entry) -> list[Entry]:
    """The entries of blocks."""
    return [run for stage in entry.entries[1:-1] for run in stage.entries]


def paths_of(run: Entry) -> list[str]:
    """The paths of all the blocks that an entry stands for."""
    stage, first = run.path.split(".")
    last = (run.last or run.path).split(".")[1]
    return [f"{stage}.{index}" for index in range(int(first), int(last) + 1)]


@given(specs(), st.integers(1, 200))
def test_every_block_is_in_one_run_of_equal_ones_and_every_layer_of_its_first_is_said_once(
    spec: ResNetSpec, resolution: int
) -> None:
    network = plan(spec, resolution)
    found = outline(network)
    named = [path for run in runs(found) for path in paths_of(run)]
    assert named == [block.path for block in network.blocks]
    for run in runs(found):
        assert len({network.block(path).form for path in paths_of(run)}) == 1
    firsts = [layer.path for run in runs(found) for layer in network.block(run.path).layers]
    wanted = [*(layer.path for layer in network.stem), *firsts, *(layer.path for layer in network.head)]
    assert [leaf.path for leaf in leaves(found)] == wanted


@given(specs(), st.integers(1, 200))
def test_numbers_and_shapes_are_those_of_the_plan(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    table, found = costs(network), outline(network)
    assert (found.params, found.macs) == (table.total.params, table.total.macs)
    for entry, cost in zip(found.entries, (table.stem, *table.stages, table.head), strict=True):
        assert (entry.params, entry.macs) == (cost.params, cost.macs)
    by_path = {layer.path: layer for layer in network.layers}
    for leaf in leaves(found):
        layer, cost = by_path[leaf.path], table.by_path[leaf.path]
        assert (leaf.input, leaf.output, leaf.params, leaf.macs) == (layer.input, layer.output, cost.params, cost.macs)


@given(specs(), st.integers(1, 200))
def test_what_is_in_a_part_adds_up_to_it(spec: ResNetSpec, resolution: int) -> None:
    def check(entry: Entry) -> None:
        for field in ("params", "macs"):
            inner = sum(getattr(one, field) * (len(paths_of(one)) if one.last else 1) for one in entry.entries)
            assert not entry.entries or inner == getattr(entry, field), (entry.name, field)
        for one in entry.entries:
            check(one)

    check(outline(plan(spec, resolution)))


@given(specs())
def test_every_block_says_branch_shortcut_and_addition(spec: ResNetSpec) -> None:
    network = plan(spec, 40)
    for run in runs(outline(network)):
        block = network.block(run.path)
        branch, shortcut, *after = run.entries
        assert (branch.name, shortcut.name) == ("branch F(x)", "shortcut")
        assert [leaf.path for leaf in leaves(branch)] == [layer.path for layer in block.branch]
        assert [leaf.path for leaf in leaves(shortcut)] == [layer.path for layer in block.shortcut]
        word = {"none": "none", "identity": "identity", "projection": "projection"}.get(block.shortcut_kind, "")
        assert shortcut.words.startswith(word)
        assert [entry.name for entry in after].count("add") == (block.shortcut_kind != "none")


@pytest.mark.parametrize(
    ("net", "path", "words"),
    [
        ("resnet50", "layer1.0", "projection of x by a 1×1 convolution"),
        ("resnet50", "layer1.1", "identity, x as it is"),
        ("resnet50v2", "layer2.0", "projection of the activated x by a 1×1 convolution"),
        ("plain18", "layer1.0", "none, the block is plain"),
        ("resnet20", "layer2.0", "zero-padded: x, every 2nd row and column, 16 channels of zeros appended"),
        (
            "resnet18?shortcut=A&width=64,32,32,32", "layer2.0",
            "cropped: x, every 2nd row and column, the last 32 channels dropped",
        ),
    ],
)  # fmt: skip
def test_shortcuts_in_words(net: str, path: str, words: str) -> None:
    (run,) = (run for run in runs(outline(_plan(net))) if path in paths_of(run))
    assert run.entries[1].words == words


def test_resnet_152_says_35_equal_blocks_once() -> None:
    run = runs(outline(_plan("resnet152")))[5]
    assert run.title == "blocks 2 to 36 (layer3.1 to layer3.35)"
    assert run.words == "35 equal blocks, each bottleneck, identity shortcut"
    assert run.facts == "each 1024 × 14 × 14, 1,117,184 parameters, 218,365,952 MACs"  # torchvision's layer3.1


@given(specs(), st.data())
def test_what_holds_a_part_is_what_leads_to_it(spec: ResNetSpec, data: st.DataObject) -> None:
    network = plan(spec, 32)
    block = data.draw(st.sampled_from(network.blocks))
    path = data.draw(st.sampled_from([block.path, *(layer.path for layer in block.layers)]))
    found = outline(network)
    assert [entry.path for entry in found.entries if entry.holds(path)] == [f"layer{block.stage}"]
    assert [block.path in paths_of(run) for run in runs(found)] == [run.holds(path) for run in runs(found)]
    assert [entry.path for entry in found.entries if entry.holds(f"layer{block.stage}")] == [f"layer{block.stage}"]
    assert not any(entry.holds("") for entry in found.entries)


def _plan(net: str) -> Plan:
    return plan(parse(net), 32 if net == "resnet20" else 224)
