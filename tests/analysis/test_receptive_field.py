"""Receptive fields against published ones, and against a walk over the graph from a single output element."""

from __future__ import annotations

from hypothesis import given, settings

from tests.analysis.equations import value
from tests.strategies import specs
from visualizer.analysis import receptive_fields
from visualizer.analysis.receptive_field import INPUT, growth_formula, reaches, through
from visualizer.resnet import Layer, Plan, ResNetSpec, parse, plan, preset, presets


def test_the_published_table(published_receptive_fields: list[dict[str, str]]) -> None:
    """Araujo et al. 2019: tf-slim's ResNets, which stride in the last block of a stage.

    `None` stands for a resolution that is not known. Padding agrees at 321; at 224 TensorFlow's SAME puts none before
    the max pool, where ours puts 1 on either side: 1 element of that map, 2 pixels.
    """
    assert len(published_receptive_fields) == 96
    for row in published_receptive_fields:
        _, version, depth = row["cnn"].split("_")
        text = f"resnet{depth}v2?stem_norm=false&" if version == "v2" else f"resnet{depth}?"
        resolution = 224 if row["resolution"] == "None" else int(row["resolution"])
        network = plan(parse(f"{text}stride_block=last"), resolution)
        stage = network.stages[int(row["end_point"][-1]) - 1]
        field = receptive_fields(network)[stage.layers[-1].path]
        assert (field.size, field.jump) == (int(row["rf"]), int(row["effective_stride"])), row
        if row["resolution"] != "None":
            assert field.padding == int(row["effective_padding"]) + (2 if resolution == 224 else 0), row


def test_ends_of_stages_of_the_usual_networks() -> None:
    """The largest over all paths, with strides of 4, 8, 16 and 32 (v1.5)."""
    expected = {
        "resnet18": [43, 99, 211, 435],
        "resnet34": [59, 179, 547, 899],
        "resnet50": [35, 91, 267, 427],
        "resnet101": [35, 91, 811, 971],
        "resnet152": [35, 155, 1291, 1451],
    }
    for name, sizes in expected.items():
        network = plan(preset(name))
        fields = receptive_fields(network)
        ends = [fields[stage.layers[-1].path] for stage in network.stages]
        assert [field.size for field in ends] == sizes
        assert [field.jump for field in ends] == [4, 8, 16, 32]


Interval = tuple[int, int]


def seen(layer: Layer, interval: Interval) -> Interval:
    """The elements of a layer's input, on one axis, that these elements of its output are made of."""
    first, last = interval
    return first * layer.stride - layer.padding, last * layer.stride - layer.padding + layer.kernel - 1


def back(layers: tuple[Layer, ...], interval: Interval) -> Interval:
    """The same through a chain of layers, which an attention's gate is not part of."""
    for layer in reversed(layers):
        if layer.kind != "conv1d" and ".se." not in layer.path:
            interval = seen(layer, interval)
    return interval


def back_to_input(network: Plan, interval: Interval, longest: bool) -> Interval:
    """What elements of the last feature map see of the picture, block by block from the end."""
    for block in reversed(network.blocks):
        interval = back(block.after, interval)
        branch, shortcut = back(block.branch, interval), back(block.shortcut, interval)
        if block.shortcut_kind == "none":
            interval = branch
        elif longest:
            interval = min(branch[0], shortcut[0]), max(branch[1], shortcut[1])
        else:
            interval = max(branch[0], shortcut[0]), min(branch[1], shortcut[1])
    return back(network.stem, interval)


@given(specs())
@settings(max_examples=200)
def test_sizes_jumps_and_starts_are_those_of_a_walk_backwards(spec: ResNetSpec) -> None:
    network = plan(spec, 64)
    last = network.stages[-1].layers[-1].path
    for longest in (True, False):
        field = receptive_fields(network, longest)[last]
        first, second = (back_to_input(network, (element, element), longest) for element in (0, 1))
        assert field.jump == second[0] - first[0]
        assert field.size == first[1] - first[0] + 1
        assert field.start == (first[0] + first[1]) / 2


@given(specs())
def test_the_shortest_path_never_sees_more_than_the_longest(spec: ResNetSpec) -> None:
    network = plan(spec, 32)
    longest, shortest = receptive_fields(network), receptive_fields(network, longest=False)
    assert reaches(network) == {path: (field, shortest[path]) for path, field in longest.items()}
    assert list(longest) == list(shortest) == [layer.path for layer in network.layers]
    for path, field in longest.items():
        assert shortest[path].size <= field.size
        assert shortest[path].jump == field.jump


def test_the_shortest_path_goes_through_identities_and_projections_alone() -> None:
    """Stem (11 pixels after the pool), then 1×1 windows; the branch of a stage's first block sees more."""
    for name in ("resnet18", "resnet50"):
        network = plan(preset(name))
        for stage in network.stages:
            assert reaches(network)[stage.layers[-1].path].shortest.size == 11
    plain = plan(preset("plain34"))
    assert all(longest == shortest for longest, shortest in reaches(plain).values())


def test_an_attention_s_gate_sees_the_whole_map_and_the_branch_goes_on_without_it() -> None:
    for name in ("seresnet50", "ecaresnet50d"):
        network = plan(preset(name))
        fields = receptive_fields(network)
        block = network.block("layer2.1")
        before = fields["layer2.1.bn3"]
        for layer in block.branch:
            if ".se." in layer.path and layer.kind != "scale":
                assert fields[layer.path].size == before.size + (28 - 1) * 8
        assert fields["layer2.1.se.scale"] == before


def test_no_network_s_field_shrinks_with_depth() -> None:
    for row in presets().values():
        network = plan(row.spec, row.resolution)
        fields = receptive_fields(network)
        sizes = [fields[stage.layers[-1].path].size for stage in network.stages]
        assert sizes == sorted(sizes)


@given(specs())
def test_the_formula_of_a_size_starts_from_the_size_before(spec: ResNetSpec) -> None:
    network = plan(spec, 64)
    fields = receptive_fields(network)
    before = INPUT
    for layer in network.stem:
        formula = growth_formula(fields[layer.path], layer)
        assert value(formula.text) == formula.number == fields[layer.path].size
        assert formula.text.split(" ")[0] == f"{before.size:,}"
        before = fields[layer.path]
    for layer in network.layers:
        if ".se." not in layer.path:
            assert value(growth_formula(fields[layer.path], layer).text) == fields[layer.path].size


def test_a_window_without_padding_reaches_beyond_nothing() -> None:
    """ResNet-D's 2×2 average pool: the first field is the pixels 0 and 1, with its centre between them."""
    pool = next(layer for layer in plan(preset("resnet50d")).layers if layer.kind == "avgpool")
    field = through(INPUT, pool)
    assert (field.size, field.jump, field.start, field.padding) == (2, 2, 0.5, 0)
