"""Rows for people: the layers, and the stages as the papers' Table 1 prints them."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.strategies import resolutions, specs
from visualizer.analysis import costs, headline, layer_rows, receptive_fields, stage_rows
from visualizer.resnet import ResNetSpec, parse, plan, preset


@given(specs(), resolutions)
def test_a_row_for_every_layer_with_the_layer_s_own_numbers(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    table, fields, rows = costs(network), receptive_fields(network), layer_rows(network)
    assert [row["path"] for row in rows] == [layer.path for layer in network.layers]
    for layer, row in zip(network.layers, rows, strict=True):
        cost = table.by_path[layer.path]
        assert {name: row[name] for name in layer._fields if name in row} == {  # type: ignore[literal-required]
            name: value for name, value in layer._asdict().items() if name in row
        }
        assert (row["params"], row["macs"], row["flops"]) == (cost.params, cost.macs, 2 * cost.macs)
        assert (row["activations"], row["elementwise"]) == (cost.activations, cost.elementwise)
        assert row["receptive_field"] == fields[layer.path].size


@given(specs(), resolutions)
def test_stage_rows_add_up_to_the_network(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    rows, total = stage_rows(network), costs(network).total
    assert sum(row.params for row in rows) == total.params
    assert sum(row.macs for row in rows) == total.macs
    stages = [row for row in rows if row.blocks]
    assert tuple(row.blocks for row in stages) == spec.depths
    assert [row.output for row in stages] == [stage.output for stage in network.stages]
    assert rows[-1].output == (spec.classes,)


def test_he_2015_table_1() -> None:
    """ResNet-50 and ResNet-34 as the paper's Table 1 shows them: sizes, brackets, repetitions."""
    fifty = stage_rows(plan(preset("resnet50")))
    assert [row.paper for row in fifty] == ["conv1", "conv2_x", "conv2_x", "conv3_x", "conv4_x", "conv5_x", ""]
    assert [row.output[1] for row in fifty[:-1]] == [112, 56, 56, 28, 14, 7]
    assert [(row.structure, row.blocks) for row in fifty] == [
        (("7×7, 64, stride 2",), 0),
        (("3×3 max pool, stride 2",), 0),
        (("1×1, 64", "3×3, 64", "1×1, 256"), 3),
        (("1×1, 128", "3×3, 128", "1×1, 512"), 4),
        (("1×1, 256", "3×3, 256", "1×1, 1024"), 6),
        (("1×1, 512", "3×3, 512", "1×1, 2048"), 3),
        (("global average pool", "1000-d fc"), 0),
    ]
    thirty_four = stage_rows(plan(preset("resnet34")))
    assert [(row.structure, row.blocks) for row in thirty_four[2:-1]] == [
        ((f"3×3, {width}",) * 2, blocks) for width, blocks in ((64, 3), (128, 4), (256, 6), (512, 3))
    ]


@pytest.mark.parametrize(
    ("text", "row", "structure"),
    [
        ("resnext50_32x4d", 2, ("1×1, 128", "3×3, 128, C=32", "1×1, 256")),  # Xie et al. 2017, table 1
        ("resnext50_32x4d", 5, ("1×1, 1024", "3×3, 1024, C=32", "1×1, 2048")),
        ("seresnet50", 2, ("1×1, 64", "3×3, 64", "1×1, 256", "SE fc, 16", "SE fc, 256")),  # Hu et al. 2018, table 1
        ("ecaresnet50d", 2, ("1×1, 64", "3×3, 64", "1×1, 256", "ECA, k=5")),
        ("resnet50d", 0, ("3×3, 32, stride 2", "3×3, 32", "3×3, 64")),
        ("resnet20", 0, ("3×3, 16",)),
        ("resnet20", 1, ("3×3, 16", "3×3, 16")),
        ("keras_resnet50v2", 2, ("1×1, 64", "3×3, 64", "1×1, 256")),
    ],
)
def test_other_papers_brackets(text: str, row: int, structure: tuple[str, ...]) -> None:
    assert stage_rows(plan(parse(text)))[row].structure == structure


def test_a_stem_without_pool_has_one_row() -> None:
    assert [row.name for row in stage_rows(plan(preset("resnet20"), 32))] == [
        "stem", "stage 1", "stage 2", "stage 3", "head",
    ]  # fmt: skip


def test_headline_of_resnet_50() -> None:
    """torchvision's parameters and MACs; twice those are what torch's own counter prints."""
    found = headline(plan(preset("resnet50")))
    assert found._asdict() == {
        "params": 25_557_032,
        "buffers": 53_120,
        "macs": 4_089_184_256,
        "flops": 8_178_368_512,
        "activations": 11_114_984,
        "weighted_layers": 50,
        "features": (2048, 7, 7),
        "receptive_field": 427,
    }


@given(specs(), resolutions)
def test_the_headline_is_that_of_the_tables(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    found, rows = headline(network), layer_rows(network)
    assert found.params == sum(row["params"] for row in rows)
    assert found.activations == sum(row["activations"] for row in rows)
    last = [row for row in rows if row["stage"] == len(spec.depths)][-1]
    assert (found.features, found.receptive_field) == (last["output"], last["receptive_field"])
