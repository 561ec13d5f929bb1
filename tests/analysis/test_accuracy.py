"""Published accuracies: every figure is the source's, every network is the one that the source means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.analysis.accuracies import published_elsewhere
from tests.conftest import REFERENCE, Row, rows_of
from visualizer.analysis.accuracy import RECIPES, accuracies_of, published_accuracies
from visualizer.resnet import parse, plan, presets

ROWS = published_accuracies()


def test_every_accuracy_is_the_one_that_its_source_prints() -> None:
    assert len(ROWS) > 150
    for row in ROWS:
        assert row.accuracy == published_elsewhere(row), row
        assert bool(row.top1) != bool(row.error)


def test_every_row_is_of_the_network_that_the_source_counts(published_weights: list[Row]) -> None:
    torchvision = {row["weights"]: row for row in published_weights}
    timm = {row["model"]: row for row in rows_of(REFERENCE / "timm_imagenet.csv")}
    for row in ROWS:
        if row.name in torchvision:
            found = torchvision[row.name]
            assert (row.params, row.net) == (int(found["num_params"]), found["model"])
            assert f"{row.macs / 1e9:.3f}" == f"{float(found['ops_gmac']):.3f}"
        if row.name in timm:
            assert abs(row.params / 1e6 - float(timm[row.name]["param_count"])) < 0.0051, row.name


def test_the_papers_networks_are_those_that_they_count(paper_table: Callable[[str], list[Row]]) -> None:
    """MACs of He et al. 2015 (stride in the 1×1, option A as plain), of the files of Hu et al., widths of Xie et al."""
    found = {(row.source, row.name, row.at): row for row in ROWS}
    he, hu = "He et al. 2015, arXiv:1512.03385, table ", "Hu et al. 2018, arXiv:1709.01507, table 2"
    for row in paper_table("he2015_table1"):
        name, strided = f"ResNet-{row['depth']}", row["macs_computed_stride_on_1x1_optB"]
        if strided:
            assert found[he + "3", f"{name} B", 224].macs == int(strided)
        else:
            plain = found[he + "2", f"plain-{row['depth']}", 224]
            padded = found[he + ("2" if row["depth"] == "18" else "3"), f"{name} A", 224]
            assert plain.macs == padded.macs == int(row["macs_computed_optA_or_plain"])
            assert (plain.spec.shortcut, padded.spec.shortcut) == ("none", "A")
    for row in paper_table("senet_table2"):
        if row["macs_authors_prototxt_se"]:
            own = found[hu, f"SE-{row['model']}", 224]
            assert (own.macs, own.params) == tuple(int(row[f"{of}_authors_prototxt_se"]) for of in ("macs", "params"))
            assert found[hu, f"{row['model']}, re-implemented", 224].spec == replace(own.spec, attention="none")
    for row in paper_table("wrn"):
        if row["top1"] and row["status"] == "verified":
            own = next(one for one in ROWS if one.name == row["model"] and one.source.startswith("Zagoruyko"))
            assert abs(own.params / 1e6 - float(row["params_M"])) < 0.06
    for one in ROWS:
        if one.source.startswith("Xie"):
            assert one.name.endswith(f" {one.spec.groups}×{one.spec.width_per_group}d")
            assert one.spec.stride_on == "3x3"
        if one.source.startswith("He et al. 2016"):
            order = "pre" if "pre-act" in one.name else "bn_after_add" if "BN after" in one.name else "post"
            assert one.spec.order == order
            assert str(plan(one.spec).weighted_layers) in one.name


def test_no_figure_stands_there_twice_and_each_has_a_recipe() -> None:
    assert len({(row.net, row.name, row.source, row.at) for row in ROWS}) == len(ROWS)
    assert {row.recipe for row in ROWS} == set(RECIPES)
    for row in ROWS:
        assert row.words
        assert row.crops == (10 if row.recipe == "he2015" else 1)
        assert row.spec.classes == 1000


def test_every_checkpoint_of_torchvision_is_there(published_weights: list[Row]) -> None:
    assert {row.name for row in ROWS if row.recipe in ("tv1", "tv2")} == {row["weights"] for row in published_weights}


def test_pictures_beyond_imagenet_are_said() -> None:
    """The weights that timm tags with pictures of Instagram or of YFCC-100M are set apart, and no others."""
    beyond = {row.name for row in ROWS if any(word in row.name for word in ("ig1b", "yfcc"))}
    assert {row.name for row in ROWS if row.recipe == "more"} == beyond


@pytest.mark.parametrize(("net", "name"), [("resnet50", "ResNet50_Weights.IMAGENET1K_V2"), ("plain34", "plain-34")])
def test_what_is_published_of_a_network(net: str, name: str) -> None:
    found = accuracies_of(parse(net))
    assert name in {row.name for row in found}
    assert [row.accuracy for row in found] == sorted(row.accuracy for row in found)


def test_a_network_that_differs_has_no_accuracy() -> None:
    for net in ("resnet50?groups=2", "resnet50?bn_eps=0.001", "resnet50?classes=10", "resnet20", "keras_resnet50"):
        assert accuracies_of(parse(net)) == ()
    assert not set(accuracies_of(parse("resnet50"))) & set(accuracies_of(parse("resnet50_v1")))


def test_a_basic_block_has_no_1x1_to_stride_on() -> None:
    names = presets()
    for depth in (18, 34):
        own = accuracies_of(names[f"resnet{depth}"].spec)
        assert own == accuracies_of(names[f"resnet{depth}_v1"].spec) != ()
