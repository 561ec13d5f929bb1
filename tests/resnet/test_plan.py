"""Laws of the plan over random specs from the whole table, and what the papers say of its structure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import resolutions, specs
from visualizer.resnet import Block, Layer, Plan, ResNetSpec, Shape, parse, plan, preset, presets
from visualizer.resnet.blocks import eca_kernel, squeezed_width
from visualizer.resnet.layers import KINDS


def sequences(network: Plan) -> Iterable[tuple[tuple[Layer, ...], Shape, dict[str, Shape]]]:
    """Every list of layers with the shape that enters it and the shapes that its layers may read by name."""
    yield network.stem, network.input, {}
    shape = network.stem[-1].output
    for block in network.blocks:
        known = {f"{block.path}.x": shape, f"{block.path}.branch": block.output, f"{block.path}.shortcut": block.output}
        known |= {layer.path: layer.output for layer in block.layers}
        yield block.branch, shape, known
        yield block.shortcut, shape, known
        yield block.after, block.output, known
        shape = block.output
    yield network.head, shape, {}


@given(specs(), resolutions)
def test_a_layer_takes_the_shape_of_what_it_reads(spec: ResNetSpec, resolution: int) -> None:
    for layers, entering, known in sequences(plan(spec, resolution)):
        shape = entering
        for layer in layers:
            read = [known[path] for path in layer.reads] or [shape]
            expected = [layer.input] * len(read)
            if layer.kind == "scale":  # the gate is one number a channel
                expected = [layer.input, (layer.input[0], 1, 1)]
            assert read == expected, layer
            shape = layer.output
    for block in plan(spec, resolution).blocks:
        if block.after:  # what comes after the branch says what it reads, in a plain block too
            ends = [f"{block.path}.branch", f"{block.path}.shortcut"][: len(block.after[0].reads)]
            assert list(block.after[0].reads) == ends != []


def window_positions(size: int, layer: Layer) -> int:
    """How often a window fits on a padded line of `size` elements, counted one by one."""
    padded = size + 2 * layer.padding
    return sum(1 for first in range(0, padded, layer.stride) if first + layer.kernel <= padded)


def expected_output(layer: Layer) -> Shape:
    """The output that a layer must have, from its input and its own numbers alone."""
    channels, *size = layer.input
    if layer.kind in ("conv", "maxpool"):
        return (layer.output[0] if layer.kind == "conv" else channels, *(window_positions(n, layer) for n in size))
    if layer.kind == "avgpool":  # incomplete windows at the edge count too
        return (channels, *(len(range(0, n, layer.stride)) for n in size))
    if layer.kind == "pad":
        return (layer.output[0], *(len(range(0, n, layer.stride)) for n in size))
    return {
        "global_pool": (channels, 1, 1),
        "flatten": (channels * (size[0] * size[1] if size else 1),),
        "linear": layer.output,
    }.get(layer.kind, layer.input)


@given(specs(), resolutions)
def test_output_sizes_are_those_of_counted_windows(spec: ResNetSpec, resolution: int) -> None:
    for layer in plan(spec, resolution).layers:
        assert layer.kind in KINDS
        assert layer.output == expected_output(layer), layer
        assert layer.input[0] % layer.groups == layer.output[0] % layer.groups == 0, layer
        assert min(*layer.input, *layer.output) >= 1


@given(specs(), resolutions)
def test_stages_have_the_spec_s_blocks_widths_and_sizes(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    assert tuple(len(stage.blocks) for stage in network.stages) == spec.depths
    halvings = 0 if spec.stem == "cifar" else 2
    for stage in network.stages:
        first, last = stage.number == 1, stage.number == len(spec.depths)
        halvings += not (last if spec.stride_block == "last" else first)
        size = -(-resolution // 2**halvings)
        width = spec.widths[stage.number - 1] * (4 if spec.block == "bottleneck" else 1)
        assert stage.output == stage.blocks[-1].output == (width, size, size)
    assert network.features == network.stages[-1].output


@given(specs())
def test_every_path_is_named_once_and_says_where_its_layer_stands(spec: ResNetSpec) -> None:
    network = plan(spec, 16)
    assert len({layer.path for layer in network.layers}) == len(network.layers)
    for block in network.blocks:
        assert network.block(block.path) is block
        assert block.path == f"layer{block.stage}.{block.index}"
        for layer in block.layers:
            assert layer.path.startswith(f"{block.path}.")
            assert (layer.stage, layer.block) == (block.stage, block.index)
    assert {(layer.role, layer.stage) for layer in network.stem} == {("stem", 0)}
    assert {(layer.role, layer.stage) for layer in network.head} == {("head", None)}


def relative(block: Block) -> Any:
    """A block without its name: stage, shapes, and layers with paths that start at the block."""

    def inner(layer: Layer) -> Layer:
        reads = tuple(path.removeprefix(block.path) for path in layer.reads)
        return layer._replace(path=layer.path.removeprefix(block.path), block=0, reads=reads)

    parts = [tuple(map(inner, part)) for part in (block.branch, block.shortcut, block.after)]
    return block.stage, block.kind, block.shortcut_kind, block.stride, block.input, block.output, *parts


@given(specs(most_blocks=6), resolutions)
def test_blocks_have_one_form_just_when_they_are_equal_but_for_their_names(spec: ResNetSpec, resolution: int) -> None:
    blocks = plan(spec, resolution).blocks
    by_form: dict[int, Any] = {}
    for block in blocks:
        assert by_form.setdefault(block.form, relative(block)) == relative(block)
    assert len(set(by_form.values())) == len(by_form)


def convolutions(network: Plan) -> Counter[tuple[Any, ...]]:
    layers = [layer for layer in network.layers if layer.kind == "conv"]
    return Counter((c.path, c.input, c.output, c.kernel, c.stride, c.padding, c.groups) for c in layers)


@given(specs(), resolutions)
def test_all_orders_have_the_same_convolutions(spec: ResNetSpec, resolution: int) -> None:
    post = convolutions(plan(replace(spec, order="post"), resolution))
    for order in ("pre", "relu_only_pre", "bn_after_add", "relu_before_add"):
        assert convolutions(plan(replace(spec, order=order), resolution)) == post


@given(specs(), resolutions)
def test_the_shortcut_changes_nothing_but_the_shortcut(spec: ResNetSpec, resolution: int) -> None:
    def branches(shortcut: str) -> list[tuple[Any, ...]]:
        network = plan(replace(spec, shortcut=shortcut), resolution)
        return [tuple(layer._replace(reads=()) for layer in block.branch) for block in network.blocks]

    assert branches("none") == branches("A") == branches("B") == branches("C")


@given(specs(), resolutions, resolutions)
def test_a_network_s_parts_do_not_depend_on_its_input(spec: ResNetSpec, one: int, other: int) -> None:
    def parts(resolution: int) -> list[tuple[Any, ...]]:
        layers = plan(spec, resolution).layers
        return [(lay.path, lay.kind, lay.input[0], lay.output[0], lay.stride, lay.reads) for lay in layers]

    assert parts(one) == parts(other)


@given(specs(), resolutions)
def test_shortcuts_follow_their_option(spec: ResNetSpec, resolution: int) -> None:
    """Options A, B, C of He et al. 2015, sec. 3.3."""
    for block in plan(spec, resolution).blocks:
        wider = block.input[0] != block.output[0]
        changes = wider or block.stride > 1
        projects = {
            "none": False,
            "A": False,
            "B": wider if spec.stride_block == "last" else changes,
            "C": True,
        }[spec.shortcut]
        kinds = {layer.kind for layer in block.shortcut}
        assert ("conv" in kinds) == projects
        assert ("pad" in kinds) == (changes and not projects and spec.shortcut != "none")
        assert (not block.shortcut) == (block.shortcut_kind in ("none", "identity"))
        assert (block.shortcut_kind == "none") == (spec.shortcut == "none")
        assert any(layer.kind == "add" for layer in block.after) == (spec.shortcut != "none")


@given(specs(attention="none"))
def test_weighted_layers_are_counted_without_projections(spec: ResNetSpec) -> None:
    stem = 3 if spec.stem in ("deep", "tiered") else 1
    inner = 2 if spec.block == "basic" else 3
    assert plan(spec, 16).weighted_layers == stem + inner * sum(spec.depths) + 1
    assert plan(replace(spec, attention="se"), 16).weighted_layers == stem + inner * sum(spec.depths) + 1


def test_presets_have_the_number_of_weighted_layers_in_their_names() -> None:
    for row in presets().values():
        network = plan(row.spec, row.resolution)
        if row.name == "ecaresnetlight":  # its name has no number
            continue
        named = int(next(iter(re.findall(r"\d+", row.name.removeprefix("resnetv2_")))))
        weighted = network.weighted_layers
        if row.name.startswith("wrn_"):  # its authors count convolutions, the three projections too, and not the fc
            weighted = weighted - 1 + sum(block.shortcut_kind == "projection" for block in network.blocks)
        if row.spec.stem in ("deep", "tiered"):  # ResNet-50-D keeps its name with two more convolutions in the stem
            weighted -= 2
        assert weighted == named, row.name


def test_orders_are_those_of_the_paper(paper_table: Callable[[str], list[dict[str, str]]]) -> None:
    """He et al. 2016, fig. 4 and table 2: the layers of a basic block from its input on."""
    names = {"conv": "conv", "bn": "BN", "relu": "ReLU", "add": "add"}
    orders = {"4(a)": "post", "4(b)": "bn_after_add", "4(c)": "relu_before_add", "4(d)": "relu_only_pre", "4(e)": "pre"}
    rows = paper_table("he2016_table2_activation")
    assert {row["fig"] for row in rows} == set(orders)
    for row in rows:
        block = plan(parse(f"resnet110?order={orders[row['fig']]}"), 32).block("layer2.1")
        assert block.shortcut_kind == "identity"
        assert "-".join(names[layer.kind] for layer in block.layers) == row["order_basic_block"]


@given(st.integers(1, 4096), st.integers(1, 64), st.integers(1, 32))
def test_the_squeezed_width_is_the_nearest_multiple(channels: int, ratio: int, divisor: int) -> None:
    """timm's rule for SE (make_divisible without a lower limit); with divisor 1, the paper's C/r to the nearest."""
    width = squeezed_width(channels, ratio, divisor)
    assert width % divisor == 0
    assert width >= divisor
    exact = Fraction(channels, ratio)
    assert width == divisor or abs(width - exact) <= Fraction(divisor, 2)
    assert width > exact or width + divisor - exact > Fraction(divisor, 2)


@pytest.mark.parametrize(("channels", "kernel"), [(64, 3), (128, 5), (256, 5), (512, 5), (1024, 5), (2048, 7), (1, 3)])
def test_eca_s_kernel(channels: int, kernel: int) -> None:
    """Wang et al. 2020, eq. 12, with γ = 2 and b = 1, and an odd number."""
    assert eca_kernel(channels) == kernel


@pytest.mark.parametrize(
    ("order", "head"),
    [("pre", ["bn", "relu"]), ("relu_only_pre", ["relu"]), ("post", []), ("bn_after_add", []), ("relu_before_add", [])],
)
def test_what_an_order_leaves_open_at_the_end_is_done_before_the_pooling(order: str, head: list[str]) -> None:
    """He et al. 2016, sec. 4.1: after the last addition comes what the next block would have begun with."""
    kinds = [layer.kind for layer in plan(parse(f"resnet50?order={order}")).head]
    assert kinds == [*head, "global_pool", "flatten", "linear"]


def projections(text: str) -> int:
    return sum(block.shortcut_kind == "projection" for block in plan(parse(text)).blocks)


def test_option_c_has_13_projections_more_than_option_b_on_resnet_34() -> None:
    """He et al. 2015, sec. 4.1."""
    assert projections("resnet34?shortcut=C") - projections("resnet34") == 13


@pytest.mark.parametrize(("n", "depth"), [(3, 20), (5, 32), (7, 44), (9, 56), (18, 110), (200, 1202)])
def test_cifar_nets_have_6n_plus_2_layers_and_3n_parameter_free_shortcuts(n: int, depth: int) -> None:
    """He et al. 2015, sec. 4.2: 2n layers on maps of 32, 16 and 8 with 16, 32 and 64 filters, option A throughout."""
    network = plan(preset(f"resnet{depth}"), 32)
    assert network.spec.depths == (n, n, n)
    assert [stage.output for stage in network.stages] == [(16, 32, 32), (32, 16, 16), (64, 8, 8)]
    assert Counter(block.shortcut_kind for block in network.blocks) == {"identity": 3 * n - 2, "pad": 2}


def test_the_first_activation_of_a_pre_activation_net_follows_its_stem_or_starts_its_first_block() -> None:
    """He et al. 2016, sec. 4.1: one activation right after the stem, one right after the last addition."""
    kinds = [layer.kind for layer in plan(preset("resnet50v2")).layers]
    assert kinds[:5] == ["conv", "bn", "relu", "maxpool", "conv"]
    kinds = [layer.kind for layer in plan(parse("resnet50v2?stem_norm=false")).layers]
    assert kinds[:5] == ["conv", "maxpool", "bn", "relu", "conv"]
    head = [layer.path for layer in plan(preset("resnet50v2")).head]
    assert head == ["norm", "relu_last", "avgpool", "flatten", "fc"]


def test_a_projection_of_a_pre_activation_block_reads_its_first_activation() -> None:
    """As in the authors' code (KaimingHe/resnet-1k-layers, szagoruyko/wide-residual-networks) and timm's."""
    for name in ("resnet164v2", "wrn_28_10", "keras_resnet50v2"):
        for block in plan(presets()[name].spec, 32).blocks:
            if block.shortcut_kind == "projection":
                assert block.shortcut[0].reads == (f"{block.path}.relu1",)
                assert [layer.kind for layer in block.shortcut] == ["conv"]


@pytest.mark.parametrize("order", ["pre", "relu_only_pre"])
@pytest.mark.parametrize("name", ["resnet50v2", "resnet18v2"])
def test_the_projection_of_a_block_that_the_stem_has_activated_reads_the_block_s_input(name: str, order: str) -> None:
    block = plan(parse(f"{name}?order={order}&shortcut=C")).block("layer1.0")
    assert block.branch[0].kind == "conv"
    assert block.shortcut[0].reads == ()


def test_strides_of_resnet_164_and_1001_are_those_of_the_authors_code() -> None:
    """KaimingHe/resnet-1k-layers, resnet-pre-act.lua: the stride is in the first 1×1 convolution."""
    for name in ("resnet164v2", "resnet1001v2"):
        network = plan(preset(name), 32)
        assert [layer.path for layer in network.layers if layer.stride == 2] == [
            path for stage in (2, 3) for path in (f"layer{stage}.0.conv1", f"layer{stage}.0.downsample.0")
        ]


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnext50_32x4d"])
def test_names_and_shapes_of_weights_are_those_of_published_checkpoints(
    name: str, published_tensors: dict[str, list[dict[str, Any]]]
) -> None:
    expected = {row["key"]: tuple(row["shape"]) for row in published_tensors[name]}
    found: dict[str, Shape] = {}
    for layer in plan(preset(name)).layers:
        if layer.kind == "conv":
            found[f"{layer.path}.weight"] = (
                layer.output[0], layer.input[0] // layer.groups, layer.kernel, layer.kernel,
            )  # fmt: skip
        if layer.kind == "bn":
            for tensor in ("weight", "bias", "running_mean", "running_var"):
                found[f"{layer.path}.{tensor}"] = (layer.input[0],)
        if layer.kind == "linear":
            found |= {f"{layer.path}.weight": (*layer.output, *layer.input), f"{layer.path}.bias": layer.output}
    assert found == {key: shape for key, shape in expected.items() if not key.endswith("num_batches_tracked")}


def test_a_plan_is_what_its_spec_and_resolution_are() -> None:
    one, other = plan(preset("resnet18"), 64), plan(parse("resnet18"), 64)
    assert one == other
    assert len({one, other}) == 1
    assert one != plan(preset("resnet18"), 65)
    assert len(repr(one)) < 1000
